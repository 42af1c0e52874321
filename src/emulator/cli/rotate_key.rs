//! `propelauth-dev rotate-key`: a new key that signs tokens.

use serde_json::json;

use super::{
    client::Client,
    output::{cell, json, note, print},
    target::Target,
};

/// Replaces the signing key of the running emulator, and prints the public half of the new one.
pub(super) async fn rotate_key(target: &Target) -> Result<(), String> {
    let rotated = Client::new(target)?.post("rotate-key", &json!({})).await?;
    if target.json {
        return print(&json(&rotated));
    }
    note("tokens that were created before no longer verify; this is the new verifier key:");
    print(&format!(
        "{}\n",
        cell(&rotated, "verifier_key_pem").trim_end()
    ))
}
