//! `propelauth-dev emails`, `sms` and `magic-links`: what PropelAuth would have sent.

use serde_json::Value;

use super::{
    client::Client,
    output::{cell, items, json, print, table},
    target::Target,
    values::written,
};

/// Prints the emails that would have been sent.
pub(super) async fn emails(target: &Target) -> Result<(), String> {
    let emails = Client::new(target)?.get("emails").await?;
    show(target, &emails, "No email would have been sent.\n", || {
        let rows = rows(&emails, |email| {
            [
                time(email, "sent_at"),
                cell(email, "to"),
                cell(email, "kind"),
                cell(email, "org_id"),
                cell(email, "role"),
            ]
        });
        table(["SENT AT", "TO", "KIND", "ORG ID", "ROLE"], &rows)
    })
}

/// Prints the SMS that would have been sent, with their codes.
pub(super) async fn sms(target: &Target) -> Result<(), String> {
    let sms = Client::new(target)?.get("sms").await?;
    show(target, &sms, "No SMS would have been sent.\n", || {
        let rows = rows(&sms, |sms| {
            [
                time(sms, "sent_at"),
                cell(sms, "to"),
                cell(sms, "code"),
                cell(sms, "user_id"),
            ]
        });
        table(["SENT AT", "TO", "CODE", "USER ID"], &rows)
    })
}

/// Prints the magic links that were created.
pub(super) async fn magic_links(target: &Target) -> Result<(), String> {
    let links = Client::new(target)?.get("magic-links").await?;
    show(target, &links, "No magic link was created.\n", || {
        let rows = rows(&links, |link| {
            [
                time(link, "expires_at"),
                cell(link, "email"),
                cell(link, "uses"),
                cell(link, "url"),
            ]
        });
        table(["EXPIRES AT", "EMAIL", "USES", "URL"], &rows)
    })
}

fn show(
    target: &Target,
    list: &Value,
    none: &str,
    text: impl FnOnce() -> String,
) -> Result<(), String> {
    print(&match (target.json, items(list)) {
        (true, _) => json(list),
        (false, []) => none.to_owned(),
        (false, _) => text(),
    })
}

fn rows<const N: usize>(list: &Value, row: impl Fn(&Value) -> [String; N]) -> Vec<[String; N]> {
    items(list).iter().map(row).collect()
}

fn time(object: &Value, name: &str) -> String {
    let seconds = object.get(name).and_then(Value::as_i64);
    seconds.map_or_else(|| "-".to_owned(), written)
}
