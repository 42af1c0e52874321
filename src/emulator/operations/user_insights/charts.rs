//! Charts: one number for each day, week or month.

use std::ops::Range;

use crate::{
    api::{
        ChartCadence, ChartData, ChartMetric, ChartPoint, ChartType, FetchChartMetricData,
        FieldErrors, Never,
    },
    emulator::{
        operations::handler::{Handler, Rejection},
        state::{
            Store,
            date::{self, day_of},
        },
    },
    endpoint::field_errors::{not_one_of, quoted},
};

const DEFAULT_DAYS: i64 = 30;
/// The longest chart, somewhat more than ten years.
const MAX_DAYS: i64 = 3_700;

impl Handler<FetchChartMetricData> for Store {
    fn handle(&mut self, request: FetchChartMetricData) -> Result<ChartData, Rejection<Never>> {
        self.observe();
        let today = day_of(self.now());
        let mut errors = FieldErrors::default();
        let chart_type = match request.chart_metric {
            ChartMetric::Signups => Some(ChartType::Signups),
            ChartMetric::OrgsCreated => Some(ChartType::OrgsCreated),
            ChartMetric::ActiveUsers => Some(ChartType::ActiveUsers),
            ChartMetric::ActiveOrgs => Some(ChartType::ActiveOrgs),
            ChartMetric::Other(chart) => {
                let reason = not_one_of(&chart, "chart", ChartMetric::TEXTS);
                errors.add("chart_metric", reason);
                None
            }
        };
        let cadence = request.cadence.unwrap_or(ChartCadence::Daily);
        if let ChartCadence::Other(cadence) = &cadence {
            let reason = not_one_of(cadence, "cadence", ChartCadence::TEXTS);
            errors.add("cadence", reason);
        }
        let mut day = |field, text: Option<&str>, default| match text.map(date::read) {
            None => default,
            Some(Some(day)) => day,
            Some(None) => {
                let day = quoted(text.unwrap_or_default());
                errors.add(field, format!("Must be a day as YYYY-MM-DD, not {day}"));
                default
            }
        };
        let end = day("end_date", request.end_date.as_deref(), today);
        let start = day(
            "start_date",
            request.start_date.as_deref(),
            end - DEFAULT_DAYS,
        );
        if start > end || start > today {
            errors.add("start_date", "Must not be in the future or after end_date");
        } else if end - start > MAX_DAYS {
            errors.add("start_date", "Must be at most ten years before end_date");
        }
        let (Some(chart_type), true) = (chart_type, errors.is_empty()) else {
            return Err(Rejection::Fields(errors));
        };

        let count = self.counter(&chart_type);
        let mut metrics = Vec::new();
        let mut period = period_around(start, &cadence);
        while period.start <= end {
            let next = period_around(period.end, &cadence);
            metrics.push(ChartPoint {
                date: date::write(period.start),
                cadence_completed: period.end <= today,
                result: count(period),
            });
            period = next;
        }
        Ok(ChartData {
            chart_type,
            cadence,
            metrics,
        })
    }
}

/// Returns the days of the period around a day.
fn period_around(day: i64, cadence: &ChartCadence) -> Range<i64> {
    match cadence {
        ChartCadence::Weekly => {
            let monday = date::monday_of(day);
            monday..monday + 7
        }
        ChartCadence::Monthly => {
            let (first, next) = date::month_around(day);
            first..next
        }
        ChartCadence::Daily | ChartCadence::Other(_) => day..day + 1,
    }
}

impl Store {
    /// Returns a function that counts the events of a chart within a range of days.
    fn counter(&self, chart: &ChartType) -> Box<dyn Fn(Range<i64>) -> u64 + '_> {
        let among = |days: Vec<i64>| {
            Box::new(move |period: Range<i64>| {
                number(days.iter().filter(|day| period.contains(day)).count())
            })
        };
        match chart {
            ChartType::Signups => {
                let users = self.users.values();
                among(users.map(|user| day_of(user.metadata.created_at)).collect())
            }
            ChartType::OrgsCreated => {
                let orgs = self.orgs.values();
                among(orgs.map(|org| day_of(org.created_at)).collect())
            }
            ChartType::ActiveUsers => {
                let all = &self.activity_log.active_days;
                Box::new(move |period| {
                    let is_active = |days: &&_| has_any(days, &period);
                    number(all.values().filter(is_active).count())
                })
            }
            ChartType::ActiveOrgs | ChartType::Other(_) => {
                let orgs = self.orgs.keys();
                let all: Vec<_> = orgs.map(|org_id| self.org_active_days(org_id)).collect();
                Box::new(move |period| {
                    number(all.iter().filter(|days| has_any(days, &period)).count())
                })
            }
        }
    }
}

fn has_any(days: &std::collections::BTreeSet<i64>, period: &Range<i64>) -> bool {
    days.range(period.clone()).next().is_some()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
