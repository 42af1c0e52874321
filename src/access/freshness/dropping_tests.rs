//! When marks are dropped: to the second, by both clocks, and to make room.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    Cause, Freshness, Mark,
    clocks::Moment,
    marks::{Marks, SLICE},
    tests::{LIFETIME, add, marks, user},
};
use crate::access::clock::Clock;

#[test]
fn a_mark_of_the_future_is_kept_until_its_tokens_have_expired_by_both_clocks() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    add(&mut marks, &user(1), 105_000, Cause::ByHand, start);
    // A mark of now takes nothing away from it.
    add(&mut marks, &user(1), 100_000, Cause::ByHand, start);
    for (counted, shown, kept) in [
        (6700, 6700, true),
        // A clock that was set forward is not enough.
        (1900, 100_000, true),
        (100_000, 6801, true),
        (100_000, 6802, false),
    ] {
        let later = start.after(counted, shown);
        let is_kept = marks
            .entries
            .values()
            .all(|entry| !marks.lifetimes.is_past(entry, later));
        assert_eq!(is_kept, kept, "{counted} {shown}");
    }
}

#[test]
fn the_last_second_counts_by_each_clock() {
    let (mut marks, start) = (marks(), Moment::at(100_000));
    add(&mut marks, &user(1), 100_000, Cause::ByHand, start);
    let is_past = |counted, shown| {
        let later = start.after(counted, shown);
        let mut entries = marks.entries.values();
        entries.all(|entry| marks.lifetimes.is_past(entry, later))
    };
    // A token of `iat` 100,000.9 that is accepted for 1,800 seconds.
    assert!(!is_past(10_000, 1801) && is_past(10_000, 1802));
    assert!(!is_past(1800, 10_000) && is_past(1803, 10_000));
}

#[test]
fn tokens_that_never_expire_have_marks_that_stay() {
    let mut marks = Marks::new(Duration::MAX);
    add(&mut marks, &user(1), 100, Cause::ByHand, Moment::at(100));
    let later = Moment::at(100).after(1 << 31, 1 << 40);
    add(&mut marks, &user(2), 100, Cause::ByHand, later);
    assert_eq!(marks.len(), 2);
}

#[test]
fn a_full_memory_makes_room_by_dropping_old_marks_first() {
    let freshness = Freshness::new(Duration::ZERO, Clock::default());
    freshness.marks.write().unwrap().most = 3000;
    let mark = |number: usize| freshness.apply(&Mark::new(user(number)));
    for number in 0..3000 {
        mark(number);
    }
    thread::sleep(Duration::from_millis(4100));
    // As if there had just been a search, before they were old.
    freshness.marks.write().unwrap().next_sweep = Instant::now().checked_add(LIFETIME);
    mark(3000);
    // One slice of old ones is room enough, and no mark of everyone took the place of all.
    assert_eq!(freshness.marks.read().unwrap().len(), 3001 - SLICE);
}
