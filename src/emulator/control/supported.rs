//! The part of `SUPPORTED.md` about the emulator, generated from its rows: a test fails until it is up to date.
//! It needs the feature `pages`, which has rows of its own.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use super::{
    all_requests::{Face, KnownRequest, all_requests},
    builder::PAGES,
    commands,
};
use crate::{
    api::operations::GROUPS,
    emulator::{
        http::Shared,
        state::{EVENT_TYPES, Store},
        web::Access,
    },
};

/// The command that generates the part.
const COMMAND: &str = "UPDATE_SUPPORTED=1 cargo test --features pages --lib supported";

/// Where the part begins.
const START: &str = "\n## How data gets in\n";

/// For the operations of each group: how what they are about gets into the emulator.
const OPERATIONS: [(&str, &str); 10] = [
    ("AccessTokenApi", "any user"),
    (
        "ApiKeyApi",
        "seed `api_keys`; `create_api_key`; the pages of API keys",
    ),
    ("EmployeeApi", "seed `employees`; `add_employee`"),
    (
        "MfaApi",
        "seed `users`: `totp_secret`, `mfa_phones`; the pages of the account",
    ),
    (
        "OrgApi",
        "seed `orgs`; `create_org`; the page `/create_org`",
    ),
    ("SamlApi", "seed `orgs`; the operations themselves"),
    ("ScimApi", "`add_scim_group`, `add_scim_key` in a Rust test"),
    ("UserApi", "seed `users`; `create_user`; the page `/signup`"),
    (
        "UserInsightsApi",
        "what users did by the emulator's clock; `record_activity` in a Rust test",
    ),
    ("VerificationApi", "`rotate-key`"),
];

/// For each kind of request: the beginning of its path, and how what it is about gets in. The first one counts.
const REQUESTS: [(&str, &str); 12] = [
    (
        "/propelauth-dev/webhooks",
        "seed `webhooks`; `up --webhook`",
    ),
    ("/propelauth-dev", "what the emulator has"),
    ("/dashboard", "what the emulator has"),
    ("/propelauth/oauth", "seed `oauth_clients`; the login"),
    ("/propelauth/ssr", "the login; the integration API key"),
    ("/oauth/2.1", "the login; the settings of MCP"),
    ("/.well-known", "the auth URL and the signing key"),
    (
        "/api/fe/v3",
        "seed `users`, `orgs` and `project`; the calls themselves",
    ),
    ("/api/fe/v2", "the link in an email of the outbox"),
    ("/api/v1", "the login"),
    ("/api/backend", "the login; the integration API key"),
    (
        "/",
        "seed `users`, `orgs` and `project`; the pages themselves",
    ),
];

/// For the events of each kind: what causes them.
const EVENTS: [(&str, &str); 16] = [
    (
        "org.api_key_deleted",
        "`delete_api_key`; the pages of API keys",
    ),
    (
        "org.created",
        "`create_org`; the page `/create_org`; a changed seed",
    ),
    ("org.deleted", "`delete_org`; the pages of the organization"),
    ("org.saml_", "the operations of SAML"),
    (
        "org.scim_group_",
        "`add_scim_group`, `rename_scim_group`, `remove_scim_group` in a Rust test",
    ),
    (
        "org.scim_key_",
        "`add_scim_key`, `revoke_scim_key` in a Rust test",
    ),
    ("org.updated", "`update_org`; the pages of the organization"),
    (
        "user.added_to_scim_group",
        "`set_scim_group_members` in a Rust test",
    ),
    (
        "user.removed_from_scim_group",
        "`set_scim_group_members` in a Rust test",
    ),
    (
        "user.deleted_personal_api_key",
        "`delete_api_key`; the pages of API keys",
    ),
    ("user.impersonated", "`impersonate` in a Rust test"),
    (
        "user.invited_to_org",
        "`invite_user_to_org`; the members of the organization",
    ),
    ("user.locked", "wrong passwords; `lock_user` in a Rust test"),
    (
        "user.log",
        "a login or a logout in a browser; `log_in` in a Rust test",
    ),
    ("user.send_mfa_phone_code", "`send_sms_mfa_code`"),
    (
        "user.",
        "operations about users and members; the pages; a changed seed",
    ),
];

fn how<'a>(table: &[(&str, &'a str)], name: &str) -> &'a str {
    let mut rows = table.iter();
    let found = rows.find(|(begin, _)| name.starts_with(begin));
    found
        .unwrap_or_else(|| panic!("{name}: how does its data get in?"))
        .1
}

fn who(access: Access) -> &'static str {
    match access {
        Access::Frontend => "frontends",
        Access::FrontendWithCsrfHeader => "frontends, with `X-CSRF-Token`",
        Access::Backend => "backends, with the integration API key",
        Access::Public => "anyone",
    }
}

fn table(text: &mut String, head: &str, mut rows: Vec<String>) {
    rows.sort();
    rows.dedup();
    let columns = head.matches('|').count() - 1;
    writeln!(text, "\n{head}\n|{}", "---|".repeat(columns)).unwrap();
    for row in rows {
        writeln!(text, "{row}").unwrap();
    }
}

fn generate() -> String {
    let shared = Shared::new(Store::default(), "key".into(), commands::answer, PAGES);
    let shared = Arc::new(shared);
    let all = all_requests(&shared);
    let of = |is: fn(Face) -> bool| all.iter().filter(move |row| is(row.face));
    let path = |row: &KnownRequest| format!("`{} {}`", row.method, row.path);
    let mut text = format!(
        "{START}\nThe rest of this file is generated from the rows of the emulator by `{COMMAND}`. What is known to \
         differ from PropelAuth is in [docs/differences.md](docs/differences.md).\n"
    );
    let groups = GROUPS.iter().flat_map(|group| group.operations());
    let groups: BTreeMap<&str, ()> = groups.map(|operation| (operation.group, ())).collect();
    let rows = groups
        .keys()
        .map(|group| format!("| `{group}` | {} |", how(&OPERATIONS, group)));
    table(
        &mut text,
        "| Operations of | Their data gets in by |",
        rows.collect(),
    );

    text += "\n## Requests of browsers, servers and OAuth clients\n";
    let rows = of(|face| matches!(face, Face::Web(_))).map(|row| {
        let Face::Web(access) = row.face else {
            return String::new();
        };
        let how = how(&REQUESTS, &row.path);
        format!(
            "| {} | {} | {} | {how} |",
            path(row),
            row.about,
            who(access)
        )
    });
    let head = "| Request | What it does or returns | Who may ask | Data gets in by |";
    table(&mut text, head, rows.collect());

    text += "\n## Pages and their forms\n";
    let rows = of(|face| face == Face::Page).map(|row| {
        format!(
            "| {} | {} | {} |",
            path(row),
            row.about,
            how(&REQUESTS, &row.path)
        )
    });
    table(
        &mut text,
        "| Request | Title, or what it does | Data gets in by |",
        rows.collect(),
    );

    text += "\n## The emulator's own requests\n";
    let rows = of(|face| face == Face::Control).map(|row| {
        format!(
            "| {} | {} | {} |",
            path(row),
            row.about,
            how(&REQUESTS, &row.path)
        )
    });
    table(
        &mut text,
        "| Request | What it does or returns | Data gets in by |",
        rows.collect(),
    );

    text += "\n## Events of webhooks\n";
    let rows = EVENT_TYPES
        .iter()
        .map(|event| format!("| `{event}` | {} |", how(&EVENTS, event)));
    table(&mut text, "| Event | Caused by |", rows.collect());
    text
}

#[test]
fn supported_md_lists_every_request_and_event_of_the_emulator() {
    let _file = crate::api::supported::FILE.lock();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SUPPORTED.md");
    let text = generate();
    let stored = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace('\r', "");
    let (before, after) = stored.split_once(START).unwrap_or((&stored, ""));
    if std::env::var_os("UPDATE_SUPPORTED").is_some() {
        std::fs::write(&path, format!("{before}{text}")).unwrap();
        return;
    }
    assert!(
        format!("{START}{after}") == text,
        "SUPPORTED.md does not list what the emulator answers: run `{COMMAND}`"
    );
}
