//! Reports and charts: client, HTTP, emulator, state, and back.

mod charts;
mod reports;
mod wire;

use std::time::Duration;

use actix_web_propelauth::{
    OrgId, PropelAuth,
    api::{CreateUser, OrgReport, UserReport},
    emulator::{EmulatedUser, Emulator},
};

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}\n";
const NOW: i64 = 1_700_000_000; // 2023-11-14, a Tuesday
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

struct World {
    emulator: Emulator,
    auth: PropelAuth,
}

impl World {
    async fn new() -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(NOW);
        let auth = crate::fixtures::world::connect(&emulator);
        Self { emulator, auth }
    }

    fn user(&self, name: &str) -> EmulatedUser {
        let user = CreateUser::new(format!("{name}@example.com")).first_name(ODD);
        self.emulator.create_user(user).unwrap()
    }

    fn org(&self, name: &str, members: &[&EmulatedUser]) -> OrgId {
        let org_id = self.emulator.create_org(name).unwrap();
        for member in members {
            self.join(member, &org_id);
        }
        org_id
    }

    fn join(&self, user: &EmulatedUser, org_id: &OrgId) {
        self.emulator
            .add_user_to_org(user, org_id, "Member")
            .unwrap();
    }

    fn days(&self, days: u64) {
        self.emulator
            .advance_clock(Duration::from_secs(days * 24 * 60 * 60));
    }

    fn seen(&self, user: &EmulatedUser) {
        self.emulator.record_activity(user).unwrap();
    }
}

/// Returns who is in a report and the number that it is about.
fn users<'a>(report: &'a UserReport, property: &str) -> Vec<(&'a str, i64)> {
    let rows = report.user_reports.iter();
    rows.map(|row| {
        let name = row.email.split('@').next().unwrap();
        (name, row.extra_properties[property].as_i64().unwrap())
    })
    .collect()
}

fn orgs<'a>(report: &'a OrgReport, property: &str) -> Vec<(&'a str, i64)> {
    let rows = report.org_reports.iter();
    rows.map(|row| {
        (
            row.name.as_str(),
            row.extra_properties[property].as_i64().unwrap(),
        )
    })
    .collect()
}
