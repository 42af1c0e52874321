//! `propelauth-dev reset`: back to the state at the start.

use serde_json::Value;

use super::{
    client::Client,
    output::{json, print},
    target::Target,
};

/// Resets the running emulator to the state that it had when it started.
pub(super) async fn reset(target: &Target) -> Result<(), String> {
    let client = Client::new(target)?;
    let done = client
        .post("reset", &Value::Object(serde_json::Map::new()))
        .await?;
    print(&match target.json {
        true => json(&done),
        false => format!("{} has the state of its start again.\n", client.url()),
    })
}
