//! The emulator's state: records and their invariants, one file per concern.
//!
//! [`Store`] holds everything. No file here uses HTTP or the operations of the backend API; a file
//! with a record does not use `Store`.

mod access_token;
mod account;
mod activity_log;
mod api_key_record;
mod api_key_settings;
mod api_key_table;
mod authorization_code;
mod authorization_codes;
mod client_sessions;
mod clock;
mod connection;
pub(crate) mod date;
mod email_address;
mod email_link;
mod email_links;
mod event;
mod events;
mod events_of_orgs;
mod example_event;
mod fault;
mod faults;
mod happening;
pub(crate) mod ids;
pub(crate) mod interned;
mod invites;
pub(crate) mod json_document;
mod login;
mod login_state;
mod login_step;
mod mcp;
mod mcp_records;
mod oauth_client;
mod observe_activity;
mod org_record;
mod orgs;
mod own_key;
mod password;
mod password_attempts;
pub(crate) mod pkce;
mod project;
mod redact;
pub(crate) mod redirect_uri;
mod registration;
mod request_log;
mod role_abilities;
mod roles;
pub(crate) mod route_pattern;
mod scim_group;
mod scim_groups;
mod session;
mod sessions;
mod settings;
mod signing_key;
mod snapshot;
mod step_up;
mod store;
mod token_options;
pub(crate) mod totp;
mod user_properties;
mod user_record;
mod users;
#[cfg(feature = "pages")]
pub(crate) mod values;
mod webhook_endpoint;
mod webhook_url;

pub(crate) use self::{
    access_token::{TOKEN_LIFETIME, TokenOrigin},
    account::{Account, Phone, SecondFactor},
    activity_log::{ActivityLog, MembershipChange, SentInvite},
    api_key_record::{ApiKeyRecord, Limit},
    api_key_settings::{ApiKeyConfig, Expiration, KeyRateLimit},
    api_key_table::ApiKeys,
    authorization_code::{AuthorizationCode, AuthorizationCodes, CodePurpose, Presented},
    clock::{Clock, ClockChange},
    connection::{Connection, Idp, OidcIdp, SamlIdp, SamlLink},
    email_address::{ascii_domain, case_fold, is_email},
    email_link::{EmailLink, LinkPurpose},
    email_links::invite_path,
    event::{EVENT_TYPES, Event},
    faults::{ActiveFault, Faults},
    happening::Happening,
    ids::Ids,
    invites::{Invite, Invites},
    login_state::LoginState,
    login_step::LoginStep,
    mcp::ActiveToken,
    mcp_records::{INTROSPECTION_CLIENT, McpState, OpenConsent, RegisteredClient},
    org_record::OrgRecord,
    orgs::Orgs,
    password::Password,
    project::Project,
    redact::redact_segments,
    redirect_uri::LoopbackPorts,
    request_log::RequestLog,
    role_abilities::Ability,
    scim_group::ScimGroupRecord,
    scim_groups::ScimGroups,
    session::{ClientGrant, Session, Sessions},
    sessions::NewSession,
    settings::{AutologoutType, SameSite, Settings},
    signing_key::SigningKey,
    step_up::{CodeCheck, Purpose, StepUps},
    store::Store,
    user_properties::{BasicProperty, UserProperties},
    user_record::{Membership, UserRecord},
    users::{UserMut, Users},
};
// For the pages, which are optional.
#[allow(unused_imports)]
pub(crate) use self::user_properties::{CustomProperty, FieldType, TosLink, UserWritable};
pub use self::{
    fault::Fault,
    login_state::{EmailKind, EmulatedEmail, EmulatedMagicLink},
    oauth_client::{NewOauthClient, OauthClient},
    request_log::RecordedRequest,
    roles::RoleMapping,
    step_up::EmulatedSms,
    token_options::{CreatedToken, TokenOptions},
    webhook_endpoint::{NewWebhook, WebhookEndpoint},
};
