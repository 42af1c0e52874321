//! What the emulator remembers, and what holds of it; knows neither HTTP nor operations.

mod access_token;
mod account;
mod activity_log;
mod api_keys;
mod clock;
mod connection;
pub(crate) mod date;
pub(crate) mod document;
mod email_address;
mod entrance;
pub(crate) mod ids;
mod invites;
mod keys;
mod login;
mod observe;
mod org_record;
mod orgs;
mod password;
mod project;
mod registration;
mod roles;
mod scim_group;
mod signing_key;
mod snapshot;
mod step_up;
mod store;
pub(crate) mod totp;
mod user_record;
mod users;

pub(crate) use self::{
    access_token::Way,
    account::{Account, Phone, SecondFactor},
    activity_log::{History, Move, SentInvite},
    api_keys::{ApiKeyRecord, ApiKeys, Limit},
    clock::Clock,
    connection::{Connection, Idp, SamlLink},
    email_address::{ascii_domain, fold, is_email},
    entrance::Entrance,
    invites::{Invite, Invites},
    keys::Keys,
    org_record::OrgRecord,
    orgs::Orgs,
    password::Password,
    project::Project,
    scim_group::ScimGroupRecord,
    signing_key::SigningKey,
    step_up::{Purpose, StepUps, Tried},
    store::Store,
    user_record::{Membership, UserRecord},
    users::{UserMut, Users},
};
pub use self::{
    entrance::{EmailKind, EmulatedEmail, EmulatedMagicLink},
    roles::RoleMapping,
    step_up::EmulatedSms,
};
