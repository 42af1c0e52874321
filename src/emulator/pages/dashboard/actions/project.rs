//! What is done with the project: its settings and its roles.

use crate::emulator::pages::dashboard::action::{
    Action, Input,
    Kind::{Choice, Document, Json, Limit, Lines, Number, Permissions},
};

const ROLES: Input = Input::new("roles", "Roles", Lines)
    .hint("One a line, the highest first.")
    .required();
const PERMISSIONS: Input = Input::new("permissions", "Permissions", Permissions)
    .hint("A role and its permissions in each line, as Admin: can_view, can_edit");
const SEVERAL: Input = Input::flag(
    "multiple_roles_per_user",
    "Users can have several roles, none of which includes another",
);

/// Creates a form for some of the settings.
const fn settings(name: &'static str, inputs: &'static [Input]) -> Action {
    Action::new(
        name,
        ("PUT", "settings"),
        "Save",
        "The settings were changed.",
    )
    .inputs(inputs)
}

pub(super) const ACTIONS: &[Action] = &[
    Action::new("set_roles", ("PUT", "roles"), "Save", "The roles were changed.")
        .inputs(&[ROLES, PERMISSIONS, SEVERAL]),
    Action::new(
        "set_role_mapping",
        ("PUT", "roles/mappings/{name}"),
        "Save",
        "The role mapping was saved.",
    )
    .inputs(&[
        Input::text("name", "Name of the mapping").required(),
        ROLES,
        PERMISSIONS,
        SEVERAL,
    ]),
    Action::new(
        "remove_role_mapping",
        ("DELETE", "roles/mappings/{name}"),
        "Remove the mapping",
        "The role mapping was removed. Organizations with it have the default roles.",
    )
    .dangerous(),
    settings(
        "set_login",
        &[
            Input::flag("has_password_login", "Log in with a password"),
            Input::flag("has_passwordless_login", "Log in with a link in an email"),
            Input::flag("all_users_must_setup_2fa", "All users must have a second factor"),
            Input::flag("require_email_confirmation", "The email address must be confirmed"),
            Input::flag("include_login_method", "Access tokens have the login method"),
            Input::flag("magic_link_expire_after_first_use", "Magic links of logins can be used once"),
            Input::flag("magic_link_requires_interstitial", "Magic links of logins first show a page with a button"),
            Input::new("user_autologout_seconds", "Sessions end after seconds", Number).required(),
            Input::new("user_autologout_type", "Counted from", Choice).required(),
        ],
    ),
    settings(
        "set_signup",
        &[
            Input::flag("allow_public_signups", "Anyone can sign up"),
            Input::flag("allow_users_to_signup_with_personal_email", "Also with a personal email address"),
            Input::new("signup_domain_allowlist", "Email domains that may sign up", Lines).hint("One a line. Without any, all may."),
            Input::new("signup_domain_blocklist", "Email domains that may not sign up", Lines).hint("One a line."),
        ],
    ),
    settings(
        "set_users",
        &[
            Input::flag("users_can_change_email", "Change the email address"),
            Input::flag("users_can_delete_own_account", "Delete the own account"),
            Input::flag("users_can_create_orgs", "Create organizations"),
            Input::flag("users_can_delete_their_own_orgs", "Delete organizations that they own"),
        ],
    ),
    settings(
        "set_orgs",
        &[
            Input::flag("has_orgs", "The project has organizations"),
            Input::flag("users_must_be_in_an_organization", "Users must be in an organization"),
            Input::flag("allow_autojoin_by_domain", "Organizations can let users of their domain join"),
            Input::flag("orgs_can_require_2fa", "Organizations can require a second factor"),
            Input::flag("orgs_can_setup_saml", "Organizations can set up single sign-on"),
            Input::new("max_num_orgs_users_can_be_in", "Organizations a user can be in", Limit).hint("Without a number, any number."),
            Input::text("orgs_metaname", "The word for an organization").required(),
        ],
    ),
    settings(
        "set_frontends",
        &[
            Input::text("application_url", "URL of the application").required(),
            Input::text("login_redirect_path", "Path after a login").required(),
            Input::text("logout_redirect_path", "Path after a logout").required(),
            Input::new("additional_fe_locations", "Further frontends", Json)
                .hint(r#"A JSON list, such as [{"domain": "app.example.com", "allow_any_subdomain": false}]"#),
            Input::new("session_cookie_same_site", "SameSite of the session's cookie", Choice).required(),
        ],
    ),
    settings(
        "set_backend",
        &[
            Input::flag("access_token_creation", "The backend can create access tokens"),
            Input::flag("step_up_mfa", "The plan includes step-up MFA"),
        ],
    ),
    Action::new(
        "set_all_settings",
        ("PUT", "settings"),
        "Save all",
        "The settings were changed.",
    )
    .inputs(&[Input::new("settings", "Settings", Document).hint("A JSON object. What is not in it stays as it is.").required()])
    .whole(),
];
