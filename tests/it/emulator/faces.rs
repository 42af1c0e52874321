//! One mechanism with several faces: what a method of `Emulator` does, the request under `/propelauth-dev/`
//! does, to the letter of the snapshot.

use actix_web_propelauth::emulator::{
    Emulator, EmulatorError, Fault, NewWebhook, RoleMapping, TokenOptions,
};
use serde_json::{Value, json};

use super::frontend::{Answer, ask};

/// An emulator in which the same ids and times are created in each run.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) alice: String,
    pub(crate) bob: String,
    pub(crate) acme: String,
    pub(crate) employee: String,
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

const START: i64 = 1_700_000_000;

impl World {
    pub(crate) async fn new() -> Self {
        let builder = Emulator::builder()
            .id_seed(7)
            .clock(|| START)
            .issuer("https://auth.localhost");
        let emulator = builder.start().await.unwrap();
        emulator.freeze_clock(START);
        let alice = emulator.create_user("alice@example.com").unwrap();
        let bob = emulator.create_user("bob@example.com").unwrap();
        let acme = emulator.create_org("Acme Inc").unwrap();
        emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
        emulator
            .set_custom_role_mapping("Paid", RoleMapping::new(["Boss", "Member"]))
            .unwrap();
        emulator
            .add_webhook(NewWebhook::new("http://127.0.0.1:9/hook"))
            .unwrap();
        emulator.hold_webhooks();
        emulator
            .inject_fault(Fault::on("create_user").status(503).times(9))
            .unwrap();
        emulator.save_snapshot("early").unwrap();
        alice.start_session().unwrap();
        let employee = emulator.add_employee("support@example.com").unwrap();
        Self {
            alice: alice.id().to_string(),
            bob: bob.id().to_string(),
            acme: acme.to_string(),
            employee: employee.to_string(),
            emulator,
        }
    }

    /// Returns all that an action can change.
    pub(crate) async fn state(&self) -> Value {
        let get = async |path: &str| {
            let path = format!("/propelauth-dev/{path}");
            ask(&self.emulator, "GET", &path, &[], "").await.json()
        };
        let emulator = &self.emulator;
        let state = json!({
            "snapshot": emulator.snapshot(),
            "settings": emulator.project_settings(),
            "roles": get("roles").await,
            "faults": get("faults").await,
            "sessions": emulator.sessions(),
            "snapshots": emulator.snapshot_names(),
            "clock": get("clock").await,
            "webhooks": emulator.webhooks(),
            "messages": emulator.webhook_messages().iter().map(|it| &it.event_type).collect::<Vec<_>>(),
            "webhook_faults": get("webhooks/faults").await,
        });
        // The port differs.
        let state = state.to_string().replace(emulator.auth_url(), "AUTH_URL");
        let state = state.replace(&emulator.pages_url(), "AUTH_URL");
        serde_json::from_str(&state).unwrap()
    }

    fn session_id(&self) -> String {
        self.emulator.sessions()[0].session_id.clone()
    }
}

/// An action: by its method, and by its request.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&World) -> Result<(), EmulatorError>,
    pub(crate) request: fn(&World) -> (&'static str, String, Value),
}

fn call(world: &World, name: &str, fields: Value) -> Result<(), EmulatorError> {
    world.emulator.call_operation(name, fields)?;
    Ok(())
}

macro_rules! operations {
    ($($name:ident |$world:ident| $fields:expr;)*) => {
        [$(Action {
            name: stringify!($name),
            run: |$world| call($world, stringify!($name), $fields),
            request: |$world| ("POST", format!("operations/{}", stringify!($name)), $fields),
        }),*]
    };
}

macro_rules! actions {
    ($($name:literal |$world:ident| $run:expr, ($method:literal, $path:expr, $body:expr);)*) => {
        [$(Action {
            name: $name,
            run: |$world| { $run?; Ok(()) },
            request: |$world| {
                let _ = $world;
                ($method, $path.to_string(), $body)
            },
        }),*]
    };
}

/// Every action that has a method and a request.
pub(crate) fn actions() -> Vec<Action> {
    let operations = operations! {
        create_user |world| json!({ "email": "carol@example.com", "password": "correct horse", "first_name": world.alice });
        update_user_metadata |world| json!({ "user_id": world.alice, "first_name": "Alice", "metadata": { "plan": 7 } });
        update_user_email |world| json!({ "user_id": world.alice, "new_email": "a@example.com", "require_email_confirmation": true });
        update_user_password |world| json!({ "user_id": world.alice, "password": "correct horse" });
        clear_user_password |world| json!({ "user_id": world.alice });
        disable_user |world| json!({ "user_id": world.alice });
        enable_user |world| json!({ "user_id": world.alice });
        disable_user_2fa |world| json!({ "user_id": world.alice });
        enable_user_can_create_orgs |world| json!({ "user_id": world.alice });
        logout_all_user_sessions |world| json!({ "user_id": world.alice });
        resend_email_confirmation |world| json!({ "user_id": world.alice });
        delete_user |world| json!({ "user_id": world.alice });
        create_magic_link |world| json!({ "email": "alice@example.com", "create_new_user_if_one_doesnt_exist": false, "redirect_to_url": format!("http://localhost/{}", world.acme) });
        create_org |world| json!({ "name": "Other Inc", "legacy_org_id": world.acme });
        update_org |world| json!({ "org_id": world.acme, "name": "Acme Corp", "max_users": 3 });
        subscribe_org_to_role_mapping |world| json!({ "org_id": world.acme, "custom_role_mapping_name": "Paid" });
        delete_org |world| json!({ "org_id": world.acme });
        add_user_to_org |world| json!({ "user_id": world.bob, "org_id": world.acme, "role": "Member" });
        change_user_role_in_org |world| json!({ "user_id": world.alice, "org_id": world.acme, "role": "Owner" });
        remove_user_from_org |world| json!({ "user_id": world.alice, "org_id": world.acme });
        invite_user_to_org |world| json!({ "email": "dan@example.com", "org_id": world.acme, "role": "Member" });
        allow_org_to_setup_saml_connection |world| json!({ "org_id": world.acme });
        create_api_key |world| json!({ "user_id": world.alice });
    };
    let others = actions! {
        "confirm_email" |w| w.emulator.confirm_email(w.alice.as_str()), ("POST", format!("users/{}/confirm-email", w.alice), json!({}));
        "lock_user" |w| w.emulator.lock_user(w.alice.as_str()), ("POST", format!("users/{}/lock", w.alice), json!({}));
        "unlock_user" |w| w.emulator.unlock_user(w.alice.as_str()), ("POST", format!("users/{}/unlock", w.alice), json!({}));
        "set_up_totp" |w| w.emulator.set_up_totp(w.alice.as_str()), ("POST", format!("users/{}/totp", w.alice), json!({}));
        "add_mfa_phone" |w| w.emulator.add_mfa_phone(w.alice.as_str(), "+1 555 0100"), ("POST", format!("users/{}/phones", w.alice), json!({ "phone_number": "+1 555 0100" }));
        "impersonate" |w| w.emulator.impersonate(w.employee.as_str(), w.alice.as_str()), ("POST", format!("users/{}/impersonate", w.alice), json!({ "employee_id": w.employee }));
        "add_employee" |w| w.emulator.add_employee("boss@example.com"), ("POST", "employees", json!({ "email": "boss@example.com" }));
        "add_scim_key" |w| w.emulator.add_scim_key(w.acme.as_str()), ("POST", format!("orgs/{}/scim-keys", w.acme), json!({}));
        "end_session" |w| w.emulator.end_session(&w.session_id()), ("DELETE", format!("sessions/{}", w.session_id()), json!({}));
        "end_all_sessions" |w| Ok::<_, EmulatorError>(w.emulator.end_all_sessions()), ("DELETE", "sessions", json!({}));
        "set_project_settings" |w| w.emulator.set_project_settings(json!({ "require_email_confirmation": true, "max_num_orgs_users_can_be_in": 4 })), ("PUT", "settings", json!({ "require_email_confirmation": true, "max_num_orgs_users_can_be_in": 4 }));
        "set_default_role_mapping" |w| w.emulator.set_default_role_mapping(RoleMapping::new(["Owner", "Guest"]).permission("Guest", "can_look")), ("PUT", "roles", json!({ "roles": ["Owner", "Guest"], "permissions": { "Guest": ["can_look"] } }));
        "set_custom_role_mapping" |w| w.emulator.set_custom_role_mapping("Free", RoleMapping::new(["One", "Two"]).multiple_roles_per_user()), ("PUT", "roles/mappings/Free", json!({ "roles": ["One", "Two"], "multiple_roles_per_user": true }));
        "remove_custom_role_mapping" |w| w.emulator.remove_custom_role_mapping("Paid"), ("DELETE", "roles/mappings/Paid", json!({}));
        "inject_fault" |w| w.emulator.inject_fault(Fault::on("*").status(500)), ("POST", "faults", json!({ "route": "*", "status": 500 }));
        "clear_faults" |w| Ok::<_, EmulatorError>(w.emulator.clear_faults()), ("DELETE", "faults", json!({}));
        "save_snapshot" |w| w.emulator.save_snapshot("late"), ("POST", "snapshots/late", json!({}));
        "load_snapshot" |w| w.emulator.load_snapshot("early"), ("POST", "snapshots/early/load", json!({}));
        "remove_snapshot" |w| w.emulator.remove_snapshot("early"), ("DELETE", "snapshots/early", json!({}));
        "advance_clock" |w| Ok::<_, EmulatorError>(w.emulator.advance_clock(std::time::Duration::from_secs(60))), ("POST", "clock/advance", json!({ "seconds": 60 }));
        "freeze_clock" |w| Ok::<_, EmulatorError>(w.emulator.freeze_clock(START + 9)), ("POST", "clock/freeze", json!({ "at": START + 9 }));
        "rotate_signing_key" |w| Ok::<_, EmulatorError>(w.emulator.rotate_signing_key()), ("POST", "rotate-key", json!({}));
        "add_webhook" |w| w.emulator.add_webhook("http://127.0.0.1:10/"), ("POST", "webhooks", json!({ "url": "http://127.0.0.1:10/" }));
        "send_webhook" |w| w.emulator.send_webhook("user.disabled", json!({ "user_id": w.alice })), ("POST", "webhooks/messages", json!({ "event_type": "user.disabled", "fields": { "user_id": w.alice } }));
        "apply_seed" |w| w.emulator.apply_seed(actix_web_propelauth::emulator::Seed::toml("users = [{ email = \"erin@example.com\" }]")), ("POST", "seed", json!({ "users": [{ "email": "erin@example.com" }] }));
        "reset" |w| w.emulator.reset(), ("POST", "reset", json!({}));
    };
    operations.into_iter().chain(others).collect()
}

/// Actions that change nothing here, because there is nothing to change.
const WITHOUT_EFFECT: [&str; 4] = [
    "clear_user_password",
    "enable_user",
    "unlock_user",
    "disable_user_2fa",
];

#[actix_web::test]
async fn a_method_and_its_request_lead_to_the_same_state() {
    for action in actions() {
        let (one, other) = (World::new().await, World::new().await);
        let before = one.state().await;
        assert_eq!(before, other.state().await);
        (action.run)(&one).unwrap_or_else(|error| panic!("{}: {error}", action.name));
        let (method, path, body) = (action.request)(&other);
        let path = format!("/propelauth-dev/{path}");
        let answer = ask(&other.emulator, method, &path, &[], &body.to_string()).await;
        assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
        let after = one.state().await;
        assert_eq!(after, other.state().await, "{}", action.name);
        let has_effect = !WITHOUT_EFFECT.contains(&action.name);
        assert_eq!(after != before, has_effect, "{}", action.name);
    }
}

#[actix_web::test]
async fn a_fault_is_turned_off_by_its_id_and_others_remain() {
    let world = World::new().await;
    world
        .emulator
        .inject_fault(Fault::on("*").status(500))
        .unwrap();
    let faults = ask(&world.emulator, "GET", "/propelauth-dev/faults", &[], "").await;
    let id = faults.json()[0]["id"].to_string();
    let path = format!("/propelauth-dev/faults/{id}");
    let left = ask(&world.emulator, "DELETE", &path, &[], "").await.json();
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["route"], "*");
    assert_eq!(world.emulator.faults(), [Fault::on("*").status(500)]);
}

#[actix_web::test]
async fn tokens_are_broken_and_explained_over_http_as_by_methods() {
    let world = World::new().await;
    let emulator = &world.emulator;
    let path = "/propelauth-dev/token/broken";
    let body = json!({ "user": world.alice }).to_string();
    let broken = ask(emulator, "POST", path, &[], &body).await.json();
    assert_eq!(broken, json!(emulator.broken_tokens(&world.alice).unwrap()));
    assert!(broken.as_array().unwrap().len() > 35);

    let valid = emulator
        .create_token(&TokenOptions::new(&*world.alice))
        .unwrap();
    let body = json!({ "token": format!(" {}\n", valid.access_token) }).to_string();
    let path = "/propelauth-dev/token/explain";
    let report = ask(emulator, "POST", path, &[], &body).await.json();
    assert_eq!(
        report,
        json!(emulator.explain_token(&valid.access_token).unwrap())
    );
    assert_eq!(report["verdict"]["is_accepted"], true);
    assert_eq!(report["claims"], valid.claims);
    let passes = |it: &Value| it["passes"] == true;
    assert!(
        report["checks"].as_array().unwrap().iter().all(passes),
        "{report}"
    );
}
