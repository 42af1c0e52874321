//! `propelauth-dev users` and `propelauth-dev orgs`: who is in a running emulator.

use serde_json::Value;

use super::{
    client::Client,
    output::{cell, items, json, print, table},
    target::Target,
};

/// Prints the users of the running emulator, and their organizations.
pub(super) async fn users(target: &Target) -> Result<(), String> {
    let users = Client::new(target)?.get("users").await?;
    print(&match target.json {
        true => json(&users),
        false => users_text(&users),
    })
}

/// Prints the organizations of the running emulator, and their members.
pub(super) async fn orgs(target: &Target) -> Result<(), String> {
    let orgs = Client::new(target)?.get("orgs").await?;
    print(&match target.json {
        true => json(&orgs),
        false => orgs_text(&orgs),
    })
}

fn users_text(users: &Value) -> String {
    let rows: Vec<_> = items(users)
        .iter()
        .map(|user| {
            let orgs = items(user.get("orgs").unwrap_or(&Value::Null));
            let orgs = orgs
                .iter()
                .map(|org| format!("{} ({})", cell(org, "org_name"), roles(org)));
            let orgs: Vec<_> = orgs.collect();
            [
                cell(user, "email"),
                cell(user, "user_id"),
                state(user).to_owned(),
                orgs.join(", "),
            ]
        })
        .collect();
    match rows.is_empty() {
        true => "There are no users: create them with your service, or start with --seed FILE.\n"
            .to_owned(),
        false => table(["EMAIL", "USER ID", "STATE", "ORGANIZATIONS"], &rows),
    }
}

fn orgs_text(orgs: &Value) -> String {
    let rows: Vec<_> = items(orgs)
        .iter()
        .map(|org| {
            let members = items(org.get("members").unwrap_or(&Value::Null));
            let members = members
                .iter()
                .map(|member| format!("{} ({})", cell(member, "email"), roles(member)));
            let members: Vec<_> = members.collect();
            [cell(org, "name"), cell(org, "org_id"), members.join(", ")]
        })
        .collect();
    match rows.is_empty() {
        true => "There are no organizations: create them with your service, or start with --seed FILE.\n".to_owned(),
        false => table(["NAME", "ORG ID", "MEMBERS"], &rows),
    }
}

fn roles(member: &Value) -> String {
    match cell(member, "additional_roles") {
        none if none == "-" => cell(member, "role"),
        more => format!("{}, {more}", cell(member, "role")),
    }
}

fn state(user: &Value) -> &'static str {
    let is = |name| user.get(name).and_then(Value::as_bool);
    match (is("enabled"), is("locked")) {
        (Some(false), _) => "disabled",
        (_, Some(true)) => "locked",
        _ => "enabled",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{orgs_text, users_text};

    #[test]
    fn users_are_rows_with_their_organizations() {
        let users = json!([
            { "user_id": "1", "email": "a@b.c", "enabled": true, "locked": false, "orgs": [
                { "org_name": "Acme", "role": "Admin", "additional_roles": ["Cook"] },
                { "org_name": "Beta", "role": "Member", "additional_roles": [] },
            ] },
            { "user_id": "2", "email": "d@e.f", "enabled": false, "locked": true, "orgs": [] },
        ]);
        assert_eq!(
            users_text(&users),
            "EMAIL  USER ID  STATE     ORGANIZATIONS\n\
             a@b.c  1        enabled   Acme (Admin, Cook), Beta (Member)\n\
             d@e.f  2        disabled\n"
        );
        assert!(users_text(&json!([])).contains("no users"));
    }

    #[test]
    fn organizations_are_rows_with_their_members() {
        let orgs = json!([{ "org_id": "1", "name": "Acme", "members": [
            { "email": "a@b.c", "role": "Admin", "additional_roles": [] },
        ] }]);
        let text = "NAME  ORG ID  MEMBERS\nAcme  1       a@b.c (Admin)\n";
        assert_eq!(orgs_text(&orgs), text);
        assert!(orgs_text(&json!([])).contains("no organizations"));
    }
}
