//! Reports and charts as the backend API returns them.

use serde_json::{Map, Value};

use super::{ChartCadence, ChartType};
use crate::{
    endpoint::{page::page, response::entity},
    words::ids::{OrgId, UserId},
};

entity! {
    /// One page of a report on users.
    #[derive(PartialEq, Eq)]
    pub struct UserReport {
        required {
            /// The users on this page.
            user_reports: Vec<UserReportRow>,
        }
        tolerant {
            /// The page number, starting at 0.
            current_page: u32,
            /// The number of users on all pages.
            total_count: u64,
            /// The maximum number of users per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
            /// When the report was created, as a Unix timestamp in seconds.
            report_time: i64,
        }
    }
}

entity! {
    /// One user in a report.
    #[derive(PartialEq, Eq)]
    pub struct UserReportRow {
        required {
            /// The id of this row.
            id: String,
            /// The id of the report.
            report_id: String,
            /// The id of the user.
            user_id: UserId,
        }
        tolerant {
            /// The email address.
            email: String,
            /// The username, if the project has usernames.
            username: Option<String>,
            /// The first name.
            first_name: Option<String>,
            /// The last name.
            last_name: Option<String>,
            /// When the user was last active, as a Unix timestamp in seconds.
            last_active_at: i64,
            /// When the user was created, as a Unix timestamp in seconds.
            user_created_at: i64,
            /// The organizations of the user.
            org_data: Vec<OrgRole>,
            /// The figures of the report, such as `num_invites`; each report has its own.
            extra_properties: Map<String, Value>,
        }
    }
}

entity! {
    /// An organization of a user in a report.
    #[derive(PartialEq, Eq)]
    pub struct OrgRole {
        required {
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name of the organization.
            display_name: String,
            /// The user's role in it.
            user_role: String,
        }
    }
}

entity! {
    /// One page of a report on organizations.
    #[derive(PartialEq, Eq)]
    pub struct OrgReport {
        required {
            /// The organizations on this page.
            org_reports: Vec<OrgReportRow>,
        }
        tolerant {
            /// The page number, starting at 0.
            current_page: u32,
            /// The number of organizations on all pages.
            total_count: u64,
            /// The maximum number of organizations per page.
            page_size: u32,
            /// Whether another page follows.
            has_more_results: bool,
            /// When the report was created, as a Unix timestamp in seconds.
            report_time: i64,
        }
    }
}

entity! {
    /// One organization in a report.
    #[derive(PartialEq, Eq)]
    pub struct OrgReportRow {
        required {
            /// The id of this row.
            id: String,
            /// The id of the report.
            report_id: String,
            /// The id of the organization.
            org_id: OrgId,
        }
        tolerant {
            /// The name of the organization.
            name: String,
            /// The number of members.
            num_users: u64,
            /// When it was created, as a Unix timestamp in seconds.
            org_created_at: i64,
            /// The figures of the report, such as `growth_rate`; each report has its own.
            extra_properties: Map<String, Value>,
        }
    }
}

entity! {
    /// The data of a chart.
    #[derive(PartialEq, Eq)]
    pub struct ChartData {
        required {
            /// The metric.
            chart_type: ChartType,
            /// The interval between points.
            cadence: ChartCadence,
        }
        tolerant {
            /// The points, earliest first.
            metrics: Vec<ChartPoint>,
        }
    }
}

entity! {
    /// A point of a chart.
    #[derive(PartialEq, Eq)]
    pub struct ChartPoint {
        required {
            /// The first day of the interval, as `YYYY-MM-DD` in UTC.
            date: String,
            /// The value.
            result: u64,
        }
        tolerant {
            /// Whether the day, week or month is over.
            cadence_completed: bool,
        }
    }
}

page!(UserReport {
    user_reports: UserReportRow,
    total: total_count,
    more: has_more_results
});
page!(OrgReport {
    org_reports: OrgReportRow,
    total: total_count,
    more: has_more_results
});
