//! Requested reports: their intervals, and which activity they cover.

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

/// The intervals of a kind of report, by name and in days. The first is the default.
pub(super) type Intervals = [(&'static str, i64)];

pub(super) const LOOK_BACK: &Intervals = &[("30", 30), ("60", 60), ("90", 90)];
pub(super) const CHURN: &Intervals = &[("7", 7), ("14", 14), ("30", 30)];
pub(super) const REENGAGEMENT: &Intervals = &[("Weekly", 7), ("Monthly", 30)];

/// A requested report.
pub(super) struct Report {
    /// The same id for the same request, so that the pages of a report belong together.
    pub(super) id: String,
    pub(super) days: i64,
    pub(super) page: Page,
    pub(super) now: i64,
}

impl Report {
    pub(super) fn new(
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
        Rejection::check(errors)?;
        Ok(Self {
            id: ids::uuid_from_names(&[name, interval]),
            days: *days,
            page,
            now,
        })
    }

    pub(super) fn row_id(&self, of: &str) -> String {
        ids::uuid_from_names(&[&self.id, of])
    }

    /// Returns `true` if a time is within the interval.
    pub(super) fn covers(&self, at: i64) -> bool {
        at > self.now.saturating_sub(self.days * DAY)
    }

    /// Returns the first day of the interval, which ends today.
    pub(super) fn first_day(&self) -> i64 {
        day_of(self.now) - self.days + 1
    }

    /// Returns the number of days since the last activity, if that was before the interval.
    pub(super) fn days_gone(&self, last_active_at: i64) -> Option<i64> {
        (!self.covers(last_active_at)).then(|| self.now.saturating_sub(last_active_at) / DAY)
    }

    /// Returns the number of days of an absence that ended in the interval, if the absence was as long
    /// as the interval.
    pub(super) fn days_away(&self, active_days: &BTreeSet<i64>) -> Option<i64> {
        let back = active_days.range(self.first_day()..).next()?;
        let before = active_days.range(..back).next_back()?;
        Some(back - before).filter(|gap| *gap >= self.days)
    }
}

/// Sorts by number, highest first, and equal numbers by age, oldest first.
pub(super) fn ranked<T, A: Ord>(
    rows: impl Iterator<Item = (T, i64)>,
    age: impl Fn(&T) -> A,
) -> Vec<(T, i64)> {
    let mut rows: Vec<(T, i64)> = rows.collect();
    rows.sort_by_cached_key(|(it, number)| (Reverse(*number), age(it)));
    rows
}
