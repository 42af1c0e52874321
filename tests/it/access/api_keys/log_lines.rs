//! What the log says of a denied key: the code, what to do, and nothing of the key.

use std::time::Duration;

use actix_web::{
    App,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, InOrgWithRole, User,
    api::ImportApiKey,
    emulator::{Emulator, Fault},
    org_id,
    testing::TestRequestExt as _,
};

use super::{World, routes};
use crate::{
    a_canary::{self, KEY},
    fixtures::{Logs, send, world},
};

async fn whoami(user: User) -> String {
    user.email.clone()
}

/// Returns what is logged for a request to `/whoami` with a key, in debug mode, and its status.
async fn log_of(world: &World, path: &str, key: &str) -> (u16, String) {
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    let tokens_only = web::scope("/tokens")
        .route("/whoami", web::get().to(whoami))
        .wrap(world.auth.require_user());
    let app = App::new()
        .service(tokens_only)
        .route("/whoami", web::get().to(whoami))
        .service(
            web::resource("/orgs/{org_id}")
                .get(async || "")
                .wrap(admins),
        )
        .wrap(world.auth.require_user().accept_api_keys(ApiKeys::new()));
    let app = init_service(app).await;
    let logs = Logs::capture();
    let request = TestRequest::with_uri(path).as_user(&key).to_request();
    let answer = send(&app, request).await;
    (answer.status.as_u16(), logs.text())
}

#[actix_web::test]
async fn each_denial_has_a_code_and_a_remedy_and_nothing_of_the_key() {
    let world = World::new().await;
    let org = |id: &str| format!("/orgs/{id}");
    let (acme, bolt) = (org(&world.acme), org(&world.bolt));
    let unknown = "0123456789abcdef".repeat(6);
    world
        .emulator
        .rate_limit_api_key(&world.member.id, 0, Duration::from_secs(9))
        .unwrap();
    let keys = [&world.personal, &world.member, &world.org, &world.generic];
    let cases: [(&str, &str, u16, &str, &str, &str); 8] = [
        (
            "/whoami",
            &unknown,
            401,
            "DEBUG",
            "unknown_api_key",
            "listed in PropelAuth",
        ),
        (
            "/whoami",
            world.generic.text(),
            403,
            "DEBUG",
            "unclear_key_owner",
            "for an organization",
        ),
        (
            "/whoami",
            world.member.text(),
            429,
            "DEBUG",
            "api_key_rate_limited",
            "Retry-After",
        ),
        (
            "/whoami",
            world.org.text(),
            403,
            "DEBUG",
            "not_a_user",
            "`Principal`",
        ),
        (
            &acme,
            world.org.text(),
            403,
            "DEBUG",
            "key_without_user",
            "one of its members",
        ),
        (
            &bolt,
            world.org.text(),
            403,
            "DEBUG",
            "key_of_another_org",
            "created for",
        ),
        (
            "/tokens/whoami",
            world.personal.text(),
            401,
            "DEBUG",
            "api_key_not_accepted",
            ".accept_api_keys(",
        ),
        (
            &bolt,
            world.personal.text(),
            403,
            "DEBUG",
            "missing_role",
            "Give the user the role",
        ),
    ];
    for (path, key, status, level, code, remedy) in cases {
        let (found, log) = log_of(&world, path, key).await;
        assert_eq!(found, status, "{code}: {log}");
        let code = format!("code={code}");
        for text in [level, &code, remedy] {
            assert!(log.contains(text), "{path} {text}: {log}");
        }
        for key in keys {
            assert!(!log.contains(key.text()), "{code} has a key");
        }
        assert!(!log.contains(&unknown), "{code} has the key");
    }
    // The caller is known, so the log says who it is.
    let (_, log) = log_of(&world, "/tokens/whoami", world.personal.text()).await;
    assert!(!log.contains("alice@example.com"), "{log}");
    world
        .emulator
        .inject_fault(Fault::on("validate_api_key").status(500))
        .unwrap();
    let (status, log) = log_of(&world, "/whoami", &"e".repeat(96)).await;
    assert_eq!(status, 503);
    assert!(
        log.contains("WARN") && log.contains("code=api_key_unreachable"),
        "{log}"
    );
    // A flood of keys does not flood the log.
    let (_, log) = log_of(&world, "/whoami", &"d".repeat(96)).await;
    assert!(!log.contains("WARN"), "{log}");
    world.emulator.clear_faults();
    world
        .emulator
        .inject_fault(Fault::on("validate_api_key").status(401))
        .unwrap();
    let (status, log) = log_of(&world, "/whoami", &"c".repeat(96)).await;
    assert_eq!(status, 500);
    assert!(
        log.contains("ERROR") && log.contains("code=integration_key_rejected"),
        "{log}"
    );
    assert!(log.contains("PROPELAUTH_API_KEY"), "{log}");
}

#[actix_web::test]
async fn a_leaked_integration_key_is_an_error_that_callers_cannot_repeat() {
    let emulator = Emulator::builder().api_key(KEY);
    let (_emulator, auth) = world::start_with(emulator).await;
    let app = || {
        let middleware = auth.allow_anonymous().accept_api_keys(ApiKeys::new());
        App::new()
            .route("/", web::get().to(async || "anonymous"))
            .wrap(middleware)
    };
    let app = init_service(app()).await;
    for is_first in [true, false] {
        let logs = Logs::capture();
        let request = TestRequest::get().as_user(&KEY).to_request();
        send(&app, request).await.is_ok("anonymous", "tolerated");
        let log = logs.text();
        assert_eq!(log.contains("ERROR"), is_first, "{log}");
        assert_eq!(
            log.contains("code=integration_key_from_caller"),
            is_first,
            "{log}"
        );
    }
}

/// The watch aborts if the key is in a log line of any crate, in a span, or in a response.
#[actix_web::test]
async fn a_key_is_nowhere_whatever_happens_to_it() {
    a_canary::watch();
    let world = World::new().await;
    let key = format!("{KEY}-imported");
    let middleware = || {
        let keys = ApiKeys::new().validate_imported().cache_for(Duration::ZERO);
        world.auth.require_user().accept_api_keys(keys)
    };
    let app = init_service(routes().wrap(middleware())).await;
    let import = ImportApiKey::new(&*key).user_id(&world.alice);
    let validate = "validate_imported_api_key";
    for step in 0..8 {
        world.emulator.clear_faults();
        let fault = match step {
            1 => {
                world.emulator.import_api_key(import.clone()).unwrap();
                None
            }
            2 => Some(Fault::on(validate).status(500).body(&*key)),
            3 => Some(Fault::on(validate).status(401).body(&*key)),
            4 => Some(
                Fault::on(validate)
                    .status(400)
                    .body(format!(r#"{{"api_key_token":["{key}"]}}"#)),
            ),
            5 => Some(Fault::on(validate).status(429).body(&*key)),
            6 => Some(Fault::on(validate).status(200).body(&*key)),
            7 => Some(Fault::on(validate).drop_connection()),
            _ => None,
        };
        if let Some(fault) = fault {
            world.emulator.inject_fault(fault).unwrap();
        }
        for path in ["/caller", "/maybe", "/active"] {
            let request = TestRequest::with_uri(path).as_user(&&*key).to_request();
            send(&app, request).await;
        }
    }
    let shown = format!("{:?} {:?}", middleware(), ApiKeys::new());
    a_canary::check("Debug of the middleware", &shown);
    world.emulator.clear_faults();
    // Debug of what handlers get has neither the key nor its metadata.
    let request = TestRequest::with_uri("/caller")
        .as_user(&&*key)
        .to_request();
    send(&app, request).await;
}
