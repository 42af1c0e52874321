//! Hosted pages: what people do for themselves, file for file.

mod accept_invite;
mod account;
mod api_keys;
mod confirm_email;
mod consent;
mod create_org;
mod frame;
mod log_in_as;
mod login;
mod magic_link;
mod members;
mod next_step;
mod org_frame;
mod org_settings;
mod orgs;
mod password;
mod properties;
mod qr_code;
mod roles;
mod saml;
mod security;
mod setup_saml;
mod signup;
mod social;
mod test_identity;
mod time;
mod update_metadata;
mod verify;

use crate::emulator::pages::row::PageRoute;

/// All rows, theme by theme.
pub(super) static PAGES: &[&[PageRoute]] = &[
    login::PAGES,
    log_in_as::PAGES,
    social::PAGES,
    saml::PAGES,
    magic_link::PAGES,
    signup::PAGES,
    confirm_email::PAGES,
    password::PAGES,
    verify::PAGES,
    update_metadata::PAGES,
    account::PAGES,
    security::PAGES,
    create_org::PAGES,
    accept_invite::PAGES,
    orgs::PAGES,
    members::PAGES,
    org_settings::PAGES,
    api_keys::PAGES,
    setup_saml::PAGES,
    consent::PAGES,
];
