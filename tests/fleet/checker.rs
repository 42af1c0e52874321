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
const READINGS: Micros = 5_000;

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

#[cfg(test)]
mod tests {
    use super::{Demands, READINGS, Verdict, Violation, check};
    use crate::history::{Event, Instance, Micros, Promise, Why};

    const SECOND: Micros = 1_000_000;
    const A: Instance = Instance { index: 0, start: 0 };
    const B: Instance = Instance { index: 1, start: 0 };
    const ISSUED: i64 = 100;

    fn ready(instance: Instance, promise: Promise) -> Event {
        Event::Ready {
            instance,
            promise,
            at: 0,
        }
    }

    fn admitted(instance: Instance, at: Micros, staleness: Micros) -> Event {
        Event::Admitted {
            instance,
            change: 0,
            issued_at: ISSUED,
            at,
            staleness,
        }
    }

    fn refused(instance: Instance, at: Micros, why: Why) -> Event {
        Event::Refused {
            instance,
            change: 0,
            issued_at: ISSUED,
            at,
            why,
        }
    }

    fn published(at: Micros) -> Event {
        Event::Published {
            change: 0,
            up_to: ISSUED,
            at,
        }
    }

    /// A history of two instances without a fault, published after ten seconds.
    fn good() -> Vec<Event> {
        let denies = Promise::DeniesAfter { micros: SECOND };
        vec![
            ready(A, denies),
            ready(B, Promise::SaysSo),
            admitted(A, 9 * SECOND, 1000),
            admitted(B, 9 * SECOND, 1000),
            Event::Called {
                change: 0,
                at: 10 * SECOND - 500,
            },
            published(10 * SECOND),
            admitted(A, 10 * SECOND + 2000, 1000),
            refused(A, 10 * SECOND + 3000, Why::Stale),
            refused(B, 10 * SECOND + 4000, Why::Stale),
            Event::Ended {
                instance: A,
                at: 20 * SECOND,
            },
            Event::Ended {
                instance: B,
                at: 20 * SECOND,
            },
        ]
    }

    fn verdict(events: &[Event]) -> Verdict {
        let demands = Demands {
            changes: 1,
            never_admitted: 0,
        };
        check(events, demands)
    }

    fn violations(events: &[Event]) -> Vec<Violation> {
        verdict(events).violations.into_iter().collect()
    }

    #[test]
    fn a_good_history_passes_with_its_delays() {
        let verdict = verdict(&good());
        assert_eq!(verdict.violations.len(), 0, "{:?}", verdict.violations);
        assert_eq!(verdict.delays, [3500, 4500]);
        assert_eq!(
            verdict.to_string(),
            "1 changes, 3 admissions, 2 refusals, 0 admitted late"
        );
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let mut events = good();
        events.push(admitted(A, 12 * SECOND, 0));
        let forward = violations(&events);
        events.reverse();
        assert_eq!(violations(&events), forward);
        assert_eq!(forward.len(), 1);
    }

    #[test]
    fn an_admission_after_the_bound_is_reported() {
        let late = |late_by| {
            [Violation::AdmittedLate {
                instance: A,
                change: 0,
                late_by,
            }]
        };
        let mut events = good();
        events.push(admitted(A, 11 * SECOND + READINGS, 0));
        assert_eq!(violations(&events), []);
        events.push(admitted(A, 11 * SECOND + READINGS + 1, 0));
        assert_eq!(violations(&events), late(1));
        // What it says does not excuse an instance that promised to deny.
        events.pop();
        events.push(admitted(A, 11 * SECOND + READINGS + 7, 5 * SECOND));
        assert_eq!(violations(&events), late(7));
    }

    #[test]
    fn an_instance_that_goes_on_may_do_so_while_it_says_so() {
        let at = 60 * SECOND;
        let mut events = good();
        events.push(admitted(B, at, 50 * SECOND));
        assert_eq!(violations(&events), []);
        events.push(admitted(B, at, 49 * SECOND));
        assert!(matches!(
            violations(&events)[..],
            [Violation::AdmittedLate { instance: B, .. }]
        ));
    }

    #[test]
    fn a_token_of_a_later_login_may_be_admitted() {
        let mut events = good();
        let later = |issued_at| Event::Admitted {
            instance: A,
            change: 0,
            issued_at,
            at: 15 * SECOND,
            staleness: 0,
        };
        events.push(later(ISSUED + 1));
        assert_eq!(violations(&events), []);
        events.push(later(ISSUED));
        assert_eq!(violations(&events).len(), 1);
    }

    #[test]
    fn the_first_of_two_publications_counts() {
        for (first, second) in [(10, 13), (13, 10)] {
            let mut events = good();
            events.retain(|event| !matches!(event, Event::Published { .. }));
            events.extend([published(first * SECOND), published(second * SECOND)]);
            events.push(admitted(A, 12 * SECOND, 0));
            assert_eq!(violations(&events).len(), 1);
        }
    }

    #[test]
    fn a_restarted_instance_is_another_one_and_is_held_to_its_own_promise() {
        let again = Instance { index: 0, start: 1 };
        let mut events = good();
        // Not ready yet: it has to know everything or deny.
        events.push(admitted(again, 10 * SECOND + 2 * READINGS, 0));
        assert_eq!(violations(&events).len(), 1);
        events.push(ready(again, Promise::DeniesAfter { micros: SECOND }));
        assert_eq!(violations(&events), []);
    }

    #[test]
    fn a_history_that_proves_nothing_does_not_pass() {
        assert!(violations(&[]).contains(&Violation::Nobody));
        assert!(violations(&[]).contains(&Violation::NotPublished { change: 0 }));

        let without = |unwanted: fn(&Event) -> bool| {
            let mut events = good();
            events.retain(|event| !unwanted(event));
            violations(&events)
        };
        let never = without(|event| matches!(event, Event::Admitted { .. }));
        assert_eq!(never, [Violation::NeverAdmitted { changes: 1 }]);
        let never = without(|event| matches!(event, Event::Refused { instance: B, .. }));
        let expected = Violation::NeverRefused {
            instance: B,
            change: 0,
        };
        assert_eq!(never, [expected]);
        let unpublished = without(|event| matches!(event, Event::Published { .. }));
        assert_eq!(unpublished, [Violation::NotPublished { change: 0 }]);
    }

    #[test]
    fn only_a_mark_of_the_change_itself_counts_as_its_delay() {
        let mut events = good();
        events.push(refused(B, 10 * SECOND + 100, Why::Blind));
        events.push(refused(A, 10 * SECOND + 200, Why::HistoryLost));
        events.push(refused(A, 9 * SECOND, Why::Stale)); // before: of another change
        let verdict = verdict(&events);
        assert_eq!(verdict.delays, [4500]);
    }
}
