//! API keys of end users and organizations: client, HTTP, emulator, state, and back.

mod kinds;
mod lives;
mod refused;
mod wire;

use std::time::Duration;

use actix_web_propelauth::{
    OrgId, PropelAuth,
    api::{CreateApiKey, CreatedApiKey},
    emulator::{EmulatedUser, Emulator},
};
use serde_json::{Map, Value, json};

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}\n";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const NOW: i64 = 1_700_000_000; // 2023-11-14
const UNKNOWN: &str = "00000000000000000000000000000000";

struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: OrgId,
}

impl World {
    async fn new() -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(NOW);
        let auth = crate::fixtures::world::connect(&emulator);
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.create_org(ODD).unwrap();
        emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
        Self {
            emulator,
            auth,
            alice,
            acme,
        }
    }

    fn create(&self, request: CreateApiKey) -> CreatedApiKey {
        self.emulator.create_api_key(request).unwrap()
    }

    fn personal(&self) -> CreatedApiKey {
        self.create(CreateApiKey::new().user_id(&self.alice))
    }

    async fn usage(&self, date: &str) -> u64 {
        let api = self.auth.api_key();
        api.fetch_api_key_usage(date).await.unwrap().count
    }

    fn pass(&self, seconds: u64) {
        self.emulator.advance_clock(Duration::from_secs(seconds));
    }
}

/// Returns the part of a token that is not the id of its key.
fn secret(key: &CreatedApiKey) -> &str {
    let token = key.api_key_token.expose();
    token.strip_prefix(key.api_key_id.as_str()).unwrap()
}

fn metadata() -> Map<String, Value> {
    let value = json!({ ODD: [ODD, 1.5, null, { ODD: ODD }] });
    value.as_object().unwrap().clone()
}
