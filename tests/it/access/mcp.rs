//! A protected resource in front of a PropelAuth that answers introspection as a test says.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{StatusCode, header::AUTHORIZATION},
    test::{TestRequest, init_service},
    web::{self, Bytes},
};
use actix_web_propelauth::{
    Denied, InitError, McpCaller, McpResource, OrgMemberInfo, PropelAuth, Requirement,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::fixtures::{Answer, FORBIDDEN, UNAUTHORIZED, send};

const US: &str = "https://api.example.com/mcp";
const PUBLIC_KEY: &str = include_str!("../../keys/other_public.pem");
const METADATA: &str =
    r#"resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp""#;

/// What PropelAuth answers, by token; a number is a status.
type Answers = Arc<Mutex<HashMap<String, Value>>>;

/// The requests that PropelAuth got: path, credentials, type and body.
type Got = Arc<Mutex<Vec<[String; 4]>>>;

struct World {
    auth: PropelAuth,
    answers: Answers,
    got: Got,
}

impl World {
    fn new() -> Self {
        let (answers, got) = (Answers::default(), Got::default());
        let shared = (Arc::clone(&answers), Arc::clone(&got));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(shared.clone()))
                .default_service(web::to(introspect))
        });
        let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.disable_signals().run());
        let auth = PropelAuth::builder(url, "the-integration-key")
            .emulator()
            .verifier_key(PUBLIC_KEY)
            .max_retries(0)
            .build();
        Self {
            auth: auth.unwrap(),
            answers,
            got,
        }
    }

    fn set(&self, token: &str, answer: Value) {
        self.answers
            .lock()
            .unwrap()
            .insert(token.to_owned(), answer);
    }

    fn resource(&self) -> McpResource {
        let resource = self.auth.mcp_resource(US, "client:1", "s3cret/+");
        let resource = resource.scopes(["notes:write", "notes:read"]);
        resource.name("Notes").build().unwrap()
    }

    fn calls(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    async fn ask(&self, path: &str, authorization: Option<&str>) -> Answer {
        let resource = self.resource();
        ask(&resource, path, authorization).await
    }
}

async fn introspect(
    request: HttpRequest,
    body: Bytes,
    shared: web::Data<(Answers, Got)>,
) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    let body = String::from_utf8(body.to_vec()).unwrap();
    shared.1.lock().unwrap().push([
        format!("{} {}", request.method(), request.uri()),
        header("authorization"),
        header("content-type"),
        body.clone(),
    ]);
    let token = body.strip_prefix("token=").unwrap_or_default();
    let token = token.split('&').next().unwrap_or_default();
    let answer = shared.0.lock().unwrap().get(token).cloned();
    match answer {
        Some(Value::Number(status)) => {
            let status = u16::try_from(status.as_u64().unwrap()).unwrap();
            HttpResponse::build(StatusCode::from_u16(status).unwrap())
                .insert_header(("retry-after", "7"))
                .finish()
        }
        Some(Value::String(text)) => HttpResponse::Ok().body(text),
        Some(answer) => HttpResponse::Ok().json(answer),
        None => HttpResponse::Ok().json(json!({"active": false})),
    }
}

async fn ask(resource: &McpResource, path: &str, authorization: Option<&str>) -> Answer {
    async fn whoami(caller: McpCaller) -> String {
        let scopes: Vec<_> = caller.scopes().collect();
        format!(
            "{} {:?} {}",
            caller.user_id(),
            caller.client_id(),
            scopes.join("+")
        )
    }
    async fn write(caller: McpCaller) -> Result<&'static str, Denied> {
        caller.require_scope("notes:write")?;
        Ok("written")
    }
    async fn admin(caller: McpCaller) -> Result<String, Denied> {
        let org: OrgMemberInfo = caller.authorize(&Requirement::role("Admin"))?;
        Ok(format!("{} as {}", org.org_id, org.user_role))
    }
    async fn handle(auth: PropelAuth) -> String {
        auth.issuer().to_owned()
    }
    let at = |path: &str| web::resource(path).wrap(resource.require_scopes(["notes:read"]));
    let app = App::new()
        .service(resource.metadata())
        .service(at("/mcp").to(whoami))
        .service(at("/write").to(write))
        .service(at("/admin").to(admin))
        .service(at("/handle").to(handle))
        .service(
            web::scope("/nested")
                .service(
                    web::resource("/both")
                        .wrap(resource.require_scopes(["notes:write"]))
                        .to(whoami),
                )
                .wrap(resource.require_scopes(["notes:read"])),
        )
        .route("/unwrapped", web::to(whoami));
    let app = init_service(app).await;
    let mut request = TestRequest::with_uri(path);
    if let Some(value) = authorization {
        request = request.insert_header((AUTHORIZATION, value));
    }
    send(&app, request.to_request()).await
}

fn alice() -> Value {
    json!({"active": true, "sub": "u-1", "aud": US, "scope": "notes:read", "client_id": "c-1",
        "username": "alice", "exp": 4_000_000_000_u64, "org_id": "o-1", "org_role": "Admin"})
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut reply = alice();
    reply[name] = value.into();
    reply
}

#[track_caller]
fn is_denied(answer: &Answer, status: u16, challenge: Option<&str>, case: &str) {
    let challenge = challenge.map(|rest| match rest {
        "" => format!(r#"Bearer realm="api", scope="notes:read", {METADATA}"#),
        error => format!(r#"Bearer realm="api", error={error}, {METADATA}"#),
    });
    assert_eq!(answer.status.as_u16(), status, "{case}: {answer:?}");
    assert_eq!(answer.challenge(), challenge.as_deref(), "{case}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{case}");
    let body = match status {
        401 => UNAUTHORIZED,
        403 => FORBIDDEN,
        _ => return,
    };
    assert_eq!(answer.body, body, "{case}");
}

const INVALID: &str = r#""invalid_token", scope="notes:read""#;

#[actix_web::test]
async fn the_metadata_leads_to_propelauth_and_needs_no_token() {
    let world = World::new();
    let path = "/.well-known/oauth-protected-resource/mcp";
    let answer = world.ask(path, None).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let issuer = format!("{}/oauth/2.1", world.auth.issuer());
    let expected = json!({"resource": US, "authorization_servers": [issuer],
        "scopes_supported": ["notes:read", "notes:write"], "bearer_methods_supported": ["header"],
        "resource_name": "Notes"});
    assert_eq!(
        serde_json::from_str::<Value>(&answer.body).unwrap(),
        expected
    );
    assert_eq!(world.calls(), 0);
    let resource = world.resource();
    assert_eq!(resource.resource(), US);
    assert!(METADATA.contains(resource.metadata_url()));
}

#[actix_web::test]
async fn without_a_token_the_challenge_says_where_to_get_one() {
    let world = World::new();
    is_denied(&world.ask("/mcp", None).await, 401, Some(""), "none");
    let basic = world.ask("/mcp", Some("Basic YTpi")).await;
    is_denied(&basic, 401, Some(""), "Basic");
    let two = world.ask("/mcp", Some("Bearer a b")).await;
    is_denied(
        &two,
        401,
        Some(r#""invalid_request", scope="notes:read""#),
        "two words",
    );
    // A token in the query is none.
    world.set("t", alice());
    is_denied(
        &world.ask("/mcp?access_token=t", None).await,
        401,
        Some(""),
        "query",
    );
    assert_eq!(world.calls(), 0);
}

#[actix_web::test]
async fn propelauth_is_asked_with_the_credentials_and_the_token_alone() {
    let world = World::new();
    world.set("t", alice());
    let resource = world.resource();
    for _ in 0..3 {
        let answer = ask(&resource, "/mcp", Some("Bearer t")).await;
        answer.is_ok(r#"u-1 Some("c-1") notes:read"#, "alice");
    }
    let got = world.got.lock().unwrap().clone();
    // Each part is encoded as in a form, RFC 6749 §2.3.1.
    let credentials = BASE64_STANDARD.encode("client%3A1:s3cret%2F%2B");
    assert_eq!(
        got,
        [[
            "POST /oauth/2.1/introspect".to_owned(),
            format!("Basic {credentials}"),
            "application/x-www-form-urlencoded".to_owned(),
            "token=t&token_type_hint=access_token".to_owned(),
        ]]
    );
}

#[actix_web::test]
async fn a_token_that_is_not_for_this_resource_is_denied() {
    let world = World::new();
    for (token, answer) in [
        ("inactive", json!({"active": false})),
        ("no-aud", with("aud", Value::Null)),
        ("other-aud", with("aud", "https://other.example.com/mcp")),
        ("prefix", with("aud", "https://api.example.com")),
        ("longer", with("aud", "https://api.example.com/mcp/admin")),
        ("expired", with("exp", 1)),
        ("no-sub", with("sub", Value::Null)),
    ] {
        world.set(token, answer);
        let answer = world.ask("/mcp", Some(&format!("Bearer {token}"))).await;
        is_denied(&answer, 401, Some(INVALID), token);
    }
}

#[actix_web::test]
async fn a_missing_scope_is_403_with_the_scopes_of_the_operation() {
    let world = World::new();
    world.set("reads", alice());
    world.set("writes", with("scope", "notes:write"));
    world.set("both", with("scope", "notes:write notes:read other"));
    world.set("none", with("scope", Value::Null));
    let lacks = |scopes: &str| format!(r#""insufficient_scope", scope="{scopes}""#);
    for (token, path, expected) in [
        ("reads", "/write", Err("notes:read notes:write")),
        ("reads", "/mcp", Ok("reads")),
        ("writes", "/mcp", Err("notes:read")),
        ("none", "/mcp", Err("notes:read")),
        ("both", "/write", Ok("written")),
        ("reads", "/nested/both", Err("notes:read notes:write")),
        ("writes", "/nested/both", Err("notes:read")),
        ("both", "/nested/both", Ok("both")),
    ] {
        let answer = world.ask(path, Some(&format!("Bearer {token}"))).await;
        let case = format!("{token} at {path}");
        match expected {
            Ok(_) => assert_eq!(answer.status.as_u16(), 200, "{case}: {answer:?}"),
            Err(scopes) => is_denied(&answer, 403, Some(&lacks(scopes)), &case),
        }
    }
}

#[actix_web::test]
async fn the_organization_of_the_token_and_the_role_in_it_decide() {
    let world = World::new();
    world.set("admin", alice());
    world.set("member", with("org_role", "Member"));
    world.set("no-role", with("org_role", Value::Null));
    world.set("no-org", with("org_id", Value::Null));
    let answer = world.ask("/admin", Some("Bearer admin")).await;
    answer.is_ok("o-1 as Admin", "admin");
    for token in ["member", "no-role", "no-org"] {
        let answer = world.ask("/admin", Some(&format!("Bearer {token}"))).await;
        // No other scopes would help, so that a client is not told to ask for some.
        is_denied(&answer, 403, None, token);
    }
}

#[actix_web::test]
async fn without_an_answer_nothing_is_allowed_and_nothing_is_kept() {
    let world = World::new();
    let resource = world.resource();
    for (answer, status, retry_after) in [
        (json!(500), 503, Some("1")),
        (json!(503), 503, Some("7")),
        (json!(400), 503, Some("1")),
        (json!("not JSON"), 503, Some("1")),
        (json!([]), 503, Some("1")),
        (json!({"active": "yes"}), 503, Some("1")),
        (json!(401), 500, None),
        (json!(403), 500, None),
        (json!(404), 500, None),
    ] {
        world.set("t", answer.clone());
        let denied = ask(&resource, "/mcp", Some("Bearer t")).await;
        is_denied(&denied, status, None, &answer.to_string());
        assert_eq!(denied.header("retry-after"), retry_after, "{answer}");
    }
    world.set("t", alice());
    // After five failures in a row, the circuit may be open for a moment; a new resource has a new one.
    let answer = world.ask("/mcp", Some("Bearer t")).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    world.set("limited", json!(429));
    let limited = world.ask("/mcp", Some("Bearer limited")).await;
    is_denied(&limited, 503, None, "429");
    assert_eq!(limited.header("retry-after"), Some("7"));
}

#[actix_web::test]
async fn a_handler_may_take_the_handle_of_the_resource() {
    let world = World::new();
    world.set("t", alice());
    let answer = world.ask("/handle", Some("Bearer t")).await;
    answer.is_ok(world.auth.issuer(), "the handle");
}

#[actix_web::test]
async fn a_handler_without_the_middleware_is_a_mistake_of_the_program() {
    let world = World::new();
    world.set("t", alice());
    let answer = world.ask("/unwrapped", Some("Bearer t")).await;
    answer.is_500("unwrapped");
    assert_eq!(world.calls(), 0);
}

#[test]
fn authorization_is_five_lines_of_the_example() {
    let example = include_str!("../../../examples/mcp_server.rs");
    let lines = example.lines().filter(|line| {
        line.ends_with("; // authorization") || line.ends_with(") // authorization")
    });
    assert_eq!(lines.count(), 5);
    assert_eq!(
        example.matches("// authorization").count(),
        6,
        "five lines, and their explanation"
    );
}

#[actix_web::test]
async fn settings_that_cannot_work_fail_at_start_and_say_why() {
    let world = World::new();
    let problem = |url: &str, id: &str, secret: &str| {
        let built = world.auth.mcp_resource(url, id, secret).build();
        match built.unwrap_err() {
            InitError::Setting { name, problem, .. } => format!("{name}: {problem}"),
            other => panic!("{other:?}"),
        }
    };
    for (found, part) in [
        (
            problem("http://api.example.com/mcp", "id", "secret"),
            "write https",
        ),
        (problem(US, "", "secret"), "client id: empty"),
        (problem(US, "id", ""), "client secret: empty"),
        (problem(US, "id", "\"secret\""), "client secret"),
        (problem(US, "id", "a b"), "client secret"),
    ] {
        assert!(found.contains(part), "{found}");
        assert!(!found.contains("a b"), "{found}");
    }
}
