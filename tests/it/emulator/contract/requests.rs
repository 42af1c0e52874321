//! What a request may contain: what the operation has, each member once, and nothing else.

use serde_json::json;

use super::{operations, send};
use crate::api::user::NOBODY;
use crate::fixtures::world::start;

/// Fills in a template's path, with ids that nothing has.
fn path(template: &str) -> String {
    template
        .replace("{provider}", "google")
        .replace("{chart_metric}", "signups")
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                NOBODY
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[actix_web::test]
async fn a_field_that_an_operation_does_not_have_is_refused_by_name() {
    let (emulator, _) = start().await;
    for operation in operations() {
        let path = path(&operation.path);
        let case = &operation.name;
        for name in [
            "frist_name",
            "sso_trust_level",
            "isolate_org",
            "Email",
            "\u{202e}",
        ] {
            let query = form(&[(name, "1")]);
            let answer = send(&emulator, &operation.method, &format!("{path}?{query}"), "").await;
            answer.reasons(name);
            if operation.method != "GET" {
                let body = json!({ name: true }).to_string();
                let answer = send(&emulator, &operation.method, &path, &body).await;
                let reason = answer.reasons(name);
                let others = operation.fields.iter();
                let others = others.filter(|it| *it != "include_orgs");
                for known in others.filter(|_| name == "frist_name") {
                    assert!(reason.contains(&format!("{known:?}")), "{case}: {reason}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn every_documented_field_is_taken() {
    let (emulator, _) = start().await;
    for operation in operations() {
        let path = path(&operation.path);
        for field in &operation.fields {
            // A list of lists is never right, but that is another reason than the field's name.
            let in_query = operation.method == "GET" || field == "include_orgs";
            let (path, body) = if in_query {
                (
                    format!("{path}?{}", form(&[(field, "[[]]")])),
                    String::new(),
                )
            } else {
                (path.clone(), json!({ field: [[]] }).to_string())
            };
            let answer = send(&emulator, &operation.method, &path, &body).await;
            assert!(
                !answer.text.contains("no such field") && !answer.text.contains("travels in"),
                "{} {field}: {answer:?}",
                operation.name
            );
        }
    }
}

#[actix_web::test]
async fn a_field_in_the_wrong_place_is_refused_and_null_is_no_field() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let user = format!("/user/{}", alice.id());
    let body = json!({ "user_ids": [alice.id()], "include_orgs": true }).to_string();
    let answer = send(&emulator, "POST", "/user/user_ids", &body).await;
    assert!(
        answer.reasons("include_orgs").contains("query"),
        "{answer:?}"
    );
    let answer = send(&emulator, "PUT", &format!("{user}?first_name=A"), "{}").await;
    assert!(answer.reasons("first_name").contains("body"), "{answer:?}");
    let body = json!({ "include_orgs": true }).to_string();
    let answer = send(&emulator, "GET", &user, &body).await;
    assert!(
        answer.reasons("include_orgs").contains("query"),
        "{answer:?}"
    );
    let body = json!({ "user_id": NOBODY, "first_name": "A" }).to_string();
    let answer = send(&emulator, "PUT", &user, &body).await;
    assert!(answer.reasons("user_id").contains("path"), "{answer:?}");
    let user_metadata = auth.user().fetch_user_metadata_by_user_id(&alice).await;
    assert_eq!(user_metadata.unwrap().first_name, None);

    // What the path says may be said again, and null says nothing.
    let body = json!({ "user_id": alice.id(), "first_name": "A", "frist_name": null }).to_string();
    let answer = send(&emulator, "PUT", &user, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(alice.metadata().unwrap().first_name.as_deref(), Some("A"));
}

#[actix_web::test]
async fn json_with_a_member_twice_is_refused_at_any_depth() {
    let (emulator, _) = start().await;
    for body in [
        r#"{"email":"a@example.com","email":"b@example.com"}"#,
        r#"{"email":"a@example.com","\u0065mail":"a@example.com"}"#,
        r#"{"email":"a@example.com","username":null,"username":"a"}"#,
        r#"{"email":"a@example.com","properties":{"k":1,"k":1}}"#,
        r#"{"email":"a@example.com","properties":{"k":[{"n":{"x":1,"x":2}}]}}"#,
        r#"{"email":"a@example.com","unknown":null,"unknown":null}"#,
    ] {
        let answer = send(&emulator, "POST", "/user/", body).await;
        assert!(
            answer.reasons("body").contains("duplicate"),
            "{body} {answer:?}"
        );
    }
    let answer = send(
        &emulator,
        "GET",
        "/user/email?email=a%40b.c&email=a%40b.d",
        "",
    )
    .await;
    assert!(answer.reasons("email").contains("twice"), "{answer:?}");
    let answer = send(&emulator, "GET", "/user/query", "").await;
    assert_eq!(answer.json()["total_users"], 0);
}

#[actix_web::test]
async fn an_api_key_may_come_as_the_header_has_it() {
    let (emulator, _) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let create = |body: serde_json::Value| {
        let emulator = &emulator;
        async move {
            let answer = send(emulator, "POST", "/end_user_api_keys", &body.to_string()).await;
            answer.json()["api_key_token"].as_str().unwrap().to_owned()
        }
    };
    let personal = create(json!({ "user_id": alice.id() })).await;
    let of_org = create(json!({ "org_id": org_id })).await;
    let body = json!({ "imported_api_key": "legacy key", "user_id": alice.id() });
    send(
        &emulator,
        "POST",
        "/end_user_api_keys/import",
        &body.to_string(),
    )
    .await;
    for (path, token) in [
        ("validate", &*personal),
        ("validate", &*of_org),
        ("validate_imported", "legacy key"),
    ] {
        for token in [
            token.to_owned(),
            format!("Bearer {token}"),
            format!("bEARER   {token}"),
        ] {
            let body = json!({ "api_key_token": token }).to_string();
            let answer = send(
                &emulator,
                "POST",
                &format!("/end_user_api_keys/{path}"),
                &body,
            )
            .await;
            assert_eq!(answer.status, 200, "{path} {answer:?}");
        }
        let body = json!({ "api_key_token": format!("Basic {token}") }).to_string();
        let answer = send(
            &emulator,
            "POST",
            &format!("/end_user_api_keys/{path}"),
            &body,
        )
        .await;
        assert!(matches!(answer.status, 400 | 404), "{path} {answer:?}");
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
