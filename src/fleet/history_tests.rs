//! What a follower concludes from each history that a server can have.

use super::{
    history::{Facts, History, Loss, MAX_OWN, Next, TRIMMED_SOON},
    id::EntryId,
};

const START: u64 = 1000;

fn id(millis: u64) -> EntryId {
    EntryId { millis, number: 0 }
}

fn facts(newest: Option<u64>, has_more: bool) -> Facts {
    Facts {
        now: 9000,
        newest: newest.map(id),
        has_more,
        has_anchor: true,
    }
}

fn examine(history: &History, facts: &Facts) -> Next {
    history.examine(history.expect(), facts)
}

/// A follower that read two entries.
fn follower() -> History {
    let mut history = History::since(START);
    history.read(id(1100), Some(id(900))).unwrap();
    history.read(id(1200), Some(id(1100))).unwrap();
    history
}

#[test]
fn a_stream_that_continues_is_followed() {
    let mut history = follower();
    assert_eq!(history.position(), id(1200));
    assert_eq!(examine(&history, &facts(Some(1200), false)), Next::UpToDate);
    assert_eq!(examine(&history, &facts(Some(1300), true)), Next::Read);
    assert_eq!(history.read(id(1300), Some(id(1200))), Ok(()));
}

#[test]
fn the_first_start_creates_the_stream() {
    let history = History::since(START);
    assert_eq!(examine(&history, &facts(None, false)), Next::Create);
    assert_eq!(history.position(), EntryId::before(START));
}

#[test]
fn the_first_entry_of_a_stream_is_complete_from_its_beginning() {
    let mut history = History::since(START);
    assert_eq!(history.read(id(1100), Some(EntryId::ZERO)), Ok(()));
}

#[test]
fn what_is_too_old_to_matter_need_not_exist() {
    let mut history = History::since(START);
    assert_eq!(examine(&history, &facts(Some(999), false)), Next::UpToDate);
    assert_eq!(history.read(id(1100), Some(id(999))), Ok(()));
    // A quiet day later, an entry that was not read has been trimmed.
    history.forget_before(5000);
    assert_eq!(examine(&history, &facts(Some(4999), false)), Next::UpToDate);
    assert_eq!(history.read(id(5100), Some(id(4999))), Ok(()));
}

#[test]
fn a_fresh_follower_sees_that_the_beginning_was_cut_off() {
    let mut history = History::since(START);
    assert_eq!(history.read(id(1300), Some(id(1000))), Err(Loss::Hole));
}

#[test]
fn a_fresh_follower_sees_that_everything_was_deleted() {
    let history = History::since(START);
    let next = examine(&history, &facts(Some(1000), false));
    assert_eq!(next, Next::Lost(Loss::Hole));
}

#[test]
fn a_hole_is_seen_in_the_middle_and_at_the_end() {
    assert_eq!(follower().read(id(1500), Some(id(1400))), Err(Loss::Hole));
    let next = examine(&follower(), &facts(Some(1400), false));
    assert_eq!(next, Next::Lost(Loss::Hole));
}

#[test]
fn a_server_that_forgot_is_recognized() {
    let forgotten = Next::Lost(Loss::Forgotten);
    assert_eq!(examine(&follower(), &facts(None, false)), forgotten);
    assert_eq!(examine(&follower(), &facts(Some(1100), false)), forgotten);
    assert_eq!(examine(&follower(), &facts(Some(1100), true)), forgotten);
    // Another entry was written since, so that its newest is newer than ours.
    for previous in [EntryId::ZERO, id(1100)] {
        let read = follower().read(id(1300), Some(previous));
        assert_eq!(read, Err(Loss::Forgotten));
    }
}

#[test]
fn an_entry_that_matters_no_more_still_shows_that_the_server_forgot() {
    // What the server lost together with it may matter.
    let mut history = follower();
    history.forget_before(8000);
    assert_eq!(
        examine(&history, &facts(None, false)),
        Next::Lost(Loss::Forgotten)
    );
    assert_eq!(history.read(id(8100), Some(id(1100))), Err(Loss::Forgotten));
}

#[test]
fn what_this_process_wrote_must_be_there() {
    let forgotten = Next::Lost(Loss::Forgotten);
    let mut history = follower();
    history.wrote(id(1400));
    assert_eq!(examine(&history, &facts(Some(1400), true)), Next::Read);
    assert_eq!(examine(&history, &facts(Some(1300), true)), forgotten);
    assert_eq!(history.read(id(1300), Some(id(1200))), Ok(()));
    assert_eq!(history.read(id(1500), Some(id(1300))), Err(Loss::Forgotten));

    let mut fresh = History::since(START);
    fresh.wrote(id(1400));
    assert_eq!(examine(&fresh, &facts(None, false)), forgotten);
}

#[test]
fn what_this_process_writes_while_it_asks_is_not_in_the_answer() {
    let mut history = follower();
    let expected = history.expect();
    history.wrote(id(1300));
    let answer = facts(Some(1200), false);
    assert_eq!(history.examine(expected, &answer), Next::UpToDate);
    assert_eq!(examine(&history, &answer), Next::Lost(Loss::Forgotten));
}

#[test]
fn what_this_process_wrote_and_read_is_not_asked_for_again() {
    let mut history = follower();
    history.wrote(id(1300));
    assert_eq!(history.read(id(1300), Some(id(1200))), Ok(()));
    // The reply to the writer can be later than the entry is read.
    history.wrote(id(1300));
    history.wrote(id(1100));
    assert_eq!(history.read(id(1400), Some(id(1300))), Ok(()));
    assert_eq!(examine(&history, &facts(Some(1400), false)), Next::UpToDate);
}

#[test]
fn entries_of_others_are_passed_over() {
    let mut history = follower();
    assert_eq!(history.read(id(1300), None), Ok(()));
    assert_eq!(history.read(id(1400), Some(id(1300))), Ok(()));
    // One of ours was deleted behind it.
    assert_eq!(history.read(id(1500), None), Ok(()));
    assert_eq!(history.read(id(1700), Some(id(1600))), Err(Loss::Hole));
}

#[test]
fn a_stream_that_others_created_again_is_not_taken_for_ours() {
    let mut history = follower();
    history.read(id(1300), None).unwrap();
    let answer = Facts {
        has_anchor: false,
        ..facts(Some(1400), true)
    };
    assert_eq!(history.expect().anchor, Some(id(1200)));
    // As recent as this, it may have been trimmed.
    assert_eq!(examine(&history, &answer), Next::Read);
    let mut history = History::since(START);
    let recent = id(START + TRIMMED_SOON);
    history.read(recent, Some(EntryId::ZERO)).unwrap();
    let answer = Facts {
        has_anchor: false,
        ..facts(Some(recent.millis + 1), true)
    };
    assert_eq!(examine(&history, &answer), Next::Lost(Loss::Hole));
    history.restart(START, recent.millis + 1);
    assert_eq!(examine(&history, &answer), Next::Read);
}

#[test]
fn what_is_before_an_entry_of_others_is_not_known() {
    let mut history = History::since(START);
    assert_eq!(history.read(id(1300), None), Err(Loss::Hole));
}

#[test]
fn a_mark_of_everyone_covers_what_was_lost_once() {
    let mut history = follower();
    assert_eq!(history.read(id(1500), Some(id(1400))), Err(Loss::Hole));
    history.restart(START, 2000);
    // The same history, from its beginning: every hole is known.
    assert_eq!(history.read(id(1100), Some(id(1050))), Ok(()));
    assert_eq!(history.read(id(1150), None), Ok(()));
    assert_eq!(history.read(id(1500), Some(id(1400))), Ok(()));
    assert_eq!(history.read(id(2100), Some(id(2000))), Ok(()));
    // A later one is not.
    assert_eq!(history.read(id(2300), Some(id(2200))), Err(Loss::Hole));

    let mut history = follower();
    history.restart(START, 2000);
    assert_eq!(history.read(id(1300), None), Ok(()));
}

#[test]
fn after_a_restart_the_stream_is_created_if_there_is_none() {
    let mut history = follower();
    history.wrote(id(1300));
    history.restart(START, 2000);
    assert_eq!(examine(&history, &facts(None, false)), Next::Create);
}

#[test]
fn an_entry_that_continues_another_history_is_lost_history_once() {
    let mut history = follower();
    history.read(id(1300), Some(id(1200))).unwrap();
    assert_eq!(history.read(id(1400), Some(id(1200))), Err(Loss::Forgotten));
    history.restart(START, 1400);
    for (entry, previous) in [(1100, 900), (1200, 1100), (1300, 1200), (1400, 1200)] {
        assert_eq!(history.read(id(entry), Some(id(previous))), Ok(()));
    }
    // A later one is news.
    assert_eq!(history.read(id(1500), Some(id(1300))), Err(Loss::Forgotten));
}

#[test]
fn a_hole_among_entries_of_the_future_is_lost_once() {
    // The server's clock was ahead, and is 2000 now.
    let mut history = follower();
    assert_eq!(history.read(id(9000), Some(id(8000))), Err(Loss::Hole));
    history.restart(START, 9000);
    assert_eq!(history.read(id(1200), Some(id(1100))), Ok(()));
    assert_eq!(history.read(id(9000), Some(id(8000))), Ok(()));
    assert_eq!(history.read(id(9100), Some(id(9000))), Ok(()));
    assert_eq!(history.read(id(9300), Some(id(9200))), Err(Loss::Hole));
}

#[test]
fn what_no_longer_matters_does_not_matter_again_when_a_clock_is_set_back() {
    let mut history = History::since(START);
    history.forget_before(5000);
    history.forget_before(2000);
    assert_eq!(history.read(id(5100), Some(id(4999))), Ok(()));
}

#[test]
fn what_this_process_writes_while_nothing_is_read_is_bounded() {
    let mut history = follower();
    for number in 0..u64::try_from(MAX_OWN).unwrap() {
        history.wrote(id(2000 + number));
    }
    let newest = id(2000 + u64::try_from(MAX_OWN).unwrap() - 1);
    history.wrote(id(1_000_000));
    assert_eq!(history.expect().must_exist, Some(newest));
}
