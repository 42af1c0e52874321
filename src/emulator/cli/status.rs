//! `propelauth-dev status`: what a running emulator is, and what is in it.

use serde_json::Value;

use super::{
    client::Client,
    output::{cell, items, json, print},
    target::Target,
    values::written,
};

/// Prints the status of the running emulator.
pub(super) async fn status(target: &Target) -> Result<(), String> {
    let status = Client::new(target)?.get("status").await?;
    print(&match target.json {
        true => json(&status),
        false => text(&status),
    })
}

fn text(status: &Value) -> String {
    let cell = |name| cell(status, name);
    let now = status.get("now").and_then(Value::as_i64);
    let frozen = match status.get("clock_is_frozen") {
        Some(Value::Bool(true)) => ", frozen",
        _ => "",
    };
    let mut text = String::new();
    for (name, value) in [
        ("auth URL", cell("auth_url")),
        ("issuer", cell("issuer")),
        ("API key", cell("api_key")),
        ("version", cell("version")),
        ("time", now.map(written).unwrap_or_default() + frozen),
        ("users", cell("users")),
        ("orgs", cell("orgs")),
        ("roles", cell("roles")),
    ] {
        text += &format!("{name:10}{value}\n");
    }
    let permissions = status.get("permissions").and_then(Value::as_object);
    for (role, all) in permissions.into_iter().flatten() {
        let all: Vec<_> = items(all).iter().filter_map(Value::as_str).collect();
        text += &format!("          {role} can: {}\n", all.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn the_status_names_what_a_service_needs() {
        let status = json!({
            "auth_url": "http://x", "issuer": "http://y", "api_key": "k", "version": "1",
            "now": 0, "clock_is_frozen": true, "users": 2, "orgs": 1, "roles": ["Owner", "Member"],
            "permissions": { "Member": ["a", "b"] },
        });
        assert_eq!(
            text(&status),
            "auth URL  http://x\nissuer    http://y\nAPI key   k\nversion   1\n\
             time      1970-01-01T00:00:00Z, frozen\nusers     2\norgs      1\n\
             roles     Owner, Member\n          Member can: a, b\n"
        );
    }
}
