//! The screens, each of which shows a part of the state.

pub(super) mod faults;
pub(super) mod org;
pub(super) mod org_connection;
pub(super) mod orgs;
pub(super) mod outbox;
pub(super) mod overview;
pub(super) mod requests;
pub(super) mod roles;
pub(super) mod server;
pub(super) mod sessions;
pub(super) mod settings;
pub(super) mod tokens;
pub(super) mod user;
pub(super) mod user_access;
pub(super) mod users;
pub(super) mod webhooks;
