//! What users do for themselves: log in, sign up, change their account and their organizations.
//!
//! Each action is a function that takes the refresh token of the session, checks first whether it may be
//! done, and changes the state only then. The faces of the emulator show what it returns: `frontend` as
//! JSON, and pages as HTML.

mod account;
mod api_keys;
mod confirm;
pub(crate) mod email_rules;
mod forgot_password;
mod identity;
mod invites;
mod list;
mod log_in;
#[cfg(test)]
mod login_model;
mod magic_link;
mod members;
mod membership;
mod org_settings;
mod orgs;
mod profile;
mod refusal;
mod saml_setup;
mod second_factor;
mod session_user;
mod sign_up;
mod sms;
mod sso;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    account::{delete_me, update_email, update_password},
    api_keys::{
        ApiKeyRow, KeyOrder, NewApiKey, create_api_key, delete_own_api_key, org_api_keys,
        personal_api_keys, rename_api_key,
    },
    confirm::{confirm_email, resend_confirmation},
    forgot_password::{check_reset_link, forgot_password, reset_password},
    identity::{Identity, log_in_with_provider, log_in_with_sso},
    invites::{InviteRow, expired_invites, invite_member, pending_invites, revoke_invite},
    list::{DEFAULT_SIZE, ListPage, ListSlice, MAX_SIZE},
    log_in::{Entered, enter, log_in},
    magic_link::{open_magic_link, send_magic_link},
    members::{OrgMemberRow, change_member_role, org_members, remove_member},
    org_settings::{OrgSettings, OrgSettingsChange, org_settings, update_org_settings},
    orgs::{
        JoinableOrg, Joined, NewOrg, accept_invite, create_own_org, delete_own_org, join_own_org,
        joinable_orgs, may_create_orgs,
    },
    profile::{ProfileChange, update_metadata},
    refusal::{Code, Fields, Refusal},
    saml_setup::{NewSaml, linked_org, set_up_saml},
    second_factor::{
        SecurityStatus, disable_second_factor, enable_second_factor, security_status,
        verify_backup_code, verify_second_factor,
    },
    session_user::{Needs, not_logged_in, session_user},
    sign_up::{SignUp, sign_up},
    sso::sso_login_url,
};
