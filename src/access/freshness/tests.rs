//! Marks: which tokens they are about, in any order of marks, and when they are dropped.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Cause, Stale,
    clocks::Moment,
    mark_entry::Age,
    marks::{Marks, SLICE},
    since::Since,
};
use crate::words::subject::Subject;

pub(super) const LIFETIME: Duration = Duration::from_secs(1800);

pub(super) fn marks() -> Marks {
    Marks::new(LIFETIME)
}

fn issued(issued_at: i64) -> Age {
    Age {
        issued_at: Some(issued_at),
        expires_at: issued_at.saturating_add(1800),
        ..Age::default()
    }
}

pub(super) fn user(number: usize) -> Subject {
    Subject::User(number.to_string().into())
}

pub(super) fn add(marks: &mut Marks, subject: &Subject, at: i64, cause: Cause, now: Moment) {
    drop(marks.insert(subject, at, cause, now));
}

#[test]
fn any_order_of_six_marks_ends_in_the_same_marks() {
    let now = Moment::at(1000);
    let given = [
        (Subject::User("u".into()), 5, Cause::ByHand),
        (Subject::User("u".into()), 5, Cause::UserDisabled),
        (Subject::User("u".into()), 3, Cause::Call),
        (
            Subject::Member("u".into(), "o".into()),
            7,
            Cause::RoleChanged,
        ),
        (Subject::Member("u".into(), "o".into()), 8, Cause::Call),
        (Subject::Everyone, 1, Cause::Fleet),
    ];
    let mut results = Vec::new();
    let mut order = [0, 1, 2, 3, 4, 5];
    // Heap's algorithm.
    let mut counters = [0; 6];
    let mut record = |order: &[usize; 6]| {
        let mut all = marks();
        for index in order {
            let (subject, at, cause) = given[*index].clone();
            add(&mut all, &subject, at, cause, now);
        }
        let of = |(subject, ..): &(Subject, i64, Cause)| {
            let entry = all.entries.get(&all.keys.of(subject)).unwrap();
            (
                entry.at,
                entry.hidden_until,
                entry.until,
                all.causes.of(entry.cause).clone(),
            )
        };
        assert_eq!(all.len(), 3);
        results.push(given.iter().map(of).collect::<Vec<_>>());
    };
    record(&order);
    let mut index = 0;
    while index < 6 {
        if counters[index] < index {
            let other = if index.is_multiple_of(2) {
                0
            } else {
                counters[index]
            };
            order.swap(other, index);
            record(&order);
            counters[index] += 1;
            index = 0;
        } else {
            counters[index] = 0;
            index += 1;
        }
    }
    assert_eq!(results.len(), 720);
    assert!(results.iter().all(|result| *result == results[0]));
}

#[test]
fn a_token_of_the_same_second_and_one_without_a_time_are_from_before() {
    let mut marks = marks();
    add(&mut marks, &user(1), 100, Cause::ByHand, Moment::at(100));
    let stale = |age| marks.of_user(&"1".into(), age).is_some();
    assert!(stale(Age::default()) && stale(issued(99)) && stale(issued(100)));
    assert!(!stale(issued(101)));
    assert!(marks.of_user(&"2".into(), Age::default()).is_none());
}

#[test]
fn marks_are_dropped_when_no_token_is_old_enough() {
    let (mut marks, start) = (marks(), Moment::at(100));
    add(&mut marks, &user(1), 100, Cause::ByHand, start);
    add(
        &mut marks,
        &user(2),
        1900,
        Cause::ByHand,
        start.after(1800, 1800),
    );
    // Not before its time.
    let stale = |marks: &Marks, user: &str, age| marks.of_user(&user.into(), age).is_some();
    assert!(stale(&marks, "1", issued(1)));
    add(
        &mut marks,
        &user(3),
        2100,
        Cause::ByHand,
        start.after(2025, 2025),
    );
    assert_eq!((marks.len(), marks.dropped()), (2, 1));
    // One that lives for longer than tokens do.
    let long = Age {
        expires_at: 5000,
        ..issued(1000)
    };
    assert!(!stale(&marks, "1", long) && stale(&marks, "2", long));
}

#[test]
fn marks_are_kept_while_a_clock_says_that_their_tokens_live() {
    for (case, counted, shown) in [
        ("the clock was set back", 3600, 0),
        ("the clock was set forward", 900, 100_000),
    ] {
        let (mut marks, start) = (marks(), Moment::at(100_000));
        add(&mut marks, &user(1), 100_000, Cause::ByHand, start);
        let later = start.after(counted, shown);
        add(&mut marks, &user(2), 100_000, Cause::ByHand, later);
        assert_eq!(marks.len(), 2, "{case}");
        let stale = marks.of_user(&"1".into(), issued(100_000));
        assert_eq!(stale.map(|it| it.cause), Some(Cause::ByHand), "{case}");
    }
}

#[test]
fn what_had_expired_when_marks_were_dropped_stays_denied() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    add(&mut marks, &user(1), 100_000, Cause::RoleChanged, start);
    let later = start.after(1900, 1900);
    add(&mut marks, &user(2), 101_900, Cause::ByHand, later);
    assert_eq!(marks.len(), 1);
    // Whatever the clock shows now.
    let cause = |age| marks.of_user(&"1".into(), age).map(|stale| stale.cause);
    assert_eq!(cause(issued(100_000)), Some(Cause::ClockSetBack));
    assert_eq!(cause(issued(99_000)), Some(Cause::ClockSetBack));
    let without_time = Age {
        issued_at: None,
        ..issued(100_000)
    };
    assert_eq!(cause(without_time), Some(Cause::ClockSetBack));
    // This one is from after what was dropped.
    assert_eq!(cause(issued(100_001)), None);
}

#[test]
fn a_token_that_lives_longer_than_marks_is_denied_once_one_may_have_been_about_it() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    let long = |issued_at, expires_at| Age {
        expires_at,
        ..issued(issued_at)
    };
    let cause = |marks: &Marks, age| {
        let stale = marks.of_user(&"someone".into(), age);
        let watched = marks.of_any(&[user(7)], Since::Token(age));
        assert_eq!(stale, watched);
        stale.map(|stale| (stale.cause, stale.is_in_account))
    };
    add(&mut marks, &user(1), 100_000, Cause::RoleChanged, start);
    assert_eq!(cause(&marks, long(99_000, 200_000)), None);
    let later = start.after(1900, 1900);
    add(&mut marks, &user(2), 101_900, Cause::ByHand, later);
    assert_eq!(marks.len(), 1);
    let forgotten = Some((Cause::Forgotten, false));
    let set_back = Some((Cause::ClockSetBack, false));
    assert_eq!(cause(&marks, long(99_000, 200_000)), forgotten);
    assert_eq!(cause(&marks, long(100_000, 101_901)), forgotten);
    assert_eq!(cause(&marks, long(100_000, 101_900)), set_back);
    // It is from after the mark that was dropped.
    assert_eq!(cause(&marks, long(100_001, 200_000)), None);
    // One without a time says nothing about what it is from before, but for its end.
    let without_time = Age {
        issued_at: None,
        ..long(0, 200_000)
    };
    assert_eq!(cause(&marks, without_time), None);
}

#[test]
fn a_clock_that_is_set_back_is_noticed_once() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    assert_eq!(marks.note_time(start), None);
    assert_eq!(marks.note_time(start.after(100, 40)), None);
    assert_eq!(marks.note_time(start.after(200, 40)), Some(100));
    assert_eq!(marks.note_time(start.after(300, 140)), None);
    assert_eq!(marks.note_time(start.after(301, 100_000)), None);
    assert_eq!(marks.note_time(start.after(301, 99_939)), Some(61));
    assert_eq!(marks.note_time(start.after(301, 99_879)), None);
}

#[test]
fn too_many_marks_become_one_of_everyone() {
    const MOST: usize = 1000;
    let (mut marks, now) = (marks(), Moment::at(100));
    marks.most = MOST;
    for number in 0..MOST {
        add(&mut marks, &user(number), 100, Cause::ByHand, now);
    }
    assert_eq!(marks.len(), MOST);
    assert!(marks.of_user(&"stranger".into(), issued(100)).is_none());
    // One that is there takes no room.
    assert!(!marks.is_full_for(&user(7)) && marks.is_full_for(&user(MOST)));
    add(&mut marks, &user(7), 90, Cause::ByHand, now);
    assert_eq!(marks.len(), MOST);
    add(&mut marks, &user(MOST), 90, Cause::ByHand, now);
    assert_eq!(marks.len(), 1);
    assert_eq!(
        marks.of_user(&"stranger".into(), issued(100)),
        Some(Stale {
            cause: Cause::TooMany,
            is_in_account: false
        })
    );
}

#[test]
fn old_marks_are_dropped_in_slices_and_all_of_them() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    for number in 0..3 * SLICE {
        add(&mut marks, &user(number), 100_000, Cause::ByHand, start);
    }
    let later = start.after(1900, 1900);
    let mut lens = BTreeSet::from([marks.len()]);
    let mut from = None;
    loop {
        from = marks.sweep_slice(from, later);
        lens.insert(marks.len());
        if from.is_none() {
            break;
        }
    }
    assert_eq!(
        lens.into_iter().collect::<Vec<_>>(),
        [0, SLICE, 2 * SLICE, 3 * SLICE]
    );
}

#[test]
fn each_new_mark_drops_a_slice_until_all_were_looked_at() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    for number in 0..2 * SLICE + 10 {
        add(&mut marks, &user(number), 100_000, Cause::ByHand, start);
    }
    let later = start.after(1900, 1900);
    let mut lens = Vec::new();
    for number in 1..=3 {
        let new = Subject::Org(number.to_string().into());
        add(&mut marks, &new, 101_900, Cause::OrgUpdated, later);
        lens.push(marks.len());
    }
    // The second slice may have had the first new mark in it.
    assert!(lens[0] == SLICE + 11 && lens[1] <= 13, "{lens:?}");
    assert_eq!(lens[2], 3);
    assert!(marks.swept_to.is_none());
}

#[test]
fn a_time_that_no_token_has_is_that_of_the_first_or_of_every_token() {
    let (mut marks, now) = (marks(), Moment::at(100));
    add(&mut marks, &user(1), i64::MIN, Cause::ByHand, now);
    add(&mut marks, &user(2), i64::MAX, Cause::ByHand, now);
    let later = now.after(1_000_000, 1 << 40);
    add(&mut marks, &user(3), 100, Cause::ByHand, later);
    let long = |issued_at| Age {
        expires_at: i64::MAX,
        ..issued(issued_at)
    };
    let stale = |user: &str, at| marks.of_user(&user.into(), long(at)).is_some();
    assert!(stale("2", i64::MAX) && !stale("4", i64::MAX));
    let mut marks = self::marks();
    add(&mut marks, &user(1), i64::MIN, Cause::ByHand, now);
    let stale = |user: &str, at| marks.of_user(&user.into(), long(at)).is_some();
    assert!(stale("1", 0) && !stale("1", 1));
}

#[test]
fn a_fetched_account_speaks_until_the_next_mark_and_never_after_a_hidden_change() {
    let (mut marks, now) = (marks(), Moment::at(100));
    let stale = |marks: &Marks, fetched_at| {
        let age = Age {
            fetched_at,
            ..issued(99)
        };
        let stale = marks.of_user(&"1".into(), age);
        stale.map(|stale| stale.is_in_account)
    };
    marks.begin(2);
    add(&mut marks, &user(1), 100, Cause::UserEnabled, now);
    assert_eq!(stale(&marks, 1), Some(true));
    assert_eq!(stale(&marks, 2), None);
    // A mark that says the same is news: it may be of another change.
    marks.begin(3);
    add(&mut marks, &user(1), 100, Cause::UserEnabled, now);
    assert_eq!(stale(&marks, 2), Some(true));
    assert_eq!(stale(&marks, 3), None);
    // A logout stays, whatever comes after it, and whatever was fetched.
    add(&mut marks, &user(1), 100, Cause::UserLoggedOut, now);
    add(&mut marks, &user(1), 200, Cause::UserEnabled, now);
    assert_eq!(stale(&marks, 3), Some(false));
    // So does that of a user, beside one of everyone.
    let mut marks = self::marks();
    marks.begin(2);
    add(&mut marks, &Subject::Everyone, 100, Cause::UserEnabled, now);
    assert_eq!(stale(&marks, 0), Some(true));
    add(&mut marks, &user(1), 100, Cause::UserLoggedOut, now);
    assert_eq!(stale(&marks, 0), Some(false));
}

#[test]
fn a_mark_whose_number_is_the_last_one_is_from_after_all_that_is_known() {
    let mut marks = marks();
    marks.begin(u64::MAX);
    add(
        &mut marks,
        &user(1),
        100,
        Cause::UserEnabled,
        Moment::at(100),
    );
    let stale = |known| marks.of_any(&[user(1)], Since::Generation(known)).is_some();
    assert!(stale(u64::from(u32::MAX)) && stale(u64::MAX - 1));
    // Such as of a key that was never asked about.
    assert!(!stale(u64::MAX));
    assert!(marks.changed(&"1".into(), [], u64::from(u32::MAX)));
}
