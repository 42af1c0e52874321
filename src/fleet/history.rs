//! Whether the stream still has all that happened: how a hole is seen, from which marks may be missing.
//!
//! Each entry names the one before it, as the server knew it when it wrote the entry. A follower has seen
//! everything if each entry names the one that it saw last. Where that does not hold,
//!
//! - the server restarted without its data, or the stream was deleted: the next entry names none, or there
//!   is no stream,
//! - a replica took over that had not received the last entries: the server knows nothing of the entry
//!   that the follower saw last, or that this process wrote,
//! - entries were deleted that are not too old to matter.
//!
//! Then it is not known which marks are missing, and a mark of everyone takes their place. It covers all that
//! was lost before it, so that the rest of the history is read without asking again.
//!
//! This file decides, and neither sends nor applies anything.

use std::collections::BTreeSet;

use super::id::EntryId;

/// Where a follower is in the stream, and what it has to find there.
#[derive(Debug)]
pub(super) struct History {
    position: Position,
    /// The last entry of ours that was read. Another program may have written the one at the position, into
    /// a stream that is not the one of before.
    anchor: Option<EntryId>,
    /// Entries before this time of the server need not exist: tokens of that time have expired, or a mark
    /// of everyone covers them.
    relevant_since: u64,
    /// The entries that this process wrote and has not read yet. A server that has lost them lost history.
    own: BTreeSet<EntryId>,
    /// The greatest id that this process wrote or read, over all servers.
    read_up_to: EntryId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    /// Nothing was read yet. Reading begins after this id.
    Start(EntryId),
    /// This entry was read last.
    After(EntryId),
}

/// What a server must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// The id after which to read.
    pub(super) position: EntryId,
    /// An entry that was read and has to be there still, unless it is too old to matter.
    pub(super) anchor: Option<EntryId>,
    must_exist: Option<EntryId>,
}

/// What a server says of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// The server's time, as a Unix timestamp in milliseconds.
    pub(super) now: u64,
    /// The id of the newest entry there ever was, or `None` if there is no stream.
    pub(super) newest: Option<EntryId>,
    /// Whether there are entries after the position that was asked for.
    pub(super) has_more: bool,
    /// Whether the anchor is there, or none was asked for.
    pub(super) has_anchor: bool,
}

/// What a follower does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There is no stream yet. Create it.
    Create,
    /// Read on.
    Read,
    /// All that the server has was read.
    UpToDate,
    /// History was lost.
    Lost(Loss),
}

/// How history was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// There is no stream, or one without the entries that were read or written: the server restarted
    /// without its data, or a replica took over that had not received them.
    Forgotten,
    /// Entries are missing that are not too old to matter.
    Hole,
}

/// The greatest number of own entries that are remembered until they are read.
const MAX_OWN: usize = 10_000;

/// Entries that become too old within this time, in milliseconds, may be trimmed while one asks for them.
const TRIMMED_SOON: u64 = 60_000;

impl History {
    /// Begins at a time of the server: entries from before are not read, and need not exist.
    pub(super) fn since(relevant_since: u64) -> Self {
        Self {
            position: Position::Start(EntryId::before(relevant_since)),
            anchor: None,
            relevant_since,
            own: BTreeSet::new(),
            read_up_to: EntryId::ZERO,
        }
    }

    /// Returns the id after which to read.
    pub(super) fn position(&self) -> EntryId {
        match self.position {
            Position::Start(id) | Position::After(id) => id,
        }
    }

    /// Advances the time from which entries matter. It never goes back.
    pub(super) fn forget_before(&mut self, millis: u64) {
        self.relevant_since = self.relevant_since.max(millis);
    }

    /// Remembers an entry that this process wrote.
    pub(super) fn wrote(&mut self, id: EntryId) {
        // What was read needs no proof. Too many would fill the memory while nothing is read.
        if id > self.read_up_to && self.own.len() < MAX_OWN {
            self.own.insert(id);
        }
    }

    /// Returns what a server must have that is asked now. Only then is an answer judged by what was known
    /// when it was asked for: an entry that this process writes in between is not in it.
    pub(super) fn expect(&self) -> Expected {
        let own = self.own.last().copied();
        let must_exist = match self.position {
            Position::Start(_) => own,
            Position::After(id) => Some(own.map_or(id, |own| id.max(own))),
        };
        Expected {
            position: self.position(),
            anchor: self.anchor,
            must_exist,
        }
    }

    /// Decides by what a server says.
    pub(super) fn examine(&self, expected: Expected, facts: &Facts) -> Next {
        let Expected {
            position,
            anchor,
            must_exist,
        } = expected;
        let Some(newest) = facts.newest else {
            return match must_exist {
                Some(_) => Next::Lost(Loss::Forgotten),
                None => Next::Create,
            };
        };
        if must_exist.is_some_and(|id| id > newest) {
            return Next::Lost(Loss::Forgotten);
        }
        // It was deleted, perhaps together with later ones that were not read yet.
        let is_recent = |id: EntryId| id.millis >= self.relevant_since.saturating_add(TRIMMED_SOON);
        if !facts.has_anchor && anchor.is_some_and(is_recent) {
            return Next::Lost(Loss::Hole);
        }
        if facts.has_more {
            return Next::Read;
        }
        // The end was cut off.
        if newest > position && self.is_relevant(newest) {
            return Next::Lost(Loss::Hole);
        }
        Next::UpToDate
    }

    /// Takes an entry that was read. `previous` is the entry that it names, or `None` if it is not ours.
    pub(super) fn read(&mut self, id: EntryId, previous: Option<EntryId>) -> Result<(), Loss> {
        let last = self.position;
        self.position = Position::After(id);
        self.read_up_to = self.read_up_to.max(id);
        if previous.is_some() {
            self.anchor = Some(id);
        }
        // Entries come in their order, so an earlier one of our own is not there.
        let later = self.own.split_off(&id);
        let has_lost_own = !std::mem::replace(&mut self.own, later).is_empty();
        self.own.remove(&id);
        if has_lost_own {
            return Err(Loss::Forgotten);
        }
        match (last, previous) {
            (Position::After(last), Some(previous)) if previous == last => Ok(()),
            // It continues another history than ours.
            (Position::After(last), Some(previous)) if previous < last => Err(Loss::Forgotten),
            (_, Some(previous)) if self.is_relevant(previous) => Err(Loss::Hole),
            (_, Some(_)) => Ok(()),
            // Another program wrote it. The next entry of ours names it.
            (Position::After(_), None) => Ok(()),
            // What was before it is not known.
            (Position::Start(_), None) if self.is_relevant(id) => Err(Loss::Hole),
            (Position::Start(_), None) => Ok(()),
        }
    }

    fn is_relevant(&self, id: EntryId) -> bool {
        id.millis >= self.relevant_since
    }

    /// Begins again, to read from `start` on. A mark of everyone at the time `covered` of the server has
    /// taken the place of what was lost.
    pub(super) fn restart(&mut self, start: u64, covered: u64) {
        self.position = Position::Start(EntryId::before(start));
        self.relevant_since = self.relevant_since.max(covered.saturating_add(1));
        self.anchor = None;
        self.own.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, History, Loss, Next};
    use crate::fleet::id::EntryId;

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
        let recent = id(START + super::TRIMMED_SOON);
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
}
