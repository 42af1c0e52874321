//! The log line of every kind of denial and of every hint, pinned word by word in
//! `tests/texts/log_lines.txt`. `UPDATE_TEXTS=1` writes that file again, for review.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use actix_web::{
    App,
    http::{Method, header::AUTHORIZATION},
    test::{self, TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    ActiveOrg, Denied, InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission,
    InOrgWithRole, OrgMemberInfo, PropelAuth, PropelAuthBuilder, RequiredOrg, Requirement,
    TokenSource, Unauthorized, User,
    emulator::Emulator,
    explanations, org_id,
    testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth_builder},
};

use jsonwebtoken::{Algorithm, EncodingKey};

use crate::a_canary::{self, KEY};
use crate::fixtures::{HEADER, Logs, alice, claims_with, sign, sign_with, whoami};

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");
const OTHER_PRIVATE: &str = include_str!("../../keys/other_private.pem");
const NOW: u64 = 1_900_000_000;
const ISSUER: &str = "https://auth.propelauth.test";

/// The lines so far, each under the name of its case.
struct Lines {
    text: String,
    /// What is written in place of ids that differ between runs.
    names: Vec<(String, &'static str)>,
}

impl Lines {
    async fn add(&mut self, case: &str, builder: PropelAuthBuilder, request: TestRequest) {
        self.add_for(case, &builder.build().unwrap(), request).await;
    }

    /// Sends a request to the application and keeps what is logged.
    async fn add_for(&mut self, case: &str, auth: &PropelAuth, request: TestRequest) {
        let ok = || async { "" };
        let by_path = || org_id::path("org");
        let app = App::new()
            .service(web::resource("/user").to(whoami))
            .service(
                web::resource("/member/{org}")
                    .wrap(InOrg::new(by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/admin/{org}")
                    .wrap(InOrgWithRole::new("Admin", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/role-in-other-case/{org}")
                    .wrap(InOrgWithRole::new("admin", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/at-least-admin/{org}")
                    .wrap(InOrgWithMinimumRole::new("Admin", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/permission/{org}")
                    .wrap(InOrgWithPermission::new("can_pay", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/permission-in-other-case/{org}")
                    .wrap(InOrgWithPermission::new("Can_Read", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/whitespace/{org}")
                    .wrap(InOrgWithPermission::new("can_read ", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/permission-as-role/{org}")
                    .wrap(InOrgWithRole::new("can_read", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/role-as-permission/{org}")
                    .wrap(InOrgWithPermission::new("Member", by_path()))
                    .to(ok),
            )
            .service(
                web::resource("/permissions/{org}")
                    .wrap(InOrgWithAllPermissions::new(
                        ["can_read", "can_pay"],
                        by_path(),
                    ))
                    .to(ok),
            )
            .service(
                web::resource("/name/{org}")
                    .wrap(InOrg::new(|request: &org_id::OrgRequest<'_>| {
                        request.path_param("org").map(RequiredOrg::name)
                    }))
                    .to(ok),
            )
            .service(
                web::resource("/wrong-parameter/{id}")
                    .wrap(InOrg::new(by_path()))
                    .to(ok),
            )
            .service(
                web::scope("/scope")
                    .wrap(InOrg::new(by_path()))
                    .route("/{org}", web::get().to(ok)),
            )
            .service(
                web::resource("/routed/{org}")
                    .route(web::get().guard(InOrg::new(by_path())).to(ok)),
            )
            .service(
                web::resource("/header")
                    .wrap(InOrg::new(org_id::header("x-org")))
                    .to(ok),
            )
            .service(web::resource("/handler/{org}").to(
                |user: User, org: web::Path<String>| async move {
                    let owner = Requirement::role("Owner");
                    user.authorize(org.as_str(), &owner).map(|_| "")
                },
            ))
            .service(
                web::resource("/step-up/{org}")
                    .wrap(InOrg::new(by_path()).and(Requirement::step_up("PAY")))
                    .to(ok),
            )
            .service(
                web::resource("/step-up-routed/{org}").route(
                    web::get()
                        .guard(InOrg::new(by_path()).and(Requirement::step_up("PAY")))
                        .to(ok),
                ),
            )
            .service(web::resource("/step-up-not-awaited/{org}").to(
                |user: User, org: web::Path<String>| async move {
                    let pay = Requirement::step_up("PAY");
                    user.authorize(org.as_str(), &pay).map(|_| "")
                },
            ))
            .service(web::resource("/two-grants/{org}").to(
                |user: User, org: web::Path<String>| async move {
                    let both = Requirement::step_up("PAY").and(Requirement::step_up("SIGN"));
                    user.authorize(org.as_str(), &both).map(|_| "")
                },
            ))
            .service(web::resource("/active").to(|_: ActiveOrg| async { "" }))
            .service(web::resource("/no-guard").to(|_: OrgMemberInfo| async { "" }))
            .wrap(auth.require_user());
        let app = init_service(app).await;
        a_canary::watch();
        let logs = Logs::capture();
        let response = call_service(&app, request.to_request()).await;
        let (status, title) = (
            response.status(),
            response.status().canonical_reason().unwrap(),
        );
        assert!(
            status.is_client_error() || status.is_server_error(),
            "{case}"
        );
        // The caller learns the status, and nothing of what the log says.
        let body = test::read_body(response).await;
        let opaque = format!(r#"{{"title":"{title}","status":{}}}"#, status.as_u16());
        assert_eq!(body, opaque, "{case}");
        let log = logs.text();
        for secret in [
            "eyJ",
            "alice@example.com",
            "dXNlcjpwdw",
            "0123456789abcdef",
            "S3cret",
        ] {
            assert!(!log.contains(secret), "{case}: {secret} is in {log}");
        }
        self.keep(case, &log);
    }

    fn keep(&mut self, case: &str, log: &str) {
        writeln!(self.text, "{case}").unwrap();
        // A line of a fetch has the operating system's error, and no code.
        for line in log.lines().filter(|line| line.contains(" code=")) {
            let (time_and_level, mut line) = {
                let (start, rest) = line.split_once(" actix_web_propelauth").unwrap();
                let (_, message) = rest.split_once(": ").unwrap();
                (start, message.to_owned())
            };
            for (id, name) in &self.names {
                line = line.replace(id, name);
            }
            if let Some((start, rest)) = line.split_once("may be made in ") {
                let (_, rest) = rest.split_once(' ').unwrap();
                line = format!("{start}may be made in <some> {rest}");
            }
            // A user that a case made for itself: the number depends on the tests before.
            while let Some((start, rest)) = line.split_once("00000001-0000-4000-8000-") {
                line = format!("{start}<user>{}", &rest[12..]);
            }
            let level = time_and_level.split_whitespace().last().unwrap();
            writeln!(self.text, "    {level} {line}").unwrap();
        }
    }
}

fn builder() -> PropelAuthBuilder {
    propel_auth_builder().clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
}

fn production(auth_url: &str) -> PropelAuthBuilder {
    PropelAuth::builder(auth_url, KEY)
        .verifier_key(OTHER_PUBLIC)
        .clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
}

/// A request to a route that only needs a user, with this header.
fn with(authorization: &str) -> TestRequest {
    TestRequest::with_uri("/user").insert_header((AUTHORIZATION, authorization))
}

fn bearer(token: &str) -> TestRequest {
    with(&format!("Bearer {token}"))
}

/// Alice at the time of the fixed clock.
fn valid(user: &TestUser) -> String {
    user.clone().claim("exp", NOW + 60).access_token()
}

fn claims_at(name: &str, json: &str) -> String {
    let claims: serde_json::Value = serde_json::from_str(&claims_with(name, json)).unwrap();
    let mut claims = claims;
    claims["exp"] = (NOW + 60).into();
    claims.to_string()
}

#[actix_web::test]
async fn each_line_is_the_reviewed_one() {
    let acme = TestOrg::new("Acme Inc")
        .permission("Admin", "can_read")
        .permission("Member", "can_read");
    let beta = TestOrg::new("Beta");
    let nobody = alice();
    let member = alice().in_org(&acme, "Member");
    let owner = alice().in_org(&acme, "Owner");
    let mut lines = Lines {
        text: String::new(),
        names: [
            (acme.org_id().to_string(), "<acme>"),
            (beta.org_id().to_string(), "<beta>"),
            (
                acme.org_id().to_string().replace('-', ""),
                "<acme without hyphens>",
            ),
            (nobody.user_id().to_string(), "<nobody>"),
            (member.user_id().to_string(), "<member>"),
            (owner.user_id().to_string(), "<owner>"),
        ]
        .to_vec(),
    };
    headers(&mut lines).await;
    tokens(&mut lines, &member).await;
    elsewhere(&mut lines, &member).await;
    orgs(&mut lines, &acme, &beta, &nobody, &member, &owner).await;

    compare(&lines.text);
    let explained: BTreeSet<_> = explanations().map(|one| one.code).collect();
    let words: Vec<_> = lines.text.split([' ', '\n']).collect();
    for word in &words {
        for code in ["code=", "hint="]
            .iter()
            .filter_map(|field| word.strip_prefix(field))
        {
            assert!(explained.contains(code), "{code} is not explained");
        }
    }
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md"));
    let table = table.unwrap();
    let hints = table
        .split("## ")
        .find(|part| part.starts_with("Hints"))
        .unwrap();
    for row in hints.lines().filter_map(|line| line.strip_prefix("| `")) {
        let code = row.split('`').next().unwrap();
        let is_seen = words.contains(&format!("hint={code}").as_str());
        // No guard can be made with an empty requirement: see `a_misspelled_role_or_permission_is_named`.
        assert!(
            is_seen || code == "empty_requirement",
            "{code} is not reached"
        );
    }
}

fn compare(text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts/log_lines.txt");
    if std::env::var_os("UPDATE_TEXTS").is_some() {
        return fs::write(&path, text).unwrap();
    }
    let on_disk = fs::read_to_string(&path).unwrap_or_default();
    for (found, reviewed) in text.lines().zip(on_disk.lines()) {
        assert_eq!(found, reviewed, "review it, and run with UPDATE_TEXTS=1");
    }
    assert_eq!(text, on_disk, "review it, and run with UPDATE_TEXTS=1");
}

/// Requests whose token is in a cookie, which is read.
async fn elsewhere(lines: &mut Lines, member: &TestUser) {
    let cookie = || TokenSource::cookie("a");
    let expired = member.clone().claim("exp", NOW - 60).access_token();
    let valid = valid(member);
    let with = |value: &str| {
        TestRequest::with_uri("/user").insert_header(("cookie", format!("a={value}")))
    };
    for (case, request) in [
        ("an expired token in a cookie", with(&expired)),
        ("`Bearer` in a cookie", with(&format!("Bearer {valid}"))),
        ("two cookies", with(&format!("{valid}; a={valid}"))),
        (
            "a cookie of a request of another site",
            with(&valid).method(Method::POST),
        ),
        (
            "a cookie, and another token in the header",
            with(&valid).insert_header((AUTHORIZATION, "Bearer x")),
        ),
    ] {
        lines
            .add(case, builder().token_from(cookie()), request)
            .await;
    }
}

async fn headers(lines: &mut Lines) {
    let jwt = sign(HEADER, claims_at("nbf", "1"));
    let key = "0123456789abcdef".repeat(6);
    let user = || TestRequest::with_uri("/user");
    for (case, request) in [
        ("no header", user()),
        (
            "a CORS preflight",
            user()
                .method(Method::OPTIONS)
                .insert_header(("origin", "https://app.example.com"))
                .insert_header(("access-control-request-method", "GET")),
        ),
        (
            "in the query",
            TestRequest::with_uri(&format!("/user?access_token={jwt}")),
        ),
        (
            "in a cookie",
            user().insert_header(("cookie", format!("a=b; session={jwt}"))),
        ),
        (
            "in another header",
            user().insert_header(("x-access-token", jwt.as_str())),
        ),
        ("a webhook", user().insert_header(("svix-id", "msg_1"))),
        (
            "a WebSocket",
            user().insert_header(("upgrade", "websocket")),
        ),
        (
            "a WebSocket with a token among its protocols",
            user().insert_header(("sec-websocket-protocol", format!("bearer, {jwt}"))),
        ),
        (
            "two headers",
            bearer(&jwt).append_header((AUTHORIZATION, "Bearer x")),
        ),
        ("without a scheme", with(&jwt)),
        ("an API key without a scheme", with(&key)),
        ("an API key", bearer(&key)),
        ("undefined", bearer("undefined")),
        ("undefined without a scheme", with("undefined")),
        ("None", bearer("None")),
        ("empty", with("Bearer ")),
        ("an object", bearer("[object Object]")),
        ("JSON", bearer(&format!("{{\"accessToken\": \"{jwt}\"}}"))),
        ("quoted", bearer(&format!("\"{jwt}\""))),
        ("quoted with its scheme", with(&format!("\"Bearer {jwt}\""))),
        ("Basic", with("Basic dXNlcjpwdw==")),
        ("Token", with(&format!("Token {jwt}"))),
        ("an unknown scheme", with("S3cret x")),
        ("a colon", with(&format!("Bearer: {jwt}"))),
        ("misspelled", with(&format!("Baerer {jwt}"))),
        (
            "the name in the value",
            with(&format!("Authorization: Bearer {jwt}")),
        ),
        ("twice", bearer(&format!("Bearer {jwt}"))),
        ("joined", bearer(&format!("{jwt}, Bearer {jwt}"))),
        ("the end of a line", bearer(&format!("{jwt} "))),
        ("two words", bearer("a b")),
        ("not ASCII", bearer("é")),
        ("opaque", bearer("6b1f0c2e-5d0a-4f43-9d")),
        (
            "encrypted",
            bearer(&format!("eyJhbGciOiJSU0EtT0FFUCJ9.{0}.{0}.{0}.{0}", "AAAA")),
        ),
        ("two parts", bearer(jwt.rsplit_once('.').unwrap().0)),
        ("percent-encoded", bearer(&format!("{jwt}%0A"))),
        ("no JWT", bearer("a.b")),
    ] {
        lines.add(case, builder(), request).await;
    }
}

async fn tokens(lines: &mut Lines, member: &TestUser) {
    let at = |name: &str, json: &str| sign(HEADER, claims_at(name, json));
    let bent = |token: String| format!("{}AAAA", &token[..token.len() - 4]);
    for (case, token) in [
        ("HS256", sign(r#"{"alg":"HS256"}"#, claims_at("nbf", "1"))),
        ("none", sign(r#"{"alg":"none"}"#, claims_at("nbf", "1"))),
        (
            "ES256 of another issuer",
            sign(
                r#"{"alg":"ES256"}"#,
                claims_at("iss", "\"https://id.example.com\""),
            ),
        ),
        (
            "a type",
            sign(r#"{"alg":"RS256","typ":"at+jwt"}"#, claims_at("nbf", "1")),
        ),
        ("altered", bent(at("nbf", "1"))),
        ("no user", at("user_id", "1")),
        (
            "an ID token",
            sign(
                HEADER,
                format!(r#"{{"iss":"{ISSUER}","sub":"1","aud":"x","nonce":"y","exp":4000000000}}"#),
            ),
        ),
        ("another issuer", at("iss", "\"https://auth.other.com\"")),
        ("an issuer that is no URL", at("iss", "\"x\"")),
        ("not yet valid", at("nbf", &(NOW + 90).to_string())),
        (
            "expired just now",
            member.clone().claim("exp", NOW - 5).access_token(),
        ),
        (
            "expired",
            member.clone().claim("exp", NOW - 125).access_token(),
        ),
        (
            "expired long ago",
            member.clone().claim("exp", NOW - 200_000).access_token(),
        ),
        ("too long", "x".repeat(20_000)),
    ] {
        lines.add(case, builder(), bearer(&token)).await;
    }
    for (case, issuer) in [
        ("a slash", "https://auth.propelauth.test/"),
        ("a case", "https://AUTH.propelauth.test"),
        ("a scheme", "http://auth.propelauth.test"),
        ("a port", "https://auth.propelauth.test:443"),
    ] {
        let token = at("iss", &format!("{issuer:?}"));
        lines.add(case, builder(), bearer(&token)).await;
    }
    let local = builder().issuer("http://localhost:9100");
    let token = at("iss", "\"http://127.0.0.1:9100\"");
    lines
        .add("a name of this machine", local, bearer(&token))
        .await;
    lines
        .add(
            "an audience",
            builder().audience("https://api.example.com"),
            bearer(&at("nbf", "1")),
        )
        .await;

    let test = "https://1581439057.propelauthtest.com";
    let live = "https://auth.example.com";
    for (case, ours, theirs) in [
        ("of a test environment", live, test),
        ("not of this test environment", test, live),
        ("of another environment", live, "https://auth.other.com"),
    ] {
        let token = bent(at("iss", &format!("{theirs:?}")));
        lines.add(case, production(ours), bearer(&token)).await;
    }
    lines
        .add("of the emulator", production(live), bearer(&valid(member)))
        .await;
    rotated(lines).await;
    unreachable(lines).await;
}

/// A token of a key that the service does not have: with a key that is set, and with one that is fetched.
async fn rotated(lines: &mut Lines) {
    let other = EncodingKey::from_rsa_pem(OTHER_PRIVATE.as_bytes()).unwrap();
    let token = |issuer: &str| {
        let claims = claims_at("iss", &format!("{issuer:?}"));
        sign_with(&other, Algorithm::RS256, HEADER, claims)
    };
    lines
        .add("a key that is set", builder(), bearer(&token(ISSUER)))
        .await;

    let emulator = Emulator::start().await.unwrap();
    let auth = emulator.propel_auth().await.unwrap();
    lines
        .names
        .push((emulator.issuer().to_owned(), "<emulator>"));
    for case in [
        "a key that was fetched",
        "a key that may not be fetched yet",
    ] {
        let request = bearer(&token(emulator.issuer()));
        lines.add_for(case, &auth, request).await;
    }
}

async fn unreachable(lines: &mut Lines) {
    let lazy = PropelAuth::builder("http://127.0.0.1:9", KEY)
        .emulator()
        .max_retries(0)
        .build_lazy()
        .unwrap();
    lines.add_for("no key", &lazy, bearer("a.b.c")).await;
}

async fn orgs(
    lines: &mut Lines,
    acme: &TestOrg,
    beta: &TestOrg,
    nobody: &TestUser,
    member: &TestUser,
    owner: &TestUser,
) {
    let acme_id = acme.org_id().to_string();
    let to = |path: &str, user: &TestUser| {
        TestRequest::with_uri(path)
            .insert_header((AUTHORIZATION, format!("Bearer {}", valid(user))))
    };
    let at = |path: &str, user: &TestUser| to(&format!("{path}/{acme_id}"), user);
    let in_acme = member.clone().in_org(beta, "Member").active_org(acme);
    for (case, request) in [
        (
            "not a member",
            to("/member/1189c444-8a2d-4c41-8b4b-ae43ce79a492", member),
        ),
        ("in no organization", at("/member", nobody)),
        (
            "another one is active",
            to(&format!("/member/{}", beta.org_id()), &in_acme),
        ),
        ("a name as id", to("/member/acme-inc", member)),
        ("an id as name", at("/name", member)),
        ("a name in another form", to("/name/ACME-Inc", member)),
        ("quoted id", to(&format!("/member/%22{acme_id}%22"), member)),
        ("braces", to(&format!("/member/%7B{acme_id}%7D"), member)),
        ("a placeholder as id", to("/member/undefined", member)),
        ("an unfilled template", to("/member/:org_id", member)),
        (
            "without hyphens",
            to(&format!("/member/{}", acme_id.replace('-', "")), member),
        ),
        (
            "the user's id",
            to(&format!("/member/{}", member.user_id()), member),
        ),
        ("unusable", to("/member/%20", member)),
        ("no header with the organization", to("/header", member)),
        ("no active organization", to("/active", member)),
        ("a wrong parameter", to("/wrong-parameter/1", member)),
        ("around a scope", at("/scope", member)),
        ("while routing", at("/routed", member)),
        ("a role", at("/admin", member)),
        ("a higher role", at("/admin", owner)),
        ("a minimum role", at("/at-least-admin", member)),
        (
            "a role in another case",
            at("/role-in-other-case", &alice().in_org(acme, "Admin")),
        ),
        ("a permission", at("/permission", member)),
        (
            "a permission in another case",
            at("/permission-in-other-case", member),
        ),
        ("whitespace", at("/whitespace", member)),
        ("a permission as role", at("/permission-as-role", member)),
        ("a role as permission", at("/role-as-permission", member)),
        ("permissions", at("/permissions", member)),
        ("no guard", to("/no-guard", member)),
        ("no step-up grant", at("/step-up", member)),
        (
            "a malformed step-up grant",
            at("/step-up", member).insert_header(("x-step-up-grant", "S3cret S3cret")),
        ),
        (
            "a step-up grant without a network",
            at("/step-up", member).insert_header(("x-step-up-grant", "S3cret")),
        ),
        (
            "a step-up guard while routing",
            at("/step-up-routed", member),
        ),
        ("step-up not awaited", at("/step-up-not-awaited", member)),
        ("two step-up grants", at("/two-grants", member)),
    ] {
        lines.add(case, builder(), request).await;
    }
    lines
        .add("in a handler", builder(), at("/handler", member))
        .await;
    let logs = Logs::capture();
    let app = App::new().route(
        "/",
        web::get().to(|| async { Err::<&str, Denied>(Unauthorized::NoCredentials.into()) }),
    );
    let app = init_service(app).await;
    drop(call_service(&app, TestRequest::get().to_request()).await);
    lines.keep("in a handler without middleware", &logs.text());
    let logs = Logs::capture();
    let app = App::new().route("/", web::get().to(|_: User| async { "" }));
    let app = init_service(app).await;
    call_service(&app, TestRequest::get().to_request()).await;
    lines.keep("no middleware", &logs.text());
    // The second warning of a kind is not one.
    let auth = builder().build().unwrap();
    for case in ["a warning", "the same again"] {
        lines.add_for(case, &auth, at("/whitespace", member)).await;
    }
}
