//! Creating, joining, changing and deleting organizations.

use actix_web_propelauth::{OrgId, api::CreateOrg, emulator::Emulator};
use serde_json::{Value, json};

use super::browser::{Browser, events_since, user, with_settings};

/// Returns the browser of a user with a role in an organization.
pub(super) async fn member<'e>(
    emulator: &'e Emulator,
    email: &str,
    org: &OrgId,
    role: &str,
) -> Browser<'e> {
    let browser = Browser::new(emulator);
    let member = emulator.create_user(email).unwrap();
    emulator.confirm_email(&member).unwrap();
    emulator.add_user_to_org(&member, org, role).unwrap();
    browser.enter(&member.start_session().unwrap());
    browser
}

#[actix_web::test]
async fn who_creates_an_organization_owns_it() {
    let emulator = with_settings(json!({ "max_num_orgs_users_can_be_in": 2 })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    for (body, fields) in [
        (Value::Null, json!({ "name": "required" })),
        (json!({ "name": " " }), json!({ "name": "required" })),
        (
            json!({ "name": 1, "autojoin_by_domain": "x" }),
            json!({ "name": "invalid_type", "autojoin_by_domain": "invalid_type" }),
        ),
    ] {
        assert_eq!(
            browser.wrong_fields("POST", "create_org", body).await,
            fields
        );
    }
    let before = emulator.webhook_messages().len();
    let body = json!({ "name": "Acme", "autojoin_by_domain": true, "restrict_to_domain": true });
    let told = browser.done("POST", "create_org", body).await;
    assert_eq!(told["first_org"], true);
    assert_eq!(
        events_since(&emulator, before),
        ["org.created", "user.added_to_org"]
    );
    let auth = emulator.propel_auth().await.unwrap();
    let org = auth
        .org()
        .fetch_org(told["org_id"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (
            org.domain.as_deref(),
            org.domain_autojoin,
            org.domain_restrict
        ),
        (Some("acme.example"), true, true)
    );
    let user = browser.user().await;
    let member = user.org(told["org_id"].as_str().unwrap()).unwrap();
    assert!(member.is_role("Owner"));
    let told = browser
        .done("POST", "create_org", json!({ "name": "Other" }))
        .await;
    assert_eq!(told["first_org"], false);
    let code = browser
        .refused("POST", "create_org", json!({ "name": "Third" }))
        .await;
    assert_eq!(code, "user_max_orgs_limit_exceeded");
}

#[actix_web::test]
async fn the_project_decides_who_creates_organizations() {
    let create = json!({ "name": "Acme" });
    let with_domain = json!({ "name": "Acme", "restrict_to_domain": true });
    let autojoin = json!({ "name": "Acme", "autojoin_by_domain": true });
    for (project, body, code) in [
        (json!({ "has_orgs": false }), &create, "action_disabled"),
        (
            json!({ "users_can_create_orgs": false }),
            &create,
            "action_disabled",
        ),
        (
            json!({ "allow_autojoin_by_domain": false }),
            &autojoin,
            "action_disabled",
        ),
    ] {
        let emulator = with_settings(project).await;
        let browser = Browser::new(&emulator);
        assert_eq!(
            browser.refused("POST", "create_org", body.clone()).await,
            "not_logged_in"
        );
        browser.log_in("alice", "wonderland").await;
        assert_eq!(
            browser.refused("POST", "create_org", body.clone()).await,
            code
        );
    }
    let emulator = with_settings(json!({ "users_can_create_orgs": false })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let alice = user(&emulator, "alice@acme.example").await.user_id;
    let auth = emulator.propel_auth().await.unwrap();
    auth.user()
        .enable_user_can_create_orgs(&alice)
        .await
        .unwrap();
    browser.done("POST", "create_org", create).await;

    // A domain belongs to who confirmed an address of it, and not to a provider.
    for (email, is_confirmed, code) in [
        ("bob@gmail.com", true, "personal_domain_error"),
        ("bob@b.example", false, "email_not_confirmed"),
    ] {
        let bob = emulator.create_user(email).unwrap();
        auth.user().enable_user_can_create_orgs(&bob).await.unwrap();
        if is_confirmed {
            emulator.confirm_email(&bob).unwrap();
        }
        browser.enter(&bob.start_session().unwrap());
        assert_eq!(
            browser
                .refused("POST", "create_org", with_domain.clone())
                .await,
            code
        );
    }
}

#[actix_web::test]
async fn organizations_are_joined_by_domain_or_invitation() {
    let emulator = with_settings(
        json!({ "users_must_be_in_an_organization": true, "max_num_orgs_users_can_be_in": 2 }),
    )
    .await;
    let auth = emulator.propel_auth().await.unwrap();
    let open = CreateOrg::new("Open")
        .domain("acme.example")
        .enable_auto_joining_by_domain(true);
    let open = emulator.create_org(open).unwrap();
    let closed = emulator
        .create_org(CreateOrg::new("Closed").domain("acme.example"))
        .unwrap();
    let inviting = emulator
        .create_org(CreateOrg::new("Inviting").max_users(1))
        .unwrap();
    auth.org()
        .invite_user_to_org("ALICE@acme.example", &inviting, "Admin")
        .await
        .unwrap();
    let browser = Browser::new(&emulator);
    assert_eq!(
        browser.log_in("alice", "wonderland").await,
        "OrgCreationRequired"
    );
    let told = browser.done("GET", "joinable_orgs", Value::Null).await;
    assert_eq!(
        told,
        json!({ "orgs": [{ "id": open, "name": "Open" }, { "id": inviting, "name": "Inviting" }] })
    );
    for id in [closed.as_str(), "x", "%00", "%20"] {
        assert_eq!(
            browser
                .refused("POST", &format!("join_org/{id}"), Value::Null)
                .await,
            "org_not_found"
        );
    }
    let before = emulator.webhook_messages().len();
    let told = browser
        .done(
            "POST",
            &format!("join_org/{}", open.to_uppercase()),
            Value::Null,
        )
        .await;
    assert_eq!(told, json!({ "org_id": open, "first_org": true }));
    assert_eq!(events_since(&emulator, before), ["user.added_to_org"]);
    assert_eq!(browser.login_state().await, "Finished");
    assert!(browser.user().await.org(&open).unwrap().is_role("Member"));
    let told = browser
        .done("POST", &format!("join_org/{inviting}"), Value::Null)
        .await;
    assert_eq!(told["first_org"], false);
    assert!(
        browser
            .user()
            .await
            .org(&inviting)
            .unwrap()
            .is_role("Admin")
    );
    assert_eq!(
        browser.done("GET", "joinable_orgs", Value::Null).await,
        json!({ "orgs": [] })
    );

    auth.org()
        .invite_user_to_org("alice@acme.example", &closed, "Admin")
        .await
        .unwrap();
    let code = browser
        .refused("POST", &format!("join_org/{closed}"), Value::Null)
        .await;
    assert_eq!(code, "user_max_orgs_limit_exceeded");

    // What is full, and who has not confirmed the address.
    auth.org().update_org(&closed).max_users(1).await.unwrap();
    let bob = emulator.create_user("bob@acme.example").unwrap();
    auth.org()
        .invite_user_to_org("bob@acme.example", &closed, "Member")
        .await
        .unwrap();
    browser.enter(&bob.start_session().unwrap());
    assert_eq!(
        browser.done("GET", "joinable_orgs", Value::Null).await,
        json!({ "orgs": [] })
    );
    assert_eq!(
        browser
            .refused("POST", &format!("join_org/{closed}"), Value::Null)
            .await,
        "org_not_found"
    );
    emulator.confirm_email(&bob).unwrap();
    let eve = emulator.create_user("eve@x.example").unwrap();
    emulator.add_user_to_org(&eve, &closed, "Member").unwrap();
    let code = browser
        .refused("POST", &format!("join_org/{closed}"), Value::Null)
        .await;
    assert_eq!(code, "org_max_users_limit_exceeded");
}

#[actix_web::test]
async fn settings_of_an_organization_are_for_roles() {
    let emulator =
        with_settings(json!({ "orgs_can_require_2fa": true, "orgs_can_setup_saml": true })).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@acme.example", &acme, "Owner").await;
    let admin = member(&emulator, "admin@acme.example", &acme, "Admin").await;
    let path = format!("org_settings?org_id={acme}");
    let told = owner.done("GET", &path, Value::Null).await;
    assert_eq!(
        told,
        json!({
            "org_name": "Acme", "user_can_update_org_settings": true, "user_can_update_metadata": true,
            "autojoin_by_domain": false, "restrict_to_domain": false, "require_2fa_by": null, "existing_domain": null,
            "current_user_domain": "acme.example", "current_user_domain_is_personal": false,
            "can_setup_saml": true, "is_saml_enabled": false, "is_saml_in_test_mode": false,
            "can_setup_scim": true, "is_scim_enabled": false,
        })
    );
    let told = admin.done("GET", &path, Value::Null).await;
    assert_eq!(
        (
            &told["user_can_update_org_settings"],
            &told["user_can_update_metadata"],
            &told["can_setup_saml"]
        ),
        (&json!(false), &json!(false), &json!(false))
    );
    for path in [
        "org_settings",
        "org_settings?org_id=x",
        "org_settings?org_id=%ff",
    ] {
        assert_eq!(
            owner.refused("GET", path, Value::Null).await,
            "org_not_found"
        );
    }

    let update = |change: Value| {
        let mut body = json!({ "org_id": acme });
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        body
    };
    let post = "update_org_metadata";
    for change in [
        json!({ "name": "New" }),
        json!({ "autojoin_by_domain": true }),
        json!({ "require_2fa_by": null }),
    ] {
        assert_eq!(
            admin.refused("POST", post, update(change)).await,
            "action_forbidden"
        );
    }
    for (change, fields) in [
        (json!({ "name": "" }), json!({ "name": "required" })),
        (
            json!({ "require_2fa_by": "soon" }),
            json!({ "require_2fa_by": "invalid" }),
        ),
        (
            json!({ "require_2fa_by": 1, "restrict_to_domain": 0 }),
            json!({ "require_2fa_by": "invalid_type", "restrict_to_domain": "invalid_type" }),
        ),
    ] {
        assert_eq!(
            owner.wrong_fields("POST", post, update(change)).await,
            fields
        );
    }
    let before = emulator.webhook_messages().len();
    let change = json!({ "name": "New", "autojoin_by_domain": true, "restrict_to_domain": true, "require_2fa_by": "2030-01-31T00:00:00.000Z" });
    owner.done("POST", post, update(change)).await;
    assert_eq!(events_since(&emulator, before), ["org.updated"]);
    let told = owner.done("GET", &path, Value::Null).await;
    assert_eq!(
        (
            &told["org_name"],
            &told["existing_domain"],
            &told["require_2fa_by"]
        ),
        (
            &json!("New"),
            &json!("acme.example"),
            &json!("2030-01-31T00:00:00Z")
        )
    );
    owner.done("POST", post, update(json!({}))).await;
    assert_eq!(
        owner.done("GET", &path, Value::Null).await,
        told,
        "what is not given stays"
    );
    owner
        .done("POST", post, update(json!({ "require_2fa_by": null })))
        .await;
    assert_eq!(
        owner.done("GET", &path, Value::Null).await["require_2fa_by"],
        Value::Null
    );

    // A second factor that is needed from now on ends what members may do.
    owner
        .done(
            "POST",
            post,
            update(json!({ "require_2fa_by": "2020-01-01T00:00:00Z" })),
        )
        .await;
    assert_eq!(admin.login_state().await, "TwoFactorEnablementRequired");
    assert_eq!(
        admin.refused("GET", &path, Value::Null).await,
        "not_logged_in"
    );

    let emulator = with_settings(json!({ "allow_autojoin_by_domain": false })).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@gmail.com", &acme, "Owner").await;
    for change in [
        json!({ "autojoin_by_domain": true }),
        json!({ "require_2fa_by": "2030-01-31T00:00:00Z" }),
    ] {
        let mut body = json!({ "org_id": acme });
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(owner.refused("POST", post, body).await, "action_disabled");
    }
    let told = owner
        .wrong_fields(
            "POST",
            post,
            json!({ "org_id": acme, "restrict_to_domain": true }),
        )
        .await;
    assert_eq!(told, json!({ "autojoin_by_domain": "personal_domain" }));
}

#[actix_web::test]
async fn an_organization_is_deleted_by_its_owner_if_that_is_allowed() {
    let emulator = with_settings(json!({})).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@acme.example", &acme, "Owner").await;
    let body = json!({ "org_id": acme });
    assert_eq!(
        owner.refused("DELETE", "delete_org", body).await,
        "action_disabled"
    );

    let emulator = with_settings(json!({ "users_can_delete_their_own_orgs": true })).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@acme.example", &acme, "Owner").await;
    let admin = member(&emulator, "admin@acme.example", &acme, "Admin").await;
    let body = json!({ "org_id": acme });
    assert_eq!(
        admin.refused("DELETE", "delete_org", body.clone()).await,
        "action_forbidden"
    );
    for wrong in [
        Value::Null,
        json!({ "org_id": 1 }),
        json!({ "org_id": "x" }),
    ] {
        assert_eq!(
            owner.refused("DELETE", "delete_org", wrong).await,
            "org_not_found"
        );
    }
    let before = emulator.webhook_messages().len();
    owner.done("DELETE", "delete_org", body.clone()).await;
    assert_eq!(events_since(&emulator, before), ["org.deleted"]);
    assert_eq!(
        owner.refused("DELETE", "delete_org", body).await,
        "org_not_found"
    );
}

#[actix_web::test]
async fn a_project_without_organizations_has_none_of_this() {
    let emulator = with_settings(json!({ "has_orgs": false })).await;
    let browser = Browser::new(&emulator);
    browser.log_in("alice", "wonderland").await;
    let body = json!({ "org_id": "x", "name": "x", "email": "a@b.c", "role": "x", "user_id": "x" });
    for (method, path, codes) in super::browser::CALLS {
        if codes.contains(&"org_not_found")
            && codes.contains(&"action_disabled")
            && !path.contains("api_keys")
        {
            let path = path.replace("{id}", "x");
            assert_eq!(
                browser.refused(method, &path, body.clone()).await,
                "action_disabled",
                "{path}"
            );
        }
    }
    for path in ["change_role", "create_org"] {
        assert_eq!(
            browser.refused("POST", path, body.clone()).await,
            "action_disabled"
        );
    }
}
