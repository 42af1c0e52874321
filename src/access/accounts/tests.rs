//! One call for all who wait, and none that began before what they know.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt as _, future::join};
use serde_json::json;

use super::{
    account::Account,
    accounts::{AccountInQuestion, Accounts},
};
use crate::{
    access::{
        clock::Clock,
        freshness::{Freshness, Mark},
    },
    words::ids::{OrgId, UserId},
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
    let mut both = Box::pin(join(
        accounts.fetch(&user, None),
        accounts.fetch(&user, None),
    ));
    assert!(both.as_mut().now_or_never().is_none());
    let question = take(&asked).unwrap();
    assert!(take(&asked).is_none());
    question.answer(Ok(Some(Account::default())));
    let (one, other) = both.now_or_never().unwrap();
    assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
    assert!(accounts.fetch(&user, None).now_or_never().unwrap().is_ok());
    assert!(take(&asked).is_none());
}

#[test]
fn a_request_after_a_mark_does_not_take_the_answer_of_a_call_from_before_it() {
    let (accounts, freshness, asked) = accounts();
    let user = "u".into();
    let mut before = Box::pin(accounts.fetch(&user, None));
    assert!(before.as_mut().now_or_never().is_none());
    freshness.apply(&Mark::user(&user));
    let mut after = Box::pin(accounts.fetch(&user, None));
    assert!(after.as_mut().now_or_never().is_none());
    take(&asked).unwrap().answer(Ok(Some(Account::default())));
    // The answer is there, and is too old: the requests ask again.
    assert!(after.as_mut().now_or_never().is_none());
    assert!(before.as_mut().now_or_never().is_none());
    take(&asked).unwrap().answer(Ok(None));
    assert!(before.now_or_never().unwrap().is_ok());
    let fetched = after.now_or_never().unwrap().unwrap();
    assert!(fetched.account.is_none() && fetched.generation == freshness.generation());
    // Nor what is kept of it.
    freshness.apply(&Mark::everyone());
    assert!(accounts.fetch(&user, None).now_or_never().is_none());
}

#[test]
fn a_call_without_an_answer_is_told_to_all_and_not_kept() {
    let (accounts, _, asked) = accounts();
    let user = "u".into();
    let mut first = Box::pin(accounts.fetch(&user, None));
    assert!(first.as_mut().now_or_never().is_none());
    // Such as by a thread that cannot be started.
    drop(take(&asked).unwrap());
    assert!(first.now_or_never().unwrap().is_err());
    assert!(accounts.fetch(&user, None).now_or_never().is_none());
    assert!(take(&asked).is_some());
}

#[test]
fn many_users_at_once_do_not_send_as_many_calls() {
    let (accounts, _, asked) = accounts();
    let mut refused = 0;
    for number in 0..2000 {
        let user = number.to_string().into();
        if accounts.fetch(&user, None).now_or_never().is_some() {
            refused += 1;
        }
    }
    assert_eq!(
        (asked.lock().unwrap().len(), refused),
        (64 + 1024, 2000 - 64 - 1024)
    );
}

/// Asks about the user, and answers if PropelAuth is asked. Returns whether it was.
fn is_asked(accounts: &Arc<Accounts>, asked: &Asked, org: Option<&OrgId>, orgs: &[&str]) -> bool {
    is_asked_about(&"u".into(), accounts, asked, org, orgs)
}

fn is_asked_about(
    user: &UserId,
    accounts: &Arc<Accounts>,
    asked: &Asked,
    org: Option<&OrgId>,
    orgs: &[&str],
) -> bool {
    let mut fetch = Box::pin(accounts.fetch(user, org));
    if let Some(fetched) = fetch.as_mut().now_or_never() {
        fetched.unwrap();
        return false;
    }
    let orgs = orgs.iter().map(|id| {
        let org = json!({
            "org_id": id, "org_name": "O", "user_role": "Member",
            "inherited_user_roles_plus_current_role": ["Member"], "user_permissions": [],
        });
        (OrgId::from(*id), serde_json::from_value(org).unwrap())
    });
    let account = Account {
        orgs: orgs.collect(),
        ..Account::default()
    };
    take(asked).unwrap().answer(Ok(Some(account)));
    fetch.now_or_never().unwrap().unwrap();
    true
}

#[test]
fn a_thousand_marks_of_others_cost_no_call() {
    let (accounts, freshness, asked) = accounts();
    assert!(is_asked(&accounts, &asked, None, &["o"]));
    for number in 0..250 {
        let other = number.to_string();
        freshness.apply(&Mark::user(&other.as_str().into()));
        freshness.apply(&Mark::member(&other.as_str().into(), &"o".into()));
        freshness.apply(&Mark::org(&other.as_str().into()));
        freshness.apply(&Mark::member(&"u".into(), &other.as_str().into()));
        assert!(!is_asked(&accounts, &asked, None, &[]));
    }
}

#[test]
fn each_mark_that_may_change_the_account_voids_the_answer() {
    let (user, org) = ("u".into(), "o".into());
    for mark in [
        Mark::user(&user),
        Mark::everyone(),
        Mark::org(&org),
        Mark::member(&user, &org),
    ] {
        let (accounts, freshness, asked) = accounts();
        assert!(is_asked(&accounts, &asked, None, &["o"]));
        freshness.apply(&mark);
        assert!(is_asked(&accounts, &asked, None, &["o"]), "{mark:?}");
        assert!(!is_asked(&accounts, &asked, None, &[]), "{mark:?}");
        // The same again is another change.
        freshness.apply(&mark);
        assert!(is_asked(&accounts, &asked, None, &["o"]), "{mark:?}");
    }
}

#[test]
fn an_organization_that_the_account_does_not_list_counts_for_those_who_ask_about_it() {
    let (accounts, freshness, asked) = accounts();
    let (user, org) = ("u".into(), OrgId::from("joined"));
    assert!(is_asked(&accounts, &asked, Some(&org), &["o"]));
    freshness.apply(&Mark::member(&user, &org));
    assert!(!is_asked(&accounts, &asked, None, &[]));
    assert!(is_asked(&accounts, &asked, Some(&org), &["o", "joined"]));
    assert!(!is_asked(&accounts, &asked, Some(&org), &[]));
}

#[test]
fn a_user_who_is_marked_all_the_time_is_not_asked_about_for_ever() {
    let (accounts, freshness, asked) = accounts();
    let user = "u".into();
    let mut fetch = Box::pin(accounts.fetch(&user, None));
    let mut calls = 0;
    let fetched = loop {
        if let Some(fetched) = fetch.as_mut().now_or_never() {
            break fetched;
        }
        freshness.apply(&Mark::user(&user));
        take(&asked).unwrap().answer(Ok(None));
        calls += 1;
    };
    assert!(fetched.is_err());
    assert_eq!(calls, 4);
}

#[test]
fn callers_are_told_to_wait_for_a_second_at_least_and_for_a_minute_at_most() {
    let (accounts, _, asked) = accounts();
    for (asked_for, told) in [(None, 1), (Some(0), 1), (Some(7), 7), (Some(3600), 60)] {
        let user = "u".into();
        let mut fetch = Box::pin(accounts.fetch(&user, None));
        assert!(fetch.as_mut().now_or_never().is_none());
        let asked_for = asked_for.map(Duration::from_secs);
        take(&asked).unwrap().answer(Err(asked_for));
        let wait = fetch.now_or_never().unwrap().err();
        assert_eq!(wait, Some(Duration::from_secs(told)));
    }
}

#[test]
fn an_answer_is_as_old_as_its_question() {
    let (accounts, _, asked) = accounts();
    let user = "u".into();
    let mut fetch = Box::pin(accounts.fetch(&user, None));
    assert!(fetch.as_mut().now_or_never().is_none());
    std::thread::sleep(Duration::from_millis(1050));
    take(&asked).unwrap().answer(Ok(None));
    assert!(fetch.now_or_never().unwrap().is_ok());
    // It may be from before something that is a second ago.
    assert!(is_asked(&accounts, &asked, None, &[]));
}

#[test]
fn answers_are_kept_for_so_many_users_and_no_more() {
    let (accounts, _, asked) = accounts();
    let user = |number: usize| UserId::from(number.to_string());
    for number in 0..4097 {
        assert!(is_asked_about(&user(number), &accounts, &asked, None, &[]));
    }
    assert!(!is_asked_about(&user(4095), &accounts, &asked, None, &[]));
    assert!(is_asked_about(&user(4096), &accounts, &asked, None, &[]));
}
