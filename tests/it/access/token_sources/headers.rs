//! Headers of the response to a request whose token was elsewhere: for caches, for the next page, for WebSockets.

use actix_web::{
    App, HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            AUTHORIZATION, CACHE_CONTROL, COOKIE, REFERRER_POLICY, SEC_WEBSOCKET_PROTOCOL, VARY,
        },
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Authentication, InOrg, OptionalUser, TokenSource, org_id,
    testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth, propel_auth_builder},
};

use super::{cookie, from, token, with_cookie};
use crate::fixtures::{Answer, send};

/// Responds with the headers that the query of the request lists after `set.`.
async fn respond(request: HttpRequest, _: OptionalUser) -> HttpResponse {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).unwrap();
    let mut response = HttpResponse::Ok();
    for (name, value) in pairs.iter() {
        if let Some(name) = name.strip_prefix("set.") {
            response.append_header((name, value.as_str()));
        }
    }
    response.finish()
}

async fn ask(middleware: Authentication, request: TestRequest) -> Answer {
    let app = App::new()
        .route("/", web::route().to(respond))
        .wrap(middleware);
    send(&init_service(app).await, request.to_request()).await
}

/// Returns `Cache-Control`, `Vary` and `Referrer-Policy`.
fn headers(answer: &Answer) -> [Option<&str>; 3] {
    assert_eq!(answer.status, StatusCode::OK);
    [CACHE_CONTROL, VARY, REFERRER_POLICY].map(|name| answer.header(name))
}

#[actix_web::test]
async fn a_shared_cache_keeps_no_response_to_a_token_that_it_does_not_know() {
    let private = Some("private");
    let answer = ask(from(cookie()), with_cookie(Method::GET)).await;
    assert_eq!(headers(&answer), [private, Some("Cookie"), None]);

    let query = |more: &str| TestRequest::with_uri(&format!("/?t={}&{more}", token()));
    let answer = ask(from(TokenSource::query("t")), query("")).await;
    assert_eq!(headers(&answer), [private, None, Some("strict-origin")]);

    let function = TokenSource::from_fn(|_| Some(token())).allow_any_origin();
    let answer = ask(from(function), TestRequest::get()).await;
    assert_eq!(headers(&answer), [private, None, None]);

    let offered = format!("chat, b.{}", token());
    let request = TestRequest::get().insert_header((SEC_WEBSOCKET_PROTOCOL, offered));
    let answer = ask(from(TokenSource::websocket_protocol("b.")), request).await;
    assert_eq!(headers(&answer), [private, None, None]);

    // What the application says stays.
    let set = "set.cache-control=public,max-age=60&set.referrer-policy=same-origin";
    let answer = ask(from(TokenSource::query("t")), query(set)).await;
    assert_eq!(
        headers(&answer),
        [Some("public,max-age=60"), None, Some("same-origin")]
    );
}

#[actix_web::test]
async fn a_response_varies_by_the_cookie_that_was_looked_for() {
    let optional = || propel_auth().optional_user().token_from(cookie());
    let anonymous = |query: &str| TestRequest::with_uri(&format!("/?{query}"));
    for (query, cache_control, vary) in [
        ("", None, "Cookie"),
        ("set.cache-control=public", Some("public"), "Cookie"),
        ("set.vary=cookie", None, "cookie"),
        ("set.vary=Origin,+COOKIE", None, "Origin, COOKIE"),
        ("set.vary=*", None, "*"),
    ] {
        let answer = ask(optional(), anonymous(query)).await;
        assert_eq!(
            headers(&answer),
            [cache_control, Some(vary), None],
            "{query}"
        );
    }
    // What is not stored does not vary.
    for value in ["no-store", "private,+No-Store"] {
        let answer = ask(optional(), anonymous(&format!("set.cache-control={value}"))).await;
        assert_eq!(answer.header(VARY), None, "{value}");
    }
    // Another header that the response varies by stays.
    let answer = ask(optional(), anonymous("set.vary=Origin")).await;
    let vary: Vec<_> = answer.headers.get_all(VARY).collect();
    assert_eq!(vary, ["Origin", "Cookie"]);
    let answer = ask(optional(), anonymous("set.vary=Origin&set.vary=Cookie")).await;
    assert_eq!(answer.headers.get_all(VARY).count(), 2);
    let answer = ask(optional(), anonymous("set.vary=x-cookie")).await;
    assert_eq!(answer.headers.get_all(VARY).count(), 2);

    // By the header, or where nothing else is read, nothing is added.
    let by_header = || {
        let value = format!("Bearer {}", token());
        TestRequest::get().insert_header((AUTHORIZATION, value))
    };
    let answer = ask(propel_auth().require_user(), by_header()).await;
    assert_eq!(headers(&answer), [None, None, None]);
    let answer = ask(from(TokenSource::query("t")), by_header()).await;
    assert_eq!(headers(&answer), [None, None, None]);
    let answer = ask(from(cookie()), by_header()).await;
    assert_eq!(headers(&answer), [None, Some("Cookie"), None]);
}

#[actix_web::test]
async fn a_denial_is_never_stored_and_says_nothing_of_places() {
    for request in [with_cookie(Method::POST), TestRequest::get()] {
        let answer = ask(from(cookie()), request).await;
        assert!(answer.status.is_client_error());
        assert_eq!(answer.header(CACHE_CONTROL), Some("no-store"));
        assert_eq!(answer.header(VARY), None);
    }
}

#[actix_web::test]
async fn a_guard_adds_the_headers_where_no_middleware_is() {
    let org = TestOrg::new("Acme");
    let alice = TestUser::new("alice@example.com").in_org(&org, "Admin");
    let auth = propel_auth_builder()
        .token_from(cookie())
        .token_from(TokenSource::query("t"))
        .build()
        .unwrap();
    let app = App::new().app_data(auth).service(
        web::resource("/{org}")
            .wrap(InOrg::new(org_id::path("org")))
            .to(HttpResponse::Ok),
    );
    let app = init_service(app).await;
    let path = format!("/{}", org.org_id());
    let pair = format!("__Host-access_token={}", alice.access_token());
    let by_cookie = TestRequest::with_uri(&path).insert_header((COOKIE, pair));
    let by_query = TestRequest::with_uri(&format!("{path}?t={}", alice.access_token()));
    for (request, referrer) in [(by_cookie, None), (by_query, Some("strict-origin"))] {
        let answer = send(&app, request.to_request()).await;
        assert_eq!(
            headers(&answer),
            [Some("private"), Some("Cookie"), referrer]
        );
    }
}

/// Opens a WebSocket whose client offers these protocols, and whose handler chooses this one. Returns what the
/// response names.
async fn open(offered: &[&str], chosen: &[&str], middleware: Authentication) -> Vec<String> {
    let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
    let open = move || {
        let mut response = HttpResponse::SwitchingProtocols();
        for protocol in &chosen {
            response.append_header((SEC_WEBSOCKET_PROTOCOL, protocol.as_str()));
        }
        let response = response.finish();
        async move { response }
    };
    let app = App::new().route("/", web::get().to(open)).wrap(middleware);
    let mut request = TestRequest::get();
    for protocols in offered {
        request = request.append_header((SEC_WEBSOCKET_PROTOCOL, *protocols));
    }
    let answer = send(&init_service(app).await, request.to_request()).await;
    assert_eq!(answer.status, StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(
        answer.header(CACHE_CONTROL),
        None,
        "there is nothing to store"
    );
    let named = answer.headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    named.map(|it| it.to_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_websocket_is_opened_with_a_protocol_that_was_offered_and_is_not_the_token() {
    let socket = || from(TokenSource::websocket_protocol("access_token."));
    let with_token = format!("access_token.{}", token());
    let (token, with_token) = (token(), with_token.as_str());
    let list = format!("v2,v1 ,\t{with_token}");
    let first = format!("{with_token}, v1");
    let nothing: [&str; 0] = [];
    for (offered, chosen, named) in [
        // The first one that is not the token, in one header or several.
        (&[list.as_str()][..], &[][..], &["v2"][..]),
        (&[&first], &[], &["v1"]),
        (&["v1", with_token], &[], &["v1"]),
        (&[with_token, "v1", "v2"], &[], &["v1"]),
        // What the application has chosen stays.
        (&[&list], &["v1"], &["v1"]),
        (&[&list], &["v3"], &["v3"]),
        // Unless it is the token, whole or in part.
        (&[&list], &[with_token], &["v2"]),
        (&[&list], &[&token], &["v2"]),
        (&[&list], &["access_token."], &["v2"]),
        (&[&list], &["v1", with_token], &["v2"]),
        (&[&list], &[&first], &["v2"]),
        // Nothing else was offered.
        (&[with_token], &[], &nothing[..]),
        (&[with_token], &[with_token], &nothing[..]),
        // Words that cannot be protocols are not named.
        (&["", with_token], &[], &nothing[..]),
        (&["a b, c/d, v1", with_token], &[], &["v1"]),
    ] {
        let answer = open(offered, chosen, socket()).await;
        assert_eq!(answer, named, "{offered:?} {chosen:?}");
    }
    // Two prefixes: none of them is named.
    let both = || socket().token_from(TokenSource::websocket_protocol("bearer."));
    let offered = format!("bearer.{token}, {with_token}, v1");
    assert_eq!(open(&[&offered], &[], both()).await, ["v1"]);
    // Neither are two different ones, with which the request is anonymous.
    let tolerant = propel_auth()
        .allow_anonymous()
        .token_from(TokenSource::websocket_protocol("access_token."))
        .token_from(TokenSource::websocket_protocol("bearer."));
    let answer = open(&["bearer.x, access_token.y, v1"], &[], tolerant).await;
    assert_eq!(answer, ["v1"]);
    // Without a token among the protocols, they are none of our business.
    let header = propel_auth()
        .optional_user()
        .token_from(TokenSource::websocket_protocol("access_token."));
    assert_eq!(open(&["v1, v2"], &[], header.clone()).await, nothing);
    assert_eq!(open(&["v1, v2"], &["v2"], header).await, ["v2"]);
    let unread = propel_auth().optional_user();
    assert_eq!(open(&[&list], &[], unread).await, nothing);
}
