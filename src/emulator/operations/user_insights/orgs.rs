//! Reports on organizations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    api::{
        FetchOrgAttritionReport, FetchOrgChurnReport, FetchOrgGrowthReport,
        FetchOrgReengagementReport, Never, OrgReport, OrgReportRow,
    },
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            page::PageSlice,
            user_insights::{
                report::{CHURN, LOOK_BACK, REENGAGEMENT, Report, ranked},
                users::report,
            },
        },
        state::Store,
    },
    words::ids::OrgId,
};

impl Handler<FetchOrgChurnReport> for Store {
    fn handle(&mut self, request: FetchOrgChurnReport) -> Result<OrgReport, Rejection<Never>> {
        self.check_orgs()?;
        let report = report!(self, "org churn", CHURN, request);
        let gone = self.orgs.keys().filter_map(|org_id| {
            let last = self
                .users
                .members(org_id)
                .map(|user| user.metadata.last_active_at);
            Some((org_id.clone(), report.days_gone(last.max()?)?))
        });
        Ok(self.org_report(&report, gone, |days, _| {
            vec![("days_inactive", json!(days))]
        }))
    }
}

impl Handler<FetchOrgReengagementReport> for Store {
    fn handle(
        &mut self,
        request: FetchOrgReengagementReport,
    ) -> Result<OrgReport, Rejection<Never>> {
        self.check_orgs()?;
        let report = report!(self, "org reengagement", REENGAGEMENT, request);
        let back = self.orgs.keys().filter_map(|org_id| {
            let days = report.days_away(&self.org_active_days(org_id))?;
            Some((org_id.clone(), days))
        });
        Ok(self.org_report(&report, back, |days, _| {
            vec![("days_inactive", json!(days))]
        }))
    }
}

impl Handler<FetchOrgGrowthReport> for Store {
    fn handle(&mut self, request: FetchOrgGrowthReport) -> Result<OrgReport, Rejection<Never>> {
        self.check_orgs()?;
        let report = report!(self, "org growth", LOOK_BACK, request);
        let gains = self.gains(&report).filter(|(_, gain)| *gain > 0);
        Ok(self.org_report(&report, gains, |gain, members| {
            let rate = json!(rate(gain, members - gain));
            vec![("num_users_gained", json!(gain)), ("growth_rate", rate)]
        }))
    }
}

impl Handler<FetchOrgAttritionReport> for Store {
    fn handle(&mut self, request: FetchOrgAttritionReport) -> Result<OrgReport, Rejection<Never>> {
        self.check_orgs()?;
        let report = report!(self, "org attrition", LOOK_BACK, request);
        let losses = self.gains(&report).map(|(org_id, gain)| (org_id, -gain));
        let losses = losses.filter(|(_, loss)| *loss > 0);
        Ok(self.org_report(&report, losses, |loss, members| {
            let rate = json!(rate(loss, members + loss));
            vec![("num_users_lost", json!(loss)), ("attrition_rate", rate)]
        }))
    }
}

/// Returns a change as a fraction of the number before, or `None` if that was 0.
#[allow(clippy::cast_precision_loss)] // no organization has 2^52 members
fn rate(change: i64, before: i64) -> Option<f64> {
    (before > 0).then(|| change as f64 / before as f64)
}

impl Store {
    /// Returns the days on which a current member of an organization was active.
    pub(crate) fn org_active_days(&self, org_id: &OrgId) -> BTreeSet<i64> {
        let active_days = &self.activity_log.active_days;
        let days = self
            .users
            .members(org_id)
            .filter_map(|user| active_days.get(&user.metadata.user_id));
        days.flatten().copied().collect()
    }

    /// Returns the change in each organization's number of members within the report's interval.
    fn gains(&self, report: &Report) -> impl Iterator<Item = (OrgId, i64)> {
        let mut gains: BTreeMap<&OrgId, i64> = self.orgs.keys().map(|it| (it, 0)).collect();
        let moves = self.activity_log.membership_changes.iter();
        for change in moves.filter(|change| report.covers(change.at)) {
            if let Some(gain) = gains.get_mut(&change.org_id) {
                *gain += if change.joined { 1 } else { -1 };
            }
        }
        let gains = gains.into_iter();
        gains.map(|(org_id, gain)| (org_id.clone(), gain))
    }

    /// Returns the report on these organizations. `about` receives the number of each and its number
    /// of members.
    fn org_report(
        &self,
        report: &Report,
        numbers: impl Iterator<Item = (OrgId, i64)>,
        about: impl Fn(i64, i64) -> Vec<(&'static str, Value)>,
    ) -> OrgReport {
        let age = |org_id: &OrgId| {
            let org = self.orgs.get(org_id);
            org.map(|org| (org.created_at, org.number))
        };
        let PageSlice {
            items,
            total,
            has_more,
        } = report.page.slice(ranked(numbers, age));
        let rows = items.into_iter().filter_map(|(org_id, number)| {
            let org = self.orgs.get(&org_id)?;
            let members = self.users.member_count(&org_id);
            let about = about(number, i64::try_from(members).unwrap_or(i64::MAX));
            let about = about
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value));
            Some(OrgReportRow {
                id: report.row_id(&org_id),
                report_id: report.id.clone(),
                name: org.name.clone(),
                num_users: u64::try_from(members).unwrap_or(u64::MAX),
                org_created_at: org.created_at,
                extra_properties: Map::from_iter(about),
                org_id,
            })
        });
        OrgReport {
            org_reports: rows.collect(),
            current_page: report.page.number,
            total_count: total,
            page_size: report.page.size,
            has_more_results: has_more,
            report_time: report.now,
        }
    }
}
