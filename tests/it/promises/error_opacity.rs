//! What a caller is told of a refusal: the status, and not why.

use actix_web::{
    App, HttpResponse, ResponseError as _,
    http::header::AUTHORIZATION,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, Error, InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission,
    InOrgWithRole, PropelAuth, User, org_id,
    testing::{
        DEV_PUBLIC_KEY_PEM, HasAccessToken as _, TestOrg, TestRequestExt as _, propel_auth_builder,
    },
};

use crate::fixtures::{
    Answer, FORBIDDEN, HEADER, INTERNAL, Logs, UNAUTHORIZED, alice, claims_with, send, sign, token,
};

/// Asks in every way that is refused. Returns what was asked and the answer.
async fn refusals(auth: &PropelAuth) -> Vec<(String, Answer)> {
    let acme = TestOrg::new("Acme Inc").permission("Admin", "read");
    let by_query = || org_id::query("org");
    let inside = || async { "inside" };
    let app = App::new()
        .service(
            web::resource("/member")
                .wrap(InOrg::new(by_query()))
                .to(inside),
        )
        .service(
            web::resource("/role")
                .wrap(InOrgWithRole::new("Owner", by_query()))
                .to(inside),
        )
        .service(
            web::resource("/minimum")
                .wrap(InOrgWithMinimumRole::new("Owner", by_query()))
                .to(inside),
        )
        .service(
            web::resource("/permission")
                .wrap(InOrgWithPermission::new("write", by_query()))
                .to(inside),
        )
        .service(
            web::resource("/all")
                .wrap(InOrgWithAllPermissions::new(["read", "write"], by_query()))
                .to(inside),
        )
        .service(
            web::resource("/argument").to(|_: actix_web_propelauth::ActiveOrg| async { "inside" }),
        )
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let mut refusals = Vec::new();

    let old = alice().expires_in(-1).access_token();
    let mut headers = vec![
        String::new(),
        "Basic eA==".into(),
        "Bearer".into(),
        "Bearer a b".into(),
        "Bearer x".into(),
        "Bearer é".into(),
        format!("Bearer {old}"),
        format!("Bearer {}A", token()),
        format!("Bearer {}", "x".repeat(20_000)),
    ];
    for (name, json) in [
        ("iss", r#""x""#),
        ("user_id", "1"),
        ("exp", "null"),
        ("nbf", "9000000000"),
    ] {
        headers.push(format!("Bearer {}", sign(HEADER, claims_with(name, json))));
    }
    headers.push(format!("Bearer {}", sign(r#"{"alg":"none"}"#, "{}")));
    for header in headers {
        let mut request = TestRequest::with_uri("/member");
        if !header.is_empty() {
            request = request.insert_header((AUTHORIZATION, header.as_str()));
        }
        refusals.push((header, send(&app, request.to_request()).await));
    }

    let admin = alice().in_org(&acme, "Admin");
    for path in ["/role", "/minimum", "/permission", "/all"] {
        let uri = format!("{path}?org={}", acme.org_id());
        let request = TestRequest::with_uri(&uri).as_user(&admin).to_request();
        refusals.push((uri, send(&app, request).await));
    }
    for uri in [
        "/member",
        "/member?org=",
        "/member?org=a&org=b",
        "/member?org=other",
        "/member?org=%FF",
        "/argument",
    ] {
        let request = TestRequest::with_uri(uri).as_user(&admin).to_request();
        refusals.push((uri.to_owned(), send(&app, request).await));
    }
    refusals
}

#[actix_web::test]
async fn no_refusal_says_more_than_its_status() {
    for (case, answer) in refusals(&propel_auth_builder().build().unwrap()).await {
        match answer.status.as_u16() {
            401 => assert_eq!(answer.body, UNAUTHORIZED, "{case}"),
            403 => answer.is_403(&case),
            431 => answer.is_431(&case),
            status => panic!("{status}: {case}"),
        }
    }
    // The control: with debug on, each of them has something to say.
    let debug = propel_auth_builder().debug_mode(true).build().unwrap();
    for (case, answer) in refusals(&debug).await {
        assert!(answer.body.contains(r#","detail":""#), "{case}: {answer:?}");
        serde_json::from_str::<serde_json::Value>(&answer.body).unwrap();
    }
}

#[actix_web::test]
async fn the_log_has_the_reason_and_neither_the_token_nor_the_user() {
    let auth = propel_auth_builder().build().unwrap();
    let logs = Logs::capture();
    let refusals = refusals(&auth).await;
    let logs = logs.text();
    assert_eq!(
        logs.lines().count(),
        refusals.len(),
        "one line each: {logs}"
    );
    for text in [
        "the token has expired",
        "not a member",
        "\"Owner\"",
        "\"write\"",
        "exactly one query parameter",
    ] {
        assert!(logs.contains(text), "{text}: {logs}");
    }
    assert!(!logs.contains("alice@example.com"), "{logs}");
    for (case, _) in refusals {
        for segment in case
            .split(['.', ' '])
            .filter(|segment| segment.len() > 40 && !segment.contains('/'))
        {
            assert!(!logs.contains(segment), "{segment}");
        }
    }
}

#[test]
fn the_log_line_of_a_failed_call_has_its_code() {
    let logs = Logs::capture();
    let error: Error = Error::OrgsNotEnabled;
    assert_eq!(error.error_response().status(), 500);
    let logs = logs.text();
    assert!(logs.contains("code=orgs_not_enabled"), "{logs}");
}

#[actix_web::test]
async fn what_a_caller_writes_forges_no_line_of_the_log() {
    let auth = propel_auth_builder().build().unwrap();
    let forged = "\r\n2030-01-01T00:00:00Z ERROR forged";
    let json = serde_json::to_string(forged).unwrap();
    let app = App::new()
        .service(
            web::resource("/orgs/{org}")
                .wrap(InOrg::new(org_id::path("org")))
                .to(|| async { "" }),
        )
        .service(
            web::resource("/names")
                .wrap(InOrg::new(|request| {
                    request
                        .query_param("name")
                        .map(actix_web_propelauth::RequiredOrg::name)
                }))
                .to(|| async { "" }),
        )
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let encoded = "%0D%0A2030-01-01T00:00:00Z%20ERROR%20forged";
    let logs = Logs::capture();
    let mut requests = vec![
        TestRequest::with_uri(&format!("/orgs/{encoded}")).as_user(&alice()),
        TestRequest::with_uri(&format!("/names?name={encoded}")).as_user(&alice()),
        TestRequest::with_uri(&format!("/{encoded}")),
    ];
    for token in [
        sign(HEADER, claims_with("iss", &json)),
        sign(HEADER, claims_with("exp", &json)),
        sign(HEADER, claims_with("org_id_to_org_member_info", &json)),
        sign(format!(r#"{{"alg":{json}}}"#), "{}"),
        sign(format!(r#"{{"alg":"RS256","typ":{json}}}"#), "{}"),
        sign(format!(r#"{{"alg":"RS256","kid":{json},{json}:1}}"#), "{}"),
    ] {
        let value = format!("Bearer {token}");
        requests.push(TestRequest::with_uri("/names").insert_header((AUTHORIZATION, value)));
    }
    let count = requests.len();
    for request in requests {
        let answer = send(&app, request.to_request()).await;
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{answer:?}");
        assert!(
            !format!("{:?}", answer.headers).contains("forged"),
            "{answer:?}"
        );
    }
    let text = logs.text();
    assert_eq!(text.lines().count(), count, "{text}");
    assert!(text.lines().all(|line| line.contains(" DEBUG ")), "{text}");
    assert!(!text.contains('\r'), "{text}");
}

#[actix_web::test]
async fn a_500_tells_the_caller_nothing_of_what_is_missing() {
    let app = App::new().route(
        "/",
        web::get().to(|user: User| async move { user.email.clone() }),
    );
    let answer = send(&init_service(app).await, TestRequest::get().to_request()).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (500, INTERNAL));
}

#[actix_web::test]
async fn the_hook_sees_the_exact_reason_and_may_tell_it() {
    let auth = propel_auth_builder().on_denied(|denied, _, response| match denied {
        Denied::Forbidden(forbidden) => {
            HttpResponse::build(response.status()).body(forbidden.to_string())
        }
        _ => response,
    });
    for (case, answer) in refusals(&auth.build().unwrap()).await {
        match answer.status.as_u16() {
            401 => assert_eq!(answer.body, UNAUTHORIZED, "{case}"),
            431 => answer.is_431(&case),
            _ => assert!(
                answer.body != FORBIDDEN && answer.body.contains("organization"),
                "{case}"
            ),
        }
    }
}

#[test]
fn nothing_secret_is_in_what_is_printed() {
    const CANARY: &str = "canary-0123456789abcdef";
    let configured = || {
        PropelAuth::builder("https://auth.localhost", CANARY)
            .verifier_key(DEV_PUBLIC_KEY_PEM)
            .emulator()
    };
    let auth = configured().build().unwrap();
    let key_line = DEV_PUBLIC_KEY_PEM.lines().nth(1).unwrap();
    let token = token();
    let _ = auth.validate_access_token_and_get_user(format!("Bearer {token}").as_str());
    let errors = [
        PropelAuth::builder("x", CANARY).build().unwrap_err(),
        PropelAuth::builder("x", CANARY)
            .verifier_key(DEV_PUBLIC_KEY_PEM)
            .build()
            .unwrap_err(),
        PropelAuth::builder("https://auth.example.com", format!("{CANARY}\n"))
            .verifier_key(DEV_PUBLIC_KEY_PEM)
            .emulator()
            .build()
            .unwrap_err(),
    ];
    for text in [
        format!("{:?}{:#?}", configured(), configured()),
        format!("{auth:?}{auth:#?}"),
        format!("{:?}", auth.require_user()),
        format!("{:?}", InOrg::default()),
        format!(
            "{errors:?}{}",
            errors.each_ref().map(ToString::to_string).concat()
        ),
    ] {
        for secret in [CANARY, key_line, &token, "alice@example.com"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    assert!(format!("{auth:?}").contains("https://auth.localhost"));
}

#[test]
fn guard_debug_shows_requirement() {
    let guard = InOrgWithRole::new("Admin", org_id::active());
    let text = format!("{guard:?}");
    assert!(text.contains("InOrgWithRole"), "{text}");
    assert!(text.contains("Admin"), "{text}");
}
