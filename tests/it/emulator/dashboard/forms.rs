//! The third face: a form does what the method and the request do.

use serde_json::{Value, json};

use super::{Browser, html};
use crate::emulator::faces::{Action, World, actions};

/// Returns the name of the form of an action, and its fields beyond those in the body of its request.
fn form_of(action: &Action, world: &World) -> (&'static str, Value) {
    let (_, path, body) = (action.request)(world);
    let user = json!({ "user_id": world.alice });
    let mut segments = path.split('/').rev();
    let last = segments.next().unwrap();
    let (form, more) = match action.name {
        "confirm_email" | "lock_user" | "unlock_user" | "set_up_totp" | "impersonate" => {
            (action.name, user)
        }
        "add_mfa_phone" => ("add_phone", user),
        "add_scim_key" => ("add_scim_key", json!({ "org_id": world.acme })),
        "end_session" => ("end_session", json!({ "session_id": last })),
        "set_project_settings" => {
            return ("set_all_settings", json!({ "settings": body.to_string() }));
        }
        "set_default_role_mapping" => ("set_roles", json!({ "permissions": "Guest: can_look" })),
        "set_custom_role_mapping" => ("set_role_mapping", json!({ "name": last })),
        "remove_custom_role_mapping" => ("remove_role_mapping", json!({ "name": last })),
        "save_snapshot" | "remove_snapshot" => (action.name, json!({ "name": last })),
        "load_snapshot" => ("load_snapshot", json!({ "name": segments.next().unwrap() })),
        "rotate_signing_key" => ("rotate_key", json!({})),
        "apply_seed" => return ("apply_seed", json!({ "seed": body.to_string() })),
        name if name.starts_with("delete_") => (name, json!({ "confirm": true })),
        name => (name, json!({})),
    };
    let mut fields = body;
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    (form, fields)
}

/// Returns a field as it is typed, or `None` for a box that is not checked.
fn typed(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(false) => return None,
        Value::String(text) => text.clone(),
        Value::Array(items) => items
            .iter()
            .map(|it| format!("{}\r\n", it.as_str().unwrap()))
            .collect(),
        value => value.to_string(),
    })
}

#[actix_web::test]
async fn a_form_leads_to_the_same_state_as_the_method() {
    for action in actions() {
        let (one, other) = (World::new().await, World::new().await);
        (action.run)(&one).unwrap();
        let browser = Browser::new(&other.emulator).await;
        let (form, fields) = form_of(&action, &other);
        let fields: Vec<(String, String)> = fields
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), typed(value)?)))
            .collect();
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, it)| (name.as_str(), it.as_str()))
            .collect();
        let answer = browser.send(form, "/dashboard/users", &fields).await;
        assert!(
            [200, 303].contains(&answer.status),
            "{form}: {} {}",
            answer.status,
            html(&answer)
        );
        assert_eq!(one.state().await, other.state().await, "{}", action.name);
        if answer.status == 303 {
            let to = answer.header("location").unwrap();
            assert!(to.starts_with("/dashboard"), "{to}");
            let page = browser.get(to).await;
            assert_eq!(page.status, 200);
            assert!(html(&page).contains("note good"), "{to} says what was done");
        }
    }
}

#[actix_web::test]
async fn a_form_that_fails_is_shown_again_with_what_was_typed() {
    let world = World::new().await;
    let before = world.state().await;
    let browser = Browser::new(&world.emulator).await;
    let user = format!("/dashboard/users/{}", world.alice);
    let org = format!("/dashboard/orgs/{}", world.acme);
    let id = ("user_id", world.alice.as_str());
    let of_org = ("org_id", world.acme.as_str());
    for (action, screen, fields, part) in [
        (
            "create_user",
            "/dashboard/users",
            vec![("email", "alice@example.com"), ("first_name", "<Al>")],
            "&lt;Al&gt;",
        ),
        (
            "create_user",
            "/dashboard/users",
            vec![("email", "x"), ("properties", "{\"a\":")],
            "this is not JSON",
        ),
        (
            "create_user",
            "/dashboard/users",
            vec![("email", "x@example.com"), ("properties", "7")],
            "properties",
        ),
        (
            "update_user_metadata",
            &user,
            vec![id, ("picture_url", "no url")],
            "picture_url",
        ),
        (
            "impersonate",
            &user,
            vec![id, ("employee_id", "<script>")],
            "&lt;script&gt;",
        ),
        (
            "lock_user",
            &user,
            vec![("user_id", "..")],
            "there is no user",
        ),
        (
            "lock_user",
            &user,
            vec![("user_id", "")],
            "user_id is missing",
        ),
        (
            "lock_user",
            &user,
            vec![("user_id", "../../reset")],
            "there is no user",
        ),
        (
            "update_org",
            &org,
            vec![of_org, ("max_users", "many")],
            "is not a whole number",
        ),
        (
            "set_roles",
            "/dashboard/roles",
            vec![("roles", "A\nB"), ("permissions", "A can_see")],
            "is not a role, a colon",
        ),
        (
            "set_roles",
            "/dashboard/roles",
            vec![("roles", ""), ("permissions", "")],
            "at least one role",
        ),
        (
            "set_frontends",
            "/dashboard/settings",
            vec![("application_url", "<b>")],
            "&lt;b&gt;",
        ),
        (
            "set_all_settings",
            "/dashboard/settings",
            vec![("settings", "[")],
            "JSON",
        ),
        (
            "apply_seed",
            "/dashboard/server",
            vec![("seed", "users = 1")],
            "users",
        ),
        (
            "add_webhook",
            "/dashboard/webhooks",
            vec![("url", "https://evil.example")],
            "evil.example",
        ),
        (
            "inject_fault",
            "/dashboard/faults",
            vec![("route", "nowhere"), ("status", "503")],
            "unknown operation",
        ),
        (
            "save_snapshot",
            "/dashboard/server",
            vec![("name", "a/b")],
            "cannot be the name",
        ),
        ("explain_token", "/dashboard/tokens", vec![], "token"),
        (
            "break_token",
            "/dashboard/tokens",
            vec![("user", "x")],
            "there is no user",
        ),
    ] {
        let answer = browser.send(action, screen, &fields).await;
        let text = html(&answer);
        assert_eq!(answer.status, 422, "{action}: {text}");
        assert!(text.contains(part), "{action} {part}: {text}");
        assert!(
            !text.contains("<script>") && !text.contains("<Al>"),
            "{action}"
        );
        assert_eq!(world.state().await, before, "{action}");
    }
    let answer = browser.send("make_coffee", "/dashboard", &[]).await;
    assert_eq!(answer.status, 404);
}

#[actix_web::test]
async fn a_password_is_not_in_the_page_again() {
    let world = World::new().await;
    let browser = Browser::new(&world.emulator).await;
    let fields = [("email", "x"), ("password", "hunter2hunter2")];
    let answer = browser
        .send("create_user", "/dashboard/users", &fields)
        .await;
    assert_eq!(answer.status, 422);
    assert!(!html(&answer).contains("hunter2"));
}

#[actix_web::test]
async fn no_form_leads_out_of_the_dashboard() {
    let world = World::new().await;
    let browser = Browser::new(&world.emulator).await;
    for screen in [
        "",
        "https://evil.example",
        "//evil.example/dashboard",
        "/dashboard/../login",
        "/dashboard/do/reset",
        "/dashboard\r\nset-cookie: a=b",
        "/login",
    ] {
        let answer = browser.send("clear_faults", screen, &[]).await;
        let to = answer.header("location").unwrap();
        assert_eq!(to, "/dashboard?done=clear_faults", "{screen}");
    }
    let answer = browser
        .send(
            "clear_faults",
            "/dashboard/users?q=a%26b&page=2&done=reset",
            &[],
        )
        .await;
    let to = answer.header("location").unwrap();
    assert_eq!(to, "/dashboard/users?q=a%26b&page=2&done=clear_faults");
}

#[actix_web::test]
async fn a_key_is_shown_once() {
    let world = World::new().await;
    let browser = Browser::new(&world.emulator).await;
    let screen = format!("/dashboard/users/{}", world.alice);
    let fields = [("user_id", world.alice.as_str()), ("display_name", "CI")];
    let answer = browser.send("create_api_key", &screen, &fields).await;
    let text = html(&answer);
    let snapshot = world.emulator.snapshot().to_string();
    let token = text.split("api key token").nth(1).unwrap();
    let token = token.split("<code class=\"secret\">").nth(1).unwrap();
    let token = token.split('<').next().unwrap();
    assert!(token.len() > 30 && snapshot.contains(token));
    let again = html(&browser.get(&screen).await);
    assert!(again.contains("CI") && !again.contains(token));
    assert!(!again.contains("refresh_token"));
}

#[actix_web::test]
async fn what_cannot_be_undone_is_confirmed() {
    let emulator = actix_web_propelauth::emulator::Emulator::start()
        .await
        .unwrap();
    let user = emulator.create_user("alice@example.com").unwrap();
    let org = emulator.create_org("Acme").unwrap();
    let browser = Browser::new(&emulator).await;
    let (user_id, org_id) = (user.id().to_string(), org.to_string());
    for (action, screen, field, id) in [
        ("delete_user", "users", "user_id", &user_id),
        ("delete_org", "orgs", "org_id", &org_id),
    ] {
        let screen = format!("/dashboard/{screen}/{id}");
        let page = html(&browser.get(&screen).await);
        assert!(page.contains(&format!("id=\"{action}-confirm\"")), "{page}");
        let before = emulator.snapshot();
        let refused = browser.send(action, &screen, &[(field, id)]).await;
        assert_eq!(refused.status, 422);
        assert!(html(&refused).contains("check the box that says"));
        assert_eq!(emulator.snapshot(), before);
        let fields = [(field, id.as_str()), ("confirm", "true")];
        let done = browser.send(action, &screen, &fields).await;
        assert_eq!(done.status, 303, "{}", html(&done));
        assert_ne!(emulator.snapshot(), before);
    }
}

#[actix_web::test]
async fn durations_and_times_are_typed_as_in_the_program() {
    let emulator = actix_web_propelauth::emulator::Emulator::start()
        .await
        .unwrap();
    let browser = Browser::new(&emulator).await;
    let screen = "/dashboard/server";
    let send = async |action: &str, name: &str, typed: &str| {
        browser.send(action, screen, &[(name, typed)]).await.status
    };
    let stopped = "2023-11-14T22:13:20Z";
    assert_eq!(send("freeze_clock", "at", stopped).await, 303);
    assert_eq!(emulator.now(), 1_700_000_000);
    assert_eq!(send("advance_clock", "seconds", "1h30m").await, 303);
    assert_eq!(send("advance_clock", "seconds", "5").await, 303);
    assert_eq!(emulator.now(), 1_700_005_405);
    for (action, name, typed) in [
        ("advance_clock", "seconds", "-5m"),
        ("advance_clock", "seconds", "1.5h"),
        ("freeze_clock", "at", "yesterday"),
    ] {
        assert_eq!(send(action, name, typed).await, 422, "{typed}");
    }
    assert_eq!(emulator.now(), 1_700_005_405);
    let fault = [("route", "*"), ("delay_ms", "1s1ms")];
    let sent = browser.send("inject_fault", screen, &fault).await;
    assert_eq!(sent.status, 303, "{}", html(&sent));
    assert!(html(&browser.get("/dashboard/faults").await).contains("1001"));
}

#[actix_web::test]
async fn an_organization_gets_an_openid_connect_connection() {
    let emulator = actix_web_propelauth::emulator::Emulator::start()
        .await
        .unwrap();
    let org_id = emulator.create_org("Acme").unwrap().to_string();
    let browser = Browser::new(&emulator).await;
    let screen = format!("/dashboard/orgs/{org_id}");
    assert!(html(&browser.get(&screen).await).contains("/dashboard/do/set_oidc_idp_metadata"));
    let fields = [
        ("org_id", org_id.as_str()),
        ("client_id", "client-7"),
        ("client_secret", "hunter2hunter2"),
        ("idp_type", "Okta"),
        ("okta_sso_domain", "acme.okta.com"),
    ];
    let sent = browser
        .send("set_oidc_idp_metadata", &screen, &fields)
        .await;
    assert_eq!(sent.status, 303, "{}", html(&sent));
    let text = html(&browser.get(&screen).await);
    assert!(text.contains("OpenID Connect with Okta") && text.contains("client-7"));
    assert!(!text.contains("hunter2"));
}
