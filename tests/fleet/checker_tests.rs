//! The checker: which histories pass, and what it reports of the others.

use crate::{
    checker::{Demands, READINGS, Verdict, Violation, check},
    history::{Event, Instance, Micros, Promise, Why},
};

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
