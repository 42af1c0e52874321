//! What happened in a run, as each process wrote it down: one line of JSON for each event.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A time of the machine's clock, which all processes of a run share, in microseconds.
pub(crate) type Micros = i64;

/// Returns the time now.
pub(crate) fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// A change: the user of this number loses what its tokens say.
pub(crate) type Change = u32;

/// A process, and how often it was started before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) index: usize,
    pub(crate) start: u32,
}

/// What an instance promises while it cannot see the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Promise {
    /// It denies once its last contact is older than this.
    DeniesAfter { micros: Micros },
    /// It goes on, and says how old its last contact is.
    SaysSo,
}

/// Why an instance refused a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
    /// A mark of this change.
    Stale,
    /// A mark of everyone, because history was lost.
    HistoryLost,
    /// It cannot see the stream.
    Blind,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// An instance reported ready.
    Ready {
        instance: Instance,
        promise: Promise,
        at: Micros,
    },
    /// A change was given to an instance, which began to publish it.
    Called { change: Change, at: Micros },
    /// The fleet has the change. Tokens that were issued by then do not speak.
    Published {
        change: Change,
        /// The time of issue of the newest token that the change is about, in Unix seconds.
        up_to: i64,
        at: Micros,
    },
    /// A token was admitted, in a request that began at this time.
    Admitted {
        instance: Instance,
        change: Change,
        issued_at: i64,
        at: Micros,
        /// What the instance said, when the request began, of the age of what it knows.
        staleness: Micros,
    },
    /// A token was refused.
    Refused {
        instance: Instance,
        change: Change,
        issued_at: i64,
        at: Micros,
        why: Why,
    },
    /// The run is over for an instance that was alive to the end.
    Ended { instance: Instance, at: Micros },
}
