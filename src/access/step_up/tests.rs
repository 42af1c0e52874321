//! How many grants PropelAuth is asked about, and when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, future::join_all};
use tokio::time::sleep;

use super::grants::{AskAboutGrant, GrantFailure, Grants};
use crate::{
    access::denied::{Denied, TooMany},
    words::{ids::UserId, secret::Secret},
};

/// What a PropelAuth was asked.
#[derive(Default)]
struct Counts {
    asked: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Counts {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

/// A PropelAuth that answers after a moment.
fn answering(
    after: Duration,
    answer: impl Fn(&str) -> Result<bool, GrantFailure> + Send + Sync + 'static,
) -> (Arc<Grants>, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let seen = Arc::clone(&counts);
    let ask: AskAboutGrant = Box::new(move |_, _, grant: Secret| {
        let (seen, answer) = (Arc::clone(&seen), answer(grant.expose()));
        async move {
            seen.asked.fetch_add(1, Ordering::SeqCst);
            let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.most.fetch_max(now, Ordering::SeqCst);
            sleep(after).await;
            seen.now.fetch_sub(1, Ordering::SeqCst);
            answer
        }
        .boxed_local()
    });
    (Grants::new(ask), counts)
}

async fn verify(grants: &Grants, user: &str, grant: &str) -> Result<String, Denied> {
    let (user, grant) = (UserId::from(user), Secret::from(grant.to_owned()));
    grants.verify(&["PAY".to_owned()], &user, grant).await
}

fn status(result: &Result<String, Denied>) -> u16 {
    match result {
        Ok(_) => 200,
        Err(denied) => denied.status_code().as_u16(),
    }
}

const MOMENT: Duration = Duration::from_millis(10);

#[actix_web::test]
async fn four_grants_of_a_user_are_asked_about_at_a_time_and_twenty_have_a_place() {
    let (grants, counts) = answering(MOMENT, |_| Ok(true));
    let results = join_all((0..30).map(|_| verify(&grants, "mia", "g"))).await;
    let allowed = results.iter().filter(|it| it.is_ok()).count();
    assert_eq!((allowed, counts.asked(), counts.most()), (20, 20, 4));
    let denied: Vec<_> = results.iter().filter(|it| it.is_err()).collect();
    for result in denied {
        let Err(Denied::TooManyRequests { what, retry_after }) = result else {
            panic!("{result:?}");
        };
        assert_eq!(
            (*what, *retry_after),
            (TooMany::StepUpGrants, Duration::from_secs(1))
        );
    }
    // They are free again.
    assert!(verify(&grants, "mia", "g").await.is_ok());
}

#[actix_web::test]
async fn thirty_two_grants_of_all_users_are_asked_about_at_a_time_and_288_have_a_place() {
    let (grants, counts) = answering(MOMENT, |_| Ok(true));
    let users: Vec<_> = (0..300).map(|number| format!("user-{number}")).collect();
    let results = join_all(users.iter().map(|user| verify(&grants, user, "g"))).await;
    let allowed = results.iter().filter(|it| it.is_ok()).count();
    assert_eq!((allowed, counts.asked(), counts.most()), (288, 288, 32));
    for result in results.iter().filter(|it| it.is_err()) {
        assert_eq!(status(result), 503);
    }
    assert!(verify(&grants, "one more", "g").await.is_ok());
}

#[actix_web::test]
async fn a_slow_propelauth_is_503_and_no_mistake_of_the_user() {
    let (grants, counts) = answering(Duration::from_secs(2), |_| Ok(true));
    let results = join_all((0..5).map(|_| verify(&grants, "mia", "g"))).await;
    let statuses: Vec<_> = results.iter().map(status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 503]);
    assert_eq!(counts.asked(), 4);
}

#[actix_web::test]
async fn a_good_grant_is_never_shared_and_never_counted() {
    let (grants, counts) = answering(Duration::ZERO, |_| Ok(true));
    for number in 1..=30 {
        assert!(verify(&grants, "mia", "g").await.is_ok());
        assert_eq!(counts.asked(), number);
    }
}

/// A grant that is not known counts, and one about which nothing is known does not.
#[actix_web::test]
async fn the_failures_of_propelauth_are_not_the_users() {
    for (failure, expected) in [
        (GrantFailure::Unreachable(None), 503),
        (GrantFailure::FeatureGated, 500),
        (GrantFailure::IntegrationKey, 500),
    ] {
        let (grants, counts) = answering(Duration::ZERO, move |_| Err(failure));
        for number in 1..=30 {
            let result = verify(&grants, "mia", "g").await;
            assert_eq!(status(&result), expected);
            assert_eq!(counts.asked(), number);
        }
    }
}

#[actix_web::test]
async fn the_time_to_wait_is_passed_on_in_whole_seconds_up_to_a_minute() {
    let wait = |failure: GrantFailure| async move {
        let (grants, _) = answering(Duration::ZERO, move |_| Err(failure));
        match verify(&grants, "mia", "g").await {
            Err(Denied::Unreachable { retry_after, .. }) => retry_after.as_millis(),
            other => panic!("{other:?}"),
        }
    };
    for (given, expected) in [
        (None, 1000),
        (Some(0), 1000),
        (Some(1500), 2000),
        (Some(60_000), 60_000),
        (Some(90_000), 60_000),
    ] {
        let given = given.map(Duration::from_millis);
        assert_eq!(wait(GrantFailure::Unreachable(given)).await, expected);
        assert_eq!(wait(GrantFailure::RateLimited(given)).await, expected);
    }
}

#[actix_web::test]
async fn a_pause_that_propelauth_asks_for_is_of_all_users_and_ends() {
    let second = Duration::from_secs(1);
    let limited = move |grant: &str| match grant {
        "limited" => Err(GrantFailure::RateLimited(Some(second))),
        _ => Ok(true),
    };
    let (grants, counts) = answering(Duration::ZERO, limited);
    assert_eq!(status(&verify(&grants, "mia", "limited").await), 503);
    assert_eq!(status(&verify(&grants, "olga", "g").await), 503);
    assert_eq!(counts.asked(), 1);
    sleep(second + MOMENT).await;
    assert_eq!(status(&verify(&grants, "olga", "g").await), 200);
}

#[actix_web::test]
async fn a_request_that_is_given_up_frees_its_place() {
    let (grants, _) = answering(Duration::from_secs(60), |_| Ok(true));
    for _ in 0..100 {
        let waiting = join_all((0..20).map(|_| verify(&grants, "mia", "g")));
        let given_up = tokio::time::timeout(Duration::from_millis(1), waiting).await;
        assert!(given_up.is_err(), "{given_up:?}");
    }
}
