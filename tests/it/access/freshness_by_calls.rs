//! A call of the handle that takes something away from somebody holds once its response is there.

use std::time::{Duration, SystemTime};

use actix_web_propelauth::{
    Denied, Error, InvalidToken, PropelAuth, RequiredOrg, Requirement, Unauthorized,
    emulator::{EmulatedOrg, EmulatedUser, Emulator, Fault},
    freshness::Cause,
};

use crate::fixtures::world::{NOBODY, start};

/// Alice, who is an admin of Acme and a member of Initech, and her token.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: EmulatedOrg,
    initech: EmulatedOrg,
    header: String,
}

impl World {
    async fn new() -> Self {
        let (emulator, auth) = start().await;
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme").unwrap());
        let initech = emulator.emulated_org(emulator.create_org("Initech").unwrap());
        acme.add_user(alice.id(), "Admin").unwrap();
        initech.add_user(alice.id(), "Member").unwrap();
        let header = format!("Bearer {}", alice.log_in().unwrap());
        let world = Self {
            emulator,
            auth,
            alice,
            acme,
            initech,
            header,
        };
        assert_eq!(world.speaks(), [true, true, true]);
        world
    }

    /// Returns whether the token speaks for alice, for alice in Acme, and for alice in Initech.
    fn speaks(&self) -> [bool; 3] {
        let user = self.auth.validate_access_token_and_get_user(&*self.header);
        let in_org = |org: &EmulatedOrg| {
            let org = RequiredOrg::from(org.id().clone());
            let found = self
                .auth
                .validate(&*self.header, org, &Requirement::member());
            speaks(found.map(drop))
        };
        [
            speaks(user.map(drop)),
            in_org(&self.acme),
            in_org(&self.initech),
        ]
    }
}

/// Returns `false` for a token from before a call.
fn speaks(result: Result<(), Denied>) -> bool {
    match result {
        Ok(()) => true,
        Err(Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause)))) => {
            assert_eq!(cause, Cause::Call);
            false
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// What a token still speaks for after each call.
#[actix_web::test]
async fn a_token_does_not_speak_for_what_a_call_has_changed() {
    const NOTHING: [bool; 3] = [false, false, false];
    const NOT_FOR_ACME: [bool; 3] = [true, false, true];
    macro_rules! check {
        ($expected:expr, |$world:ident| $call:expr) => {{
            let $world = World::new().await;
            $call.await.unwrap();
            assert_eq!($world.speaks(), $expected, stringify!($call));
        }};
    }
    check!(NOTHING, |it| it.auth.user().disable_user(it.alice.id()));
    check!(NOTHING, |it| it.auth.user().delete_user(it.alice.id()));
    check!(NOTHING, |it| it
        .auth
        .user()
        .logout_all_user_sessions(it.alice.id()));
    check!(NOT_FOR_ACME, |it| it.auth.org().change_user_role_in_org(
        it.alice.id(),
        it.acme.id(),
        "Member"
    ));
    check!(NOT_FOR_ACME, |it| it
        .auth
        .org()
        .remove_user_from_org(it.alice.id(), it.acme.id()));
    check!(NOT_FOR_ACME, |it| it.auth.org().delete_org(it.acme.id()));
    // What takes nothing away.
    check!([true; 3], |it| it
        .auth
        .org()
        .update_org(it.acme.id())
        .name("Acme Inc"));
    check!([true; 3], |it| it
        .auth
        .user()
        .update_user_metadata(it.alice.id())
        .first_name("Alice"));
    check!([true; 3], |it| it
        .auth
        .user()
        .fetch_user_metadata_by_user_id(it.alice.id()));
}

#[actix_web::test]
async fn a_call_that_certainly_did_nothing_changes_nothing() {
    let world = World::new().await;
    assert!(world.auth.user().disable_user(NOBODY).await.is_err());
    let org = world.auth.org();
    let unknown_role = org.change_user_role_in_org(world.alice.id(), world.acme.id(), "Emperor");
    assert!(unknown_role.await.is_err());
    let limited = Fault::on("disable_user").rate_limit(Duration::from_secs(60));
    world.emulator.inject_fault(limited).unwrap();
    assert!(
        world
            .auth
            .user()
            .disable_user(world.alice.id())
            .await
            .is_err()
    );
    assert_eq!(world.speaks(), [true; 3]);
}

#[actix_web::test]
async fn a_call_whose_outcome_is_unknown_counts_as_a_change() {
    let world = World::new().await;
    let lost = Fault::on("disable_user").drop_connection();
    world.emulator.inject_fault(lost).unwrap();
    assert!(
        world
            .auth
            .user()
            .disable_user(world.alice.id())
            .await
            .is_err()
    );
    assert_eq!(world.speaks(), [false; 3]);

    // So does one that is no longer awaited.
    let world = World::new().await;
    let slow = Fault::on("delete_org").delay(Duration::from_secs(5));
    world.emulator.inject_fault(slow).unwrap();
    let call = IntoFuture::into_future(world.auth.org().delete_org(world.acme.id()));
    let soon = Duration::from_millis(100);
    assert!(actix_web::rt::time::timeout(soon, call).await.is_err());
    assert_eq!(world.speaks(), [true, false, true]);
}

/// The response to the first attempt is lost, and the second is refused, because the first one did it.
#[actix_web::test]
async fn a_refusal_of_a_second_attempt_does_not_hide_what_the_first_one_did() {
    let world = World::new().await;
    world.acme.remove_user(world.alice.id()).unwrap();
    let remove = || {
        let org = world.auth.org();
        org.remove_user_from_org(world.alice.id(), world.acme.id())
    };
    let first = remove().await.unwrap_err();
    assert!(matches!(first, Error::Refused(_)), "{first}");
    // Nothing was lost, so that this call did nothing.
    assert_eq!(world.speaks(), [true; 3]);

    let lost = Fault::on("remove_user_from_org").drop_connection().times(1);
    world.emulator.inject_fault(lost).unwrap();
    let second = remove().await.unwrap_err();
    assert!(matches!(second, Error::Refused(_)), "{second}");
    assert_eq!(world.speaks(), [true, false, true]);

    // An attempt that was turned away did nothing, either.
    let world = World::new().await;
    world.acme.remove_user(world.alice.id()).unwrap();
    let busy = Fault::on("remove_user_from_org").status(429).times(1);
    world.emulator.inject_fault(busy).unwrap();
    let org = world.auth.org();
    let refused = org.remove_user_from_org(world.alice.id(), world.acme.id());
    assert!(matches!(refused.await, Err(Error::Refused(_))));
    assert_eq!(world.speaks(), [true; 3]);
}

/// A token that alice gets in the next second says what is so now.
#[actix_web::test]
async fn a_later_token_speaks_again() {
    let world = World::new().await;
    let org = world.auth.org();
    org.change_user_role_in_org(world.alice.id(), world.acme.id(), "Member")
        .await
        .unwrap();
    assert_eq!(world.speaks(), [true, false, true]);
    world.emulator.advance_clock(Duration::from_secs(1));
    let header = format!("Bearer {}", world.alice.log_in().unwrap());
    let acme = RequiredOrg::from(world.acme.id().clone());
    let found = world
        .auth
        .validate(&*header, acme, &Requirement::member())
        .unwrap();
    assert_eq!(found.org_member_info.user_role, "Member");
}

/// A handle whose clock is this many seconds behind, and a user whose token was issued just now.
async fn behind(seconds: u64, leeway: u64) -> World {
    let (emulator, _) = start().await;
    let clock = move || SystemTime::now() - Duration::from_secs(seconds);
    let builder = emulator.propel_auth_builder().clock(clock);
    let auth = builder
        .verifier_key(emulator.verifier_key())
        .leeway(Duration::from_secs(leeway))
        .build()
        .unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.emulated_org(emulator.create_org("Acme").unwrap());
    let initech = emulator.emulated_org(emulator.create_org("Initech").unwrap());
    acme.add_user(alice.id(), "Admin").unwrap();
    initech.add_user(alice.id(), "Member").unwrap();
    let header = format!("Bearer {}", alice.log_in().unwrap());
    World {
        emulator,
        auth,
        alice,
        acme,
        initech,
        header,
    }
}

#[actix_web::test]
async fn a_token_of_a_clock_that_is_ahead_does_not_outlive_a_call() {
    let mut world = behind(100, 0).await;
    assert_eq!(world.speaks(), [true; 3]);
    let logged_out = world.auth.user().logout_all_user_sessions(world.alice.id());
    logged_out.await.unwrap();
    // By the clock here, the token was issued 100 seconds after the call.
    assert_eq!(world.speaks(), [false; 3]);
    // A token of the next second is from after it, by PropelAuth's clock.
    world.emulator.advance_clock(Duration::from_secs(1));
    world.header = format!("Bearer {}", world.alice.log_in().unwrap());
    assert_eq!(world.speaks(), [true; 3]);
}

#[actix_web::test]
async fn without_an_answer_a_call_counts_up_to_the_leeway() {
    for (leeway, expected) in [(0, true), (200, false)] {
        let world = behind(100, leeway).await;
        let lost = Fault::on("disable_user").drop_connection();
        world.emulator.inject_fault(lost).unwrap();
        let call = world.auth.user().disable_user(world.alice.id());
        assert!(call.await.is_err());
        assert_eq!(world.speaks(), [expected; 3], "leeway {leeway}");
    }
}

#[actix_web::test]
async fn a_clock_that_is_days_ahead_denies_nobody_for_days() {
    for (hours, expected) in [(23, false), (72, true)] {
        let mut world = behind(60, 0).await;
        world
            .emulator
            .advance_clock(Duration::from_secs(hours * 3600));
        world.header = format!("Bearer {}", world.alice.log_in().unwrap());
        world.emulator.advance_clock(Duration::from_secs(10));
        let logged_out = world.auth.user().logout_all_user_sessions(world.alice.id());
        logged_out.await.unwrap();
        assert_eq!(world.speaks()[0], expected, "{hours} hours");
    }
}
