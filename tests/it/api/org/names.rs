//! The URL-safe names of organizations: safe, and no two the same.

use std::collections::BTreeSet;

use actix_web_propelauth::{
    api::UpdateOrg,
    emulator::Emulator,
    testing::{TestOrg, TestUser},
};
use serde_json::json;

use super::start_with;

fn is_url_safe(slug: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !slug.is_empty() && slug.len() < 100 && slug.bytes().all(is_safe) && !slug.starts_with('-')
}

#[actix_web::test]
async fn url_safe_names_are_safe_and_no_two_organizations_have_the_same() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let mut names: Vec<String> = [
        "A/B & C? Ünï #1",
        "A/B & C? Ünï #1",
        "Acme",
        "acme",
        "ACME ",
        "-Acme-",
        "acme-2",
        "Acme 2",
        "日本",
        "🦀🦀",
        "???",
        "org",
        "Org 2",
        "query",
        "Query!",
        "..",
        "%2e%2e",
        "31C41C16-C281-44AE-9602-8A047E3BF33D",
        "31c41c16 c281 44ae 9602 8a047e3bf33d",
        "\u{202e}",
        "a\0b",
        "İ",
    ]
    .map(str::to_owned)
    .into();
    names.extend([("x".repeat(5000)), ("x".repeat(5001)), ("é ".repeat(500))]);
    let mut slugs = BTreeSet::new();
    for name in &names {
        let org = auth.org().create_org(name.as_str()).await.unwrap();
        let org = emulator.org(&org.org_id).unwrap();
        assert_eq!(org.name, *name);
        assert!(is_url_safe(&org.url_safe_org_slug), "{org:?}");
        assert!(emulator.org(&*org.url_safe_org_slug).is_none());
        assert!(slugs.insert(org.url_safe_org_slug), "{name} {slugs:?}");
    }
    assert!(
        !slugs.contains("query") && slugs.contains("a-b-c-n-1"),
        "{slugs:?}"
    );
    assert!(
        !slugs.contains("31c41c16-c281-44ae-9602-8a047e3bf33d"),
        "{slugs:?}"
    );
}

#[actix_web::test]
async fn a_renamed_organization_gets_a_url_safe_name_of_its_own() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let first = emulator.create_org("Acme").unwrap();
    let second = emulator.create_org("Acme").unwrap();
    let slug = |org| emulator.org(org).unwrap().url_safe_org_slug;
    let rename = |org, name: &str| emulator.update_org(UpdateOrg::new(org).name(name)).unwrap();
    assert_eq!(
        (slug(&first), slug(&second)),
        ("acme".to_owned(), "acme-2".to_owned())
    );

    // One's own is not taken, and what is given up is free.
    rename(&second, "ACME");
    assert_eq!(slug(&second), "acme-2");
    rename(&first, "Other");
    rename(&second, "acme");
    assert_eq!(
        (slug(&first), slug(&second)),
        ("other".to_owned(), "acme".to_owned())
    );
    rename(&first, "Acme");
    assert_eq!(slug(&first), "acme-2");

    // The next token has it, and a deleted organization has none.
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &first, "Owner").unwrap();
    let token = format!("Bearer {}", alice.log_in().unwrap());
    let user = auth
        .validate_access_token_and_get_user(token.as_str())
        .unwrap();
    assert_eq!(user.org(&first).unwrap().url_safe_org_name, "acme-2");
    auth.org().delete_org(&second).await.unwrap();
    let third = emulator.create_org("Acme").unwrap();
    assert_eq!(slug(&third), "acme");

    // It is so after a restart as well.
    let restored = Emulator::builder().snapshot(emulator.snapshot());
    let restored = restored.start().await.unwrap();
    let fourth = restored.create_org("Acme").unwrap();
    assert_eq!(restored.org(&fourth).unwrap().url_safe_org_slug, "acme-3");
}

#[test]
fn a_test_user_has_the_same_url_safe_names() {
    let org = TestOrg::new("A/B & C? Ünï #1");
    let claims = TestUser::new("a@example.com")
        .in_org(&org, "Owner")
        .claims();
    let orgs = claims["org_id_to_org_member_info"].as_object().unwrap();
    let org = orgs.values().next().unwrap();
    assert_eq!(org["url_safe_org_name"], json!("a-b-c-n-1"));
}
