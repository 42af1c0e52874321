//! API keys that users create, and their limits.

use std::time::Duration;

use actix_web_propelauth::{Error, api::ValidateApiKeyRefusal, emulator::Emulator};
use serde_json::{Value, json};

use super::browser::{Browser, events_since, user, with_settings};

fn enabled() -> Value {
    json!({ "personal_api_keys_enabled": true, "org_api_keys_enabled": true })
}

async fn browser(emulator: &Emulator) -> Browser<'_> {
    let browser = Browser::new(emulator);
    browser.log_in("alice", "wonderland").await;
    browser
}

#[actix_web::test]
async fn a_user_creates_lists_renames_and_deletes_keys() {
    let emulator = with_settings(enabled()).await;
    emulator.freeze_clock(1_900_000_000);
    let browser = browser(&emulator).await;
    let mut ids = Vec::new();
    for (option, days) in [("TwoWeeks", 14), ("Never", 0), ("OneYear", 365)] {
        let body = json!({ "expiration_option": option, "display_name": option });
        let told = browser.done("POST", "api_keys", body).await;
        let auth = emulator.propel_auth().await.unwrap();
        let token = told["api_key_token"].as_str().unwrap();
        let valid = auth
            .api_key()
            .validate_personal_api_key(token)
            .await
            .unwrap();
        assert_eq!(valid.user.email, "alice@acme.example");
        let expires = (days > 0).then(|| 1_900_000_000 + days * 86_400);
        ids.push((told["api_key_id"].as_str().unwrap().to_owned(), expires));
    }
    let list = async |query: &str| {
        let told = browser
            .done("GET", &format!("personal_api_keys?{query}"), Value::Null)
            .await;
        let keys = told["api_keys"].as_array().unwrap().iter();
        let names: Vec<_> = keys
            .map(|key| key["display_name"].as_str().unwrap().to_owned())
            .collect();
        (names.join(" "), told)
    };
    let (names, told) = list("page_size=2").await;
    assert_eq!(names, "TwoWeeks Never");
    assert_eq!(
        told["api_keys"][0],
        json!({
            "api_key_id": ids[0].0, "created_at": 1_900_000_000, "expires_at_seconds": ids[0].1,
            "metadata": null, "display_name": "TwoWeeks",
        })
    );
    let rest =
        json!({ "total_api_keys": 3, "current_page": 0, "page_size": 2, "has_more_results": true });
    for (name, value) in rest.as_object().unwrap() {
        assert_eq!(told[name], *value);
    }
    for (query, names) in [
        ("page_size=2&page_number=1", "OneYear"),
        ("sort_by=CreatedAtAsc", "TwoWeeks Never OneYear"),
        ("sort_by=CreatedAtDesc", "OneYear Never TwoWeeks"),
        ("sort_by=ExpiresAtAsc", "TwoWeeks OneYear Never"),
        ("sort_by=ExpiresAtDesc", "Never OneYear TwoWeeks"),
        ("api_key_search=year", "OneYear"),
        (&format!("api_key_search={}", ids[1].0), "Never"),
    ] {
        assert_eq!(list(query).await.0, names, "{query}");
    }
    for (query, fields) in [
        ("page_size=0", json!({ "page_size": "invalid" })),
        (
            "page_size=101&page_number=x",
            json!({ "page_size": "invalid", "page_number": "invalid" }),
        ),
        ("sort_by=Name", json!({ "sort_by": "invalid" })),
    ] {
        assert_eq!(
            browser
                .wrong_fields("GET", &format!("personal_api_keys?{query}"), Value::Null)
                .await,
            fields
        );
    }

    let path = format!("api_keys/{}", ids[0].0);
    browser
        .done("PATCH", &path, json!({ "display_name": "New" }))
        .await;
    assert_eq!(list("").await.0, "New Never OneYear");
    assert_eq!(
        browser.wrong_fields("PATCH", &path, json!({})).await,
        json!({ "display_name": "required" })
    );
    let long = json!({ "display_name": "x".repeat(101) });
    assert_eq!(
        browser.wrong_fields("PATCH", &path, long.clone()).await,
        json!({ "display_name": "too_long" })
    );
    assert_eq!(
        browser.wrong_fields("POST", "api_keys", long).await,
        json!({ "display_name": "too_long" })
    );
    let before = emulator.webhook_messages().len();
    browser.done("DELETE", &path, Value::Null).await;
    assert_eq!(
        events_since(&emulator, before),
        ["user.deleted_personal_api_key"]
    );
    assert_eq!(
        browser.refused("DELETE", &path, Value::Null).await,
        "not_found"
    );

    // Keys of others are as good as none.
    let bob = emulator.create_user("bob@b.example").unwrap();
    let other = Browser::new(&emulator);
    other.enter(&bob.start_session().unwrap());
    let path = format!("api_keys/{}", ids[1].0);
    assert_eq!(
        other.refused("DELETE", &path, Value::Null).await,
        "not_found"
    );
    assert_eq!(
        other
            .refused("PATCH", &path, json!({ "display_name": "x" }))
            .await,
        "not_found"
    );
}

#[actix_web::test]
async fn the_project_decides_which_keys_there_are() {
    let emulator = with_settings(json!({})).await;
    let acme = emulator.create_org("Acme").unwrap();
    let alice = user(&emulator, "alice@acme.example").await.user_id;
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    let no_keys = browser(&emulator).await;
    assert_eq!(
        no_keys
            .refused("GET", "personal_api_keys", Value::Null)
            .await,
        "action_disabled"
    );
    let path = format!("org_api_keys?org_id={acme}");
    assert_eq!(
        no_keys.refused("GET", &path, Value::Null).await,
        "action_disabled"
    );
    for body in [json!({}), json!({ "org_id": acme })] {
        assert_eq!(
            no_keys.refused("POST", "api_keys", body).await,
            "action_forbidden"
        );
    }

    let mut project = enabled();
    project["api_key_config"] = json!({ "expiration_options": { "options": ["TwoWeeks", "OneMonth"], "default": "OneMonth" } });
    let emulator = with_settings(project).await;
    let browser = browser(&emulator).await;
    for option in ["Never", "OneYear", "", "onemonth"] {
        let body = json!({ "expiration_option": option });
        assert_eq!(
            browser.refused("POST", "api_keys", body).await,
            "bad_request",
            "{option}"
        );
    }
    browser.done("POST", "api_keys", Value::Null).await;
    let told = browser.done("GET", "personal_api_keys", Value::Null).await;
    let key = &told["api_keys"][0];
    let lifetime =
        key["expires_at_seconds"].as_i64().unwrap() - key["created_at"].as_i64().unwrap();
    assert_eq!(lifetime, 30 * 86_400);
}

#[actix_web::test]
async fn keys_of_an_organization_are_for_members_who_manage_them() {
    for ends_with_membership in [false, true] {
        let mut project = enabled();
        project["invalidate_org_api_key_upon_user_removal"] = json!(ends_with_membership);
        let emulator = with_settings(project).await;
        let acme = emulator.create_org("Acme").unwrap();
        let alice = user(&emulator, "alice@acme.example").await.user_id;
        emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
        let bob = emulator.create_user("bob@b.example").unwrap();
        emulator.add_user_to_org(&bob, &acme, "Member").unwrap();
        let (owner, plain) = (browser(&emulator).await, Browser::new(&emulator));
        plain.enter(&bob.start_session().unwrap());
        let (body, list) = (
            json!({ "org_id": acme }),
            format!("org_api_keys?org_id={acme}"),
        );
        assert_eq!(
            plain.refused("POST", "api_keys", body.clone()).await,
            "action_forbidden"
        );
        assert_eq!(
            plain.refused("GET", &list, Value::Null).await,
            "action_forbidden"
        );
        assert_eq!(
            owner
                .refused("POST", "api_keys", json!({ "org_id": "x" }))
                .await,
            "action_forbidden"
        );
        assert_eq!(
            owner
                .refused("GET", "org_api_keys?org_id=x", Value::Null)
                .await,
            "org_not_found"
        );
        let told = owner.done("POST", "api_keys", body).await;
        let listed = owner.done("GET", &list, Value::Null).await;
        assert_eq!(listed["api_keys"][0]["api_key_id"], told["api_key_id"]);
        let path = format!("api_keys/{}", told["api_key_id"].as_str().unwrap());
        assert_eq!(
            plain.refused("DELETE", &path, Value::Null).await,
            "action_forbidden"
        );
        let auth = emulator.propel_auth().await.unwrap();
        let token = told["api_key_token"].as_str().unwrap();
        let valid = auth.api_key().validate_org_api_key(token).await.unwrap();
        assert_eq!(valid.org.org_id, acme);
        auth.org()
            .remove_user_from_org(&alice, &acme)
            .await
            .unwrap();
        let valid = auth.api_key().validate_org_api_key(token).await;
        assert_eq!(valid.is_err(), ends_with_membership);
        assert_eq!(
            owner.refused("DELETE", &path, Value::Null).await,
            "not_found"
        );
    }
}

#[actix_web::test]
async fn all_keys_of_an_owner_share_the_limit_of_the_project() {
    let mut project = enabled();
    project["personal_api_key_rate_limit"] =
        json!({ "allow_per_period": 2, "period_size": 1, "period_type": "minutes" });
    let emulator = with_settings(project).await;
    let browser = browser(&emulator).await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let told = browser.done("POST", "api_keys", Value::Null).await;
        tokens.push(told["api_key_token"].as_str().unwrap().to_owned());
    }
    emulator.freeze_clock(emulator.now());
    let auth = emulator.propel_auth().await.unwrap();
    let validate = async |place: usize| {
        auth.api_key()
            .validate_api_key(tokens[place].as_str())
            .await
    };
    validate(0).await.unwrap();
    validate(1).await.unwrap();
    for place in [0, 1] {
        let error = validate(place).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(ValidateApiKeyRefusal::RateLimited(_))),
            "{error}"
        );
    }
    emulator.advance_clock(Duration::from_secs(60));
    validate(1).await.unwrap();
}
