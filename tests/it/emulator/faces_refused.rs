//! What the emulator's own requests refuse: with a reason, and without a trace in the state.

use serde_json::{Value, json};

use super::{
    faces::{World, text},
    frontend::ask,
};

#[actix_web::test]
async fn a_refused_action_says_why_and_changes_nothing() {
    let world = World::new().await;
    let before = world.state().await;
    let (alice, acme) = (&world.alice, &world.acme);
    let none = "00000000-0000-4000-8000-000000000000";
    for (method, path, body, status, part) in [
        (
            "POST",
            "operations/make_coffee".to_owned(),
            json!({}),
            400,
            "there is no operation",
        ),
        (
            "POST",
            "operations/disable_usr".to_owned(),
            json!({}),
            400,
            "did you mean disable_user",
        ),
        (
            "POST",
            "operations/disable_user".to_owned(),
            json!({}),
            400,
            "user_id",
        ),
        (
            "POST",
            "operations/disable_user".to_owned(),
            json!({ "user_id": none }),
            404,
            none,
        ),
        (
            "POST",
            "operations/disable_user".to_owned(),
            json!({ "user_id": alice, "nmae": 1 }),
            400,
            "unknown field",
        ),
        (
            "POST",
            "operations/disable_user".to_owned(),
            json!([]),
            400,
            "JSON",
        ),
        (
            "POST",
            "operations/create_user".to_owned(),
            json!({ "email": "alice@example.com" }),
            400,
            "email",
        ),
        (
            "POST",
            "operations/create_user".to_owned(),
            json!({ "email": 7 }),
            400,
            "email",
        ),
        (
            "POST",
            "operations/update_org".to_owned(),
            json!({ "org_id": acme, "name": "" }),
            400,
            "name",
        ),
        (
            "POST",
            format!("users/{none}/lock"),
            json!({}),
            400,
            "there is no user",
        ),
        (
            "POST",
            format!("users/{none}/confirm-email"),
            json!({}),
            400,
            "there is no user",
        ),
        (
            "POST",
            format!("users/{none}/totp"),
            json!({}),
            400,
            "there is no user",
        ),
        (
            "GET",
            format!("users/{alice}/totp"),
            Value::Null,
            400,
            "no authenticator app",
        ),
        (
            "POST",
            format!("users/{none}/phones"),
            json!({ "phone_number": "1" }),
            400,
            "there is no user",
        ),
        (
            "POST",
            format!("users/{alice}/phones"),
            json!({}),
            400,
            "phone_number",
        ),
        (
            "POST",
            format!("users/{alice}/impersonate"),
            json!({ "employee_id": none }),
            400,
            "there is no employee",
        ),
        (
            "POST",
            "employees".to_owned(),
            json!({ "email": "x" }),
            400,
            "email",
        ),
        (
            "POST",
            format!("orgs/{acme}/accept-invite"),
            json!({ "email": "x@example.com" }),
            400,
            "invitation",
        ),
        (
            "POST",
            format!("orgs/{none}/scim-keys"),
            json!({}),
            400,
            "there is no organization",
        ),
        (
            "DELETE",
            format!("scim-keys/{none}"),
            json!({}),
            400,
            "there is no SCIM key",
        ),
        (
            "DELETE",
            format!("sessions/{none}"),
            json!({}),
            400,
            "there is no session",
        ),
        (
            "PUT",
            "settings".to_owned(),
            json!({ "has_rogs": false }),
            400,
            "has_orgs",
        ),
        (
            "PUT",
            "settings".to_owned(),
            json!({ "require_email_confirmation": true, "application_url": "nowhere" }),
            400,
            "application URL",
        ),
        (
            "PUT",
            "settings".to_owned(),
            json!({ "max_num_orgs_users_can_be_in": null, "has_orgs": false }),
            400,
            "organizations",
        ),
        ("PUT", "settings".to_owned(), json!([1]), 400, "JSON"),
        (
            "PUT",
            "roles".to_owned(),
            json!({ "roles": [] }),
            400,
            "at least one role",
        ),
        (
            "PUT",
            "roles".to_owned(),
            json!({ "roles": ["A"], "permissions": { "B": ["c"] } }),
            400,
            "unknown role",
        ),
        (
            "PUT",
            "roles/mappings/%20".to_owned(),
            json!({ "roles": ["A"] }),
            400,
            "no name",
        ),
        (
            "PUT",
            "roles/mappings/X".to_owned(),
            json!({ "roles": ["A", "A"] }),
            400,
            "twice",
        ),
        (
            "DELETE",
            "roles/mappings/None".to_owned(),
            json!({}),
            400,
            "no custom role mapping",
        ),
        (
            "DELETE",
            "faults/77".to_owned(),
            json!({}),
            400,
            "there is no fault",
        ),
        (
            "DELETE",
            "faults/-1".to_owned(),
            json!({}),
            400,
            "there is no fault",
        ),
        (
            "DELETE",
            "snapshots/never".to_owned(),
            json!({}),
            400,
            "there are early",
        ),
        (
            "POST",
            "token/broken".to_owned(),
            json!({ "user": "x" }),
            400,
            "there is no user",
        ),
        ("POST", "token/explain".to_owned(), json!({}), 400, "token"),
    ] {
        let url = format!("/propelauth-dev/{path}");
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = ask(&world.emulator, method, &url, &[], &body).await;
        assert_eq!(answer.status, status, "{path}: {}", text(&answer));
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{path}: {message}");
        assert_eq!(world.state().await, before, "{path}");
    }
}
