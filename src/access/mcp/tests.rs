//! The tokens of a resource with a PropelAuth that answers when and as a test says.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use futures_util::{FutureExt as _, future::LocalBoxFuture};
use serde_json::json;

use super::{
    caller::Facts,
    reply::IntrospectionReply,
    tokens::{TokenFailure, TokenInQuestion, Tokens},
};
use crate::{
    access::{
        clock::Clock,
        denied::{Denied, InvalidToken, Unauthorized, Unreachable},
        freshness::Mark,
        misconfigured::Misconfigured,
        outcome::Outcome,
        settings::Settings,
    },
    words::subject::Subject,
};

const US: &str = "https://api.example.com/mcp";

/// The questions that were asked and not answered yet, oldest first.
type Asked = Arc<Mutex<Vec<TokenInQuestion>>>;
type Verdict = Result<Arc<Facts>, Denied>;

fn tokens_for(cache_for: Duration) -> (Arc<Tokens>, Asked, Arc<Settings>) {
    let asked = Asked::default();
    let questions = Arc::clone(&asked);
    let mut settings = Settings::new("https://auth.example.com");
    settings.clock = Clock::new(|| UNIX_EPOCH + Duration::from_secs(1000));
    let settings = Arc::new(settings);
    let ask = move |question| questions.lock().unwrap().push(question);
    let tokens = Tokens::new(
        Arc::clone(&settings),
        US.to_owned(),
        cache_for,
        Box::new(ask),
    );
    (tokens, asked, settings)
}

fn tokens() -> (Arc<Tokens>, Asked) {
    let (tokens, asked, _) = tokens_for(Duration::from_secs(10));
    (tokens, asked)
}

fn reply(value: &serde_json::Value) -> IntrospectionReply {
    serde_json::from_value(value.clone()).unwrap()
}

fn alice() -> IntrospectionReply {
    reply(&json!({"active": true, "sub": "u-1", "aud": US, "scope": "a", "org_id": "o-1"}))
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

fn answer(asked: &Asked, answer: Result<IntrospectionReply, TokenFailure>) {
    let question = asked.lock().unwrap().remove(0);
    question.answer(answer);
}

fn retry_after(verdict: &Verdict) -> Option<u64> {
    match verdict {
        Err(Denied::Unreachable {
            what: Unreachable::Introspection,
            retry_after,
        }) => Some(retry_after.as_secs()),
        _ => None,
    }
}

#[actix_web::test]
async fn requests_with_one_token_wait_for_one_question_whose_answer_is_kept() {
    let (tokens, asked) = tokens();
    let (mut first, second) = (waiting(tokens.check("t-1")), waiting(tokens.check("t-1")));
    let other = waiting(tokens.check("t-2"));
    assert_eq!(asked.lock().unwrap().len(), 2);
    assert_eq!(asked.lock().unwrap()[0].text().expose(), "t-1");
    assert!((&mut first).now_or_never().is_none());
    answer(&asked, Ok(alice()));
    assert!(first.await.is_ok() && second.await.is_ok());
    answer(&asked, Ok(reply(&json!({"active": false}))));
    assert_eq!(other.await, Err(InvalidToken::Inactive.into()));
    assert!(ready_now(tokens.check("t-1")).is_ok());
    assert!(ready_now(tokens.check("t-2")).is_err());
    assert_eq!(tokens.kept(), (1, 1));
}

#[actix_web::test]
async fn a_failure_is_not_kept_and_never_an_answer_about_the_token() {
    let (tokens, asked) = tokens();
    for (failure, wait) in [
        (TokenFailure::Unreachable(None), 1),
        (
            TokenFailure::Unreachable(Some(Duration::from_millis(1500))),
            2,
        ),
        (TokenFailure::Unreachable(Some(Duration::MAX)), 60),
    ] {
        let later = waiting(tokens.check("t"));
        answer(&asked, Err(failure));
        assert_eq!(retry_after(&later.await), Some(wait), "{failure:?}");
    }
    let dropped = waiting(tokens.check("t"));
    asked.lock().unwrap().clear();
    assert_eq!(retry_after(&dropped.await), Some(1));
    let rejected = waiting(tokens.check("t"));
    answer(&asked, Err(TokenFailure::Rejected));
    assert_eq!(
        rejected.await,
        Err(Misconfigured::IntrospectionRejected.into())
    );
    assert_eq!(tokens.kept(), (0, 0));
    // The limit of this backend pauses tokens that are not known, and those only.
    let known = waiting(tokens.check("known"));
    answer(&asked, Ok(alice()));
    assert!(known.await.is_ok());
    let limited = waiting(tokens.check("t"));
    answer(
        &asked,
        Err(TokenFailure::RateLimited(Some(Duration::from_secs(30)))),
    );
    assert_eq!(retry_after(&limited.await), Some(30));
    assert!(retry_after(&ready_now(tokens.check("new"))) >= Some(29));
    assert!(ready_now(tokens.check("known")).is_ok());
}

#[actix_web::test]
async fn a_change_of_the_user_or_the_organization_voids_what_is_known() {
    let (tokens, asked, settings) = tokens_for(Duration::from_secs(10));
    let is_known = || match tokens.check("t") {
        Outcome::Ready(verdict) => verdict.is_ok(),
        Outcome::Pending(_) => {
            answer(&asked, Ok(alice()));
            false
        }
    };
    assert!(!is_known() && is_known());
    for (subject, voids) in [
        (Subject::User("u-2".into()), false),
        (Subject::Org("o-2".into()), false),
        (Subject::User("u-1".into()), true),
        (Subject::Org("o-1".into()), true),
        (Subject::Member("u-1".into(), "o-1".into()), true),
        (Subject::Member("u-1".into(), "o-2".into()), false),
        (Subject::Everyone, true),
    ] {
        drop(settings.record(Mark::new(subject.clone())));
        assert_eq!(is_known(), !voids, "{subject:?}");
        assert!(is_known());
    }
}

#[actix_web::test]
async fn nothing_is_believed_for_longer_than_is_set_or_than_the_token_is_valid() {
    let (tokens, asked, _) = tokens_for(Duration::ZERO);
    for _ in 0..2 {
        let later = waiting(tokens.check("t"));
        answer(&asked, Ok(alice()));
        assert!(later.await.is_ok());
    }
    let (tokens, asked) = self::tokens();
    let later = waiting(tokens.check("t"));
    answer(
        &asked,
        Ok(reply(
            &json!({"active": true, "sub": "u", "aud": US, "exp": 1000}),
        )),
    );
    assert_eq!(later.await, Err(InvalidToken::Expired.into()));
}

#[actix_web::test]
async fn a_text_that_is_no_token_is_denied_without_a_question() {
    let (tokens, asked) = tokens();
    for text in [
        "", "=", "a b", "a\"b", "é", "a=b", "<token>", "a,b", "a\u{0}",
    ] {
        let denied = ready_now(tokens.check(text)).unwrap_err();
        let is_401 = matches!(denied, Denied::Unauthorized(Unauthorized::InvalidToken(_)));
        assert!(is_401, "{text:?}");
    }
    assert!(asked.lock().unwrap().is_empty());
    for text in ["a", "a==", "A-Z._~+/09", "eyJ.a.b"] {
        drop(waiting(tokens.check(text)));
    }
    assert_eq!(asked.lock().unwrap().len(), 4);
}
