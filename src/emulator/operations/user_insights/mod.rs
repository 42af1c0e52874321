//! Reports and charts, computed from the emulator's state on request.
//!
//! PropelAuth's exact definitions are not public. The emulator uses these, over the requested
//! interval (by default, the shortest). The field in parentheses is in `extra_properties`:
//!
//! - top inviters: users who sent invitations, by number of invitations (`num_invites`);
//! - champions: active users, by number of active days (`days_active`);
//! - churn: users without activity, longest absence first (`days_inactive`); organizations without
//!   an active member;
//! - reengagement: users who were active after an absence of at least the interval
//!   (`days_inactive`); organizations with activity of a member after such an absence;
//! - growth and attrition: organizations where more members joined than left (`num_users_gained`,
//!   `growth_rate`), or more left than joined (`num_users_lost`, `attrition_rate`). The rate is a
//!   fraction of the number of members before, or null if that was 0.
//!
//! A user is active on the days of every value that `last_active_at` had.

mod charts;
mod orgs;
mod report;
mod users;
