//! Authorization of MCP clients: the browser, codes, tokens, and what a protected resource is told.

use std::collections::BTreeMap;

use actix_web::{App, HttpResponse, HttpServer, web};
use actix_web_propelauth::emulator::{EmulatedUser, Emulator};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{CHALLENGE, FORM, VERIFIER, cookie, encoded, redirected, return_url, text, with};
use crate::emulator::frontend::{Answer, ask, browser::Browser};

const AUTHORIZE: &str = "/oauth/2.1/authorize";
const TOKEN: &str = "/oauth/2.1/token";
const CONSENT: &str = "/oauth/2.1/consent";
const REDIRECT_URI: &str = "http://127.0.0.1:4000/callback";
const RESOURCE: &str = "https://api.example.com/mcp";

struct World {
    emulator: Emulator,
    alice: EmulatedUser,
    client_id: String,
}

impl World {
    async fn new() -> Self {
        let scopes = ["notes:read", "notes:write"];
        let emulator = Emulator::builder()
            .mcp_scopes(scopes)
            .start()
            .await
            .unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let registered = register(&emulator, &json!({
            "redirect_uris": [REDIRECT_URI], "client_name": "Editor",
            "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
        }))
        .await;
        assert_eq!(registered.status, 201, "{}", registered.json());
        let client_id = text(&registered.json(), "client_id").to_owned();
        Self {
            emulator,
            alice,
            client_id,
        }
    }

    fn request(&self) -> Vec<(&str, &str)> {
        vec![
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", REDIRECT_URI),
            ("state", "s1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("scope", "notes:read notes:write"),
            ("resource", RESOURCE),
        ]
    }

    async fn authorize(&self, more: &[(&str, &str)], cookie: &str) -> Answer {
        let path = format!("{AUTHORIZE}?{}", encoded(&with(&self.request(), more)));
        ask(&self.emulator, "GET", &path, &[("cookie", cookie)], "").await
    }

    /// Returns the id of the question to alice.
    async fn question(&self, more: &[(&str, &str)], cookie: &str) -> String {
        let (to, parameters) = redirected(&self.authorize(more, cookie).await);
        assert_eq!(to, CONSENT);
        parameters["id"].clone()
    }

    async fn decide(&self, form: &[(&str, &str)], cookie: &str) -> Answer {
        self.decide_with(form, cookie, &[("content-type", FORM)])
            .await
    }

    /// Sends the form of the page as a browser does that loaded the page, with other headers.
    async fn decide_with(
        &self,
        form: &[(&str, &str)],
        cookie: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let id = form.iter().find(|(name, _)| *name == "id").unwrap().1;
        let (cookie, token) = self.load(id, cookie).await;
        let mut form = form.to_vec();
        form.extend(token.iter().map(|token| ("form_token", token.as_str())));
        let headers = [headers, &[("cookie", &*cookie)]].concat();
        ask(&self.emulator, "POST", CONSENT, &headers, encoded(&form)).await
    }

    /// Loads the page with the question. Returns the cookies after that, and the token of its form, which it has if
    /// pages are built.
    async fn load(&self, id: &str, cookie: &str) -> (String, Option<String>) {
        let path = format!("{CONSENT}?id={id}");
        let page = ask(&self.emulator, "GET", &path, &[("cookie", cookie)], "").await;
        let set = page.header("set-cookie").unwrap_or_default();
        let set = set.split(';').next().unwrap_or_default();
        let html = String::from_utf8_lossy(&page.body).into_owned();
        let token = html.split_once("name=\"form_token\" value=\"");
        let token = token.and_then(|(_, rest)| rest.split_once('"'));
        (
            format!("{cookie}; {set}"),
            token.map(|(token, _)| token.to_owned()),
        )
    }

    /// Returns a code that alice allowed.
    async fn code(&self, more: &[(&str, &str)]) -> String {
        let cookie = cookie(&self.alice);
        let id = self.question(more, &cookie).await;
        let form = [
            ("id", &*id),
            ("decision", "allow"),
            ("scope", "notes:read"),
            ("scope", "notes:write"),
        ];
        let (_, parameters) = redirected(&self.decide(&form, &cookie).await);
        parameters["code"].clone()
    }

    async fn token(&self, form: &[(&str, &str)]) -> Answer {
        let headers = [("content-type", FORM)];
        ask(&self.emulator, "POST", TOKEN, &headers, encoded(form)).await
    }

    fn exchange<'a>(&'a self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", &self.client_id),
            ("code_verifier", VERIFIER),
            ("resource", RESOURCE),
        ]
    }

    async fn tokens(&self) -> Value {
        let code = self.code(&[]).await;
        let answer = self.token(&self.exchange(&code)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()
    }

    async fn refresh(&self, refresh_token: &str, more: &[(&str, &str)]) -> Answer {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", &self.client_id),
        ];
        self.token(&with(&form, more)).await
    }

    async fn introspect(&self, token: &str) -> Value {
        let answer = introspect(&self.emulator, "mcp-introspection-secret", token).await;
        assert_eq!(answer.status, 200);
        answer.json()
    }

    async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await["active"] == true
    }
}

async fn register(emulator: &Emulator, metadata: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    ask(
        emulator,
        "POST",
        "/oauth/2.1/register",
        &headers,
        metadata.to_string(),
    )
    .await
}

async fn introspect(emulator: &Emulator, secret: &str, token: &str) -> Answer {
    let credentials = STANDARD.encode(format!("mcp-introspection:{secret}"));
    let headers = [
        ("content-type", FORM),
        ("authorization", &format!("Basic {credentials}")),
    ];
    let form = encoded(&[("token", token), ("token_type_hint", "access_token")]);
    ask(emulator, "POST", "/oauth/2.1/introspect", &headers, form).await
}

#[track_caller]
fn is_error(answer: &Answer, status: u16, code: &str, case: &str) {
    let found = (answer.status, text(&answer.json(), "error").to_owned());
    assert_eq!(
        found,
        (status, code.to_owned()),
        "{case}: {}",
        answer.json()
    );
}

/// Asserts that the client is told of an error, with its state and the issuer.
#[track_caller]
fn is_told(world: &World, answer: &Answer, code: &str, case: &str) {
    let (to, parameters) = redirected(answer);
    assert_eq!(to, REDIRECT_URI, "{case}");
    assert_eq!(parameters["error"], code, "{case}: {parameters:?}");
    assert_eq!(
        parameters.get("state").map(String::as_str),
        Some("s1"),
        "{case}"
    );
    let issuer = format!("{}/oauth/2.1", world.emulator.auth_url());
    assert_eq!(parameters["iss"], issuer, "{case}");
}

#[actix_web::test]
async fn metadata_names_the_issuer_that_answers_name() {
    let world = World::new().await;
    let path = "/.well-known/oauth-authorization-server/oauth/2.1";
    let metadata = ask(&world.emulator, "GET", path, &[], "").await.json();
    let at = |path: &str| format!("{}/oauth/2.1{path}", world.emulator.auth_url());
    assert_eq!(text(&metadata, "issuer"), at(""));
    for (name, path) in [
        ("authorization_endpoint", "/authorize"),
        ("token_endpoint", "/token"),
        ("registration_endpoint", "/register"),
        ("introspection_endpoint", "/introspect"),
    ] {
        assert_eq!(text(&metadata, name), at(path));
    }
    assert_eq!(
        metadata["code_challenge_methods_supported"],
        json!(["S256"])
    );
    assert_eq!(
        metadata["scopes_supported"],
        json!(["notes:read", "notes:write"])
    );
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
    assert_eq!(
        metadata["authorization_response_iss_parameter_supported"],
        true
    );
}

#[actix_web::test]
async fn a_stranger_logs_in_first_and_comes_back_to_the_same_request() {
    let world = World::new().await;
    let (to, parameters) = redirected(&world.authorize(&[], "").await);
    assert_eq!(to, "/login");
    let back = return_url(&parameters);
    assert_eq!(back.path(), AUTHORIZE);
    let pairs: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!((&*pairs["resource"], &*pairs["state"]), (RESOURCE, "s1"));
}

#[actix_web::test]
async fn the_page_says_who_asks_for_what_and_only_this_user_answers_once() {
    let world = World::new().await;
    let alices = cookie(&world.alice);
    let id = world.question(&[], &alices).await;
    let path = format!("{CONSENT}?id={id}");
    let page =
        async |cookie: &str| ask(&world.emulator, "GET", &path, &[("cookie", cookie)], "").await;
    let shown = page(&alices).await;
    let html = String::from_utf8_lossy(&shown.body).into_owned();
    for part in [
        "Editor",
        RESOURCE,
        REDIRECT_URI,
        "notes:write",
        "alice@example.com",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let policy = shown.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self'") && policy.contains(" http://127.0.0.1:4000"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"));

    let bob = world.emulator.create_user("bob@example.com").unwrap();
    assert_eq!(page(&cookie(&bob)).await.status, 400);
    assert_eq!(page("").await.status, 400);
    let allow = [("id", &*id), ("decision", "allow")];
    // The form of a page is refused as all of them are.
    let refused = if cfg!(feature = "pages") { 403 } else { 400 };
    assert_eq!(world.decide(&allow, &cookie(&bob)).await.status, refused);
    for (content_type, name, value) in [
        (FORM, "origin", "https://evil.example"),
        (FORM, "origin", "null"),
        (FORM, "origin", "http://localhost:3000"),
        (FORM, "sec-fetch-site", "cross-site"),
        (FORM, "sec-fetch-site", "same-site"),
        (FORM, "sec-fetch-site", "none"),
        ("text/plain", "sec-fetch-site", "same-origin"),
        ("multipart/form-data", "sec-fetch-site", "same-origin"),
        ("", "sec-fetch-site", "same-origin"),
    ] {
        let headers = [("content-type", content_type), (name, value)];
        let foreign = world.decide_with(&allow, &alices, &headers).await;
        assert_eq!(foreign.status, refused, "{content_type} {name}: {value}");
    }
    if cfg!(feature = "pages") {
        let headers = [("content-type", FORM), ("cookie", &*alices)];
        let without_token = ask(&world.emulator, "POST", CONSENT, &headers, encoded(&allow)).await;
        assert_eq!(without_token.status, 403);
    }
    let (to, parameters) = redirected(&world.decide(&allow, &alices).await);
    assert_eq!((&*to, &*parameters["state"]), (REDIRECT_URI, "s1"));
    assert!(parameters.contains_key("code") && parameters.contains_key("iss"));
    assert_eq!(world.decide(&allow, &alices).await.status, refused);

    let id = world.question(&[], &alices).await;
    let no = world
        .decide(&[("id", &*id), ("decision", "deny")], &alices)
        .await;
    is_told(&world, &no, "access_denied", "no");
}

#[actix_web::test]
async fn what_a_client_may_not_ask_for_is_an_error_that_it_is_told() {
    let world = World::new().await;
    let cookie = cookie(&world.alice);
    for (more, code) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("scope", "notes:read admin"), "invalid_scope"),
        (("scope", "no\"tes"), "invalid_scope"),
        (("resource", ""), "invalid_target"),
        (("resource", "mcp"), "invalid_target"),
        (
            ("resource", "https://api.example.com/mcp#a"),
            "invalid_target",
        ),
    ] {
        is_told(
            &world,
            &world.authorize(&[more], &cookie).await,
            code,
            &format!("{more:?}"),
        );
    }
}

#[actix_web::test]
async fn nothing_is_sent_to_a_place_that_is_not_the_clients() {
    let world = World::new().await;
    let cookie = cookie(&world.alice);
    for more in [
        ("client_id", "unknown"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1:4000/callback/"),
        ("redirect_uri", "http://127.0.0.1:4000/other"),
        ("redirect_uri", "https://127.0.0.1:4000/callback"),
        (
            "redirect_uri",
            "http://127.0.0.1.evil.example:4000/callback",
        ),
    ] {
        let answer = world.authorize(&[more], &cookie).await;
        assert_eq!(answer.status, 400, "{more:?}");
        assert_eq!(answer.header("location"), None, "{more:?}");
    }
    // Native applications choose a port when they run.
    let other_port = ("redirect_uri", "http://127.0.0.1:53211/callback");
    world.question(&[other_port], &cookie).await;
}

#[actix_web::test]
async fn a_code_is_good_once_for_its_client_verifier_and_resource() {
    let world = World::new().await;
    let code = world.code(&[]).await;
    for (more, error) in [
        (("code_verifier", "x".repeat(43)), "invalid_grant"),
        (("code_verifier", String::new()), "invalid_request"),
        (
            ("redirect_uri", "http://127.0.0.1:1/callback".to_owned()),
            "invalid_grant",
        ),
        (
            ("resource", "https://other.example.com/mcp".to_owned()),
            "invalid_target",
        ),
        (
            ("grant_type", "password".to_owned()),
            "unsupported_grant_type",
        ),
        (("client_secret", "guess".to_owned()), "invalid_client"),
    ] {
        let form = with(&world.exchange(&code), &[(more.0, &*more.1)])
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Vec<_>>();
        let form: Vec<_> = form
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let status = if error == "invalid_client" { 401 } else { 400 };
        is_error(&world.token(&form).await, status, error, more.0);
    }
    let tokens = world.token(&world.exchange(&code)).await.json();
    assert_eq!(text(&tokens, "token_type"), "Bearer");
    assert_eq!(tokens["expires_in"], 1800);
    assert_eq!(text(&tokens, "scope"), "notes:read notes:write");
    let access = text(&tokens, "access_token");
    assert!(world.is_active(access).await);
    // Used again, it is in the hands of two: what the first got ends.
    is_error(
        &world.token(&world.exchange(&code)).await,
        400,
        "invalid_grant",
        "again",
    );
    assert!(!world.is_active(access).await);
    is_error(
        &world.refresh(text(&tokens, "refresh_token"), &[]).await,
        400,
        "invalid_grant",
        "ended",
    );
}

#[actix_web::test]
async fn a_code_expires_after_a_minute_and_a_token_after_half_an_hour() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let code = world.code(&[]).await;
    world
        .emulator
        .advance_clock(std::time::Duration::from_secs(60));
    is_error(
        &world.token(&world.exchange(&code)).await,
        400,
        "invalid_grant",
        "late",
    );
    let tokens = world.tokens().await;
    world
        .emulator
        .advance_clock(std::time::Duration::from_secs(1799));
    assert!(world.is_active(text(&tokens, "access_token")).await);
    world
        .emulator
        .advance_clock(std::time::Duration::from_secs(1));
    assert!(!world.is_active(text(&tokens, "access_token")).await);
}

#[actix_web::test]
async fn a_refresh_token_of_a_public_client_is_good_once_and_a_second_use_ends_the_session() {
    let world = World::new().await;
    let first = world.tokens().await;
    let second = world.refresh(text(&first, "refresh_token"), &[]).await;
    assert_eq!(second.status, 200, "{}", second.json());
    let second = second.json();
    assert_ne!(
        text(&first, "refresh_token"),
        text(&second, "refresh_token")
    );
    let narrow = [("scope", "notes:read")];
    let third = world
        .refresh(text(&second, "refresh_token"), &narrow)
        .await
        .json();
    assert_eq!(text(&third, "scope"), "notes:read");
    let wide = [("scope", "notes:read other")];
    is_error(
        &world.refresh(text(&third, "refresh_token"), &wide).await,
        400,
        "invalid_scope",
        "wide",
    );
    let elsewhere = [("resource", "https://other.example.com/mcp")];
    let answer = world
        .refresh(text(&third, "refresh_token"), &elsewhere)
        .await;
    is_error(&answer, 400, "invalid_target", "elsewhere");
    assert!(world.is_active(text(&third, "access_token")).await);
    let answer = world.refresh(text(&first, "refresh_token"), &[]).await;
    is_error(&answer, 400, "invalid_grant", "used again");
    for tokens in [&first, &second, &third] {
        assert!(!world.is_active(text(tokens, "access_token")).await);
    }
    let answer = world.refresh(text(&third, "refresh_token"), &[]).await;
    is_error(&answer, 400, "invalid_grant", "ended");
}

#[actix_web::test]
async fn a_client_with_a_secret_has_to_send_it_and_keeps_its_refresh_token() {
    let world = World::new().await;
    let registered = register(&world.emulator, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    let registered = registered.json();
    let (id, secret) = (
        text(&registered, "client_id"),
        text(&registered, "client_secret"),
    );
    assert!(secret.len() >= 32 && registered["client_secret_expires_at"] == 0);
    let code = world.code(&[("client_id", id)]).await;
    let exchange = with(&world.exchange(&code), &[("client_id", id)]);
    is_error(
        &world.token(&exchange).await,
        401,
        "invalid_client",
        "without",
    );
    let tokens = world
        .token(&with(&exchange, &[("client_secret", secret)]))
        .await;
    let tokens = tokens.json();
    let refresh_token = text(&tokens, "refresh_token");
    let own = [("client_id", id), ("client_secret", secret)];
    for _ in 0..2 {
        let refreshed = world.refresh(refresh_token, &own).await.json();
        assert_eq!(text(&refreshed, "refresh_token"), refresh_token);
    }
    // It is of another client.
    is_error(
        &world.refresh(refresh_token, &[]).await,
        400,
        "invalid_grant",
        "another",
    );
}

#[actix_web::test]
async fn a_resource_learns_who_the_user_is_and_within_what() {
    let world = World::new().await;
    let acme = world.emulator.create_org("Acme Inc").unwrap();
    world
        .emulator
        .add_user_to_org(&world.alice, &acme, "Admin")
        .unwrap();
    let cookie = cookie(&world.alice);
    let id = world.question(&[], &cookie).await;
    let org = acme.to_string();
    let form = [
        ("id", &*id),
        ("decision", "allow"),
        ("scope", "notes:read"),
        ("org_id", &*org),
    ];
    let (_, parameters) = redirected(&world.decide(&form, &cookie).await);
    let tokens = world
        .token(&world.exchange(&parameters["code"]))
        .await
        .json();
    assert_eq!(text(&tokens, "scope"), "notes:read");
    let access = text(&tokens, "access_token");
    let reply = world.introspect(access).await;
    for (name, value) in [
        ("sub", world.alice.id().as_str()),
        ("username", "alice@example.com"),
        ("client_id", &world.client_id),
        ("scope", "notes:read"),
        ("aud", RESOURCE),
        ("org_id", &org),
        ("org_role", "Admin"),
        ("token_type", "Bearer"),
    ] {
        assert_eq!(text(&reply, name), value, "{name}");
    }
    assert!(reply["exp"].as_i64() > reply["iat"].as_i64());
    // Neither a refresh token nor a user's own token is one for a resource.
    let own = world.alice.log_in().unwrap();
    for other in [text(&tokens, "refresh_token"), &own, "unknown"] {
        assert_eq!(world.introspect(other).await, json!({ "active": false }));
    }
    let wrong = introspect(&world.emulator, "wrong", access).await;
    is_error(&wrong, 401, "invalid_client", "wrong");
    world
        .emulator
        .propel_auth()
        .await
        .unwrap()
        .user()
        .disable_user(world.alice.id())
        .await
        .unwrap();
    assert!(!world.is_active(access).await);
}

#[actix_web::test]
async fn a_login_that_needs_another_step_has_no_tokens_and_no_access() {
    let world = World::new().await;
    let acme = world.emulator.create_org("Acme Inc").unwrap();
    let owner = world.emulator.create_user("owner@example.com").unwrap();
    for (user, role) in [(&owner, "Owner"), (&world.alice, "Member")] {
        world.emulator.add_user_to_org(user, &acme, role).unwrap();
    }
    let settings = json!({ "orgs_can_require_2fa": true });
    world.emulator.set_project_settings(settings).unwrap();
    let tokens = world.tokens().await;
    let access = text(&tokens, "access_token");
    let refresh = text(&tokens, "refresh_token");
    let code = world.code(&[]).await;
    // The organization demands a second factor, which alice does not have.
    let browser = Browser::new(&world.emulator);
    browser.enter(owner.start_session().unwrap().as_str());
    let demand = async |by: Value| {
        let change = json!({ "org_id": acme, "require_2fa_by": by });
        browser.done("POST", "update_org_metadata", change).await;
    };
    assert!(world.is_active(access).await);
    demand(json!("2020-01-01T00:00:00Z")).await;
    assert!(!world.is_active(access).await);
    let refused = world.refresh(refresh, &[]).await;
    is_error(&refused, 400, "invalid_grant", "refresh");
    let refused = world.token(&world.exchange(&code)).await;
    is_error(&refused, 400, "invalid_grant", "code");
}

#[actix_web::test]
async fn a_token_for_an_organization_ends_with_the_membership() {
    let world = World::new().await;
    let acme = world.emulator.create_org("Acme Inc").unwrap();
    world
        .emulator
        .add_user_to_org(&world.alice, &acme, "Member")
        .unwrap();
    let token = world
        .alice
        .mcp_token_for_org(&acme, RESOURCE, ["notes:read"])
        .unwrap();
    let other = world.alice.mcp_token(RESOURCE, ["notes:read"]).unwrap();
    assert_eq!(text(&world.introspect(&token).await, "org_role"), "Member");
    let auth = world.emulator.propel_auth().await.unwrap();
    auth.org()
        .remove_user_from_org(world.alice.id(), &acme)
        .await
        .unwrap();
    assert!(!world.is_active(&token).await);
    assert!(world.is_active(&other).await);
    assert!(
        world
            .alice
            .mcp_token_for_org(&acme, RESOURCE, ["notes:read"])
            .is_err()
    );
}

#[actix_web::test]
async fn a_refresh_token_of_a_resource_is_no_session_of_a_browser_or_of_another_client() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let refresh_token = text(&tokens, "refresh_token");
    let cookie = format!("refresh_token={refresh_token}");
    let answer = ask(
        &world.emulator,
        "GET",
        "/api/v1/refresh_token",
        &[("cookie", &cookie)],
        "",
    )
    .await;
    assert_eq!(answer.status, 401);
    let (to, _) = redirected(&world.authorize(&[], &cookie).await);
    assert_eq!(to, "/login");
}

#[actix_web::test]
async fn registrations_that_no_client_could_use_are_refused() {
    let world = World::new().await;
    for (metadata, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (
            json!({ "redirect_uris": ["javascript:alert(1)"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": ["https://*.example.com/cb"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": ["https://a.example/#b"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": ["http://evil.com/cb"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": [REDIRECT_URI, "intent://x/y"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": ["chrome://settings"] }),
            "invalid_redirect_uri",
        ),
        (
            json!({ "redirect_uris": "https://a.example" }),
            "invalid_client_metadata",
        ),
        (json!([]), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": [REDIRECT_URI], "grant_types": ["implicit"] }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [REDIRECT_URI], "response_types": ["token"] }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "private_key_jwt" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [REDIRECT_URI], "client_name": "a\nb" }),
            "invalid_client_metadata",
        ),
    ] {
        is_error(
            &register(&world.emulator, &metadata).await,
            400,
            error,
            &metadata.to_string(),
        );
    }
    let seed =
        json!({ "project": { "mcp_dynamic_client_registration": false, "mcp_scopes": ["a"] } });
    let emulator = Emulator::builder().seed(seed).start().await.unwrap();
    let refused = register(&emulator, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    is_error(&refused, 400, "access_denied", "off");
    let path = "/.well-known/oauth-authorization-server/oauth/2.1";
    let metadata = ask(&emulator, "GET", path, &[], "").await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
    assert_eq!(metadata["scopes_supported"], json!(["a"]));
}

/// Serves documents of clients on this machine, and returns their origin.
fn documents() -> String {
    async fn document(request: actix_web::HttpRequest) -> HttpResponse {
        let url = format!(
            "http://{}{}",
            request.connection_info().host(),
            request.path()
        );
        let good =
            json!({ "client_id": url, "client_name": "Chat", "redirect_uris": [REDIRECT_URI] });
        match request.path() {
            "/good" => HttpResponse::Ok().json(good),
            "/other" => HttpResponse::Ok()
                .json(json!({ "client_id": "x", "redirect_uris": [REDIRECT_URI] })),
            "/moved" => HttpResponse::Found()
                .insert_header(("location", "/good"))
                .finish(),
            "/long" => HttpResponse::Ok().body("x".repeat(20_000)),
            _ => HttpResponse::NotFound().finish(),
        }
    }
    let server = HttpServer::new(|| App::new().default_service(web::to(document)));
    let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
    let origin = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.disable_signals().run());
    origin
}

#[actix_web::test]
async fn a_client_may_be_the_url_of_a_document_about_itself() {
    let world = World::new().await;
    let origin = documents();
    let good = format!("{origin}/good");
    let code = world.code(&[("client_id", &good)]).await;
    let exchange = with(&world.exchange(&code), &[("client_id", &good)]);
    let tokens = world.token(&exchange).await.json();
    let reply = world.introspect(text(&tokens, "access_token")).await;
    assert_eq!(text(&reply, "client_id"), good);
    let cookie = cookie(&world.alice);
    for path in ["other", "moved", "long", "missing"] {
        let url = format!("{origin}/{path}");
        let answer = world.authorize(&[("client_id", &url)], &cookie).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(
            String::from_utf8_lossy(&answer.body).contains("of no use"),
            "{path}"
        );
    }
    // Another redirect URI than the document's.
    let elsewhere = [
        ("client_id", &*good),
        ("redirect_uri", "https://evil.example/"),
    ];
    assert_eq!(world.authorize(&elsewhere, &cookie).await.status, 400);
}

#[actix_web::test]
async fn registrations_and_tokens_survive_a_snapshot() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let snapshot = world.emulator.snapshot();
    let again = Emulator::builder()
        .snapshot(snapshot)
        .start()
        .await
        .unwrap();
    let answer = introspect(
        &again,
        "mcp-introspection-secret",
        text(&tokens, "access_token"),
    )
    .await;
    assert_eq!(answer.json()["active"], true);
}

#[actix_web::test]
async fn input_of_every_kind_is_answered_and_changes_nothing() {
    let world = World::new().await;
    let before = world.emulator.snapshot();
    let long = "a".repeat(10_000);
    for path in [
        AUTHORIZE,
        TOKEN,
        CONSENT,
        "/oauth/2.1/introspect",
        "/oauth/2.1/register",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            for (query, body) in [
                ("", ""),
                ("client_id=a&client_id=b", "client_id=a&client_id=b"),
                ("%00=%ff&redirect_uri=%", "%00=%ff&token=%"),
                (
                    "client_id=http://127.0.0.1:1/x&redirect_uri=a",
                    "{\"redirect_uris\":[1]}",
                ),
                (&long, &long),
            ] {
                for content_type in [FORM, "application/json", "text/plain"] {
                    let headers = [
                        ("content-type", content_type),
                        ("authorization", "Basic %%"),
                    ];
                    let path = format!("{path}?{query}");
                    let answer = ask(&world.emulator, method, &path, &headers, body).await;
                    let is_clear = (400..500).contains(&answer.status) || answer.status == 501;
                    assert!(is_clear, "{method} {path} {body}: {}", answer.status);
                }
            }
        }
    }
    assert_eq!(world.emulator.snapshot(), before);
}
