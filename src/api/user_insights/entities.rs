//! What reports and charts consist of.

use serde_json::{Map, Value};

use super::{ChartCadence, ChartType};
use crate::{
    endpoint::{page::page, response::entity},
    id::{OrgId, UserId},
};

entity! {
    /// A page of a report on users.
    #[derive(PartialEq, Eq)]
    pub struct UserReport {
        required {
            /// The users of this page.
            user_reports: Vec<UserReportRow>,
        }
        tolerant {
            /// Which page this is, 0 being the first.
            current_page: u32,
            /// How many users there are on all pages.
            total_count: u64,
            /// How many users a page has at most.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
            /// When the report was made, in seconds since 1970 (unix time).
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
            /// The e-mail address.
            email: String,
            /// The username, where the project has usernames.
            username: Option<String>,
            /// The first name.
            first_name: Option<String>,
            /// The last name.
            last_name: Option<String>,
            /// When the user was last seen, in seconds since 1970 (unix time).
            last_active_at: i64,
            /// When the user was created, in seconds since 1970 (unix time).
            user_created_at: i64,
            /// The organizations of the user.
            org_data: Vec<OrgRole>,
            /// What the report is about, such as `num_invites`; each has its own.
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
    /// A page of a report on organizations.
    #[derive(PartialEq, Eq)]
    pub struct OrgReport {
        required {
            /// The organizations of this page.
            org_reports: Vec<OrgReportRow>,
        }
        tolerant {
            /// Which page this is, 0 being the first.
            current_page: u32,
            /// How many organizations there are on all pages.
            total_count: u64,
            /// How many organizations a page has at most.
            page_size: u32,
            /// Tells whether there is a page after this one.
            has_more_results: bool,
            /// When the report was made, in seconds since 1970 (unix time).
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
            /// How many members it has.
            num_users: u64,
            /// When it was created, in seconds since 1970 (unix time).
            org_created_at: i64,
            /// What the report is about, such as `growth_rate`; each has its own.
            extra_properties: Map<String, Value>,
        }
    }
}

entity! {
    /// The data of a chart.
    #[derive(PartialEq, Eq)]
    pub struct ChartData {
        required {
            /// What it counts.
            chart_type: ChartType,
            /// What a point stands for.
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
            /// The day that it begins with, as `YYYY-MM-DD` in UTC.
            date: String,
            /// The number.
            result: u64,
        }
        tolerant {
            /// Tells whether its day, week or month is over.
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
