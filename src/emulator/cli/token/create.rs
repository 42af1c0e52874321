//! Who creates the token: the running emulator if it knows the user, or the program itself.

use std::env;

use serde_json::Value;

use super::{args::TokenArgs, offline};
use crate::emulator::cli::{
    client::{Client, ClientError},
    output::{cell, items, json, note, print},
};

/// The number of users that an error message lists.
const MAX_LISTED: usize = 10;

/// Prints an access token, and nothing else on standard output.
pub(in crate::emulator::cli) async fn token(args: &TokenArgs) -> Result<(), String> {
    let client = Client::new(&args.target)?;
    let token = match client.get("status").await {
        Ok(status) => of_running(args, &client, &status).await?,
        Err(ClientError::NotRunning { url, .. }) => {
            let issuer = env::var("PROPELAUTH_ISSUER").ok();
            let issuer = issuer.filter(|issuer| !issuer.trim().is_empty());
            let issuer = issuer.unwrap_or_else(|| url.clone());
            let token = offline::create(args, &offline::Project::new(&url, &issuer))?;
            let issuer = args.issuer.as_deref().unwrap_or(&issuer);
            note(&format!(
                "no emulator listens at {url}, so {} is a user that only this token knows. A \
                 service accepts it with PROPELAUTH_AUTH_URL={url}, PROPELAUTH_ISSUER={issuer}, \
                 PROPELAUTH_EMULATOR=1, and as PROPELAUTH_VERIFIER_KEY the one that --json prints",
                args.user
            ));
            token
        }
        Err(error) => return Err(error.to_string()),
    };
    print(&match args.target.json {
        true => json(&token),
        false => format!("{}\n", cell(&token, "access_token")),
    })
}

async fn of_running(args: &TokenArgs, client: &Client, status: &Value) -> Result<Value, String> {
    let users = client.get("users").await?;
    if items(&users).iter().any(|user| is_named(user, &args.user)) {
        return Ok(client.post("token", &args.body()).await?);
    }
    if !args.has_membership() {
        return Err(unknown(&args.user, client.url(), items(&users)));
    }
    let orgs = client.get("orgs").await?;
    let token = offline::create(args, &offline::Project::of(status, items(&orgs))?)?;
    note(&format!(
        "{} has no user {:?}, so this is one that only the token knows",
        client.url(),
        args.user
    ));
    Ok(token)
}

fn is_named(user: &Value, name: &str) -> bool {
    ["email", "username", "user_id"]
        .iter()
        .filter_map(|key| user.get(*key)?.as_str())
        .any(|text| text.to_lowercase() == name.to_lowercase())
}

fn unknown(name: &str, url: &str, users: &[Value]) -> String {
    let mut known: Vec<_> = users
        .iter()
        .take(MAX_LISTED)
        .map(|user| cell(user, "email"))
        .collect();
    if users.len() > MAX_LISTED {
        known.push(format!("{} more", users.len() - MAX_LISTED));
    }
    let known = match known.is_empty() {
        true => "none".to_owned(),
        false => known.join(", "),
    };
    format!(
        "{url} has no user {name:?}; its users: {known}. To create a token for a user that only the \
         token knows, add --org and --role"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_named, unknown};

    #[test]
    fn a_user_has_three_names() {
        let user = json!({ "email": "Zoë@x.y", "username": "zoe", "user_id": "1a", "x": "x" });
        for name in ["zoë@x.y", "ZOË@X.Y", "zoe", "1A"] {
            assert!(is_named(&user, name), "{name}");
        }
        assert!(!is_named(&user, "x"));
    }

    #[test]
    fn an_unknown_user_is_told_who_is_known() {
        let text = unknown("al", "http://x", &[json!({ "email": "alice@x.y" })]);
        assert!(
            text.contains("alice@x.y") && text.contains("--role"),
            "{text}"
        );
        let many = vec![json!({ "email": "a@b.c" }); 12];
        assert!(unknown("al", "http://x", &many).contains("a@b.c, 2 more."));
        assert!(unknown("al", "http://x", &[]).contains("users: none."));
    }
}
