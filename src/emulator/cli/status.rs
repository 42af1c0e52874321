//! `propelauth-dev status`: what a running emulator is, and what is in it.

use serde_json::Value;

use super::{
    client::Client,
    output::{cell, json, print},
    target::Target,
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
    let clock = match status.get("clock_is_frozen") {
        Some(Value::Bool(true)) => " (frozen)",
        _ => "",
    };
    format!(
        "auth URL     {}\nissuer       {}\nAPI key      {}\nversion      {}\nnow          {}{clock}\n\
         users        {}\norgs         {}\nroles        {}\npermissions  {}\n",
        cell("auth_url"),
        cell("issuer"),
        cell("api_key"),
        cell("version"),
        cell("now"),
        cell("users"),
        cell("orgs"),
        cell("roles"),
        cell("permissions"),
    )
}
