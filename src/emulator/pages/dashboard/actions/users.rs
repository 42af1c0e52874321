//! What is done with users, their sessions, API keys and magic links.

use crate::emulator::pages::dashboard::action::{
    Action, Input,
    Kind::{Choice, Email, Json, Number, Password},
};

const USER: &str = "user_id";

/// Creates an operation about one user, without further fields.
const fn of_user(
    name: &'static str,
    path: &'static str,
    button: &'static str,
    done: &'static str,
) -> Action {
    Action::new(name, ("POST", path), button, done).inputs(&[ID])
}

const ID: Input = Input::text(USER, "User id").required();

pub(super) const ACTIONS: &[Action] = &[
    Action::new(
        "create_user",
        ("POST", "operations/create_user"),
        "Create the user",
        "The user was created.",
    )
    .inputs(&[
        Input::new("email", "Email", Email).required(),
        Input::new("password", "Password", Password)
            .hint("Without one, the user logs in by other means."),
        Input::text("username", "Username"),
        Input::text("first_name", "First name"),
        Input::text("last_name", "Last name"),
        Input::new("properties", "Properties", Json).hint("A JSON object."),
        Input::flag("email_confirmed", "The email address is confirmed"),
        Input::flag(
            "ask_user_to_update_password_on_login",
            "The password must be changed at the first login",
        ),
        Input::flag(
            "ignore_domain_restrictions",
            "Ignore which email domains may sign up",
        ),
    ]),
    Action::new(
        "update_user_metadata",
        ("POST", "operations/update_user_metadata"),
        "Save",
        "The user was changed.",
    )
    .inputs(&[
        ID,
        Input::text("username", "Username"),
        Input::text("first_name", "First name"),
        Input::text("last_name", "Last name"),
        Input::text("picture_url", "URL of the picture"),
        Input::text("legacy_user_id", "Legacy user id")
            .hint("The id in the system that the user was migrated from."),
        Input::new("properties", "Properties", Json)
            .hint("A JSON object. Properties that are not in it stay as they are."),
        Input::new("metadata", "Metadata", Json)
            .hint("A JSON object, which the user cannot see. It replaces what was there."),
        Input::flag(
            "update_password_required",
            "The password must be changed at the next login",
        ),
    ]),
    Action::new(
        "update_user_email",
        ("POST", "operations/update_user_email"),
        "Change the email address",
        "The email address was changed, or is changed once it is confirmed.",
    )
    .inputs(&[
        ID,
        Input::new("new_email", "New email address", Email).required(),
        Input::flag(
            "require_email_confirmation",
            "Change it once the new address is confirmed",
        ),
    ]),
    Action::new(
        "update_user_password",
        ("POST", "operations/update_user_password"),
        "Set the password",
        "The password was set.",
    )
    .inputs(&[
        ID,
        Input::new("password", "New password", Password).required(),
        Input::flag(
            "ask_user_to_update_password_on_login",
            "It must be changed at the next login",
        ),
    ]),
    of_user(
        "clear_user_password",
        "operations/clear_user_password",
        "Remove the password",
        "The user has no password any more.",
    )
    .dangerous(),
    of_user(
        "disable_user",
        "operations/disable_user",
        "Disable",
        "The user was disabled.",
    )
    .dangerous(),
    of_user(
        "enable_user",
        "operations/enable_user",
        "Enable",
        "The user was enabled.",
    ),
    of_user(
        "lock_user",
        "users/{user_id}/lock",
        "Lock",
        "The user was locked.",
    )
    .dangerous(),
    of_user(
        "unlock_user",
        "users/{user_id}/unlock",
        "Unlock",
        "The user was unlocked.",
    ),
    of_user(
        "confirm_email",
        "users/{user_id}/confirm-email",
        "Confirm the email address",
        "The email address was confirmed.",
    ),
    of_user(
        "resend_email_confirmation",
        "operations/resend_email_confirmation",
        "Send a confirmation email",
        "The email is in the outbox.",
    ),
    of_user(
        "enable_user_can_create_orgs",
        "operations/enable_user_can_create_orgs",
        "Allow to create organizations",
        "The user may create organizations.",
    ),
    of_user(
        "disable_user_can_create_orgs",
        "operations/disable_user_can_create_orgs",
        "Forbid to create organizations",
        "The user may create no organizations beyond what the project allows.",
    ),
    of_user(
        "delete_user",
        "operations/delete_user",
        "Delete the user",
        "The user was deleted.",
    )
    .ends(),
    of_user(
        "set_up_totp",
        "users/{user_id}/totp",
        "Set up an authenticator app",
        "The user has an authenticator app as second factor. An app can use this secret.",
    )
    .shows_result(),
    Action::new(
        "add_phone",
        ("POST", "users/{user_id}/phones"),
        "Add a phone",
        "The phone was added as second factor.",
    )
    .inputs(&[ID, Input::text("phone_number", "Phone number").required()]),
    of_user(
        "disable_user_2fa",
        "operations/disable_user_2fa",
        "Remove the second factor",
        "The user has no second factor any more.",
    )
    .dangerous(),
    of_user(
        "logout_all_user_sessions",
        "operations/logout_all_user_sessions",
        "End all sessions of the user",
        "All sessions of the user were ended.",
    )
    .dangerous(),
    Action::new(
        "impersonate",
        ("POST", "users/{user_id}/impersonate"),
        "Impersonate",
        "This access token is the user's, and names the employee who impersonates.",
    )
    .inputs(&[ID, Input::new("employee_id", "Employee", Choice).required()])
    .shows_result(),
    Action::new(
        "add_employee",
        ("POST", "employees"),
        "Add an employee",
        "The employee was added.",
    )
    .inputs(&[Input::new("email", "Email of the employee", Email).required()]),
    Action::new(
        "end_session",
        ("DELETE", "sessions/{session_id}"),
        "End",
        "The session was ended. Access tokens that it got before are valid until they expire.",
    )
    .dangerous(),
    Action::new(
        "end_all_sessions",
        ("DELETE", "sessions"),
        "End all sessions",
        "All sessions of all users were ended.",
    )
    .dangerous(),
    Action::new(
        "create_api_key",
        ("POST", "operations/create_api_key"),
        "Create an API key",
        "The API key was created. Its token is shown this once only.",
    )
    .inputs(&[
        Input::text("user_id", "User id"),
        Input::text("org_id", "Organization id"),
        Input::text("display_name", "Name"),
        Input::new("expires_at_seconds", "Expires at", Number)
            .hint("A Unix timestamp in seconds. Without one, never."),
        Input::new("metadata", "Metadata", Json)
            .hint("A JSON object, which every validation returns."),
    ])
    .shows_result(),
    Action::new(
        "delete_api_key",
        ("POST", "operations/delete_api_key"),
        "Delete",
        "The API key was deleted.",
    )
    .inputs(&[Input::text("api_key_id", "API key id").required()])
    .dangerous(),
    Action::new(
        "create_magic_link",
        ("POST", "operations/create_magic_link"),
        "Create a magic link",
        "The magic link was created.",
    )
    .inputs(&[
        Input::new("email", "Email", Email).required(),
        Input::text("redirect_to_url", "Where it leads").hint("A URL of the application."),
        Input::new("expires_in_hours", "Expires in hours", Number),
        Input::flag(
            "create_new_user_if_one_doesnt_exist",
            "It creates the user if there is none",
        ),
        Input::flag("expire_after_first_use", "It can be used once only"),
        Input::flag(
            "requires_interstitial",
            "It first shows a page with a button",
        ),
    ]),
];
