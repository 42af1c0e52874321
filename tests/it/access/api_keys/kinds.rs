//! Each kind of key on the same routes as a token.

use actix_web::test::{TestRequest, init_service};
use actix_web_propelauth::{
    ApiKeys,
    api::{CreateApiKey, ImportApiKey},
    testing::TestRequestExt as _,
};

use super::{World, routes};
use crate::fixtures::send;

/// What each route answers: a body, or a status.
type Expected = Result<&'static str, u16>;

const ADMIN: Expected = Ok(r#"Acme Inc as "Admin""#);
const MEMBER: Expected = Ok(r#"Bolt Ltd as "Member""#);
const NO_ROLE: Expected = Ok(r#"Acme Inc as """#);
const ALICE: Expected = Ok("alice@example.com");

#[actix_web::test]
async fn each_kind_of_caller_is_what_the_table_says() {
    let world = World::new().await;
    let middleware = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(routes().wrap(middleware)).await;
    let (acme, bolt) = (&world.acme, &world.bolt);
    let paths = [
        "/caller".to_owned(),
        "/whoami".to_owned(),
        "/maybe".to_owned(),
        "/active".to_owned(),
        "/active/checked".to_owned(),
        format!("/orgs/{acme}/member"),
        format!("/orgs/{acme}/admin"),
        format!("/orgs/{acme}/minimum"),
        format!("/orgs/{acme}/permission"),
        format!("/orgs/{acme}/which"),
        format!("/orgs/{bolt}/member"),
        format!("/orgs/{bolt}/admin"),
        format!("/orgs/{bolt}/which"),
    ];
    let (token, token_for_acme) = (
        world.alice.log_in().unwrap(),
        world.alice.log_in_to_org(acme).unwrap(),
    );
    let (admins, other) = (Ok("the admins' route"), Ok("the other route"));
    #[rustfmt::skip]
    let callers: [(&str, &str, [Expected; 13]); 5] = [
        ("token", &token, [
            Ok("alice@example.com by token"), ALICE, ALICE, Err(403), Err(403),
            ADMIN, ADMIN, ADMIN, ADMIN, admins, MEMBER, Err(403), other,
        ]),
        ("token for Acme", &token_for_acme, [
            Ok("alice@example.com by token"), ALICE, ALICE, ADMIN, ADMIN,
            ADMIN, ADMIN, ADMIN, ADMIN, admins, Err(403), Err(403), other,
        ]),
        ("personal key", world.personal.text(), [
            Ok("alice@example.com by personal"), ALICE, ALICE, Err(403), Err(403),
            ADMIN, ADMIN, ADMIN, ADMIN, admins, MEMBER, Err(403), other,
        ]),
        ("key of Acme for alice", world.member.text(), [
            Ok("alice@example.com by member"), ALICE, ALICE, ADMIN, ADMIN,
            ADMIN, ADMIN, ADMIN, ADMIN, admins, Err(403), Err(403), other,
        ]),
        ("key of Acme", world.org.text(), [
            Ok("Acme Inc by org"), Err(403), Err(403), NO_ROLE, NO_ROLE,
            NO_ROLE, Err(403), Err(403), Err(403), other, Err(403), Err(403), other,
        ]),
    ];
    for (name, credential, expected) in callers {
        for (path, expected) in paths.iter().zip(expected) {
            let request = TestRequest::get().uri(path).as_user(&credential);
            let answer = send(&app, request.to_request()).await;
            let case = format!("{name} {path}");
            match expected {
                Ok(body) => answer.is_ok(body, &case),
                Err(_) => answer.is_403(&case),
            }
        }
    }
    // Each key was asked about once, for 13 requests.
    assert_eq!(world.asked(), 3);
}

#[actix_web::test]
async fn without_the_opt_in_no_key_is_accepted_and_none_is_asked_about() {
    let world = World::new().await;
    let app = init_service(routes().wrap(world.auth.require_user())).await;
    for key in [&world.personal, &world.member, &world.org] {
        let request = TestRequest::get().uri("/caller").as_user(&key.text());
        send(&app, request.to_request())
            .await
            .is_401("invalid_token", "a key");
    }
    // Neither do arguments of handlers, nor guards without a middleware.
    let app = init_service(routes().app_data(world.auth.clone())).await;
    for path in ["/caller", "/maybe", &format!("/orgs/{}/member", world.acme)] {
        let request = TestRequest::get().uri(path).as_user(&world.personal.text());
        send(&app, request.to_request())
            .await
            .is_401("invalid_token", path);
    }
    assert_eq!(world.asked(), 0);
}

#[actix_web::test]
async fn a_user_by_key_has_the_claims_of_the_account_and_expires_with_the_validation() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let metadata = serde_json::json!({"plan": "paid"});
    let request = CreateApiKey::new()
        .user_id(&world.alice)
        .metadata(metadata.as_object().unwrap().clone());
    let key = world.emulator.create_api_key(request).unwrap();
    let app = routes().route(
        "/claims",
        actix_web::web::get().to(async |user: actix_web_propelauth::User| {
            let key = user.api_key().unwrap();
            assert_eq!(key.metadata()["plan"], "paid");
            assert_eq!(
                (key.is_imported(), key.expires_at()),
                (false, 2_000_000_010)
            );
            actix_web::web::Json(user)
        }),
    );
    let middleware = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(app.wrap(middleware)).await;
    let request = TestRequest::get()
        .uri("/claims")
        .as_user(&key.api_key_token.expose());
    let answer = send(&app, request.to_request()).await;
    let claims: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(claims["email"], "alice@example.com");
    assert_eq!(claims["expires_at"], 2_000_000_010);
    assert_eq!(claims["issued_at"], serde_json::Value::Null);
    assert_eq!(claims["active_org_id"], serde_json::Value::Null);
    assert_eq!(
        claims["org_id_to_org_member_info"]
            .as_object()
            .unwrap()
            .len(),
        2
    );
}

#[actix_web::test]
async fn a_header_for_keys_is_the_only_credential_and_has_a_key() {
    let world = World::new().await;
    let keys = || ApiKeys::new().header("X-Api-Key");
    let token = world.alice.log_in().unwrap();
    let key = world.org.text();
    let bearer = |text: &str| ("authorization", format!("Bearer {text}"));
    let header = |text: &str| ("x-api-key", text.to_owned());
    let (hex, long) = ("f".repeat(96), "f".repeat(20_000));
    for middleware in [world.auth.require_user(), world.auth.optional_user()] {
        let middleware = middleware.accept_api_keys(keys());
        let app = init_service(routes().wrap(middleware)).await;
        for (headers, expected) in [
            (vec![header(key)], Ok("Acme Inc by org")),
            (vec![bearer(key)], Ok("Acme Inc by org")),
            (vec![bearer(&token)], Ok("alice@example.com by token")),
            (vec![header(&hex)], Err("invalid_token")),
            (vec![header(&token)], Err("invalid_token")),
            (vec![header("")], Err("invalid_token")),
            (vec![header("é")], Err("invalid_token")),
            (vec![header(&format!("Bearer {key}"))], Err("invalid_token")),
            (vec![header(&long)], Err("invalid_token")),
            (vec![header(key), header(key)], Err("invalid_request")),
            (vec![header(key), bearer(key)], Err("invalid_request")),
            (vec![header(key), bearer(&token)], Err("invalid_request")),
            (
                vec![header("x"), ("authorization", "Basic eA==".to_owned())],
                Err("invalid_request"),
            ),
        ] {
            let mut request = TestRequest::get().uri("/caller");
            for header in &headers {
                request = request.append_header((header.0, &*header.1));
            }
            let answer = send(&app, request.to_request()).await;
            let case = format!("{:?}", headers.iter().map(|it| it.0).collect::<Vec<_>>());
            match expected {
                Ok(body) => answer.is_ok(body, &case),
                Err(error) => answer.is_401(error, &case),
            }
        }
    }
    // Without the setting, the header is not read.
    let middleware = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(routes().wrap(middleware)).await;
    let request = TestRequest::get()
        .uri("/caller")
        .append_header(("x-api-key", key));
    send(&app, request.to_request())
        .await
        .is_401("", "another header");
}

#[actix_web::test]
async fn imported_keys_are_an_opt_in_of_their_own() {
    let world = World::new().await;
    let hex = "ab".repeat(48);
    for text in ["legacy.key/of+another=system", "x", &*hex] {
        let request = ImportApiKey::new(text).user_id(&world.alice);
        world.emulator.import_api_key(request).unwrap();
    }
    let native = ApiKeys::new();
    let both = ApiKeys::new().validate_imported();
    for (keys, texts) in [(native, 0), (both, 3)] {
        let middleware = world.auth.require_user().accept_api_keys(keys);
        let app = init_service(routes().wrap(middleware)).await;
        let mut accepted = 0;
        for text in ["legacy.key/of+another=system", "x", &*hex] {
            let request = TestRequest::get().uri("/caller").as_user(&text);
            let answer = send(&app, request.to_request()).await;
            if answer.status == 200 {
                answer.is_ok("alice@example.com by personal", text);
                accepted += 1;
            } else {
                answer.is_401("invalid_token", text);
            }
        }
        assert_eq!(accepted, texts);
        // PropelAuth's own keys are accepted in either case.
        let request = TestRequest::get().uri("/caller").as_user(&world.org.text());
        send(&app, request.to_request())
            .await
            .is_ok("Acme Inc by org", "native");
    }
}
