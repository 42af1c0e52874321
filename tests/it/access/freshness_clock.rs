//! Marks and a clock that is set: a token whose rights were taken away never speaks again.

use std::time::Duration;

use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Requirement, Unauthorized, User, UserId,
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestClock, TestOrg, TestUser, propel_auth_builder},
};

use crate::fixtures::Logs;

const HOUR: i64 = 3600;

/// An admin whose token lives for a second, and a handle that knows that.
struct World {
    auth: PropelAuth,
    clock: TestClock,
    org: TestOrg,
    user_id: UserId,
    token: String,
}

impl World {
    fn new() -> Self {
        let clock = TestClock::new();
        clock.freeze(1_900_000_000);
        let auth = propel_auth_builder()
            .token_lifetime(Duration::from_secs(1))
            .clock(clock.to_fn())
            .build()
            .unwrap();
        let org = TestOrg::new("Acme");
        let alice = TestUser::new("alice@example.com")
            .in_org(&org, "Admin")
            .clock(&clock)
            .expires_in(1);
        let world = Self {
            token: alice.authorization_header(),
            user_id: alice.user_id(),
            auth,
            clock,
            org,
        };
        assert!(world.ask().is_ok());
        let mark = Mark::member(&world.user_id, world.org.org_id());
        world.auth.mark_stale(mark.because(Cause::RoleChanged));
        world
    }

    /// Asks for the organization as its admin.
    fn ask(&self) -> Result<User, Denied> {
        let user = self
            .auth
            .validate_access_token_and_get_user(self.token.as_str())?;
        user.authorize(self.org.org_id(), &Requirement::role("Admin"))?;
        Ok(user)
    }

    /// Lets so much time pass that marks are dropped, if that depended on nothing else.
    fn wait(&self) {
        std::thread::sleep(Duration::from_millis(4100));
        self.auth.mark_stale(Mark::user(&"someone".into()));
    }

    fn set(&self, seconds: i64) {
        self.clock.freeze(self.clock.now() + seconds);
    }
}

fn stale(result: Result<User, Denied>) -> Option<Cause> {
    match result.err()? {
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause))) => Some(cause),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clock_that_is_set_back_after_a_mark_was_dropped_revives_no_token() {
    let world = World::new();
    world.set(10);
    world.wait();
    world.set(-HOUR);
    assert_eq!(stale(world.ask()), Some(Cause::ClockSetBack));
    // Nor one that was in no cache.
    world.set(1);
    assert_eq!(stale(world.ask()), Some(Cause::ClockSetBack));
}

#[test]
fn a_clock_that_is_set_back_before_a_mark_is_dropped_keeps_it() {
    let world = World::new();
    world.set(-HOUR);
    world.wait();
    assert_eq!(stale(world.ask()), Some(Cause::RoleChanged));
}

#[test]
fn a_clock_that_is_set_forward_for_a_while_drops_no_mark() {
    let world = World::new();
    world.set(HOUR);
    world.auth.mark_stale(Mark::user(&"someone".into()));
    world.set(-HOUR);
    assert_eq!(stale(world.ask()), Some(Cause::RoleChanged));
}

#[test]
fn the_log_says_that_the_clock_was_set_back_and_what_to_do() {
    let logs = Logs::capture();
    let world = World::new();
    world.set(-HOUR);
    world.auth.mark_stale(Mark::user(&"someone".into()));
    world.auth.mark_stale(Mark::user(&"another".into()));
    let text = logs.text();
    let warnings: Vec<_> = text
        .lines()
        .filter(|it| it.contains("clock_set_back"))
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let warning = warnings[0];
    assert!(
        warning.contains("set back by 3600 s") && warning.contains("restart this process"),
        "{warning}"
    );
}

#[test]
fn a_token_that_lives_longer_than_the_setting_is_denied_once_its_mark_may_be_dropped_and_an_operator_is_told()
 {
    let mut world = World::new();
    let long = TestUser::new("bob@example.com").in_org(&world.org, "Admin");
    world.token = long
        .clock(&world.clock)
        .expires_in(HOUR)
        .authorization_header();
    // A mark of somebody else is none of it, while it is known whom it is about.
    assert!(world.ask().is_ok());
    let logs = Logs::capture();
    world.set(10);
    world.wait();
    assert_eq!(stale(world.ask()), Some(Cause::Forgotten));
    assert_eq!(stale(world.ask()), Some(Cause::Forgotten));
    let text = logs.text();
    let warnings = text.lines().filter(|it| it.contains("WARN"));
    assert_eq!(warnings.count(), 1, "{text}");
    assert!(text.contains("(forgotten)"), "{text}");
    // A refreshed token speaks.
    let token = TestUser::new("bob@example.com").in_org(&world.org, "Admin");
    world.token = token.clock(&world.clock).authorization_header();
    assert!(world.ask().is_ok());
}
