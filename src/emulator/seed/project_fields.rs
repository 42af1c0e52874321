//! The settings of the project.
//!
//! They have the names of PropelAuth's Terraform provider, so that values can be copied from there.

use super::shape::{
    Field, Object,
    Shape::{Boolean, Integer, Texts},
};

const LOGIN: &str = "it changes how users log in, and the emulator has no login page";
const SIGN_UP: &str = "it changes how users sign up, and the emulator has no sign-up page";
const OWN_PAGES: &str =
    "it changes what users may do on their own pages, which the emulator does not have";

pub(super) const PROJECT: Object = Object {
    what: "the project",
    one_of: &[],
    fields: &[
        Field::optional(
            "has_orgs",
            Boolean,
            "Whether the project has organizations. By default, `true`.",
        ),
        Field::optional(
            "max_num_orgs_users_can_be_in",
            Integer(1),
            "The maximum number of organizations a user can be in. By default, unlimited.",
        ),
        Field::optional(
            "multiple_roles_per_user",
            Boolean,
            "Whether a user can have several roles in an organization, none of which includes another. By default, `false`: a user has one role, and roles form a hierarchy.",
        ),
        Field::optional(
            "include_login_method",
            Boolean,
            "Whether access tokens include the login method. By default, `false`.",
        ),
        Field::optional(
            "signup_domain_blocklist",
            Texts,
            "Email domains whose users cannot sign up. By default, none.",
        ),
        Field::optional(
            "access_token_creation",
            Boolean,
            "Whether the backend API creates access tokens, which depends on the plan. By default, `true`. A name of the emulator's own.",
        ),
        Field::optional(
            "step_up_mfa",
            Boolean,
            "Whether the plan includes step-up MFA. By default, `true`. A name of the emulator's own.",
        ),
        Field::not_emulated("has_password_login", LOGIN),
        Field::not_emulated("has_passwordless_login", LOGIN),
        Field::not_emulated("has_phone_mfa", LOGIN),
        Field::not_emulated("all_users_must_setup_2fa", LOGIN),
        Field::not_emulated("user_autologout_seconds", LOGIN),
        Field::not_emulated("user_autologout_type", LOGIN),
        Field::not_emulated("magic_link_expire_after_first_use", LOGIN),
        Field::not_emulated("magic_link_requires_interstitial", LOGIN),
        Field::not_emulated("require_email_confirmation", LOGIN),
        Field::not_emulated("signup_domain_allowlist", SIGN_UP),
        Field::not_emulated("allow_users_to_signup_with_personal_email", SIGN_UP),
        Field::not_emulated("allow_public_signups", SIGN_UP),
        Field::not_emulated("waitlist_users_enabled", SIGN_UP),
        Field::not_emulated("allow_autojoin_by_domain", SIGN_UP),
        Field::not_emulated("users_must_be_in_an_organization", SIGN_UP),
        Field::not_emulated("users_can_change_email", OWN_PAGES),
        Field::not_emulated("users_can_delete_own_account", OWN_PAGES),
        Field::not_emulated("users_can_create_orgs", OWN_PAGES),
        Field::not_emulated("users_can_delete_their_own_orgs", OWN_PAGES),
        Field::not_emulated("orgs_can_require_2fa", OWN_PAGES),
        Field::not_emulated("orgs_can_setup_saml", OWN_PAGES),
        Field::not_emulated("orgs_metaname", OWN_PAGES),
    ],
};
