//! What the log says of a refused request: the mistake behind it, on one line, and nothing of it
//! in the answer.

use actix_web::{
    App,
    http::{Method, Uri, header::AUTHORIZATION},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrgWithPermission, InOrgWithRole, InvalidToken, PropelAuth, Requirement,
    UnexpectedCredential, org_id,
    testing::{HasAccessToken as _, TestOrg, TestRequestExt as _, propel_auth},
};

use crate::a_canary::KEY;
use crate::fixtures::{HEADER, Logs, alice, claims_with, send, sign, token, whoami};

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");

fn production(auth_url: &str) -> PropelAuth {
    let builder = PropelAuth::builder(auth_url, KEY).verifier_key(OTHER_PUBLIC);
    builder.build().unwrap()
}

/// Sends a header to an app that requires a user, and returns the log.
async fn log_of(auth: &PropelAuth, authorization: &str, challenge: &str) -> String {
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let logs = Logs::capture();
    let request = TestRequest::get().insert_header((AUTHORIZATION, authorization));
    let answer = send(&app, request.to_request()).await;
    answer.is_401(challenge, authorization);
    logs.text()
}

#[actix_web::test]
async fn what_came_in_place_of_a_token_is_recognized() {
    let auth = propel_auth();
    let jwt = token();
    let api_key = "0123456789abcdef".repeat(6);
    let jwe = format!("eyJhbGciOiJSU0EtT0FFUCJ9.{0}.{0}.{0}.{0}", "AAAA");
    for (header, challenge, text) in [
        ("Bearer undefined", "invalid_token", "a placeholder such as"),
        ("Bearer null", "invalid_token", "a placeholder such as"),
        ("Bearer NULL", "invalid_token", "a placeholder such as"),
        ("Bearer NaN", "invalid_token", "a placeholder such as"),
        ("Bearer <token>", "invalid_token", "a placeholder such as"),
        ("Bearer {{token}}", "invalid_token", "a placeholder such as"),
        ("Bearer $TOKEN", "invalid_token", "a placeholder such as"),
        (
            "Bearer YOUR_TOKEN",
            "invalid_token",
            "a placeholder such as",
        ),
        ("Bearer", "invalid_token", "the token is empty"),
        ("Bearer ", "invalid_token", "the token is empty"),
        (
            "Bearer [object Object]",
            "invalid_request",
            "wrote an object",
        ),
        (
            "Bearer Bearer x",
            "invalid_request",
            "`Bearer` occurs twice",
        ),
        (
            "Bearer bearer x",
            "invalid_request",
            "`Bearer` occurs twice",
        ),
        (&format!("Bearer \"{jwt}\""), "invalid_token", "has quotes"),
        (
            &format!("Bearer {api_key}"),
            "invalid_token",
            "like an API key",
        ),
        (&api_key, "", "a token without its scheme"),
        (&jwt, "", "a token without its scheme"),
        ("Basic dXNlcjpwdw==", "", "has another scheme"),
        ("Token x", "", "has another scheme"),
        (
            &format!("Bearer {jwe}"),
            "invalid_token",
            "the token is encrypted",
        ),
        (
            "Bearer 6b1f0c2e-5d0a-4f43-9d",
            "invalid_token",
            "an opaque string",
        ),
    ] {
        let log = log_of(&auth, header, challenge).await;
        assert!(log.contains(text), "{header}: {text:?} is not in {log}");
        assert_eq!(log.lines().count(), 1, "{header}: {log}");
    }
}

#[actix_web::test]
async fn tokens_of_another_environment_are_recognized() {
    let test = "https://1581439057.propelauthtest.com";
    let live = "https://auth.example.com";
    for (ours, theirs, texts) in [
        (live, test, [test, "a token of a test environment"]),
        (test, live, [live, "this is a test environment"]),
        (
            live,
            "https://auth.other.com",
            ["https://auth.other.com", "use the same environment"],
        ),
    ] {
        let theirs = sign(HEADER, claims_with("iss", &format!("{theirs:?}")));
        // No key that we know signed it.
        let bent = format!("Bearer {}AAAA", &theirs[..theirs.len() - 4]);
        let log = log_of(&production(ours), &bent, "invalid_token").await;
        for text in texts {
            assert!(log.contains(text), "{text:?} is not in {log}");
        }
    }
    let log = log_of(
        &production(live),
        &format!("Bearer {}", token()),
        "invalid_token",
    )
    .await;
    assert!(log.contains("a published development key signed"), "{log}");
}

#[actix_web::test]
async fn how_far_off_the_time_is_and_what_is_no_access_token() {
    let auth = propel_auth();
    let expired = alice().expires_in(-125).access_token();
    let log = log_of(&auth, &format!("Bearer {expired}"), "invalid_token").await;
    let seconds = [
        "expired 125 s ago",
        "expired 126 s ago",
        "expired 127 s ago",
    ];
    assert!(seconds.iter().any(|text| log.contains(text)), "{log}");

    let early = alice().claim("nbf", 4_000_000_000_u64).access_token();
    let log = log_of(&auth, &format!("Bearer {early}"), "invalid_token").await;
    assert!(log.contains("a clock may be wrong"), "{log}");

    let id_token = sign(
        r#"{"alg":"RS256"}"#,
        r#"{"iss":"https://auth.propelauth.test","sub":"1","aud":"x","nonce":"y","exp":4000000000}"#,
    );
    let log = log_of(&auth, &format!("Bearer {id_token}"), "invalid_token").await;
    assert!(log.contains("looks like an ID token"), "{log}");
}

#[test]
fn the_reason_is_typed_for_code_that_has_no_log() {
    let auth = propel_auth();
    for (token, expected) in [
        ("undefined", UnexpectedCredential::Placeholder),
        ("", UnexpectedCredential::Nothing),
        ("'x'", UnexpectedCredential::Quoted),
        (&"ab".repeat(48), UnexpectedCredential::ApiKey),
        ("an-opaque-refresh-token", UnexpectedCredential::OpaqueToken),
    ] {
        let header = format!("Bearer {token}");
        let denied = auth.validate_access_token_and_get_user(header.as_str());
        let expected = Denied::from(InvalidToken::NotAnAccessToken(expected));
        assert_eq!(denied.unwrap_err(), expected, "{token}");
    }
}

#[test]
fn a_misspelled_role_or_permission_is_named() {
    let acme = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let teams = TestOrg::new("Teams").multiple_roles_per_user();
    let user = alice()
        .in_org(&acme, "Admin")
        .in_org_with_roles(&teams, &["Writer", "Reader"])
        .user();
    for (org, requirement, texts) in [
        (
            &acme,
            Requirement::role("admin"),
            ["has \"Admin\"", "spelling of \"admin\""],
        ),
        (
            &acme,
            Requirement::minimum_role("MEMBER"),
            ["has \"Member\"", "differs in case"],
        ),
        (
            &acme,
            Requirement::role(" Admin"),
            ["\" Admin\"", "whitespace around it"],
        ),
        (
            &acme,
            Requirement::role("Admin\t"),
            ["\"Admin\\t\"", "whitespace around it"],
        ),
        (
            &acme,
            Requirement::role("Amdin"),
            ["roles are [\"Admin\"]", "the project has"],
        ),
        (
            &acme,
            Requirement::minimum_role("Root"),
            ["roles are [\"Admin\", \"Member\"]", "the project has"],
        ),
        (
            &acme,
            Requirement::permission("Can_View_Billing"),
            ["has \"can_view_billing\"", "differs in case"],
        ),
        (
            &acme,
            Requirement::all_permissions(["can_view_billing", "can_edit "]),
            ["\"can_edit \"", "whitespace around it"],
        ),
        (
            &acme,
            Requirement::permission("can_edit"),
            ["permissions are [\"can_view_billing\"]", "the project has"],
        ),
        (
            &teams,
            Requirement::role("reader"),
            ["has \"Reader\"", "differs in case"],
        ),
        (
            &acme,
            Requirement::role(""),
            ["the requirement is empty", "no member"],
        ),
    ] {
        let denied = user.authorize(org.org_id(), &requirement).unwrap_err();
        let text = denied.to_string();
        for part in texts {
            assert!(
                text.contains(part),
                "{requirement}: {part:?} is not in {text:?}"
            );
        }
        assert!(!text.contains('\n'), "{text:?}");
    }
}

#[actix_web::test]
async fn a_guard_with_a_misspelled_role_answers_as_ever_and_logs_it() {
    let acme = TestOrg::new("Acme Inc").permission("Owner", "can_pay");
    let auth = propel_auth();
    let app = App::new()
        .service(
            web::resource("/role/{org_id}")
                .wrap(InOrgWithRole::new("owner", org_id::path("org_id")))
                .to(whoami),
        )
        .service(
            web::resource("/permission/{org_id}")
                .wrap(InOrgWithPermission::new("can_pay ", org_id::path("org_id")))
                .to(whoami),
        )
        .wrap(auth.require_user());
    let app = init_service(app).await;
    for (path, text) in [
        ("role", "check the spelling"),
        ("permission", "whitespace around it"),
    ] {
        let logs = Logs::capture();
        let uri = format!("/{path}/{}", acme.org_id());
        let request = TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Owner"));
        send(&app, request.to_request()).await.is_403(path);
        assert!(logs.text().contains(text), "{}", logs.text());
    }
}

#[actix_web::test]
async fn method_and_path_are_plain_and_escaped_once() {
    let auth = propel_auth();
    let app = init_service(App::new().wrap(auth.require_user())).await;
    let request = |method: &[u8], path: &[u8]| {
        let method = Method::from_bytes(method).unwrap();
        let mut request = TestRequest::default().method(method).to_request();
        // As from the wire, where a path is bytes.
        request.head_mut().uri = Uri::try_from(path).unwrap();
        request
    };
    for (method, path, line) in [
        (
            &b"GET"[..],
            &b"/orgs/1?secret=2"[..],
            "method=GET path=/orgs/1 status=401",
        ),
        (
            b"BREW",
            b"/a%0Ab/%1b[31m",
            "method=BREW path=/a%0Ab/%1b[31m status=401",
        ),
        (b"GET", b"/it's/{x}", "path=/it's/{x} status=401"),
        (b"GET", br#"/"x"\n"#, r#"path=/\"x\"\\n status=401"#),
    ] {
        let logs = Logs::capture();
        send(&app, request(method, path)).await.is_401("", line);
        let log = logs.text();
        assert!(log.contains(line), "{line:?} is not in {log:?}");
        assert_eq!(log.lines().count(), 1, "{log:?}");
        assert!(!log.contains("=\""), "nothing is quoted: {log}");
    }
}
