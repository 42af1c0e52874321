//! What is done with the emulator itself: tokens, webhooks, faults, the clock, and the state as a whole.

use crate::emulator::pages::dashboard::action::{
    Action, Input,
    Kind::{Choice, Document, Json, Lines, Milliseconds, Number, Seconds, Time},
};

const WEBHOOK: Input = Input::text("webhook_id", "Endpoint").required();
const NAME: Input = Input::text("name", "Name").required();

pub(super) const ACTIONS: &[Action] = &[
    Action::new(
        "mint_token",
        ("POST", "token"),
        "Create the token",
        "The access token was created.",
    )
    .inputs(&[
        Input::text("user", "User").hint("An email address, a username or an id.").required(),
        Input::text("active_org", "Active organization").hint("A name or an id."),
        Input::new("expires_in", "Expires in", Seconds).hint("Such as 90s or 1h30m, and -5m for one that has expired. Without one, 30 minutes."),
        Input::text("org", "Organization of the role").hint("A name or an id. The user need not be a member."),
        Input::text("role", "Role"),
        Input::new("permissions", "More permissions", Lines).hint("One a line."),
        Input::text("impersonated_by", "Employee who impersonates").hint("An email address or an id, which need not exist."),
        Input::text("issuer", "Issuer").hint("Without one, the emulator's."),
        Input::flag("forged", "With a signature that no key made"),
    ])
    .shows_result(),
    Action::new(
        "explain_token",
        ("POST", "token/explain"),
        "Take it apart",
        "The token was taken apart: see below.",
    )
    .inputs(&[Input::new("token", "Access token", Document).hint("The text after Authorization: Bearer.").required()])
    .shows_result(),
    Action::new(
        "break_token",
        ("POST", "token/broken"),
        "Break one in every way",
        "A service must refuse each of these tokens.",
    )
    .inputs(&[Input::text("user", "Token of the user").hint("An email address, a username or an id.").required()])
    .shows_result(),
    Action::new(
        "add_webhook",
        ("POST", "webhooks"),
        "Add the endpoint",
        "The endpoint gets events from now on.",
    )
    .inputs(&[
        Input::text("url", "URL").hint("On this machine or in a private network, such as http://127.0.0.1:8080/webhooks").required(),
        Input::text("secret", "Secret").hint("Without one, the published development secret."),
        Input::new("event_types", "Types of events", Lines).hint("One a line. Without any, all."),
        Input::flag("standard_headers", "With the headers of Standard Webhooks, not those of Svix"),
    ]),
    Action::new(
        "remove_webhook",
        ("DELETE", "webhooks/{webhook_id}"),
        "Remove",
        "The endpoint was removed.",
    )
    .inputs(&[WEBHOOK])
    .dangerous(),
    Action::new(
        "enable_webhook",
        ("POST", "webhooks/{webhook_id}/enable"),
        "Enable",
        "The endpoint was enabled.",
    )
    .inputs(&[WEBHOOK]),
    Action::new(
        "send_webhook",
        ("POST", "webhooks/messages"),
        "Send an event",
        "The event is on its way to the endpoints.",
    )
    .inputs(&[
        Input::new("event_type", "Type", Choice).required(),
        Input::new("fields", "Fields", Json).hint("A JSON object. Without one, those of the type, about the first user and organization."),
    ]),
    Action::new(
        "replay_webhook",
        ("POST", "webhooks/messages/{message_id}/replay"),
        "Send again",
        "The message is on its way again.",
    ),
    Action::new(
        "set_webhook_faults",
        ("PUT", "webhooks/faults"),
        "Save",
        "Later messages are treated so.",
    )
    .inputs(&[
        Input::flag("duplicate", "Every message comes twice"),
        Input::flag("reorder", "Every second message is overtaken"),
        Input::flag("hold", "Hold all messages back"),
        Input::new("delay_seconds", "Delay", Seconds).hint("Such as 30s or 5m."),
        Input::new("lose_attempts", "Attempts that are lost", Number),
    ]),
    Action::new(
        "clear_requests",
        ("DELETE", "requests"),
        "Forget the requests",
        "The requests were forgotten.",
    )
    .dangerous(),
    Action::new("inject_fault", ("POST", "faults"), "Turn the fault on", "The fault is on.")
        .inputs(&[
            Input::text("route", "Route")
                .hint("* for all, an operation such as create_user, or a request such as GET /api/backend/v1/user/{user_id}")
                .required(),
            Input::new("status", "Status", Number).hint("Answers with it, and does nothing else."),
            Input::text("body", "Body of the response"),
            Input::new("times", "Times", Number).hint("Without a number, until it is turned off."),
            Input::new("delay_ms", "Delay", Milliseconds).hint("Such as 250ms or 2s."),
            Input::new("rate_limit", "Retry-After", Seconds).hint("Such as 30s. Answers with 429."),
            Input::flag("drop", "Close the connection"),
        ]),
    Action::new("remove_fault", ("DELETE", "faults/{fault_id}"), "Turn off", "The fault is off.").dangerous(),
    Action::new("clear_faults", ("DELETE", "faults"), "Turn all faults off", "All faults are off.").dangerous(),
    Action::new(
        "advance_clock",
        ("POST", "clock/advance"),
        "Move it forward",
        "The clock was moved forward.",
    )
    .inputs(&[Input::new("seconds", "By", Seconds).hint("Such as 90s, 1h30m or 2d.").required()]),
    Action::new("freeze_clock", ("POST", "clock/freeze"), "Stop it", "The clock stands still.")
        .inputs(&[Input::new("at", "At", Time).hint("A time in UTC such as 2026-11-28T09:30:00Z, or a Unix timestamp. Without one, now.")]),
    Action::new("resume_clock", ("POST", "clock/resume"), "Resume it", "The clock is that of the machine again."),
    Action::new(
        "rotate_key",
        ("POST", "rotate-key"),
        "Rotate the key",
        "Another key signs from now on. Tokens of before no longer verify.",
    )
    .dangerous(),
    Action::new("save_snapshot", ("POST", "snapshots/{name}"), "Save the state", "The state was saved.")
        .inputs(&[NAME.hint("Letters, digits, - _ and .")]),
    Action::new(
        "load_snapshot",
        ("POST", "snapshots/{name}/load"),
        "Load",
        "The state is the saved one.",
    )
    .inputs(&[NAME]),
    Action::new(
        "remove_snapshot",
        ("DELETE", "snapshots/{name}"),
        "Forget",
        "The saved state was forgotten.",
    )
    .inputs(&[NAME])
    .dangerous(),
    Action::new(
        "apply_seed",
        ("POST", "seed"),
        "Apply the seed",
        "What the seed contains was added.",
    )
    .inputs(&[Input::new("seed", "Seed", Document).hint("TOML or JSON.").required()])
    .whole(),
    Action::new("reset", ("POST", "reset"), "Reset", "The state is that of the start.").dangerous(),
];
