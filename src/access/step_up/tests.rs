//! How many grants PropelAuth is asked about, and when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use tokio::{task::unconstrained, time::sleep};

use super::grants::{AskAboutGrant, GrantFailure, Grants};
use crate::{
    access::denied::{Denied, TooMany},
    words::{ids::UserId, secret::Secret},
};

/// How often a PropelAuth was asked.
#[derive(Default)]
struct Counts(AtomicUsize);

impl Counts {
    fn asked(&self) -> usize {
        self.0.load(Ordering::SeqCst)
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
            seen.0.fetch_add(1, Ordering::SeqCst);
            sleep(after).await;
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
const NEVER: Duration = Duration::from_secs(3600);

/// Sends a grant of each user at the same moment, and returns what is denied at once. The others are dropped then.
///
/// Nothing here depends on the time that it takes.
fn denied_at_once<'u>(grants: &Grants, users: impl Iterator<Item = &'u str>) -> Vec<Denied> {
    let requests = users.map(|user| Box::pin(unconstrained(verify(grants, user, "g"))));
    let mut requests: Vec<_> = requests.collect();
    let results = requests.iter_mut().map(FutureExt::now_or_never);
    results
        .flatten()
        .map(|result| result.expect_err("it was answered"))
        .collect()
}

#[actix_web::test]
async fn four_grants_of_a_user_are_asked_about_at_a_time_and_twenty_have_a_place() {
    let (grants, counts) = answering(NEVER, |_| Ok(true));
    for asked in [4, 8] {
        let denied = denied_at_once(&grants, std::iter::repeat_n("mia", 30));
        let too_many = Denied::TooManyRequests {
            what: TooMany::StepUpGrants,
            retry_after: Duration::from_secs(1),
        };
        assert_eq!(denied, vec![too_many; 10]);
        // The places are free again for the second time.
        assert_eq!(counts.asked(), asked);
    }
}

#[actix_web::test]
async fn thirty_two_grants_of_all_users_are_asked_about_at_a_time_and_288_have_a_place() {
    let (grants, counts) = answering(NEVER, |_| Ok(true));
    let users: Vec<_> = (0..300).map(|number| format!("user-{number}")).collect();
    for asked in [32, 64] {
        let denied = denied_at_once(&grants, users.iter().map(String::as_str));
        assert_eq!(denied.len(), 12);
        assert!(
            denied
                .iter()
                .all(|it| matches!(it, Denied::Unreachable { .. })),
            "{denied:?}"
        );
        assert_eq!(counts.asked(), asked);
    }
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
    let pause = Duration::from_secs(2);
    let limited = move |grant: &str| match grant {
        "limited" => Err(GrantFailure::RateLimited(Some(pause))),
        _ => Ok(true),
    };
    let (grants, counts) = answering(Duration::ZERO, limited);
    assert_eq!(status(&verify(&grants, "mia", "limited").await), 503);
    assert_eq!(status(&verify(&grants, "olga", "g").await), 503);
    assert_eq!(counts.asked(), 1);
    sleep(pause + MOMENT).await;
    assert_eq!(status(&verify(&grants, "olga", "g").await), 200);
}

#[actix_web::test]
async fn a_pause_of_any_length_is_one_and_no_longer_than_a_minute() {
    for long in [Duration::from_secs(3600), Duration::MAX] {
        let limited = move |grant: &str| match grant {
            "limited" => Err(GrantFailure::RateLimited(Some(long))),
            _ => Ok(true),
        };
        let (grants, counts) = answering(Duration::ZERO, limited);
        for (user, grant) in [("mia", "limited"), ("olga", "g")] {
            let Err(Denied::Unreachable { retry_after, .. }) = verify(&grants, user, grant).await
            else {
                panic!("{user} is not denied");
            };
            assert_eq!(retry_after, Duration::from_secs(60), "{user}");
        }
        assert_eq!(counts.asked(), 1);
    }
}
