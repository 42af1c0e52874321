//! The end of access by an API key: with a mark of its owner, and otherwise as late as with a token.

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_web::{
    App,
    rt::time,
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    AccessEnded, AccessEnding, ApiKeys, OrgId, Principal, Requirement,
    freshness::{Cause, Mark, Subject},
    testing::TestRequestExt as _,
};

use super::World;

/// Returns the callers of the personal key, the member's key and the organization's key.
async fn callers(world: &World) -> Vec<Principal> {
    let held = Rc::new(RefCell::new(Vec::new()));
    let hold = {
        let held = Rc::clone(&held);
        move |caller: Principal| {
            held.borrow_mut().push(caller);
            async { "held" }
        }
    };
    let middleware = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = App::new().route("/", web::get().to(hold)).wrap(middleware);
    let app = init_service(app).await;
    for key in [&world.personal, &world.member, &world.org] {
        let request = TestRequest::get().as_user(&key.text()).to_request();
        assert_eq!(call_service(&app, request).await.status(), 200);
    }
    held.take()
}

async fn now(ending: AccessEnding) -> Option<AccessEnded> {
    time::timeout(Duration::from_millis(20), ending).await.ok()
}

#[actix_web::test]
async fn it_ends_with_a_mark_of_the_owner_or_its_keys() {
    let world = World::new().await;
    let alice = world.alice.id().clone();
    let (acme, bolt) = (world.acme.clone(), world.bolt.clone());
    let member = |org: &OrgId| Subject::Member(alice.clone(), org.clone());
    // Whether access ends, and whether that to Acme does: for the personal key, the member's, the organization's.
    for (subject, all, in_acme) in [
        (Subject::Everyone, [true; 3], [true; 3]),
        (Subject::AllKeys, [true; 3], [true; 3]),
        (
            Subject::User(alice.clone()),
            [true, true, false],
            [true, true, false],
        ),
        (
            Subject::KeysOfUser(alice.clone()),
            [true, true, false],
            [true, true, false],
        ),
        (Subject::KeysOfUser("bob".into()), [false; 3], [false; 3]),
        (
            Subject::KeysOfOrg(acme.clone()),
            [false, true, true],
            [false, true, true],
        ),
        (Subject::KeysOfOrg(bolt.clone()), [false; 3], [false; 3]),
        (Subject::Org(acme.clone()), [false, true, true], [true; 3]),
        (Subject::Org(bolt.clone()), [false; 3], [false; 3]),
        (member(&acme), [false, true, false], [true, true, false]),
        (member(&bolt), [false; 3], [false; 3]),
    ] {
        // A mark from before PropelAuth was asked is not about its answer.
        let callers = callers(&world).await;
        for caller in &callers {
            assert_eq!(now(caller.access_ended()).await, None, "{subject:?}");
            assert_eq!(
                now(caller.access_ended_in(&acme)).await,
                None,
                "{subject:?}"
            );
        }
        world.auth.mark_stale(Mark::new(subject.clone()));
        for (caller, (all, in_acme)) in callers.iter().zip(all.into_iter().zip(in_acme)) {
            let ended = now(caller.access_ended()).await;
            assert_eq!(ended.is_some(), all, "{subject:?} {caller:?}");
            let ended = now(caller.access_ended_in(&acme)).await;
            assert_eq!(ended.is_some(), in_acme, "{subject:?} {caller:?}");
        }
    }
}

#[actix_web::test]
async fn it_ends_as_long_after_the_question_as_a_token_lives() {
    let world = World::new().await;
    world.emulator.freeze_clock(2_000_000_000);
    let callers = callers(&world).await;
    world
        .emulator
        .advance_clock(Duration::from_secs(30 * 60 - 1));
    for caller in &callers {
        assert_eq!(now(caller.access_ended()).await, None, "{caller:?}");
    }
    world.emulator.advance_clock(Duration::from_secs(1));
    for caller in &callers {
        let ended = now(caller.access_ended()).await;
        assert_eq!(ended, Some(AccessEnded::Expired), "{caller:?}");
    }
}

#[actix_web::test]
async fn a_key_of_an_organization_has_no_access_to_another_one() {
    let world = World::new().await;
    let callers = callers(&world).await;
    let mut found = Vec::new();
    for caller in &callers {
        found.push(now(caller.access_ended_in(&world.bolt)).await);
    }
    let not_in = Some(AccessEnded::NotInOrg(world.bolt.clone()));
    assert_eq!(found, [None, not_in.clone(), not_in]);
    world.auth.mark_stale(Mark::all_keys());
    let ended = now(callers[0].access_ended()).await;
    assert_eq!(ended, Some(AccessEnded::Stale(Cause::ByHand)));
}

#[actix_web::test]
async fn a_mark_of_an_organization_that_a_key_is_not_for_makes_no_key_stale() {
    let world = World::new().await;
    let callers = callers(&world).await;
    let other = OrgId::from("other");
    drop(
        world
            .auth
            .mark_stale(Mark::member(world.alice.id(), &other)),
    );
    for caller in &callers {
        let denied = caller.authorize(&other, &Requirement::member());
        assert!(denied.unwrap_err().is_forbidden(), "{caller:?}");
    }
}
