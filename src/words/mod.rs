//! The vocabulary that every other room shares: ids, secrets, timestamps, memberships, and the
//! forms in which they are read and written.
//!
//! These modules use nothing else of the crate, so that every other module may use them. What
//! several rooms need and none of them owns belongs here.

pub(crate) mod causes;
pub(crate) mod edit_distance;
pub(crate) mod explanation;
pub(crate) mod ids;
pub(crate) mod open_string_enum;
pub(crate) mod org_member_info;
#[cfg(any(feature = "test-util", test))]
pub(crate) mod roles;
#[cfg(feature = "utoipa")]
pub(crate) mod schema;
pub(crate) mod secret;
pub(crate) mod strict_json;
pub(crate) mod subject;
pub(crate) mod unix_seconds;
#[cfg(any(feature = "test-util", test))]
pub(crate) mod url_safe;
