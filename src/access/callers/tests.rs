//! The validator with a PropelAuth that answers when and as a test says.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, LocalBoxFuture, ready},
};
use serde_json::Map;

use super::{
    api_keys::ApiKeys,
    key_answer::{KeyOrg, KeyOwner},
    key_validator::{KeyFailure, KeyInQuestion, KeyValidator, Verdict},
};
use crate::{
    access::{
        denied::{Denied, Unreachable},
        freshness::{Distribute, DistributeError, Distribution, Mark, Staleness},
        outcome::Outcome,
        settings::Settings,
    },
    words::subject::Subject,
};

/// The questions that were asked and not answered yet, oldest first.
type Asked = Arc<Mutex<Vec<KeyInQuestion>>>;

fn validator() -> (Arc<KeyValidator>, Asked) {
    validator_with(Settings::new("https://auth.example.com"))
}

fn validator_with(settings: Settings) -> (Arc<KeyValidator>, Asked) {
    let asked = Asked::default();
    let questions = Arc::clone(&asked);
    let ask = move |question| questions.lock().unwrap().push(question);
    let validator = KeyValidator::new(Arc::new(settings), "the-integration-key", Box::new(ask));
    (validator, asked)
}

/// Returns a key that no other test has, by a digit.
fn key(digit: char) -> String {
    digit.to_string().repeat(96)
}

fn acme() -> KeyOwner {
    KeyOwner {
        org: Some(KeyOrg {
            org_id: "o-1".into(),
            org_name: "Acme".to_owned(),
            metadata: Map::new(),
            legacy_org_id: None,
        }),
        ..KeyOwner::default()
    }
}

fn ask(validator: &Arc<KeyValidator>, key: &str) -> Outcome<Verdict> {
    let keys = ApiKeys::new();
    let outcome = validator.authenticate(key, &keys);
    outcome.expect("the text is a key")
}

#[track_caller]
fn waiting(outcome: Outcome<Verdict>) -> LocalBoxFuture<'static, Verdict> {
    match outcome {
        Outcome::Pending(later) => later,
        Outcome::Ready(verdict) => panic!("{verdict:?}"),
    }
}

#[track_caller]
fn ready_now(outcome: Outcome<Verdict>) -> Verdict {
    match outcome {
        Outcome::Ready(verdict) => verdict,
        Outcome::Pending(_) => panic!("nothing is known"),
    }
}

fn answer(asked: &Asked, answer: Result<KeyOwner, KeyFailure>) {
    let question = asked.lock().unwrap().remove(0);
    question.answer(answer);
}

fn is_503(verdict: &Verdict) -> bool {
    let what = Unreachable::ApiKey;
    matches!(verdict, Err(Denied::Unreachable { what: found, .. }) if *found == what)
}

#[actix_web::test]
async fn requests_wait_for_the_same_question_until_it_is_answered() {
    let (validator, asked) = validator();
    let (mut first, second) = (
        waiting(ask(&validator, &key('1'))),
        waiting(ask(&validator, &key('1'))),
    );
    let other = waiting(ask(&validator, &key('2')));
    assert_eq!(asked.lock().unwrap().len(), 2);
    assert_eq!(asked.lock().unwrap()[0].text().expose(), key('1'));
    assert_eq!((&mut first).now_or_never(), None);
    answer(&asked, Ok(acme()));
    assert!(first.await.is_ok() && second.await.is_ok());
    answer(&asked, Err(KeyFailure::Unknown));
    assert!(other.await.is_err());
    // Both are known now.
    assert!(ready_now(ask(&validator, &key('1'))).is_ok());
    assert!(ready_now(ask(&validator, &key('2'))).is_err());
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[actix_web::test]
async fn a_question_that_is_dropped_is_503_and_asked_again() {
    let (validator, asked) = validator();
    let first = waiting(ask(&validator, &key('1')));
    asked.lock().unwrap().clear();
    assert!(is_503(&first.await));
    let second = waiting(ask(&validator, &key('1')));
    assert_eq!(asked.lock().unwrap().len(), 1);
    answer(&asked, Ok(acme()));
    assert!(second.await.is_ok());
}

#[actix_web::test]
async fn an_answer_is_kept_also_if_all_requests_were_canceled() {
    let (validator, asked) = validator();
    drop(waiting(ask(&validator, &key('1'))));
    answer(&asked, Ok(acme()));
    assert!(ready_now(ask(&validator, &key('1'))).is_ok());
}

#[actix_web::test]
async fn a_request_after_the_answer_does_not_wait_for_a_question_that_is_over() {
    let (validator, asked) = validator();
    let first = waiting(ask(&validator, &key('1')));
    // Not kept, so that the next request asks again, although the first has not been polled since.
    answer(&asked, Err(KeyFailure::Unreachable(None)));
    let second = waiting(ask(&validator, &key('1')));
    assert_eq!(asked.lock().unwrap().len(), 1);
    let third = waiting(ask(&validator, &key('1')));
    assert_eq!(asked.lock().unwrap().len(), 1);
    answer(&asked, Ok(acme()));
    assert!(is_503(&first.await));
    assert!(second.await.is_ok() && third.await.is_ok());
}

#[actix_web::test]
async fn the_limit_of_this_backend_pauses_unknown_keys_and_not_known_ones() {
    let (validator, asked) = validator();
    let none = ApiKeys::new().cache_for(Duration::ZERO);
    let again = |key: &str| waiting(validator.authenticate(key, &none).unwrap());
    let known = again(&key('1'));
    answer(&asked, Ok(acme()));
    assert!(known.await.is_ok());

    let unknown = waiting(ask(&validator, &key('2')));
    answer(
        &asked,
        Err(KeyFailure::RateLimited(Some(Duration::from_secs(30)))),
    );
    assert!(is_503(&unknown.await));
    let Err(Denied::Unreachable { retry_after, .. }) = ready_now(ask(&validator, &key('3'))) else {
        panic!("a pause");
    };
    assert!(
        (29..=30).contains(&retry_after.as_secs()),
        "{retry_after:?}"
    );
    assert_eq!(asked.lock().unwrap().len(), 0);
    let known = again(&key('1'));
    answer(&asked, Ok(acme()));
    assert!(known.await.is_ok());
}

#[actix_web::test]
async fn answers_that_are_not_about_the_key_are_not_kept() {
    let (validator, asked) = validator();
    let second = Duration::from_secs(1);
    for failure in [
        KeyFailure::Throttled(second),
        KeyFailure::Unreachable(Some(second)),
        KeyFailure::WrongIntegrationKey,
    ] {
        let later = waiting(ask(&validator, &key('1')));
        answer(&asked, Err(failure));
        assert!(later.await.is_err(), "{failure:?}");
    }
    let later = waiting(ask(&validator, &key('1')));
    answer(&asked, Ok(acme()));
    assert!(later.await.is_ok());
}

#[actix_web::test]
async fn times_to_wait_are_whole_seconds_within_bounds() {
    let (validator, asked) = validator();
    for (wait, throttled, unreachable) in [
        (Duration::ZERO, 1, 1),
        (Duration::from_nanos(1), 1, 1),
        (Duration::from_millis(1500), 2, 2),
        (Duration::from_secs(86_400), 86_400, 60),
        (Duration::MAX, u64::MAX, 60),
    ] {
        let later = waiting(ask(&validator, &key('1')));
        answer(&asked, Err(KeyFailure::Throttled(wait)));
        let Err(Denied::TooManyRequests { retry_after, .. }) = later.await else {
            panic!("{wait:?}");
        };
        assert_eq!(retry_after, Duration::from_secs(throttled));
        let later = waiting(ask(&validator, &key('1')));
        answer(&asked, Err(KeyFailure::Unreachable(Some(wait))));
        let Err(Denied::Unreachable { retry_after, .. }) = later.await else {
            panic!("{wait:?}");
        };
        assert_eq!(retry_after, Duration::from_secs(unreachable));
    }
}

#[actix_web::test]
async fn a_change_voids_what_is_known_and_what_is_still_in_flight() {
    let (validator, asked) = validator();
    let change = || validator.forget(Subject::KeysOfOrg("o-1".into()));
    let first = waiting(ask(&validator, &key('1')));
    answer(&asked, Ok(acme()));
    assert!(first.await.is_ok());
    // Another organization's keys.
    validator.forget(Subject::KeysOfOrg("o-2".into()));
    assert!(ready_now(ask(&validator, &key('1'))).is_ok());

    change();
    let before = waiting(ask(&validator, &key('1')));
    change();
    // This one waits for the same call, which began before the second change.
    let after = waiting(ask(&validator, &key('1')));
    assert_eq!(asked.lock().unwrap().len(), 1);
    answer(&asked, Ok(acme()));
    assert!(before.await.is_ok());
    let mut after = after;
    assert_eq!((&mut after).now_or_never(), None);
    answer(&asked, Err(KeyFailure::Unknown));
    assert!(after.await.is_err());
    // What the first call brought is not kept either.
    assert!(ready_now(ask(&validator, &key('1'))).is_err());
}

#[actix_web::test]
async fn what_is_known_is_not_believed_while_changes_of_other_instances_cannot_be_read() {
    struct Fleet(AtomicBool);
    impl Distribute for Fleet {
        fn distribute(&self, _: Mark) -> BoxFuture<'static, Result<Distribution, DistributeError>> {
            ready(Ok(Distribution::Written)).boxed()
        }

        fn trusts_memory(&self) -> Result<(), Staleness> {
            match self.0.load(Ordering::Relaxed) {
                true => Ok(()),
                false => Err(Staleness(Duration::from_secs(60))),
            }
        }
    }

    let fleet = Arc::new(Fleet(AtomicBool::new(true)));
    let settings = Settings::new("https://auth.example.com");
    settings.freshness.attach(Arc::<Fleet>::clone(&fleet));
    let (validator, asked) = validator_with(settings);
    let first = waiting(ask(&validator, &key('1')));
    answer(&asked, Ok(acme()));
    assert!(first.await.is_ok());
    assert!(ready_now(ask(&validator, &key('1'))).is_ok());
    fleet.0.store(false, Ordering::Relaxed);
    let again = waiting(ask(&validator, &key('1')));
    answer(&asked, Err(KeyFailure::Unknown));
    assert!(again.await.is_err());
}

#[actix_web::test]
async fn many_changes_of_others_do_not_cause_more_calls() {
    let (validator, asked) = validator();
    let mut requests = Vec::new();
    for number in 0..100 {
        validator.forget(Subject::User(format!("u-{number}").into()));
        requests.push(waiting(ask(&validator, &key('1'))));
    }
    assert_eq!(asked.lock().unwrap().len(), 1);
    answer(&asked, Ok(acme()));
    for request in requests {
        assert!(request.await.is_ok());
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

/// Many threads ask about a few keys, while others answer.
#[test]
fn each_request_of_many_threads_has_an_answer() {
    let (validator, asked) = validator();
    let none = || {
        ApiKeys::new()
            .cache_for(Duration::ZERO)
            .cache_invalid_for(Duration::ZERO)
    };
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..4)
            .map(|_| {
                let validator = &validator;
                scope.spawn(move || {
                    actix_web::rt::System::new().block_on(async {
                        for round in 0..200 {
                            let key = key(char::from_digit(round % 3, 10).unwrap());
                            let outcome = validator.authenticate(&key, &none()).unwrap();
                            let verdict = waiting(outcome).await;
                            assert_eq!(verdict.is_ok(), key.starts_with('0'), "{verdict:?}");
                        }
                    });
                })
            })
            .collect();
        while !askers
            .iter()
            .all(std::thread::ScopedJoinHandle::is_finished)
        {
            let question = asked.lock().unwrap().pop();
            match question {
                Some(question) if question.text().expose().starts_with('0') => {
                    question.answer(Ok(acme()));
                }
                Some(question) if question.text().expose().starts_with('1') => {
                    question.answer(Err(KeyFailure::Unknown));
                }
                question => drop(question),
            }
            std::thread::yield_now();
        }
    });
}

#[actix_web::test]
async fn a_future_that_waits_is_woken_by_the_answer_of_another_thread() {
    let (validator, asked) = validator();
    let later = waiting(ask(&validator, &key('1')));
    let question = asked.lock().unwrap().remove(0);
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        question.answer(Ok(acme()));
    });
    assert!(later.await.is_ok());
    thread.join().unwrap();
}
