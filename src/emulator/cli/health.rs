//! `propelauth-dev health`: whether an emulator runs.

use super::{
    client::Client,
    output::{json, print},
    target::Target,
};

/// Fails if no emulator answers. It needs no key, so that a container can check itself.
pub(super) async fn health(target: &Target) -> Result<(), String> {
    let answer = Client::new(target)?.get("health").await?;
    print(&match target.json {
        true => json(&answer),
        false => "The emulator runs.\n".to_owned(),
    })
}
