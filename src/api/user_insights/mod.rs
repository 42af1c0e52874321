//! Reports and charts on how users and organizations develop.

mod entities;

pub use self::entities::*;
use crate::{api::declare::endpoints, endpoint::Never, words::open_string_enum::open_string_enum};

endpoints! {
    /// Fetches reports and charts on how users and organizations develop.
    ///
    /// An interval, cadence or metric that PropelAuth does not have is
    /// [`Error::BadRequest`](crate::Error::BadRequest).
    ///
    /// ```no_run
    /// use actix_web_propelauth::{
    ///     PropelAuth,
    ///     api::{ChartCadence, ChartMetric, ReportInterval},
    /// };
    ///
    /// async fn print_growth(auth: &PropelAuth) -> Result<(), Box<dyn std::error::Error>> {
    ///     let insights = auth.user_insights();
    ///     let call = insights.fetch_chart_metric_data(ChartMetric::Signups);
    ///     for point in call.cadence(ChartCadence::Weekly).await?.metrics {
    ///         println!("{}: {} sign-ups", point.date, point.result);
    ///     }
    ///     let growth = insights.fetch_org_growth_report();
    ///     for org in growth.report_interval(ReportInterval::Days30).await?.org_reports {
    ///         println!("{}: {} members", org.name, org.num_users);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub group UserInsightsApi;

    /// Fetches one page of the users who sent the most invitations.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user_report/top_inviter"
    fetch_user_top_inviter_report: FetchUserTopInviterReport() {
        /// Sets the period that the report covers. By default, PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches one page of the most active users.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user_report/champion"
    fetch_user_champion_report: FetchUserChampionReport() {
        /// Sets the period that the report covers. By default, PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches one page of the users who have become inactive.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user_report/churn"
    fetch_user_churn_report: FetchUserChurnReport() {
        /// Sets how long a user must be inactive to count as lost. By default, PropelAuth decides.
        report_interval: ChurnInterval,
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches one page of the users who came back after being inactive.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user_report/reengagement"
    fetch_user_reengagement_report: FetchUserReengagementReport() {
        /// Sets how long a user must have been inactive before it came back. By default, PropelAuth decides.
        report_interval: ReengagementInterval,
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> UserReport | Never;

    /// Fetches one page of the organizations whose members have all become inactive.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/org_report/churn"
    fetch_org_churn_report: FetchOrgChurnReport() {
        /// Sets how long an organization must be inactive to count as lost. By default, PropelAuth decides.
        report_interval: ChurnInterval,
        /// Sets the number of organizations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches one page of the organizations that came back after being inactive.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/org_report/reengagement"
    fetch_org_reengagement_report: FetchOrgReengagementReport() {
        /// Sets how long an organization must have been inactive before it came back. By default, PropelAuth decides.
        report_interval: ReengagementInterval,
        /// Sets the number of organizations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches one page of the organizations that gained the most members.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/org_report/growth"
    fetch_org_growth_report: FetchOrgGrowthReport() {
        /// Sets the period that the report covers. By default, PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets the number of organizations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches one page of the organizations that lost the most members.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/org_report/attrition"
    fetch_org_attrition_report: FetchOrgAttritionReport() {
        /// Sets the period that the report covers. By default, PropelAuth decides.
        report_interval: ReportInterval,
        /// Sets the number of organizations per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
    } -> OrgReport | Never;

    /// Fetches a metric over time.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the metric or cadence is
    /// unknown, or a date is not valid.
    Read GET "/api/backend/v1/chart_metrics/{chart_metric}"
    fetch_chart_metric_data: FetchChartMetricData(chart_metric: ChartMetric) {
        /// Sets the interval between points. By default, PropelAuth decides.
        cadence: ChartCadence,
        /// Sets the first day, as `YYYY-MM-DD` in UTC. By default, 30 days ago.
        start_date: String,
        /// Sets the last day, as `YYYY-MM-DD` in UTC. By default, today.
        end_date: String,
    } -> ChartData | Never;
}

open_string_enum! {
    /// The period that a report covers.
    pub enum ReportInterval {
        /// The last 30 days.
        Days30 = "30",
        /// The last 60 days.
        Days60 = "60",
        /// The last 90 days.
        Days90 = "90",
    }

    /// How long a user or organization must be inactive to count as lost.
    pub enum ChurnInterval {
        /// 7 days.
        Days7 = "7",
        /// 14 days.
        Days14 = "14",
        /// 30 days.
        Days30 = "30",
    }

    /// How long a user or organization must have been inactive before it came back.
    pub enum ReengagementInterval {
        /// A week.
        Weekly = "Weekly",
        /// A month.
        Monthly = "Monthly",
    }

    /// A metric, as it is requested.
    pub enum ChartMetric {
        /// New users.
        Signups = "signups",
        /// New organizations.
        OrgsCreated = "orgs_created",
        /// Active users.
        ActiveUsers = "active_users",
        /// Organizations with an active member.
        ActiveOrgs = "active_orgs",
    }

    /// A metric, as it is returned: PropelAuth spells it differently from [`ChartMetric`].
    pub enum ChartType {
        /// New users.
        Signups = "Signups",
        /// New organizations.
        OrgsCreated = "OrgsCreated",
        /// Active users.
        ActiveUsers = "ActiveUsers",
        /// Organizations with an active member.
        ActiveOrgs = "ActiveOrgs",
    }

    /// The interval between the points of a chart.
    pub enum ChartCadence {
        /// A day.
        Daily = "Daily",
        /// A week.
        Weekly = "Weekly",
        /// A month.
        Monthly = "Monthly",
    }
}
