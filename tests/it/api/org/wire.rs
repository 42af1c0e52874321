//! What libraries other than ours send and get.

use actix_web_propelauth::{
    api::{CreateOrg, UpdateOrg},
    emulator::{Emulator, RoleMapping},
};
use serde_json::{Value, json};

async fn send(emulator: &Emulator, method: &str, path: &str, body: &str) -> (u16, Value) {
    let url = format!("{}/api/backend/v1{path}", emulator.auth_url());
    let client = awc::Client::builder().disable_timeout().finish();
    let request = client.request(method.parse().unwrap(), url);
    let request = request.bearer_auth(emulator.api_key());
    let mut response = request.send_body(body.to_owned()).await.unwrap();
    let body = response.body().await.unwrap();
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    (response.status().as_u16(), json)
}

#[actix_web::test]
async fn orgs_are_queried_by_post_and_by_get() {
    let emulator = Emulator::builder().clock(|| 1_000).start().await.unwrap();
    let org_id = CreateOrg::new("A & B+").legacy_org_id("leg & acy+1");
    let org_id = emulator.create_org(org_id).unwrap();
    emulator.create_org("Other").unwrap();
    let expected = json!({
        "orgs": [{
            "org_id": org_id, "name": "A & B+", "max_users": null, "is_saml_configured": false,
            "legacy_org_id": "leg & acy+1", "custom_role_mapping_name": null, "created_at": 1_000,
            "metadata": {},
        }],
        "total_orgs": 1, "current_page": 0, "page_size": 10, "has_more_results": false,
    });
    let body = json!({ "name": "& b+", "domain": null, "order_by": "NAME" }).to_string();
    let (status, page) = send(&emulator, "POST", "/org/query", &body).await;
    assert_eq!((status, page), (200, expected.clone()));
    let query = "/org/query?page_size=10&page_number=0&order_by=CREATED_AT_ASC&name=%26+b%2B";
    let (status, page) = send(&emulator, "GET", query, "").await;
    assert_eq!((status, page), (200, expected));

    let (status, page) = send(&emulator, "POST", "/org/query", "{}").await;
    assert_eq!((status, &page["total_orgs"]), (200, &json!(2)));
    let (status, errors) = send(&emulator, "GET", "/org/query?page_size=0", "").await;
    let expected = json!({ "page_size": ["Must be from 1 to 100, not 0"] });
    assert_eq!((status, errors), (400, expected));
}

#[actix_web::test]
async fn an_org_has_every_field_that_libraries_insist_on() {
    let emulator = Emulator::start().await.unwrap();
    let org_id = emulator.create_org("Acme Inc").unwrap();
    let path = format!("/org/{org_id}");
    let (_, org) = send(&emulator, "GET", &path, "").await;
    // No null for `metadata`, which one library cannot read.
    let expected = json!({
        "org_id": org_id, "name": "Acme Inc", "url_safe_org_slug": "acme-inc",
        "can_setup_saml": false, "is_saml_configured": false, "is_saml_in_test_mode": false,
        "max_users": null, "metadata": {}, "domain": null, "extra_domains": [],
        "domain_autojoin": false, "domain_restrict": false,
        "custom_role_mapping_name": null, "legacy_org_id": null,
        "password_rotation_enabled": false, "password_rotation_history_size": 0,
        "password_rotation_period": 0, "isolated": false,
    });
    assert_eq!(org, expected);
    let metadata = json!({ "a": [null] });
    let change = UpdateOrg::new(&org_id).metadata(metadata.as_object().unwrap().clone());
    emulator.update_org(change).unwrap();
    let (_, org) = send(&emulator, "GET", &path, "").await;
    assert_eq!(org["metadata"], metadata);
}

#[actix_web::test]
async fn a_subscription_is_an_update_and_may_come_with_others() {
    let builder = Emulator::builder().custom_role_mapping("Paid", RoleMapping::default());
    let emulator = builder.start().await.unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let body = r#"{"custom_role_mapping_name":"Paid","name":"New","can_setup_saml":null}"#;
    let reply = send(&emulator, "PUT", &format!("/org/{org_id}"), body).await;
    assert_eq!(reply, (200, json!({})));
    let org = emulator.org(&org_id).unwrap();
    assert_eq!(org.custom_role_mapping_name.as_deref(), Some("Paid"));
    assert_eq!(org.name, "New");
}

#[actix_web::test]
async fn members_and_invites_have_the_shapes_that_are_documented() {
    let emulator = Emulator::builder().clock(|| 1_000).start().await.unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    emulator.add_user_to_org(&alice, &org_id, "Owner").unwrap();

    let path = format!("/user/org/{org_id}?page_size=10&page_number=0&include_orgs=false");
    let (_, page) = send(&emulator, "GET", &path, "").await;
    let user = &page["users"][0];
    assert_eq!(user["user_id"], json!(alice.id()));
    assert_eq!(user["role_in_org"], "Owner");
    assert_eq!(user["additional_roles_in_org"], json!([]));
    assert_eq!(user.get("user"), None);

    let body = json!({
        "email": "bob@b.com", "org_id": org_id, "role": "Member", "additional_roles": [],
    });
    let reply = send(&emulator, "POST", "/invite_user", &body.to_string()).await;
    assert_eq!(reply.0, 200);
    let (_, page) = send(&emulator, "GET", "/pending_org_invites", "").await;
    let expected = json!({
        "invites": [{
            "invitee_email": "bob@b.com", "org_id": org_id, "org_name": "Acme",
            "role_in_org": "Member", "additional_roles_in_org": [],
            "created_at": 1_000, "expires_at": 433_000,
            "inviter_email": null, "inviter_user_id": null,
        }],
        "total_invites": 1, "current_page": 0, "page_size": 10, "has_more_results": false,
    });
    assert_eq!(page, expected);
    let body = json!({ "org_id": org_id, "invitee_email": "bob@b.com" }).to_string();
    let reply = send(&emulator, "DELETE", "/pending_org_invites", &body).await;
    assert_eq!(reply, (200, json!({})));
    let (status, _) = send(&emulator, "DELETE", "/pending_org_invites", &body).await;
    assert_eq!(status, 404);
}

#[actix_web::test]
async fn what_oidc_needs_depends_on_its_type() {
    let emulator = Emulator::start().await.unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let with = |idp_type: &str, more: Value| {
        let mut body = json!({
            "org_id": org_id, "client_id": "c", "client_secret": "s", "uses_pkce": false,
            "idp_type": idp_type,
        });
        let fields = body.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    for (body, status, field) in [
        (with("Okta", json!({})), 400, "okta_sso_domain"),
        (
            with("Azure", json!({ "okta_sso_domain": "x" })),
            400,
            "entra_tenant_id",
        ),
        (
            with("Generic", json!({ "auth_url": "https://i/a" })),
            400,
            "token_url",
        ),
        (with("Google", json!({})), 400, "idp_type"),
        (
            with("Okta", json!({ "uses_pkce": "yes" })),
            400,
            "uses_pkce",
        ),
        (
            with("Okta", json!({ "okta_sso_domain": "x", "auth_url": null })),
            200,
            "",
        ),
    ] {
        let (got, reply) = send(&emulator, "POST", "/oidc_idp_metadata", &body).await;
        assert_eq!(got, status, "{body}");
        assert!(status == 200 || reply.get(field).is_some(), "{reply}");
    }
}
