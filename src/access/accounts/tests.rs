//! One call for all who wait, and none that began before what they know.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt as _, future::join};

use super::{
    account::Account,
    accounts::{AccountInQuestion, Accounts},
};
use crate::access::{
    clock::Clock,
    freshness::{Freshness, Mark},
};

type Asked = Arc<Mutex<Vec<AccountInQuestion>>>;

fn accounts() -> (Arc<Accounts>, Arc<Freshness>, Asked) {
    let freshness = Arc::new(Freshness::new(Duration::from_secs(1800), Clock::default()));
    let asked = Asked::default();
    let questions = Arc::clone(&asked);
    let ask = move |question| questions.lock().unwrap().push(question);
    let accounts = Accounts::new(Arc::clone(&freshness), Box::new(ask));
    (accounts, freshness, asked)
}

fn take(asked: &Asked) -> Option<AccountInQuestion> {
    asked.lock().unwrap().pop()
}

#[test]
fn all_requests_wait_for_one_call_and_the_next_second_costs_none() {
    let (accounts, _, asked) = accounts();
    let user = "u".into();
    let mut both = Box::pin(join(accounts.fetch(&user), accounts.fetch(&user)));
    assert!(both.as_mut().now_or_never().is_none());
    let question = take(&asked).unwrap();
    assert!(take(&asked).is_none());
    question.answer(Ok(Some(Account::default())));
    let (one, other) = both.now_or_never().unwrap();
    assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
    assert!(accounts.fetch(&user).now_or_never().unwrap().is_ok());
    assert!(take(&asked).is_none());
}

#[test]
fn a_request_after_a_mark_does_not_take_the_answer_of_a_call_from_before_it() {
    let (accounts, freshness, asked) = accounts();
    let user = "u".into();
    let mut before = Box::pin(accounts.fetch(&user));
    assert!(before.as_mut().now_or_never().is_none());
    freshness.apply(&Mark::user(&user));
    let mut after = Box::pin(accounts.fetch(&user));
    assert!(after.as_mut().now_or_never().is_none());
    take(&asked).unwrap().answer(Ok(Some(Account::default())));
    assert!(before.now_or_never().unwrap().is_ok());
    // The answer is there, and is too old: the second request asks for itself.
    assert!(after.as_mut().now_or_never().is_none());
    take(&asked).unwrap().answer(Ok(None));
    let fetched = after.now_or_never().unwrap().unwrap();
    assert!(fetched.account.is_none() && fetched.generation == freshness.generation());
    // Nor what is kept of it.
    freshness.apply(&Mark::everyone());
    assert!(accounts.fetch(&user).now_or_never().is_none());
}

#[test]
fn a_call_without_an_answer_is_told_to_all_and_not_kept() {
    let (accounts, _, asked) = accounts();
    let user = "u".into();
    let mut first = Box::pin(accounts.fetch(&user));
    assert!(first.as_mut().now_or_never().is_none());
    // Such as by a thread that cannot be started.
    drop(take(&asked).unwrap());
    assert!(first.now_or_never().unwrap().is_err());
    assert!(accounts.fetch(&user).now_or_never().is_none());
    assert!(take(&asked).is_some());
}

#[test]
fn many_users_at_once_do_not_send_as_many_calls() {
    let (accounts, _, asked) = accounts();
    let mut refused = 0;
    for number in 0..2000 {
        let user = number.to_string().into();
        if accounts.fetch(&user).now_or_never().is_some() {
            refused += 1;
        }
    }
    assert_eq!(
        (asked.lock().unwrap().len(), refused),
        (64 + 1024, 2000 - 64 - 1024)
    );
}
