//! Rows of every shape that the backend API has: what one side writes, the other reads.

#![allow(dead_code)] // not every setter of every sample is called

use std::fmt::Debug;

use actix_web::http::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use self::more::{ByEmails, LogOut};
use super::endpoints;
use crate::{
    api::{Endpoint, FieldErrors, List, Never, NotFound, RetryClass},
    call::Call,
    client::{Client, ClientSettings},
    endpoint::{
        Incoming, Parts, Visit,
        codec::ResponseCodec as _,
        decode, encode,
        template::{Segment, Template},
    },
    words::ids::{OrgId, UserId},
};

endpoints! {
    /// One operation of each shape.
    pub(crate) group SampleApi: more;

    /// Has nothing.
    Read GET "/plain"
    plain: Plain() -> () | Never;

    /// Has everything that a GET can have.
    #[doc(alias = "find")]
    Read GET "/user/{user_id}/by/{provider}"
    search: Search(user_id: UserId, provider: String, email: String) {
        /// Sets the size of a page.
        page_size: u32,
        /// Sets whether.
        include_orgs: bool,
    } -> () | NotFound;

    /// Has a query besides its body, and a trailing slash.
    Read POST "/user/user_ids/{?include_orgs,page}"
    batch: Batch(user_ids: List<UserId>) {
        /// Sets whether.
        include_orgs: bool,
        /// Sets which.
        page: u64,
        /// Goes into the body.
        filter: Map<String, Value>,
    } -> () | Never;

    /// Has a body although it deletes.
    Idempotent DELETE "/invites"
    revoke: Revoke(org_id: OrgId, invitee_email: String) -> () | NotFound;

    /// Has no body although it posts.
    Idempotent PUT "/user/{user_id}/enable" | POST "/user/{user_id}/enable"
    enable: Enable(user_id: UserId) -> () | NotFound;

    /// Is served in two forms.
    Read POST "/org/query" | GET "/org/query"
    query: Query() {
        /// Sets the name.
        name: String,
        /// Sets the size of a page.
        page_size: u32,
    } -> () | Never;

    /// Has more arguments than can be told apart in a row.
    Create PATCH "/saml/{org_id}"
    set_saml: SetSaml(args Saml {
        /// The organization.
        org_id: OrgId,
        /// The entity id.
        idp_entity_id: String,
        /// The URL.
        idp_sso_url: String,
        /// The certificate.
        idp_certificate: String,
    }) {
        /// Sets the provider.
        provider: String,
    } -> () | Never;
}

/// The rest of the group.
mod more {
    use std::collections::BTreeMap;

    use super::{SampleApi, endpoints};
    use crate::{
        api::{List, Never, UserMetadata},
        words::ids::UserId,
    };

    endpoints! {
        pub(crate) part of SampleApi;

        /// Has no body to answer.
        Idempotent POST "/user/{user_id}/log_out"
        log_out: LogOut(user_id: UserId) -> () | Never, status 204;

        /// Answers a map.
        Read POST "/emails"
        by_emails: ByEmails(emails: List<String>)
        -> BTreeMap<String, UserMetadata> | Never, keyed_by(emails, email);
    }
}

const ODD: &str = "Zoë \"'%2F%00 + a&b=c;#?/\\ {x} 🦀\u{202e}";

/// Takes a request over the wire in one of its forms; `None` as the body means there was none.
fn over_the_wire<E: Endpoint>(parts: &Parts) -> Result<E, FieldErrors> {
    let (path, query) = parts.target.split_once('?').unwrap_or((&parts.target, ""));
    let template = Template::parse(E::TEMPLATE);
    let given = path.strip_prefix('/').unwrap().split('/');
    let segments = template
        .segments()
        .zip(given)
        .filter_map(|(segment, text)| match segment {
            Segment::Field(name) => Some((
                name,
                percent_decode_str(text).decode_utf8().unwrap().into_owned(),
            )),
            Segment::Literal(_) => None,
        });
    decode(Incoming {
        method: parts.method.clone(),
        template,
        segments: segments.collect(),
        query,
        body: parts.body.as_deref().unwrap_or_default(),
    })
}

#[track_caller]
fn assert_round_trip<E: Endpoint + Debug>(
    request: &E,
    target: &str,
    body: impl Into<Option<Value>>,
) {
    let parts = encode(request).unwrap();
    assert_eq!(parts.method, E::METHOD);
    assert_eq!(parts.target, target);
    let sent = parts
        .body
        .as_deref()
        .map(|body| serde_json::from_slice(body).unwrap());
    assert_eq!(sent, body.into());
    let received: E = over_the_wire(&parts).unwrap();
    let fields = |request: &E| {
        let fields = request.fields().unwrap();
        let fields = fields.iter().map(|(name, value)| (name, value.clone()));
        fields.collect::<Vec<_>>()
    };
    assert_eq!(fields(&received), fields(request));
}

#[test]
fn each_field_travels_where_the_row_says() {
    assert_round_trip(&Plain::new(), "/plain", None);
    let search = Search::new("ü/?#", "a b", "a+b@c d")
        .page_size(7)
        .include_orgs(false);
    let target = "/user/%C3%BC%2F%3F%23/by/a%20b?email=a%2Bb%40c+d&include_orgs=false&page_size=7";
    assert_round_trip(&search, target, None);
    let batch = Batch::new(["1", "2"]).include_orgs(true).page(u64::MAX);
    let target = "/user/user_ids/?include_orgs=true&page=18446744073709551615";
    assert_round_trip(&batch, target, Some(json!({ "user_ids": ["1", "2"] })));
    let body = json!({ "org_id": "o", "invitee_email": "a@b" });
    assert_round_trip(&Revoke::new("o", "a@b"), "/invites", Some(body));
    assert_round_trip(&Enable::new("u"), "/user/u/enable", None);
    assert_round_trip(&Query::new(), "/org/query", Some(json!({})));
    let saml = Saml {
        org_id: "o".into(),
        idp_entity_id: "1".to_owned(),
        idp_sso_url: "2".to_owned(),
        idp_certificate: "3".to_owned(),
    };
    let body = json!({ "idp_entity_id": "1", "idp_sso_url": "2", "idp_certificate": "3" });
    assert_round_trip(&SetSaml::new(saml), "/saml/o", Some(body));
}

#[test]
fn odd_text_survives_in_every_place() {
    let filter = json!({ ODD: [ODD, null, 1.5, { ODD: ODD }] });
    let search = Search::new(ODD, ODD, ODD);
    let batch = Batch::new([ODD]).filter(filter.as_object().unwrap().clone());
    let search: Search = over_the_wire(&encode(&search).unwrap()).unwrap();
    assert_eq!(
        (&*search.user_id, &*search.provider, &*search.email),
        (ODD, ODD, ODD)
    );
    let batch: Batch = over_the_wire(&encode(&batch).unwrap()).unwrap();
    assert_eq!(
        (&*batch.user_ids[0], Value::Object(batch.filter.unwrap())),
        (ODD, filter)
    );
}

#[test]
fn a_second_form_takes_the_fields_from_its_own_places() {
    let decoded: Query = decode(Incoming {
        method: Method::GET,
        template: Template::parse(Query::ALTERNATIVE_ROUTES[0].1),
        segments: Vec::new(),
        query: "name=A+%26+B&page_size=7",
        body: b"",
    })
    .unwrap();
    assert_eq!(
        (decoded.name.as_deref(), decoded.page_size),
        (Some("A & B"), Some(7))
    );
    assert_eq!(
        Enable::ALTERNATIVE_ROUTES,
        [(Method::POST, "/user/{user_id}/enable")]
    );
}

#[test]
fn ids_are_read_in_lower_case_and_other_text_as_it_is() {
    let id = "31C41C16-C281-44AE-9602-8A047E3BF33D";
    let search = Search::new(id, id, id);
    let search: Search = over_the_wire(&encode(&search).unwrap()).unwrap();
    assert_eq!(search.user_id.as_str(), id.to_lowercase());
    assert_eq!((search.provider.as_str(), search.email.as_str()), (id, id));

    let filter = json!({ "user_id": id });
    let batch = Batch::new([id]).filter(filter.as_object().unwrap().clone());
    let batch: Batch = over_the_wire(&encode(&batch).unwrap()).unwrap();
    assert_eq!(batch.user_ids[0].as_str(), id.to_lowercase());
    assert_eq!(Value::Object(batch.filter.unwrap()), filter);
}

#[test]
fn a_field_is_taken_from_its_own_place_only() {
    let search = |query, body| {
        let incoming = Incoming {
            method: Method::GET,
            template: Template::parse(Search::TEMPLATE),
            segments: vec![
                ("user_id", "path".to_owned()),
                ("provider", "path".to_owned()),
            ],
            query,
            body,
        };
        decode::<Search>(incoming).map_err(|errors| {
            let fields: Vec<_> = errors.iter().map(|(field, _)| field.to_owned()).collect();
            fields.join(",")
        })
    };
    let decoded = search("email=query", b"").unwrap();
    let (user_id, email) = (decoded.user_id.as_str(), decoded.email.as_str());
    assert_eq!(
        (user_id, decoded.provider.as_str(), email),
        ("path", "path", "query")
    );
    let body: &[u8] = br#"{"user_id":"body","email":"body","provider":"body"}"#;
    assert_eq!(search("", body).unwrap_err(), "email,provider,user_id");
    let query = "user_id=query&email=query&provider=query";
    assert_eq!(search(query, b"").unwrap_err(), "provider,user_id");
    // What the path says may be said again.
    let same: &[u8] = br#"{"user_id":"path","unknown":null}"#;
    assert!(search("email=query&provider=path", same).is_ok());
}

#[test]
fn what_is_wrong_is_said_by_field() {
    let batch = |query, body: &str| {
        let incoming = Incoming {
            method: Method::POST,
            template: Template::parse(Batch::TEMPLATE),
            segments: Vec::new(),
            query,
            body: body.as_bytes(),
        };
        decode::<Batch>(incoming).map_err(|errors| {
            let fields: Vec<_> = errors.iter().map(|(field, _)| field.to_owned()).collect();
            fields.join(",")
        })
    };
    for (query, body, field) in [
        ("", "", "user_ids"),
        ("", "{}", "user_ids"),
        ("", r#"{"user_ids":null}"#, "user_ids"),
        ("user_ids=1", "", "user_ids"),
        ("", r#"{"user_ids":"1"}"#, "user_ids"),
        ("", r#"{"user_ids":[1]}"#, "user_ids"),
        ("include_orgs=yes", r#"{"user_ids":[]}"#, "include_orgs"),
        ("page=-1", r#"{"user_ids":[]}"#, "page"),
        ("page=1&page=2", r#"{"user_ids":[]}"#, "page"),
        ("pages=1", r#"{"user_ids":[]}"#, "pages"),
        (
            "",
            r#"{"user_ids":[],"include_orgs":true,"unknown":[{}]}"#,
            "include_orgs,unknown",
        ),
        ("", r#"{"user_ids":[],"user_ids":[]}"#, "body"),
        (
            "",
            r#"{"user_ids":[],"filter":{"a":[{"b":1,"b":1}]}}"#,
            "body",
        ),
        ("", r#"{"user_ids":[],"filter":3}"#, "filter"),
        ("", "[]", "body"),
        ("", "{\"user_ids\":[]", "body"),
        ("", "\u{1}", "body"),
    ] {
        assert_eq!(batch(query, body).unwrap_err(), field, "{query} {body}");
    }
    let body = r#"{"user_ids":[],"filter":null,"include_orgs":null,"unknown":null}"#;
    let decoded = batch("page=3", body).unwrap();
    assert_eq!(
        (decoded.page, decoded.filter, decoded.include_orgs),
        (Some(3), None, None)
    );
}

#[test]
fn a_call_takes_the_same_arguments_as_its_request() {
    let settings = ClientSettings::new("http://localhost".parse().unwrap(), "a", "key".into());
    let client = Client::new(settings).unwrap();
    let api = SampleApi::new(&client);
    let call: Call<'_, Search> = api.search("1", "2", "3").include_orgs(true);
    assert_eq!(call.request.include_orgs, Some(true));
    assert_eq!(
        (Batch::RETRY_CLASS, Revoke::RETRY_CLASS),
        (RetryClass::Read, RetryClass::Idempotent)
    );
    assert_eq!((Batch::GROUP, Batch::NAME), ("SampleApi", "batch"));
    assert_eq!(Batch::REQUIRED, ["user_ids"]);
    assert_eq!(Batch::OPTIONAL, ["include_orgs", "page", "filter"]);
    let calls = (
        api.plain(),
        api.batch(["1"]),
        api.revoke("o", "e"),
        api.enable("u"),
    );
    let debug = format!("{calls:?} {:?}", api.query().name("n").page_size(1));
    assert!(debug.contains("Plain") && debug.contains("\"n\""));
}

#[test]
fn a_part_belongs_to_its_group() {
    #[derive(Default)]
    struct Seen(Vec<&'static str>);

    impl<E: Endpoint> Visit<E> for Seen {
        fn visit(&mut self) {
            self.0.push(E::TEMPLATE);
        }
    }

    let mut seen = Seen::default();
    SampleApi::visit(&mut seen);
    assert_eq!(seen.0.len(), 9);
    assert_eq!(seen.0[0], "/plain");
    assert_eq!(seen.0[7..], ["/user/{user_id}/log_out", "/emails"]);
    assert_eq!((LogOut::STATUS, Plain::STATUS), (204, 200));

    let users = r#"[{"user_id":"1","email":"A@x.com"}]"#;
    let users = <ByEmails as Endpoint>::Response::read(users.as_bytes()).unwrap();
    let users = ByEmails::new(["a@x.com", "b@x.com"]).complete(users);
    assert_eq!(users.keys().collect::<Vec<_>>(), ["a@x.com"]);
}
