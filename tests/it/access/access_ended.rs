//! The end of a caller's access: a connection that outlives its request ends with the token, and with a mark.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web::rt::{spawn, time};
use actix_web_propelauth::{
    AccessEnded, AccessEnding, OrgId, PropelAuth, User,
    freshness::{Cause, Mark, Subject},
    testing::{HasAccessToken as _, TestClock, TestOrg, TestUser, propel_auth_builder},
};
use futures_util::{StreamExt as _, future::join_all, stream};

const SECOND: Duration = Duration::from_secs(1);

fn auth() -> PropelAuth {
    propel_auth_builder().build().unwrap()
}

fn user(auth: &PropelAuth, user: &TestUser) -> User {
    let header = user.authorization_header();
    auth.validate_access_token_and_get_user(header.as_str())
        .unwrap()
}

/// Returns why access ended within a second, or `None`.
async fn within_a_second(ending: AccessEnding) -> Option<AccessEnded> {
    time::timeout(SECOND, ending).await.ok()
}

/// Returns why access has ended already, or `None`.
async fn now(ending: AccessEnding) -> Option<AccessEnded> {
    time::timeout(Duration::from_millis(20), ending).await.ok()
}

fn changed(org_id: &OrgId, by: &Cause) -> impl Fn(Option<AccessEnded>) -> bool {
    move |ended| matches!(ended, Some(AccessEnded::MembershipChanged { org_id: id, cause, .. }) if id == *org_id && cause == *by)
}

#[test]
fn the_future_moves_between_threads_and_outlives_the_user() {
    fn check<T: Send + Unpin + 'static>(_: T) {}
    let (auth, acme) = (auth(), TestOrg::new("Acme"));
    let alice = user(
        &auth,
        &TestUser::new("alice@example.com").in_org(&acme, "Admin"),
    );
    check(alice.access_ended());
    check(alice.access_ended_in(acme.org_id()));
}

#[actix_web::test]
async fn it_ends_within_a_second_after_a_mark_that_is_about_it_and_no_other_one_ends_it() {
    let (acme, beta) = (TestOrg::new("Acme"), TestOrg::new("Beta"));
    let alice = TestUser::new("alice@example.com");
    let alice = alice.in_org(&acme, "Admin").in_org(&beta, "Admin");
    let (id, bob) = (alice.user_id(), TestUser::new("bob@example.com").user_id());
    // Whether access ends, that to Acme, and that to Beta.
    let of_acme = [false, true, false];
    let cases = [
        (Subject::User(id.clone()), [true; 3]),
        (Subject::Everyone, [true; 3]),
        (Subject::Member(id.clone(), acme.org_id().clone()), of_acme),
        (Subject::Org(acme.org_id().clone()), of_acme),
        (Subject::User(bob.clone()), [false; 3]),
        (Subject::Member(bob, acme.org_id().clone()), [false; 3]),
        (Subject::Org("another".into()), [false; 3]),
        (Subject::KeysOfUser(id), [false; 3]),
        (Subject::AllKeys, [false; 3]),
    ];
    let watched = [None, Some(&acme), Some(&beta)];
    let checks = cases.into_iter().flat_map(|(subject, ends)| {
        let each = watched.into_iter().zip(ends);
        each.map(move |(org, ends)| (subject.clone(), org, ends))
    });
    let checks = checks.map(async |(subject, org, ends)| {
        let auth = auth();
        let alice = user(&auth, &alice);
        let ending = || match org {
            None => alice.access_ended(),
            Some(org) => alice.access_ended_in(org.org_id()),
        };
        // One that waits already, and one that is asked for after the mark.
        let waiting = spawn(within_a_second(ending()));
        time::sleep(Duration::from_millis(20)).await;
        let marked = Instant::now();
        auth.mark_stale(subject.clone());
        let late = now(ending()).await;
        let (waiting, time) = (waiting.await.unwrap(), marked.elapsed());
        assert_eq!(waiting.is_some(), ends, "{subject:?} {org:?}");
        assert_eq!(waiting, late, "{subject:?} {org:?}");
        assert!(!ends || time < SECOND / 2, "{time:?}");
    });
    join_all(checks).await;
}

#[actix_web::test]
async fn the_reason_is_what_changed() {
    let (auth, acme) = (auth(), TestOrg::new("Acme"));
    let alice = user(
        &auth,
        &TestUser::new("alice@example.com").in_org(&acme, "Admin"),
    );
    let other = TestOrg::new("Other");
    let not_in = Some(AccessEnded::NotInOrg(other.org_id().clone()));
    assert_eq!(now(alice.access_ended_in(other.org_id())).await, not_in);
    auth.mark_stale(Mark::member(&alice.user_id, acme.org_id()).because(Cause::RoleChanged));
    let ended = now(alice.access_ended_in(acme.org_id())).await;
    assert!(changed(acme.org_id(), &Cause::RoleChanged)(ended));
    assert_eq!(now(alice.access_ended()).await, None);
    // What is about all of the user comes first.
    auth.mark_stale(Mark::user(&alice.user_id).because(Cause::UserDisabled));
    for ending in [alice.access_ended(), alice.access_ended_in(acme.org_id())] {
        let ended = now(ending).await.unwrap();
        assert_eq!(ended, AccessEnded::Stale(Cause::UserDisabled));
        assert_eq!(
            format!("{}: {ended}", ended.code()),
            "stale: the credential no longer speaks (user.disabled)"
        );
    }
}

#[actix_web::test]
async fn a_token_of_one_organization_ends_with_the_membership_in_it() {
    let (auth, acme) = (auth(), TestOrg::new("Acme"));
    let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin");
    let alice = user(&auth, &alice.active_org(&acme));
    assert_eq!(now(alice.access_ended()).await, None);
    auth.mark_stale(Mark::member(&alice.user_id, acme.org_id()));
    let ended = now(alice.access_ended()).await;
    assert_eq!(ended, Some(AccessEnded::Stale(Cause::ByHand)));
    let ended = now(alice.access_ended_in(acme.org_id())).await;
    assert!(changed(acme.org_id(), &Cause::ByHand)(ended));
}

#[actix_web::test]
async fn it_ends_with_the_token_by_the_clock_of_the_handle_and_with_the_leeway() {
    let clock = TestClock::new();
    let builder = propel_auth_builder().clock(clock.to_fn());
    let auth = builder.leeway(Duration::from_secs(30)).build().unwrap();
    let alice = user(&auth, &TestUser::new("alice@example.com").clock(&clock));
    let header = TestUser::new("alice@example.com")
        .clock(&clock)
        .authorization_header();
    let waiting = spawn(alice.access_ended());
    let left = u64::try_from(alice.expires_at).unwrap() + 30;
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    clock.advance(Duration::from_secs(left) - since - 20 * SECOND);
    assert_eq!(now(alice.access_ended()).await, None);
    assert!(
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    );
    clock.advance(20 * SECOND);
    let moved = Instant::now();
    assert_eq!(waiting.await.unwrap(), AccessEnded::Expired);
    // Within a second, and some more on a busy machine.
    assert!(moved.elapsed() < 4 * SECOND, "{:?}", moved.elapsed());
    assert!(
        auth.validate_access_token_and_get_user(header.as_str())
            .is_err()
    );
}

#[actix_web::test]
async fn a_token_from_after_the_mark_goes_on() {
    let (auth, clock) = (auth(), TestClock::new());
    let alice = TestUser::new("alice@example.com").clock(&clock);
    auth.mark_stale(Mark::user(&alice.user_id()));
    clock.advance(5 * SECOND);
    let refreshed = user(&auth, &alice);
    assert_eq!(now(refreshed.access_ended()).await, None);
}

#[actix_web::test]
async fn a_stream_ends_with_it() {
    let auth = auth();
    let alice = user(&auth, &TestUser::new("alice@example.com"));
    let ticks = stream::repeat(()).then(|()| time::sleep(Duration::from_millis(10)));
    let events = spawn(ticks.take_until(alice.access_ended()).count());
    time::sleep(Duration::from_millis(100)).await;
    auth.mark_stale(Mark::everyone());
    let count = time::timeout(SECOND, events).await.unwrap().unwrap();
    assert!(count > 0);
}

#[actix_web::test]
async fn ten_thousand_idle_connections_wake_about_once_a_second_and_marks_of_others_twice() {
    const CONNECTIONS: usize = 10_000;
    let auth = auth();
    let alice = user(&auth, &TestUser::new("alice@example.com"));
    let polls = Rc::new(Cell::new(0_usize));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (ending, polls) = (alice.access_ended(), Rc::clone(&polls));
            spawn(async move {
                let mut ending = pin!(ending);
                poll_fn(|context| {
                    polls.set(polls.get() + 1);
                    ending.as_mut().poll(context)
                })
                .await
            })
        })
        .collect();
    // A loaded machine takes longer for the same, and clocks go on: what counts is how often in a second.
    let often = |count: usize, since: Instant| {
        count as f64 / CONNECTIONS as f64 / since.elapsed().as_secs_f64()
    };
    let since = Instant::now();
    time::sleep(2 * SECOND).await;
    let idle = often(polls.replace(0), since);
    assert!(idle <= 2.0, "{idle}");
    // 200 marks in a second.
    let since = Instant::now();
    for number in 0..400_u32 {
        auth.mark_stale(Subject::User(number.to_string().into()));
        time::sleep(Duration::from_millis(5)).await;
    }
    let busy = often(polls.replace(0), since);
    assert!(busy <= 8.0, "{busy}");
    auth.mark_stale(Mark::everyone());
    let marked = Instant::now();
    for ended in join_all(connections).await {
        assert_eq!(ended.unwrap(), AccessEnded::Stale(Cause::ByHand));
    }
    assert!(marked.elapsed() < 10 * SECOND, "{:?}", marked.elapsed());
}
