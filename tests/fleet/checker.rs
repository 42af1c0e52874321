//! The checker: reads the history of a run, and reports every request that was admitted too late.
//!
//! It knows nothing of how marks travel. A change is published when the process that published it was
//! told so, and from then on a token that was issued before must not be admitted,
//!
//! - by an instance that denies while it is blind: in any request that begins later than its bound,
//! - by an instance that goes on: in any request before which it said that it knows what the fleet knew
//!   at that time. It said so if `began - staleness` is later than the publication.
//!
//! Neither depends on how fast the machine is: a process that is not scheduled does not admit, and one
//! that was not knows how old its knowledge is. So there is no tolerance but for the microseconds in
//! which two readings of the clock differ.
//!
//! A history in which nothing could go wrong passes no check: every change must have been published,
//! its token admitted before, and refused by every instance that lived to the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::history::{Change, Event, Instance, Micros, Promise, Why};

/// How far two readings of the clock may differ, one by the checker's processes and one by the crate.
pub(crate) const READINGS: Micros = 5_000;

/// Something that must not be in a history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Violation {
    /// A request was admitted this long after the bound.
    AdmittedLate {
        instance: Instance,
        change: Change,
        late_by: Micros,
    },
    /// A change was never published.
    NotPublished { change: Change },
    /// An instance that lived to the end never refused the token of a change.
    NeverRefused { instance: Instance, change: Change },
    /// No instance ever admitted the token of a change, so that refusing it proves nothing.
    NeverAdmitted { changes: usize },
    /// No instance lived to the end.
    Nobody,
}

/// What a history says.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) violations: BTreeSet<Violation>,
    pub(crate) changes: usize,
    pub(crate) admitted: usize,
    pub(crate) refused: usize,
    /// Of these, those because history was lost, and because the stream was not visible.
    pub(crate) refused_for: [usize; 2],
    /// For each change and instance: from the call that published it to the first refusal.
    pub(crate) delays: Vec<Micros>,
}

impl Verdict {
    /// Returns how many requests were admitted too late.
    pub(crate) fn late(&self) -> usize {
        let is_late = |it: &&Violation| matches!(it, Violation::AdmittedLate { .. });
        self.violations.iter().filter(is_late).count()
    }
}

/// How much of what the history of a run has to prove.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demands {
    /// The number of changes.
    pub(crate) changes: Change,
    /// How many of these may have been refused before they were published, because a mark of everyone
    /// came first, or the instances were blind.
    pub(crate) never_admitted: usize,
}

/// Checks a history, whose events may be in any order.
pub(crate) fn check(events: &[Event], demands: Demands) -> Verdict {
    let facts = Facts::of(events);
    let mut verdict = Verdict {
        changes: facts.published.len(),
        ..Verdict::default()
    };
    let mut admitted_once = BTreeSet::new();
    for event in events {
        match *event {
            Event::Admitted {
                instance,
                change,
                issued_at,
                at,
                staleness,
            } => {
                verdict.admitted += 1;
                admitted_once.insert(change);
                if let Some(late_by) = facts.lateness(instance, change, issued_at, at, staleness) {
                    let late = Violation::AdmittedLate {
                        instance,
                        change,
                        late_by,
                    };
                    verdict.violations.insert(late);
                }
            }
            Event::Refused { why, .. } => {
                verdict.refused += 1;
                verdict.refused_for[0] += usize::from(why == Why::HistoryLost);
                verdict.refused_for[1] += usize::from(why == Why::Blind);
            }
            _ => {}
        }
    }
    for change in 0..demands.changes {
        if !facts.published.contains_key(&change) {
            let missing = Violation::NotPublished { change };
            verdict.violations.insert(missing);
        }
    }
    let never_admitted = facts
        .published
        .keys()
        .filter(|change| !admitted_once.contains(change))
        .count();
    if never_admitted > demands.never_admitted {
        verdict.violations.insert(Violation::NeverAdmitted {
            changes: never_admitted,
        });
    }
    if facts.ended.is_empty() {
        verdict.violations.insert(Violation::Nobody);
    }
    for (change, publication) in &facts.published {
        for instance in &facts.ended {
            match facts.refusals.get(&(*instance, *change)) {
                None => {
                    let never = Violation::NeverRefused {
                        instance: *instance,
                        change: *change,
                    };
                    verdict.violations.insert(never);
                }
                Some(refusal) => {
                    let called = facts.called.get(change).unwrap_or(&publication.at);
                    if let Some(first) = refusal.by_mark.filter(|at| at >= called) {
                        verdict.delays.push(first - called);
                    }
                }
            }
        }
    }
    verdict
}

/// A history in an order that can be looked up.
#[derive(Default)]
struct Facts {
    promises: BTreeMap<Instance, Promise>,
    called: BTreeMap<Change, Micros>,
    published: BTreeMap<Change, Publication>,
    refusals: BTreeMap<(Instance, Change), Refusal>,
    ended: BTreeSet<Instance>,
}

struct Publication {
    up_to: i64,
    at: Micros,
}

#[derive(Default)]
struct Refusal {
    /// The first one because of a mark of this change.
    by_mark: Option<Micros>,
}

impl Facts {
    fn of(events: &[Event]) -> Self {
        let mut facts = Self::default();
        for event in events {
            match *event {
                Event::Ready {
                    instance, promise, ..
                } => {
                    facts.promises.insert(instance, promise);
                }
                Event::Called { change, at } => {
                    let first = facts.called.entry(change).or_insert(at);
                    *first = at.min(*first);
                }
                Event::Published { change, up_to, at } => {
                    let first = facts
                        .published
                        .entry(change)
                        .or_insert(Publication { up_to, at });
                    // A delivery that came twice. The first that the fleet has counts.
                    if at < first.at {
                        *first = Publication { up_to, at };
                    }
                }
                Event::Refused {
                    instance,
                    change,
                    at,
                    why,
                    ..
                } => {
                    let refusal = facts.refusals.entry((instance, change)).or_default();
                    if why == Why::Stale {
                        let first = refusal.by_mark.get_or_insert(at);
                        *first = at.min(*first);
                    }
                }
                Event::Ended { instance, .. } => {
                    facts.ended.insert(instance);
                }
                Event::Admitted { .. } => {}
            }
        }
        facts
    }

    /// Returns how much later than its bound a request was admitted.
    fn lateness(
        &self,
        instance: Instance,
        change: Change,
        issued_at: i64,
        at: Micros,
        staleness: Micros,
    ) -> Option<Micros> {
        let publication = self.published.get(&change)?;
        if issued_at > publication.up_to {
            return None; // a token of a later login
        }
        // An instance that admits before it is ready has promised nothing less.
        let promise = self.promises.get(&instance);
        let bound = match promise.unwrap_or(&Promise::DeniesAfter { micros: 0 }) {
            Promise::DeniesAfter { micros } => *micros,
            Promise::SaysSo => staleness,
        };
        let late_by = at - publication.at - bound - READINGS;
        (late_by > 0).then_some(late_by)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} changes, {} admissions, {} refusals, {} admitted late",
            self.changes,
            self.admitted,
            self.refused,
            self.late()
        )
    }
}
