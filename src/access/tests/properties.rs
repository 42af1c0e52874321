//! Property tests: no input of a caller causes a panic, and no mutated credential is accepted.

use actix_web::{dev::ResourceDef, test::TestRequest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::{
    access::{
        Settings, invariants,
        request::org_id::{self, OrgRequest, PathParams},
        user::User,
    },
    proptest_strategies::{cases, mutated, object},
    testing::ISSUER,
    words::org_member_info::OrgMemberInfo,
};

const CLAIMS: &[&str] = &[
    "iss",
    "exp",
    "nbf",
    "iat",
    "user_id",
    "email",
    "first_name",
    "username",
    "properties",
    "metadata",
    "legacy_user_id",
    "impersonator_user_id",
    "org_id_to_org_member_info",
    "org_member_info",
    "login_method",
];

fn user() -> User {
    let claims = json!({"iss": "", "exp": 9_999_999_999_u64, "user_id": "1", "email": "a@b.c"});
    User::verified(
        serde_json::from_value(claims).unwrap(),
        Settings::fallback(),
    )
}

/// Any text, written as bytes in percent-encoding.
fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// What each lookup finds.
fn lookups(request: &TestRequestParts) -> [Option<String>; 3] {
    let user = user().into();
    let pattern = ResourceDef::new("/{before}/{org_id}/x/{after}");
    let head = request.0.head();
    let request = || OrgRequest::new(head, PathParams::Pattern(&pattern), &user);
    let _ = (org_id::default()(&request()), org_id::active()(&request()));
    let _ = (
        org_id::path("org_id")(&request()),
        org_id::query("org_id")(&request()),
    );
    let _ = (
        org_id::header("x-org-id")(&request()),
        request().miss_reason(),
    );
    [
        request().path_param("org_id"),
        request().query_param("org_id"),
        request().header("x-org-id"),
    ]
}

struct TestRequestParts(actix_web::HttpRequest);

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_header_is_one_clean_token_or_rejected(
        scheme in proptest::sample::select(&["Bearer ", "bearer  ", ""][..]),
        rest in vec(prop_oneof![any::<u8>(), 0x20_u8..0x7f], 0..40),
    ) {
        let _ = invariants::header(&[scheme.as_bytes(), &rest].concat());
    }

    #[test]
    fn a_token_that_was_not_signed_is_rejected(
        text in any::<String>(),
        payload in vec(any::<u8>(), 0..64),
        members in object(&["alg", "typ", "kid", "crit", "b64", "enc", "zip"]),
        signature in vec(any::<u8>(), 250..260),
    ) {
        prop_assert!(!invariants::token(text.as_bytes()));
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let mut members = members;
        for alg in [None, Some("RS256")] {
            if let Some(alg) = alg {
                members.insert("alg".to_owned(), alg.into());
            }
            let header = serde_json::to_string(&members).unwrap();
            let _ = invariants::token(header.as_bytes());
            let header = URL_SAFE_NO_PAD.encode(header);
            let token = format!("{header}.{payload}.{signature}");
            prop_assert!(!invariants::token(token.as_bytes()));
        }
    }

    #[test]
    fn claims_of_any_shape_are_accepted_or_rejected(
        members in object(CLAIMS),
        member in object(&[
            "org_id", "org_name", "url_safe_org_name", "org_metadata", "org_role_structure",
            "user_role", "inherited_user_roles_plus_current_role", "user_permissions",
            "additional_roles",
        ]),
        login in object(&["login_method", "provider", "org_id"]),
        bytes in vec(any::<u8>(), 0..64),
    ) {
        let _ = invariants::claims(&bytes);
        let _ = serde_json::from_value::<OrgMemberInfo>(Value::Object(member.clone()));
        let exp = invariants::NOW + 1;
        let mut claims = json!({"iss": ISSUER, "exp": exp, "user_id": "1", "email": "a@b.c"});
        prop_assert!(invariants::claims(claims.to_string().as_bytes()));
        let whole = claims.as_object_mut().unwrap();
        whole.insert("login_method".to_owned(), Value::Object(login));
        whole.insert("org_member_info".to_owned(), Value::Object(member));
        for (name, value) in members {
            claims[name] = value;
            let _ = invariants::claims(claims.to_string().as_bytes());
        }
    }

    #[test]
    fn every_reader_finds_the_same_environment_in_a_request(
        host in "[a-zA-Z0-9.:@\\[\\]%-]{0,12}",
        path in "(/[.eu%]{0,3}){0,4}",
        members in object(&["iss", "sub", "iat"]),
        bytes in vec(any::<u8>(), 0..64),
    ) {
        let _ = invariants::environment(&bytes);
        let payload = Value::Object(members);
        let _ = invariants::environment(format!("{host}\n{path}\n{payload}").as_bytes());
        let _ = invariants::environment(format!("{host}\n/eu{path}\n{payload}").as_bytes());
    }

    #[test]
    fn any_request_has_one_token_or_none(
        query in proptest::option::of("(t=[x.]{0,3}|%74=x|u=1|[ -~]{0,8})(&(t=x|t=y|[ -~]{0,6})){0,2}"),
        headers in vec(prop_oneof![
            "c(a|A|b| a )=?(x|y|x.y|é| x |)(; ?(a=x|b=1|a)){0,2}",
            "p(v1|b\\.x|b\\.y|b\\.|a b|)(, ?(b\\.x|v1)){0,2}",
            "r(v1|b\\.x|x)",
            "a(Bearer (x|y|x y)|Basic x|Bearer)",
            "[ohsum](https://(a|b)(:443|:80)?|a(:443)?|b|POST|GET|CONNECT|same-origin|cross-site|websocket|null)",
        ], 0..5),
        bytes in vec(any::<u8>(), 0..60),
    ) {
        let lines = [vec![query.unwrap_or_default()], headers].concat().join("\n");
        let _ = invariants::token_source(lines.as_bytes());
        let _ = invariants::token_source(&bytes);
    }

    #[test]
    fn a_mutated_key_is_accepted_or_rejected(
        bent in mutated(crate::dev_keys::PUBLIC_KEY_PEMS[0]),
        text in any::<String>(),
        der in vec(any::<u8>(), 0..80),
        tag in proptest::sample::select(&["PUBLIC KEY", "RSA PUBLIC KEY", "PRIVATE KEY"][..]),
    ) {
        let bent = String::from_utf8_lossy(&bent);
        let pem = pem::encode(&pem::Pem::new(tag, der));
        for text in [&*bent, &text, &pem] {
            let _ = invariants::pem(text.as_bytes());
        }
    }

    #[test]
    fn an_org_id_is_decoded_the_same_from_every_source(
        org_id in "\\PC{1,20}",
        beside in "\\PC{1,5}",
    ) {
        let (encoded, beside) = (percent(org_id.as_bytes()), percent(beside.as_bytes()));
        let uri = format!("/{beside}/{encoded}/x/{beside}?org_id={encoded}&{beside}={beside}");
        let request = TestRequest::with_uri(&uri);
        let [path, query, none] = lookups(&TestRequestParts(request.to_http_request()));
        prop_assert_eq!(path.as_deref(), Some(&*org_id));
        prop_assert_eq!(query.as_deref(), Some(&*org_id));
        prop_assert_eq!(none, None);
    }

    #[test]
    fn a_lookup_accepts_any_bytes(
        path in vec(any::<u8>(), 0..20),
        query in "[ -~]{0,40}",
        values in vec(vec(any::<u8>(), 0..20), 0..3),
    ) {
        for tail in [percent(&path), query] {
            let request = format!("{}\norg_id={tail}", percent(&path)).into_bytes();
            let lines = [vec![request], values.clone()].concat();
            let _ = invariants::org_id(&lines.join(&b'\n'));
        }
    }
}

mod signed {
    use std::sync::LazyLock;

    use super::*;
    use crate::testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth};

    static TOKEN: LazyLock<String> = LazyLock::new(|| TestUser::new("a@b.c").access_token());

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_mutated_token_is_rejected_after_the_valid_one_was_cached(
            bent in mutated(&TOKEN),
        ) {
            thread_local!(static AUTH: crate::PropelAuth = propel_auth());
            let bent = String::from_utf8_lossy(&bent).into_owned();
            let is_valid = |token: &str| AUTH.with(|auth| {
                let header = format!("Bearer {token}");
                auth.validate_access_token_and_get_user(header.as_str()).is_ok()
            });
            prop_assert!(is_valid(&TOKEN));
            // What is left after spaces in front is the token itself.
            prop_assert_eq!(is_valid(&bent), bent.trim_start_matches(' ') == *TOKEN);
        }
    }

    proptest! {
        #![proptest_config(cases(48))]

        #[test]
        fn a_cached_token_has_the_user_of_its_verification(
            email in any::<String>(),
            name in any::<String>(),
            role in any::<String>(),
            properties in object(&["a"]),
        ) {
            let auth = propel_auth();
            let org = TestOrg::new(name.as_str());
            let user = TestUser::new(email.as_str())
                .in_org(&org, &role)
                .claim("first_name", name)
                .claim("properties", Value::Object(properties));
            let header = format!("Bearer {}", user.access_token());
            let look = || auth.validate_access_token_and_get_user(header.as_str()).unwrap();
            let (first, second) = (look(), look());
            prop_assert_eq!(&first.email, &email);
            prop_assert_eq!(&first, &second);
            prop_assert_eq!(
                serde_json::to_value(&first).unwrap(),
                serde_json::to_value(&second).unwrap()
            );
            let stats = auth.token_cache_stats();
            prop_assert_eq!((auth.verification_count(), stats.hits), (1, 1));
        }
    }
}
