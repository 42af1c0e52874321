//! Reports and charts on how users and organizations come, stay and go.

mod entities;

pub use self::entities::{
    ChartData, ChartPoint, OrgReport, OrgReportRow, OrgRole, UserReport, UserReportRow,
};
use crate::{api::declare::endpoints, endpoint::Never, wire_enum::wire_enum};

endpoints! {
    /// Fetches reports and charts.
    ///
    /// An interval, cadence or metric that PropelAuth does not have is
    /// [`Error::BadRequest`](crate::Error::BadRequest).
    pub group UserInsightsApi;

    /// Fetches a page of the users who sent the most invitations.
    Read GET "/api/backend/v1/user_report/top_inviter"
    fetch_user_top_inviter_report: FetchUserTopInviterReport() {
        /// Sets how far back it looks. By default PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets how many users a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches a page of the users who are the most active.
    Read GET "/api/backend/v1/user_report/champion"
    fetch_user_champion_report: FetchUserChampionReport() {
        /// Sets how far back it looks. By default PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets how many users a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches a page of the users who were not seen for a while.
    Read GET "/api/backend/v1/user_report/churn"
    fetch_user_churn_report: FetchUserChurnReport() {
        /// Sets how long a while is. By default PropelAuth decides.
        report_interval: ChurnInterval,
        /// Sets how many users a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches a page of the users who came back after a while.
    Read GET "/api/backend/v1/user_report/reengagement"
    fetch_user_reengagement_report: FetchUserReengagementReport() {
        /// Sets how long a while is. By default PropelAuth decides.
        report_interval: ReengagementInterval,
        /// Sets how many users a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches a page of the organizations of which nobody was seen for a while.
    Read GET "/api/backend/v1/org_report/churn"
    fetch_org_churn_report: FetchOrgChurnReport() {
        /// Sets how long a while is. By default PropelAuth decides.
        report_interval: ChurnInterval,
        /// Sets how many organizations a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches a page of the organizations that came back after a while.
    Read GET "/api/backend/v1/org_report/reengagement"
    fetch_org_reengagement_report: FetchOrgReengagementReport() {
        /// Sets how long a while is. By default PropelAuth decides.
        report_interval: ReengagementInterval,
        /// Sets how many organizations a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches a page of the organizations that gained the most members.
    Read GET "/api/backend/v1/org_report/growth"
    fetch_org_growth_report: FetchOrgGrowthReport() {
        /// Sets how far back it looks. By default PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets how many organizations a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches a page of the organizations that lost the most members.
    Read GET "/api/backend/v1/org_report/attrition"
    fetch_org_attrition_report: FetchOrgAttritionReport() {
        /// Sets how far back it looks. By default PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets how many organizations a page has, 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page it is, 0 being the first. By default it is 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches how a number developed, point by point.
    Read GET "/api/backend/v1/chart_metrics/{chart_metric}"
    fetch_chart_metric_data: FetchChartMetricData(chart_metric: ChartMetric) {
        /// Sets what a point stands for. By default PropelAuth decides.
        cadence: ChartCadence,
        /// Sets the first day, as `YYYY-MM-DD` in UTC. By default it is 30 days ago.
        start_date: String,
        /// Sets the last day, as `YYYY-MM-DD` in UTC. By default it is today.
        end_date: String,
    } -> ChartData | Never;
}

wire_enum! {
    /// How far back a report looks.
    pub enum ReportInterval {
        /// The last 30 days.
        Days30 = "30",
        /// The last 60 days.
        Days60 = "60",
        /// The last 90 days.
        Days90 = "90",
    }

    /// How long somebody must not have been seen to count as gone.
    pub enum ChurnInterval {
        /// 7 days.
        Days7 = "7",
        /// 14 days.
        Days14 = "14",
        /// 30 days.
        Days30 = "30",
    }

    /// How long somebody must not have been seen for a return to count as one.
    pub enum ReengagementInterval {
        /// A week.
        Weekly = "Weekly",
        /// A month.
        Monthly = "Monthly",
    }

    /// What a chart counts, as it is asked for.
    pub enum ChartMetric {
        /// New users.
        Signups = "signups",
        /// New organizations.
        OrgsCreated = "orgs_created",
        /// Users who were active.
        ActiveUsers = "active_users",
        /// Organizations with a member who was active.
        ActiveOrgs = "active_orgs",
    }

    /// What a chart counts, as its data says, where PropelAuth spells it differently.
    pub enum ChartType {
        /// New users.
        Signups = "Signups",
        /// New organizations.
        OrgsCreated = "OrgsCreated",
        /// Users who were active.
        ActiveUsers = "ActiveUsers",
        /// Organizations with a member who was active.
        ActiveOrgs = "ActiveOrgs",
    }

    /// What a point of a chart stands for.
    pub enum ChartCadence {
        /// A day.
        Daily = "Daily",
        /// A week.
        Weekly = "Weekly",
        /// A month.
        Monthly = "Monthly",
    }
}
