//! The settings of the project.
//!
//! They have the names of PropelAuth's Terraform provider, so that values can be copied from there.

use super::property_fields::USER_PROPERTIES;
use super::shape::{
    Field, Object,
    Shape::{Boolean, Integer, List, Object as One, OneOf, SomeOf, Text, Texts},
};

const LOGIN: &str = "users of the emulator have no phone as a second factor of their login";
const LOGIN_PAGE: &str = "the login page of the emulator offers every way to log in";
const BY_DOMAIN: &str =
    "the emulator finds the organization of a single sign-on by its domain or id";
const SAML_ROLES: &str = "the identity provider of the emulator tells no roles";
const AUDIT_LOG: &str = "the emulator has no audit log";
const SIGN_UP: &str = "the emulator has no list of people who wait to sign up";

const FRONTEND_LOCATION: Object = Object {
    what: "a place of frontends",
    one_of: &[],
    fields: &[
        Field::required(
            "domain",
            Text,
            "An origin such as `https://app.example.com`, or a host name.",
        ),
        Field::optional(
            "allow_any_subdomain",
            Boolean,
            "Whether its subdomains are allowed as well. By default, `false`.",
        ),
    ],
};

const EXPIRATIONS: &[&str] = &[
    "TwoWeeks",
    "OneMonth",
    "ThreeMonths",
    "SixMonths",
    "OneYear",
    "Never",
];

const API_KEY_CONFIG: Object = Object {
    what: "the configuration of API keys",
    one_of: &[],
    fields: &[Field::required(
        "expiration_options",
        One(&EXPIRATION_OPTIONS),
        "How long a key can last.",
    )],
};

const EXPIRATION_OPTIONS: Object = Object {
    what: "the choice of how long a key lasts",
    one_of: &[],
    fields: &[
        Field::required(
            "options",
            SomeOf(EXPIRATIONS),
            "Some of `TwoWeeks`, `OneMonth`, `ThreeMonths`, `SixMonths`, `OneYear` and `Never`.",
        ),
        Field::required(
            "default",
            OneOf(EXPIRATIONS),
            "The one that is chosen at first.",
        ),
    ],
};

const RATE_LIMIT: Object = Object {
    what: "a rate limit",
    one_of: &[],
    fields: &[
        Field::required("allow_per_period", Integer(1), "The number of validations."),
        Field::required("period_size", Integer(1), "The length of the period."),
        Field::required(
            "period_type",
            OneOf(&["seconds", "minutes", "hours", "days"]),
            "The unit of that length.",
        ),
    ],
};

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
        Field::optional(
            "has_password_login",
            Boolean,
            "Whether users log in with a password. By default, `true`.",
        ),
        Field::optional(
            "has_passwordless_login",
            Boolean,
            "Whether users log in with a link that is sent by email. By default, `false`.",
        ),
        Field::not_emulated("has_phone_mfa", LOGIN),
        Field::optional(
            "all_users_must_setup_2fa",
            Boolean,
            "Whether a login ends only once the user has a second factor. By default, `false`.",
        ),
        Field::optional(
            "user_autologout_seconds",
            Integer(1),
            "The time until a session ends, in seconds. By default, 1209600: 14 days.",
        ),
        Field::optional(
            "user_autologout_type",
            OneOf(&["AfterInactivity", "AfterLogin"]),
            "What that time is counted from. By default, `AfterInactivity`.",
        ),
        Field::optional(
            "magic_link_expire_after_first_use",
            Boolean,
            "Whether a link that logs in can be opened only once. By default, `false`.",
        ),
        Field::optional(
            "magic_link_requires_interstitial",
            Boolean,
            "Whether a link that logs in first shows a page with a button. By default, `false`.",
        ),
        Field::optional(
            "require_email_confirmation",
            Boolean,
            "Whether a login ends only once the user has confirmed the email address. By default, `false`, as in test environments.",
        ),
        Field::optional(
            "allow_public_signups",
            Boolean,
            "Whether users sign up without an invitation. By default, `true`.",
        ),
        Field::not_emulated("waitlist_users_enabled", SIGN_UP),
        Field::not_emulated("waitlist_users_require_email_confirmation", SIGN_UP),
        Field::not_emulated("default_to_saml_login", LOGIN_PAGE),
        Field::not_emulated("use_org_name_for_saml", BY_DOMAIN),
        Field::not_emulated("skip_saml_role_mapping_step", SAML_ROLES),
        Field::not_emulated("customer_org_audit_log_settings", AUDIT_LOG),
        Field::optional(
            "signup_domain_allowlist",
            Texts,
            "The only email domains whose users can sign up. By default, all.",
        ),
        Field::optional(
            "allow_users_to_signup_with_personal_email",
            Boolean,
            "Whether users of well-known email providers can sign up. By default, `true`.",
        ),
        Field::optional(
            "users_can_change_email",
            Boolean,
            "Whether users change their own email address. By default, `true`.",
        ),
        Field::optional(
            "users_can_delete_own_account",
            Boolean,
            "Whether users delete their own account. By default, `false`.",
        ),
        Field::optional(
            "users_can_create_orgs",
            Boolean,
            "Whether all users create organizations. By default, `true`.",
        ),
        Field::optional(
            "users_can_delete_their_own_orgs",
            Boolean,
            "Whether users with the highest role delete their organization. By default, `false`.",
        ),
        Field::optional(
            "users_must_be_in_an_organization",
            Boolean,
            "Whether a login ends only once the user is in an organization. By default, `false`.",
        ),
        Field::optional(
            "allow_autojoin_by_domain",
            Boolean,
            "Whether organizations admit users by the domain of their email address. By default, `true`.",
        ),
        Field::optional(
            "orgs_can_require_2fa",
            Boolean,
            "Whether organizations demand a second factor of their members. By default, `false`.",
        ),
        Field::optional(
            "orgs_can_setup_saml",
            Boolean,
            "Whether all organizations set up single sign-on. By default, `false`.",
        ),
        Field::optional(
            "orgs_metaname",
            Text,
            "The word for an organization on pages. By default, `Organization`.",
        ),
        Field::optional(
            "default_role",
            Text,
            "The role of users who join an organization without an invitation. By default, the last role.",
        ),
        Field::optional(
            "default_owner_role",
            Text,
            "The role of users who create an organization. By default, the first role.",
        ),
        Field::optional(
            "user_properties",
            One(&USER_PROPERTIES),
            "The properties of users. By default, users may have any properties.",
        ),
        Field::optional(
            "personal_api_keys_enabled",
            Boolean,
            "Whether users create API keys of their own. By default, `false`.",
        ),
        Field::optional(
            "org_api_keys_enabled",
            Boolean,
            "Whether members create API keys of their organization. By default, `false`.",
        ),
        Field::optional(
            "invalidate_org_api_key_upon_user_removal",
            Boolean,
            "Whether a key of an organization ends with the membership of the user who created it. By default, `false`.",
        ),
        Field::optional(
            "api_key_config",
            One(&API_KEY_CONFIG),
            "What users choose from when they create a key.",
        ),
        Field::optional(
            "personal_api_key_rate_limit",
            One(&RATE_LIMIT),
            "How often all personal keys of a user are validated. By default, without a limit.",
        ),
        Field::optional(
            "org_api_key_rate_limit",
            One(&RATE_LIMIT),
            "How often all keys of an organization are validated. By default, without a limit.",
        ),
        Field::optional(
            "mcp_scopes",
            Texts,
            "The scopes that MCP clients may ask for. By default, any. A name of the emulator's own.",
        ),
        Field::optional(
            "mcp_dynamic_client_registration",
            Boolean,
            "Whether MCP clients register themselves. By default, `true`. A name of the emulator's own.",
        ),
        Field::optional(
            "application_url",
            Text,
            "The URL of the application. By default, `http://localhost:3000`. Every port of this machine is allowed besides.",
        ),
        Field::optional(
            "login_redirect_path",
            Text,
            "The path of the application that a login ends at. By default, `/`.",
        ),
        Field::optional(
            "logout_redirect_path",
            Text,
            "The path of the application that a logout ends at. By default, `/`.",
        ),
        Field::optional(
            "additional_fe_locations",
            List(&FRONTEND_LOCATION),
            "Further places of frontends. By default, none.",
        ),
        Field::optional(
            "session_cookie_same_site",
            OneOf(&["Lax", "None"]),
            "The attribute `SameSite` of the session's cookie. `None` comes with `Secure`. By default, `Lax`. A name of the emulator's own.",
        ),
    ],
};
