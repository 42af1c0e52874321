//! Logins through identity providers, for which a test one stands.

use actix_web_propelauth::api::{SamlIdpMetadata, SamlIdpProvider};
use serde_json::json;

use super::{browser::Browser, path_and_query, returning, start};

const APP: &str = "http://localhost:3000/";

#[actix_web::test]
async fn a_social_login_is_for_whoever_is_chosen() {
    let emulator = start(json!({ "include_login_method": true })).await;
    let target = "http://localhost:3000/x";
    // PropelAuth's frontend library begins the path with two slashes.
    for path in [
        "/google/login",
        "//github/login",
        "/slack/login?scope=a%20b",
    ] {
        let browser = Browser::new(&emulator);
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.has("bob@acme.example"));
        let form = page
            .forms()
            .remove(0)
            .with(&[("user_email", "bob@acme.example")]);
        assert_eq!(
            browser.submit(&form).await.location.as_deref(),
            Some(APP),
            "{path}"
        );
        assert!(browser.get("/account").await.has("bob@acme.example"));
    }
    let browser = Browser::new(&emulator);
    let path = returning("/google/login", target);
    let page = browser.get(&path).await;
    let form = page.forms().remove(1);
    let new = [("email", "dora@dora.example"), ("first_name", "Dora")];
    let entered = browser.submit(&form.with(&new)).await;
    assert_eq!(entered.location.as_deref(), Some(target));
    let auth = emulator.propel_auth().await.unwrap();
    let dora = auth
        .user()
        .fetch_user_metadata_by_email("dora@dora.example");
    let dora = dora.await.unwrap();
    assert!(dora.email_confirmed && dora.first_name.as_deref() == Some("Dora"));
    let tokens = auth
        .user()
        .fetch_user_oauth_tokens(&dora.user_id)
        .await
        .unwrap();
    assert_eq!(tokens.len(), 1);
}

#[actix_web::test]
async fn a_provider_can_say_no() {
    let emulator = start(json!({ "allow_public_signups": false })).await;
    let browser = Browser::new(&emulator);
    let page = browser.get("/google/login").await;
    for (outcome, said) in [
        ("denied", "canceled"),
        ("error", "an error"),
        ("?", "an error"),
    ] {
        let form = page.forms().remove(2).with(&[("outcome", outcome)]);
        let refused = browser.submit(&form).await;
        assert!(
            refused.status == 400 && refused.has(said),
            "{outcome}: {refused:?}"
        );
    }
    for (email, said) in [
        ("", "valid email"),
        ("x", "valid email"),
        ("n@n.example", "invitation only"),
    ] {
        let form = page.forms().remove(1).with(&[("email", email)]);
        let refused = browser.submit(&form).await;
        assert!(
            refused.status == 400 && refused.has(said),
            "{email}: {refused:?}"
        );
    }
    assert_eq!(browser.cookie("refresh_token"), None);
    assert_eq!(browser.get("/myspace/login").await.status, 404);
}

#[actix_web::test]
async fn an_organization_logs_in_its_members() {
    let emulator = start(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = auth
        .user()
        .fetch_user_metadata_by_email("alice@acme.example")
        .include_orgs(true);
    let orgs = alice.await.unwrap().org_id_to_org_info.unwrap();
    let acme = orgs.into_keys().next().unwrap();
    let browser = Browser::new(&emulator);
    let path = format!("/saml?id={acme}");
    assert_eq!(browser.get(&path).await.status, 404);
    let metadata = SamlIdpMetadata {
        org_id: acme.clone(),
        idp_entity_id: "urn:idp".to_owned(),
        idp_sso_url: "https://idp.example/sso".to_owned(),
        idp_certificate: "certificate".to_owned(),
        provider: SamlIdpProvider::Okta,
    };
    auth.saml().set_saml_idp_metadata(metadata).await.unwrap();
    let page = browser.get(&path).await;
    assert!(page.has("Okta") && page.has("bob@acme.example") && !page.has("carol@other.example"));
    let form = page
        .forms()
        .remove(1)
        .with(&[("email", "new@acme.example")]);
    assert_eq!(browser.submit(&form).await.location.as_deref(), Some(APP));
    let page = browser.get("/org").await;
    assert!(page.has("Acme") && page.has("Member"));
}

#[actix_web::test]
async fn single_sign_on_is_set_up_by_a_link() {
    let emulator = start(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = auth
        .user()
        .fetch_user_metadata_by_email("alice@acme.example")
        .include_orgs(true);
    let orgs = alice.await.unwrap().org_id_to_org_info.unwrap();
    let acme = orgs.into_keys().next().unwrap();
    let link = auth
        .saml()
        .create_org_saml_connection_link(&acme)
        .await
        .unwrap();
    let link = path_and_query(link.url.expose());
    let link = link.trim_end_matches('?');
    let browser = Browser::new(&emulator);
    let wrong = [
        ("idp_entity_id", "a"),
        ("idp_sso_url", "b"),
        ("idp_certificate", ""),
        ("provider", "Okta"),
    ];
    let page = browser.get(link).await;
    assert!(page.has("Acme"), "{page:?}");
    let refused = browser.submit(&page.forms().remove(1).with(&wrong)).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    for field in ["idp_sso_url-error", "idp_certificate-error"] {
        assert!(refused.text.contains(field), "{field}");
    }
    let done = browser.submit(&page.forms().remove(0)).await;
    assert!(
        done.status == 200 && done.text.contains(&format!("/saml?id={acme}")),
        "{done:?}"
    );
    assert_eq!(browser.get("/saml/setup/0").await.status, 404);
    assert_eq!(
        browser
            .get(&link.replace("/saml/setup", "/setup_saml"))
            .await
            .status,
        200
    );
}
