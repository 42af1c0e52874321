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
    /// A mark of everyone covers what was lost before this time of the server.
    covered: u64,
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
    pub(super) must_exist: Option<EntryId>,
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
pub(super) const MAX_OWN: usize = 10_000;

/// Entries that become too old within this time, in milliseconds, may be trimmed while one asks for them.
pub(super) const TRIMMED_SOON: u64 = 60_000;

impl History {
    /// Begins at a time of the server: entries from before are not read, and need not exist.
    pub(super) fn since(relevant_since: u64) -> Self {
        Self {
            position: Position::Start(EntryId::before(relevant_since)),
            anchor: None,
            relevant_since,
            own: BTreeSet::new(),
            read_up_to: EntryId::ZERO,
            covered: 0,
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
            (Position::After(last), Some(previous)) if previous < last => {
                // That it does so is known if it was read before the restart.
                let is_known = id.millis <= self.covered;
                if is_known {
                    Ok(())
                } else {
                    Err(Loss::Forgotten)
                }
            }
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
        self.covered = self.covered.max(covered);
        self.anchor = None;
        self.own.clear();
    }
}
