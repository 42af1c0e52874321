//! A table of all operations of the backend API, and the events that each causes.

use std::collections::{BTreeMap, BTreeSet};

use actix_web_propelauth::{
    api::{CreateApiKey, InviteUserToOrg},
    emulator::{EmulatedUser, Emulator, NewScimGroup, RoleMapping},
};
use serde_json::{Value, json};

use super::types_since;
use crate::api::operation_coverage;

/// The events of each operation that is no GET. A new operation has to be added here.
const EVENTS: &[(&str, &[&str])] = &[
    ("add_user_to_org", &["user.added_to_org"]),
    ("allow_org_to_setup_saml_connection", &["org.updated"]),
    ("change_user_role_in_org", &["user.role_changed_within_org"]),
    ("clear_user_password", &["user.updated"]),
    ("create_access_token", &[]),
    ("create_api_key", &[]),
    ("create_magic_link", &[]),
    ("create_org", &["org.created"]),
    ("create_org_saml_connection_link", &[]),
    ("create_user", &["user.created"]),
    ("delete_api_key", &["org.api_key_deleted"]),
    ("delete_org", &["org.deleted"]),
    ("delete_saml_connection", &["org.saml_removed"]),
    ("delete_user", &["user.deleted"]),
    ("disable_user", &["user.disabled"]),
    ("disable_user_2fa", &["user.updated"]),
    ("disable_user_can_create_orgs", &["user.updated"]),
    ("disallow_org_to_setup_saml_connection", &["org.updated"]),
    ("enable_user", &["user.enabled"]),
    ("enable_user_can_create_orgs", &["user.updated"]),
    ("fetch_batch_user_metadata_by_emails", &[]),
    ("fetch_batch_user_metadata_by_user_ids", &[]),
    ("fetch_batch_user_metadata_by_usernames", &[]),
    ("fetch_orgs_by_query", &[]),
    ("import_api_key", &[]),
    ("invite_user_to_org", &["user.invited_to_org"]),
    ("invite_user_to_org_by_user_id", &["user.invited_to_org"]),
    ("logout_all_user_sessions", &["user.logged_out"]),
    ("migrate_user_from_external_source", &["user.created"]),
    ("migrate_user_password", &["user.updated"]),
    (
        "remove_user_from_org",
        &["user.removed_from_org", "user.removed_from_scim_group"],
    ),
    ("resend_email_confirmation", &[]),
    ("revoke_pending_org_invite", &[]),
    ("saml_go_live", &["org.saml_went_live"]),
    ("send_sms_mfa_code", &["user.send_mfa_phone_code"]),
    ("set_oidc_idp_metadata", &["org.saml_setup"]),
    ("set_saml_idp_metadata", &["org.saml_setup"]),
    // The only member has a role that the mapping does not have.
    (
        "subscribe_org_to_role_mapping",
        &["org.updated", "user.role_changed_within_org"],
    ),
    ("update_api_key", &[]),
    ("update_org", &["org.updated"]),
    ("update_user_email", &["user.updated"]),
    ("update_user_metadata", &["user.updated"]),
    ("update_user_password", &["user.updated"]),
    ("validate_api_key", &[]),
    ("validate_imported_api_key", &[]),
    ("validate_org_api_key", &[]),
    ("validate_personal_api_key", &[]),
    ("verify_sms_challenge", &[]),
    ("verify_step_up_grant", &[]),
    ("verify_step_up_totp_challenge", &[]),
];

/// What the operations are about.
pub(super) struct World {
    pub(super) emulator: Emulator,
    pub(super) alice: EmulatedUser,
    pub(super) bob: EmulatedUser,
    ids: BTreeMap<&'static str, String>,
}

impl World {
    pub(super) async fn new() -> Self {
        let clerks = RoleMapping::new(["Boss", "Clerk"]);
        let builder = Emulator::builder().custom_role_mapping("Clerks", clerks);
        let emulator = builder.start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let bob = emulator.create_user("bob@example.com").unwrap();
        emulator.set_up_totp(&alice).unwrap();
        let phone = emulator.add_mfa_phone(&bob, "+1 555 0100").unwrap();
        let provider = "google";
        emulator.add_oauth_token(&alice, provider, &[]).unwrap();
        let acme = emulator.create_org("Acme").unwrap();
        emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
        let group = NewScimGroup::new("Engineers").members([&alice]);
        let group = emulator.add_scim_group(&acme, group).unwrap();
        let key = CreateApiKey::new().org_id(&acme);
        let key = emulator.create_api_key(key).unwrap();
        let invite = InviteUserToOrg::new("new@example.com", &acme, "Member");
        emulator.invite_user_as(&alice, invite).unwrap();
        let employee = emulator.add_employee("support@example.com").unwrap();
        let ids = BTreeMap::from([
            ("user_id", alice.id().to_string()),
            ("bob", bob.id().to_string()),
            ("org_id", acme.to_string()),
            ("group_id", group.to_string()),
            ("api_key_id", key.api_key_id.to_string()),
            ("token", key.api_key_token.expose().to_owned()),
            ("phone", phone.to_string()),
            ("employee_id", employee.to_string()),
            ("provider", "google".to_owned()),
            ("chart_metric", "signups".to_owned()),
        ]);
        Self {
            emulator,
            alice,
            bob,
            ids,
        }
    }

    pub(super) fn id(&self, name: &str) -> &str {
        &self.ids[name]
    }

    /// Returns the body of an operation.
    fn body(&self, operation: &str) -> Value {
        let (alice, bob, acme) = (self.id("user_id"), self.id("bob"), self.id("org_id"));
        let step_up = |fields: Value| {
            let mut body = json!({ "action_type": "A", "grant_type": "ONE_TIME_USE",
                "valid_for_seconds": 60, "user_id": bob });
            body.as_object_mut()
                .unwrap()
                .extend(fields.as_object().unwrap().clone());
            body
        };
        match operation {
            "add_user_to_org" => json!({ "user_id": bob, "org_id": acme, "role": "Member" }),
            "change_user_role_in_org" => {
                json!({ "user_id": alice, "org_id": acme, "role": "Admin" })
            }
            "create_access_token" => json!({ "user_id": alice, "duration_in_minutes": 5 }),
            "create_api_key" => json!({ "org_id": acme }),
            "create_magic_link" => json!({ "email": "alice@example.com" }),
            "create_org" => json!({ "name": "Beta" }),
            "create_user" => json!({ "email": "carol@example.com" }),
            "fetch_batch_user_metadata_by_emails" => json!({ "emails": ["alice@example.com"] }),
            "fetch_batch_user_metadata_by_user_ids" => json!({ "user_ids": [alice] }),
            "fetch_batch_user_metadata_by_usernames" => json!({ "usernames": ["a"] }),
            "import_api_key" => json!({ "imported_api_key": "k", "user_id": alice }),
            "invite_user_to_org" => {
                json!({ "email": "dora@example.com", "org_id": acme, "role": "Member" })
            }
            "invite_user_to_org_by_user_id" => {
                json!({ "user_id": bob, "org_id": acme, "role": "Member" })
            }
            "migrate_user_from_external_source" => {
                json!({ "email": "carol@example.com", "email_confirmed": true })
            }
            "migrate_user_password" => json!({ "user_id": alice,
                "password_hash": "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" }),
            "remove_user_from_org" => json!({ "user_id": alice, "org_id": acme }),
            "resend_email_confirmation" => json!({ "user_id": alice }),
            "revoke_pending_org_invite" => {
                json!({ "org_id": acme, "invitee_email": "new@example.com" })
            }
            "send_sms_mfa_code" => step_up(json!({ "mfa_phone_id": self.id("phone") })),
            "set_oidc_idp_metadata" => json!({ "org_id": acme, "client_id": "c",
                "client_secret": "s", "uses_pkce": true, "idp_type": "Okta",
                "okta_sso_domain": "acme.okta.com" }),
            "set_saml_idp_metadata" => saml(acme),
            "subscribe_org_to_role_mapping" => json!({ "custom_role_mapping_name": "Clerks" }),
            "update_api_key" => json!({ "metadata": { "a": 1 } }),
            "update_org" => json!({ "name": "Acme Ltd" }),
            "update_user_email" => {
                json!({ "new_email": "al@example.com", "require_email_confirmation": false })
            }
            "update_user_metadata" => json!({ "first_name": "Al" }),
            "update_user_password" => json!({ "password": "correct horse battery" }),
            "validate_api_key" | "validate_org_api_key" | "validate_personal_api_key" => {
                json!({ "api_key_token": self.id("token") })
            }
            "validate_imported_api_key" => json!({ "api_key_token": "imported" }),
            "verify_sms_challenge" => json!({ "challenge_id": self.id("challenge"),
                "user_id": bob, "code": self.id("code") }),
            "verify_step_up_grant" => json!({ "action_type": "A", "user_id": alice,
                "grant": self.id("grant") }),
            "verify_step_up_totp_challenge" => step_up(
                json!({ "user_id": alice, "code": self.emulator.totp_code(alice).unwrap() }),
            ),
            _ => json!({}),
        }
    }

    /// Brings about what an operation needs.
    async fn prepare(&mut self, operation: &str) {
        let (alice, acme) = (self.id("user_id").to_owned(), self.id("org_id").to_owned());
        let allowed = json!({});
        match operation {
            "clear_user_password" => {
                let password = json!({ "password": "correct horse battery" });
                self.call("update_user_password", &password).await;
            }
            "enable_user" => drop(self.call("disable_user", &json!({})).await),
            "disable_user_can_create_orgs" => {
                self.call("enable_user_can_create_orgs", &json!({})).await;
            }
            "disallow_org_to_setup_saml_connection" => {
                self.call("allow_org_to_setup_saml_connection", &allowed)
                    .await;
            }
            "delete_saml_connection" | "saml_go_live" => {
                self.call("set_saml_idp_metadata", &saml(&acme)).await;
            }
            "validate_imported_api_key" => {
                let key = json!({ "imported_api_key": "imported", "user_id": alice });
                self.call("import_api_key", &key).await;
            }
            "validate_personal_api_key" => {
                let created = self
                    .call("create_api_key", &json!({ "user_id": alice }))
                    .await;
                let token = created["api_key_token"].as_str().unwrap().to_owned();
                self.ids.insert("token", token);
            }
            "verify_sms_challenge" => {
                let body = self.body("send_sms_mfa_code");
                let sent = self.call("send_sms_mfa_code", &body).await;
                let challenge = sent["challenge_id"].as_str().unwrap().to_owned();
                self.ids.insert("challenge", challenge);
                let code = self.emulator.sms_outbox()[0].code.clone();
                self.ids.insert("code", code);
            }
            "verify_step_up_grant" => {
                let body = self.body("verify_step_up_totp_challenge");
                let granted = self.call("verify_step_up_totp_challenge", &body).await;
                let grant = granted["step_up_grant"].as_str().unwrap().to_owned();
                self.ids.insert("grant", grant);
            }
            _ => {}
        }
    }

    /// Calls an operation, which must succeed.
    async fn call(&self, name: &str, body: &Value) -> Value {
        let (method, path) = request_line(name);
        let path: Vec<&str> = path
            .split('/')
            .map(|segment| match segment.strip_prefix('{') {
                Some(name) => self.id(name.trim_end_matches('}')),
                None => segment,
            })
            .collect();
        let query = match name {
            "fetch_api_key_usage" => "?date=2026-11-28",
            "fetch_user_metadata_by_email" => "?email=alice@example.com",
            "fetch_user_metadata_by_username" => "?username=alice",
            _ => "",
        };
        let url = format!("{}{}{query}", self.emulator.auth_url(), path.join("/"));
        let request = awc::Client::new()
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.emulator.api_key());
        let mut response = match (method, query) {
            ("GET", _) => request.send().await.unwrap(),
            (_, "") => request.send_json(body).await.unwrap(),
            _ => request.send().await.unwrap(),
        };
        let bytes = response.body().await.unwrap();
        let status = response.status();
        let is_unknown = name == "fetch_user_metadata_by_username"; // nobody has one
        assert!(
            status.is_success() || is_unknown,
            "{name}: {status} {bytes:?}"
        );
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

fn saml(org_id: &str) -> Value {
    json!({ "org_id": org_id, "idp_entity_id": "e", "idp_sso_url": "https://x.example",
        "idp_certificate": "c", "provider": "Okta" })
}

/// Returns the method and the path of an operation.
fn request_line(name: &str) -> (&'static str, &'static str) {
    let rows = include_str!("../../../../SUPPORTED.md").lines();
    let rows = rows.filter_map(|line| line.strip_prefix("| `"));
    let mut rows = rows.map(|row| row.split('`').collect::<Vec<_>>());
    let row = rows.find(|cells| cells[2] == name).unwrap();
    row[4].split_once(' ').unwrap()
}

#[actix_web::test]
async fn each_operation_causes_the_events_that_the_table_says_and_each_is_in_the_table() {
    let all: BTreeSet<&str> = operation_coverage::operations()
        .into_iter()
        .map(|it| it.0)
        .collect();
    let listed: BTreeMap<&str, &[&str]> = EVENTS.iter().copied().collect();
    let mut world = World::new().await;
    let (snapshot, ids) = (world.emulator.snapshot(), world.ids.clone());
    for name in &all {
        let expected = match (request_line(name), listed.get(name)) {
            (("GET", _), None) => &[],
            (_, Some(expected)) => *expected,
            (line, None) => panic!("{name} ({line:?}) is not in the table of events"),
        };
        world.emulator.restore(snapshot.clone()).unwrap();
        world.ids.clone_from(&ids);
        world.prepare(name).await;
        let before = world.emulator.webhook_messages().len();
        let body = world.body(name);
        world.call(name, &body).await;
        assert_eq!(types_since(&world.emulator, before), expected, "{name}");
    }
    let unknown: Vec<_> = listed.keys().filter(|name| !all.contains(**name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(all.len(), 80);
}

#[actix_web::test]
async fn a_rejected_operation_and_one_that_changes_nothing_cause_no_event() {
    let world = World::new().await;
    let emulator = &world.emulator;
    let (alice, acme) = (world.id("user_id"), world.id("org_id"));
    let before = emulator.webhook_messages().len();
    assert!(emulator.create_user("alice@example.com").is_err());
    assert!(emulator.add_user_to_org(alice, acme, "Member").is_err());
    assert!(
        emulator
            .change_user_role_in_org(alice, acme, "Nobody")
            .is_err()
    );
    emulator
        .change_user_role_in_org(alice, acme, "Owner")
        .unwrap();
    emulator.unlock_user(alice).unwrap();
    emulator.record_activity(alice).unwrap();
    assert_eq!(types_since(emulator, before), [""; 0]);
}
