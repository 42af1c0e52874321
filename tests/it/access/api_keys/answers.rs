//! What PropelAuth answers about a key, and what the caller gets.

use std::time::Duration;

use actix_web::{
    http::header::RETRY_AFTER,
    test::{TestRequest, init_service},
};
use actix_web_propelauth::{
    ApiKeys, emulator::Emulator, emulator::Fault, testing::TestRequestExt as _,
};

use super::{World, routes};
use crate::fixtures::{Answer, send};

const VALIDATE: &str = "POST /api/backend/v1/end_user_api_keys/validate";

#[track_caller]
fn is_503(answer: &Answer, wait: &str, case: &str) {
    assert_eq!(answer.status.as_u16(), 503, "{case}: {answer:?}");
    assert_eq!(answer.header(RETRY_AFTER), Some(wait), "{case}");
    assert_eq!(answer.challenge(), None, "{case}");
    assert_eq!(
        answer.body, r#"{"title":"Service Unavailable","status":503}"#,
        "{case}"
    );
}

#[track_caller]
fn is_429(answer: &Answer, wait: &str, case: &str) {
    assert_eq!(answer.status.as_u16(), 429, "{case}: {answer:?}");
    assert_eq!(answer.header(RETRY_AFTER), Some(wait), "{case}");
    assert_eq!(answer.challenge(), None, "{case}");
    assert_eq!(
        answer.body, r#"{"title":"Too Many Requests","status":429}"#,
        "{case}"
    );
}

/// Sends a request with this credential to `/caller` of an app whose middleware accepts keys.
macro_rules! ask {
    ($world:expr, $method:ident, $credential:expr) => {{
        let middleware = $world.auth.$method().accept_api_keys(ApiKeys::new());
        let app = init_service(routes().wrap(middleware)).await;
        let request = TestRequest::get().uri("/caller").as_user(&$credential);
        send(&app, request.to_request()).await
    }};
}

#[actix_web::test]
async fn an_unknown_deleted_expired_or_disabled_key_is_401_and_an_ownerless_one_403() {
    let world = World::new().await;
    let unknown = "0".repeat(96);
    ask!(world, require_user, &*unknown).is_401("invalid_token", "unknown");
    world
        .auth
        .api_key()
        .delete_api_key(&world.org.id)
        .await
        .unwrap();
    ask!(world, require_user, world.org.text()).is_401("invalid_token", "deleted");
    world.emulator.expire_api_key(&world.member.id).unwrap();
    ask!(world, require_user, world.member.text()).is_401("invalid_token", "expired");
    world.auth.user().disable_user(&world.alice).await.unwrap();
    ask!(world, require_user, world.personal.text()).is_401("invalid_token", "disabled");
    ask!(world, require_user, world.generic.text()).is_403("generic");
    // An invalid key is anonymous for `allow_anonymous` only, and `Principal` denies that.
    ask!(world, optional_user, &*unknown).is_401("invalid_token", "optional");
}

#[actix_web::test]
async fn text_that_cannot_be_a_key_is_denied_without_a_call() {
    let world = World::new().await;
    let (short, long, odd) = ("a".repeat(31), "a".repeat(513), "g".repeat(96));
    for text in [
        "undefined",
        "not a key",
        "é",
        "a.b.c",
        "..",
        &short,
        &long,
        &odd,
    ] {
        let answer = ask!(world, require_user, text);
        assert_eq!(answer.status.as_u16(), 401, "{text}");
    }
    let huge = "a".repeat(20_000);
    ask!(world, require_user, &*huge).is_431("longer than any token");
    assert_eq!(world.asked(), 0);
}

#[actix_web::test]
async fn the_integration_key_is_denied_without_a_call() {
    // One that looks like an end user's key, and one that does not.
    for key in ["5".repeat(96), "an-integration-key".to_owned()] {
        let emulator = Emulator::builder().api_key(&*key);
        let (emulator, auth) = crate::fixtures::world::start_with(emulator).await;
        let middleware = auth.require_user().accept_api_keys(ApiKeys::new());
        let app = init_service(routes().wrap(middleware)).await;
        emulator.clear_requests();
        let request = TestRequest::get().uri("/caller").as_user(&&*key);
        send(&app, request.to_request())
            .await
            .is_401("invalid_token", &key);
        assert_eq!(emulator.requests().len(), 0);
    }
}

#[actix_web::test]
async fn the_owners_own_rate_limit_is_429_and_never_kept() {
    let world = World::new().await;
    let minute = Duration::from_secs(60);
    world.emulator.freeze_clock(2_000_000_000);
    world
        .emulator
        .rate_limit_api_key(&world.org.id, 1, minute)
        .unwrap();
    ask!(world, require_user, world.org.text()).is_ok("Acme Inc by org", "the first");
    world.emulator.advance_clock(super::LONGER);
    let _ = world.asked();
    for method in 0..3 {
        let answer = match method {
            0 => ask!(world, require_user, world.org.text()),
            1 => ask!(world, optional_user, world.org.text()),
            _ => ask!(world, allow_anonymous, world.org.text()),
        };
        is_429(&answer, "49", "the second");
    }
    // Each was asked about again.
    assert_eq!(world.asked(), 3);
    world.emulator.advance_clock(minute);
    ask!(world, require_user, world.org.text()).is_ok("Acme Inc by org", "a minute later");
}

#[actix_web::test]
async fn a_wait_is_rounded_up_and_bounded_whatever_it_is() {
    let world = World::new().await;
    for (seconds, wait) in [
        ("0.2", "1"),
        ("1", "1"),
        ("12.001", "13"),
        ("0", "1"),
        ("-5", "1"),
        ("1e300", "86400"),
    ] {
        let body = format!(r#"{{"wait_seconds":{seconds},"error_code":"rate_limit_exceeded"}}"#);
        let fault = Fault::on(VALIDATE).status(429).body(body).times(1);
        world.emulator.inject_fault(fault).unwrap();
        let answer = ask!(world, require_user, world.org.text());
        is_429(&answer, wait, seconds);
    }
    // These are not numbers, or not JSON: PropelAuth's own limit.
    for body in [
        r#"{"wait_seconds":NaN}"#,
        r#"{"wait_seconds":1e999}"#,
        "slow down",
        "{}",
    ] {
        let fault = Fault::on(VALIDATE).status(429).body(body);
        world.emulator.inject_fault(fault).unwrap();
        let answer = ask!(world, require_user, world.org.text());
        assert_eq!(answer.status.as_u16(), 503, "{body}: {answer:?}");
        world.emulator.clear_faults();
    }
}

#[actix_web::test]
async fn what_cannot_be_validated_is_503_for_every_policy_and_never_kept() {
    let world = World::new().await;
    for fault in [
        Fault::on(VALIDATE).status(500),
        Fault::on(VALIDATE).status(503),
        Fault::on(VALIDATE)
            .status(404)
            .body("<html>not an API</html>"),
        Fault::on(VALIDATE).status(200).body("null"),
        Fault::on(VALIDATE).status(200).body(r#"{"user":{}}"#),
        Fault::on(VALIDATE).drop_connection(),
    ] {
        let case = format!("{fault:?}");
        world.emulator.inject_fault(fault).unwrap();
        for answer in [
            ask!(world, require_user, world.org.text()),
            ask!(world, optional_user, world.org.text()),
            ask!(world, allow_anonymous, world.org.text()),
        ] {
            assert_eq!(answer.status.as_u16(), 503, "{case} {answer:?}");
        }
        world.emulator.clear_faults();
    }
}

#[actix_web::test]
async fn an_answer_without_a_clear_owner_is_403() {
    let world = World::new().await;
    let user = r#""user":{"user_id":"u","email":"a@b.c","enabled":true}"#;
    let org = r#""org":{"org_id":"o","org_name":"O"}"#;
    let member = r#""user_in_org":{"org_id":"o","user_role":"Admin"}"#;
    let other = r#""user_in_org":{"org_id":"p","user_role":"Admin"}"#;
    let cases = [
        (vec![user], Some("a@b.c by personal")),
        (vec![org], Some("O by org")),
        (vec![user, org, member], Some("a@b.c by member")),
        (vec![user, org], None),
        (vec![user, org, other], None),
        (vec![user, member], None),
        (vec![member], None),
        (vec![], None),
        (vec![user, r#""org_id":"o""#], None),
        (vec![org, r#""user_id":"u""#], None),
        (vec![user, r#""user_id":"v""#], None),
        (vec![org, r#""org_id":"p""#], None),
        (
            vec![r#""user":{"user_id":"","email":"a@b.c","enabled":true}"#],
            None,
        ),
        (vec![r#""org":{"org_id":"","org_name":"O"}"#], None),
    ];
    for (number, (fields, expected)) in cases.into_iter().enumerate() {
        let body = format!("{{{}}}", fields.join(","));
        let fault = Fault::on(VALIDATE).status(200).body(&*body);
        world.emulator.inject_fault(fault).unwrap();
        // Another text each time, because answers are kept.
        let text = format!("{number:096x}");
        let answer = ask!(world, require_user, &*text);
        match expected {
            Some(caller) => answer.is_ok(caller, &body),
            None => answer.is_403(&body),
        }
        world.emulator.clear_faults();
    }
    // The organizations of a user are listed under their ids, as in a token.
    for (id, status) in [("o", 200), ("p", 403)] {
        let orgs =
            format!(r#""org_id_to_org_info":{{"{id}":{{"org_id":"o","user_role":"Admin"}}}}"#);
        let body = format!(r#"{{"user":{{"user_id":"u","email":"a@b.c","enabled":true,{orgs}}}}}"#);
        let fault = Fault::on(VALIDATE).status(200).body(body);
        world.emulator.inject_fault(fault).unwrap();
        let text = id
            .repeat(96)
            .replace(['o', 'p'], if id == "o" { "a" } else { "b" });
        let answer = ask!(world, require_user, &*text);
        assert_eq!(answer.status.as_u16(), status, "{id}: {answer:?}");
        world.emulator.clear_faults();
    }
    let disabled = r#"{"user":{"user_id":"u","email":"a@b.c","enabled":false}}"#;
    let fault = Fault::on(VALIDATE).status(200).body(disabled);
    world.emulator.inject_fault(fault).unwrap();
    ask!(world, require_user, &*"d".repeat(96)).is_401("invalid_token", "disabled");
}

#[actix_web::test]
async fn a_wrong_integration_key_is_500_and_no_fault_of_the_caller() {
    let world = World::new().await;
    world
        .emulator
        .inject_fault(Fault::on(VALIDATE).status(401))
        .unwrap();
    ask!(world, require_user, world.org.text()).is_500("require");
    ask!(world, allow_anonymous, world.org.text()).is_500("allow");
    world.emulator.clear_faults();
    ask!(world, require_user, world.org.text()).is_ok("Acme Inc by org", "again");
}

#[actix_web::test]
async fn while_propelauth_is_away_known_keys_are_believed_and_no_key_is_401() {
    let world = World::new().await;
    ask!(world, require_user, world.org.text()).is_ok("Acme Inc by org", "before");
    world
        .emulator
        .inject_fault(Fault::on("*").status(503))
        .unwrap();
    ask!(world, require_user, world.org.text()).is_ok("Acme Inc by org", "known");
    let answer = ask!(world, require_user, world.personal.text());
    is_503(&answer, "1", "unknown");
}
