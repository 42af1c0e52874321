//! Reports and charts, computed from what the emulator knows when they are asked for.
//!
//! What PropelAuth counts in detail is not public. Here it is this, over the interval asked for
//! (by default the shortest), with what it is about in `extra_properties`:
//!
//! - top inviters: who sent invitations, the most first (`num_invites`);
//! - champions: who was active, on the most days first (`days_active`);
//! - churn: who was not active at all, the longest first (`days_inactive`); for an organization,
//!   none of its members;
//! - reengagement: who was active after not having been for as long as the interval is
//!   (`days_inactive`); for an organization, any of its members;
//! - growth and attrition: where more members joined than left (`num_users_gained`,
//!   `growth_rate`), or more left than joined (`num_users_lost`, `attrition_rate`), each rate
//!   being a fraction of the members there were before, or null where there were none.
//!
//! A user is active on the days on which `last_active_at` was.

mod charts;
mod orgs;
mod users;

use std::{cmp::Reverse, collections::BTreeSet};

use crate::{
    api::{FieldErrors, Never},
    emulator::{
        operations::{handler::Rejection, page::Page},
        state::{
            date::{DAY, day_of},
            ids,
        },
    },
    endpoint::field_errors::not_one_of,
};

/// The intervals that a kind of report has, in days; the first is the default.
type Intervals = [(&'static str, i64)];

const LOOK_BACK: &Intervals = &[("30", 30), ("60", 60), ("90", 90)];
const CHURN: &Intervals = &[("7", 7), ("14", 14), ("30", 30)];
const REENGAGEMENT: &Intervals = &[("Weekly", 7), ("Monthly", 30)];

/// A report that is asked for.
struct Report {
    /// The same for the same question, so that pages can be put together.
    id: String,
    days: i64,
    page: Page,
    now: i64,
}

impl Report {
    fn new(
        name: &str,
        intervals: &Intervals,
        interval: Option<&str>,
        (size, number): (Option<u32>, Option<u32>),
        now: i64,
    ) -> Result<Self, Rejection<Never>> {
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, size, number);
        let is_asked_for = |(name, _): &&(&str, i64)| interval.is_none_or(|it| it == *name);
        let Some((interval, days)) = intervals.iter().find(is_asked_for) else {
            let names = intervals.iter().map(|(name, _)| *name);
            let reason = not_one_of(interval.unwrap_or_default(), "interval", names);
            errors.add("report_interval", reason);
            return Err(Rejection::Fields(errors));
        };
        if !errors.is_empty() {
            return Err(Rejection::Fields(errors));
        }
        Ok(Self {
            id: ids::uuid_from_names(&[name, interval]),
            days: *days,
            page,
            now,
        })
    }

    fn row_id(&self, of: &str) -> String {
        ids::uuid_from_names(&[&self.id, of])
    }

    /// Tells whether a time is within the interval.
    fn covers(&self, at: i64) -> bool {
        at > self.now.saturating_sub(self.days * DAY)
    }

    /// Returns the first day of the interval, today being the last.
    fn first_day(&self) -> i64 {
        day_of(self.now) - self.days + 1
    }

    /// Returns for how many days somebody has been gone that was last seen then, if it counts.
    fn days_gone(&self, last_active_at: i64) -> Option<i64> {
        (!self.covers(last_active_at)).then(|| self.now.saturating_sub(last_active_at) / DAY)
    }

    /// Returns for how many days somebody had been gone that came back, if it counts.
    fn days_away(&self, active_days: &BTreeSet<i64>) -> Option<i64> {
        let back = active_days.range(self.first_day()..).next()?;
        let before = active_days.range(..back).next_back()?;
        Some(back - before).filter(|gap| *gap >= self.days)
    }
}

/// Sorts by number, the highest first, and equals by age, the oldest first.
fn ranked<T, A: Ord>(rows: impl Iterator<Item = (T, i64)>, age: impl Fn(&T) -> A) -> Vec<(T, i64)> {
    let mut rows: Vec<(T, i64)> = rows.collect();
    rows.sort_by_cached_key(|(it, number)| (Reverse(*number), age(it)));
    rows
}
