//! Reports on users.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    api::{
        FetchUserChampionReport, FetchUserChurnReport, FetchUserReengagementReport,
        FetchUserTopInviterReport, Never, OrgRole, UserReport, UserReportRow,
    },
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            page::PageSlice,
            user_insights::report::{CHURN, LOOK_BACK, REENGAGEMENT, Report, ranked},
        },
        state::{Store, UserRecord},
    },
    words::ids::UserId,
};

macro_rules! report {
    ($self:ident, $name:literal, $intervals:expr, $request:ident) => {{
        $self.observe();
        let interval = $request.report_interval.as_ref().map(|it| it.as_str());
        let page = ($request.page_size, $request.page_number);
        Report::new($name, $intervals, interval, page, $self.now())?
    }};
}

pub(crate) use report;

impl Handler<FetchUserTopInviterReport> for Store {
    fn handle(
        &mut self,
        request: FetchUserTopInviterReport,
    ) -> Result<UserReport, Rejection<Never>> {
        let report = report!(self, "user top inviter", LOOK_BACK, request);
        let mut sent: BTreeMap<UserId, i64> = BTreeMap::new();
        let invites = self.activity_log.invites.iter();
        for invite in invites.filter(|invite| report.covers(invite.at)) {
            *sent.entry(invite.inviter.clone()).or_default() += 1;
        }
        Ok(self.user_report(&report, "num_invites", sent.into_iter()))
    }
}

impl Handler<FetchUserChampionReport> for Store {
    fn handle(&mut self, request: FetchUserChampionReport) -> Result<UserReport, Rejection<Never>> {
        let report = report!(self, "user champion", LOOK_BACK, request);
        let all = self.activity_log.active_days.iter();
        let days = all.map(|(user_id, days)| {
            let days = days.range(report.first_day()..).count();
            (user_id.clone(), i64::try_from(days).unwrap_or(i64::MAX))
        });
        Ok(self.user_report(&report, "days_active", days.filter(|(_, days)| *days > 0)))
    }
}

impl Handler<FetchUserChurnReport> for Store {
    fn handle(&mut self, request: FetchUserChurnReport) -> Result<UserReport, Rejection<Never>> {
        let report = report!(self, "user churn", CHURN, request);
        let gone = self.users.iter().filter_map(|(user_id, user)| {
            let days = report.days_gone(user.metadata.last_active_at)?;
            Some((user_id.clone(), days))
        });
        Ok(self.user_report(&report, "days_inactive", gone))
    }
}

impl Handler<FetchUserReengagementReport> for Store {
    fn handle(
        &mut self,
        request: FetchUserReengagementReport,
    ) -> Result<UserReport, Rejection<Never>> {
        let report = report!(self, "user reengagement", REENGAGEMENT, request);
        let all = self.activity_log.active_days.iter();
        let back =
            all.filter_map(|(user_id, days)| Some((user_id.clone(), report.days_away(days)?)));
        Ok(self.user_report(&report, "days_inactive", back))
    }
}

impl Store {
    /// Returns the report on those of these users that still exist.
    fn user_report(
        &self,
        report: &Report,
        property: &str,
        numbers: impl Iterator<Item = (UserId, i64)>,
    ) -> UserReport {
        let existing = numbers.filter(|(user_id, _)| self.users.contains_key(user_id));
        let rows = ranked(existing, |user_id| {
            self.users.get(user_id).map(UserRecord::age)
        });
        let PageSlice {
            items,
            total,
            has_more,
        } = report.page.slice(rows);
        let rows = items.into_iter().filter_map(|(user_id, number)| {
            let about = Map::from_iter([(property.to_owned(), json!(number))]);
            self.user_row(report, &user_id, about)
        });
        UserReport {
            user_reports: rows.collect(),
            current_page: report.page.number,
            total_count: total,
            page_size: report.page.size,
            has_more_results: has_more,
            report_time: report.now,
        }
    }

    fn user_row(
        &self,
        report: &Report,
        user_id: &UserId,
        extra_properties: Map<String, Value>,
    ) -> Option<UserReportRow> {
        let user = self.users.get(user_id)?;
        let metadata = &user.metadata;
        let orgs = user.memberships.iter().filter_map(|(org_id, membership)| {
            Some(OrgRole {
                org_id: org_id.clone(),
                display_name: self.orgs.get(org_id)?.name.clone(),
                user_role: membership.role.clone(),
            })
        });
        Some(UserReportRow {
            id: report.row_id(user_id),
            report_id: report.id.clone(),
            user_id: user_id.clone(),
            email: metadata.email.clone(),
            username: metadata.username.clone(),
            first_name: metadata.first_name.clone(),
            last_name: metadata.last_name.clone(),
            last_active_at: metadata.last_active_at,
            user_created_at: metadata.created_at,
            org_data: orgs.collect(),
            extra_properties,
        })
    }
}
