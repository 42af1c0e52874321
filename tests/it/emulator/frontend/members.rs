//! Members of organizations, their roles, and invitations.

use actix_web_propelauth::emulator::Emulator;
use serde_json::{Value, json};

use super::{
    browser::{events_since, last_token, user, with_settings},
    orgs::member,
};

#[actix_web::test]
async fn members_invite_and_withdraw() {
    let emulator = with_settings(json!({ "signup_domain_blocklist": ["spam.example"] })).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@acme.example", &acme, "Owner").await;
    let admin = member(&emulator, "admin@acme.example", &acme, "Admin").await;
    let plain = member(&emulator, "plain@acme.example", &acme, "Member").await;
    let body = |email: &str, role: &str| json!({ "org_id": acme, "email": email, "role": role, "additional_roles": [] });
    let bob = "bob@b.example";
    assert_eq!(
        plain
            .refused("POST", "invite_user", body(bob, "Member"))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .refused("POST", "invite_user", body(bob, "Owner"))
            .await,
        "action_forbidden",
        "above the own role"
    );
    let elsewhere = json!({ "org_id": "x", "email": bob, "role": "Member" });
    assert_eq!(
        admin.refused("POST", "invite_user", elsewhere).await,
        "org_not_found"
    );
    assert_eq!(
        admin
            .refused("POST", "invite_user", body("PLAIN@acme.example", "Member"))
            .await,
        "action_already_complete"
    );
    for (body, fields) in [
        (
            json!({}),
            json!({ "org_id": "required", "email": "required", "role": "required" }),
        ),
        (body("x", "Member"), json!({ "email": "invalid" })),
        (body(bob, "Boss"), json!({ "role": "invalid" })),
        (
            body("b@spam.example", "Member"),
            json!({ "email": "domain_not_allowed" }),
        ),
        (
            json!({ "org_id": acme, "email": bob, "role": "Member", "additional_roles": ["Admin"] }),
            json!({ "additional_roles": "invalid" }),
        ),
        (
            json!({ "org_id": acme, "email": bob, "role": "Member", "additional_roles": [1] }),
            json!({ "additional_roles": "invalid_type" }),
        ),
    ] {
        assert_eq!(
            admin.wrong_fields("POST", "invite_user", body).await,
            fields
        );
    }
    let before = emulator.webhook_messages().len();
    admin.done("POST", "invite_user", body(bob, "Admin")).await;
    admin
        .done("POST", "invite_user", body("carl@b.example", "Member"))
        .await;
    assert_eq!(
        events_since(&emulator, before),
        ["user.invited_to_org", "user.invited_to_org"]
    );
    let list = |kind: &str, query: &str| format!("org_membership/{acme}/{kind}?{query}");
    let told = plain
        .done("GET", &list("pending_invites", "page_size=1"), Value::Null)
        .await;
    let expires = told["pending_invites"][0]["expires_at_seconds"]
        .as_i64()
        .unwrap();
    assert!(expires > emulator.now());
    assert_eq!(
        told,
        json!({
            "pending_invites": [{ "email": bob, "role": "Admin", "additional_roles": [], "expires_at_seconds": expires }],
            "total_count": 2, "page_number": 0, "page_size": 1, "has_more_results": true,
        })
    );
    let told = plain
        .done(
            "GET",
            &list(
                "pending_invites",
                "page_size=1&page_number=1&email_search=CARL",
            ),
            Value::Null,
        )
        .await;
    assert_eq!(
        (&told["total_count"], &told["pending_invites"]),
        (&json!(1), &json!([]))
    );
    for odd in [
        "page_size=x",
        "page_size=0&page_number=-1",
        "page_size=99999999999999999999",
        "email_search=%ff",
    ] {
        plain
            .done("GET", &list("pending_invites", odd), Value::Null)
            .await;
    }
    let told = plain
        .done("GET", &list("expired_invites", ""), Value::Null)
        .await;
    assert_eq!(told["expired_invites"], json!([]));
    emulator.advance_clock(std::time::Duration::from_secs(5 * 24 * 60 * 60));
    let told = plain
        .done("GET", &list("expired_invites", ""), Value::Null)
        .await;
    assert_eq!(
        (&told["total_count"], &told["expired_invites"][0]["email"]),
        (&json!(2), &json!(bob))
    );

    let revoke = |email: &str| json!({ "org_id": acme, "email": email });
    assert_eq!(
        plain
            .refused("POST", "revoke_user_invitation", revoke(bob))
            .await,
        "action_forbidden"
    );
    admin
        .done("POST", "revoke_user_invitation", revoke("BOB@b.example"))
        .await;
    let told = admin
        .wrong_fields("POST", "revoke_user_invitation", revoke(bob))
        .await;
    assert_eq!(told, json!({ "email": "not_found" }));
    let elsewhere = json!({ "org_id": "x", "email": bob });
    assert_eq!(
        admin
            .refused("POST", "revoke_user_invitation", elsewhere)
            .await,
        "org_not_found"
    );

    let auth = emulator.propel_auth().await.unwrap();
    auth.org().update_org(&acme).max_users(3).await.unwrap();
    assert_eq!(
        owner
            .refused("POST", "invite_user", body(bob, "Member"))
            .await,
        "org_max_users_limit_exceeded"
    );
}

#[actix_web::test]
async fn members_are_listed_removed_and_given_roles() {
    let emulator = with_settings(json!({})).await;
    let acme = emulator.create_org("Acme").unwrap();
    let owner = member(&emulator, "owner@acme.example", &acme, "Owner").await;
    let admin = member(&emulator, "admin@acme.example", &acme, "Admin").await;
    let plain = member(&emulator, "plain@acme.example", &acme, "Member").await;
    let id = async |email: &str| user(&emulator, email).await.user_id;
    let (owner_id, admin_id, plain_id) = (
        id("owner@acme.example").await,
        id("admin@acme.example").await,
        id("plain@acme.example").await,
    );
    let path = format!("org_membership/{acme}/members");
    let told = admin.done("GET", &path, Value::Null).await;
    let seen: Vec<_> = told["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["email"].as_str().unwrap(),
                &it["possible_roles"],
                it["can_be_deleted"].as_bool().unwrap(),
            )
        })
        .collect();
    let (none, below) = (json!([]), json!(["Admin", "Member"]));
    assert_eq!(
        seen,
        [
            ("owner@acme.example", &none, false),
            ("admin@acme.example", &below, true),
            ("plain@acme.example", &below, true)
        ]
    );
    assert_eq!(
        told["users"][0],
        json!({
            "user_id": owner_id, "email": "owner@acme.example", "role": "Owner", "additional_roles": [],
            "possible_roles": [], "can_be_deleted": false, "is_enabled": true, "is_2fa_enabled": false,
        })
    );
    let told = plain
        .done("GET", &format!("{path}?email_search=admin"), Value::Null)
        .await;
    assert_eq!(
        (&told["total_count"], &told["users"][0]["can_be_deleted"]),
        (&json!(1), &json!(false))
    );
    for kind in ["members", "pending_invites", "expired_invites"] {
        assert_eq!(
            plain
                .refused("GET", &format!("org_membership/x/{kind}"), Value::Null)
                .await,
            "org_not_found"
        );
    }

    let change = |user: &str, role: &str| json!({ "org_id": acme, "user_id": user, "role": role });
    assert_eq!(
        plain
            .refused("POST", "change_role", change(&plain_id, "Admin"))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .refused("POST", "change_role", change(&admin_id, "Owner"))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .refused("POST", "change_role", change(&owner_id, "Member"))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .refused("POST", "change_role", change("x", "Member"))
            .await,
        "user_not_found"
    );
    let elsewhere = json!({ "org_id": "x", "user_id": plain_id, "role": "Member" });
    assert_eq!(
        admin.refused("POST", "change_role", elsewhere).await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .wrong_fields("POST", "change_role", change(&plain_id, "Boss"))
            .await,
        json!({ "role": "invalid" })
    );
    assert_eq!(
        owner
            .wrong_fields("POST", "change_role", change(&owner_id, "Admin"))
            .await,
        json!({ "org_id": "must_have_owner" })
    );
    assert_eq!(
        owner.wrong_fields("POST", "change_role", Value::Null).await,
        json!({ "org_id": "required", "user_id": "required", "role": "required" })
    );
    let before = emulator.webhook_messages().len();
    admin
        .done("POST", "change_role", change(&plain_id, "Admin"))
        .await;
    assert_eq!(
        events_since(&emulator, before),
        ["user.role_changed_within_org"]
    );
    assert!(plain.user().await.org(&acme).unwrap().is_role("Admin"));
    admin
        .done("POST", "change_role", change(&plain_id, "Member"))
        .await;

    let remove = |user: &str| json!({ "org_id": acme, "user_id": user });
    assert_eq!(
        plain
            .refused("POST", "remove_user", remove(&admin_id))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        plain.refused("POST", "remove_user", remove("x")).await,
        "action_forbidden"
    );
    assert_eq!(
        admin
            .refused("POST", "remove_user", remove(&owner_id))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        admin.refused("POST", "remove_user", remove("x")).await,
        "user_not_found"
    );
    assert_eq!(
        admin
            .refused(
                "POST",
                "remove_user",
                json!({ "org_id": "x", "user_id": plain_id })
            )
            .await,
        "org_not_found"
    );
    assert_eq!(
        owner
            .wrong_fields("POST", "remove_user", remove(&owner_id))
            .await,
        json!({ "org_id": "must_have_owner" })
    );
    let before = emulator.webhook_messages().len();
    admin.done("POST", "remove_user", remove(&plain_id)).await;
    assert_eq!(events_since(&emulator, before), ["user.removed_from_org"]);
    admin.done("POST", "remove_user", remove(&admin_id)).await;
    assert!(
        admin.user().await.org(&acme).is_none(),
        "every member may leave"
    );
}

#[actix_web::test]
async fn settings_of_roles_decide() {
    let seed = json!({
        "project": { "multiple_roles_per_user": true, "users_can_delete_their_own_orgs": true },
        "roles": [
            { "name": "Boss", "can_delete_org": false },
            { "name": "Host", "can_invite": true, "can_change_roles": true, "roles_can_manage": ["Guest"], "can_view_other_members": false },
            { "name": "Guest" },
            { "name": "Spy", "is_internal": true },
            { "name": "Old", "disabled": true },
        ],
    });
    let emulator = Emulator::builder().seed_json(seed).start().await.unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let boss = member(&emulator, "boss@acme.example", &acme, "Boss").await;
    let host = member(&emulator, "host@acme.example", &acme, "Host").await;
    let guest = member(&emulator, "guest@acme.example", &acme, "Guest").await;
    member(&emulator, "spy@acme.example", &acme, "Spy").await;
    let path = format!("org_membership/{acme}/members");
    for (browser, total) in [(&boss, 3), (&host, 1), (&guest, 3)] {
        let told = browser.done("GET", &path, Value::Null).await;
        assert_eq!(told["total_count"], total, "{told}");
    }
    let told = boss.done("GET", &path, Value::Null).await;
    assert_eq!(
        told["users"][2]["possible_roles"],
        json!(["Boss", "Host", "Guest"])
    );
    let invite = |role: &str, more: Value| json!({ "org_id": acme, "email": "new@b.example", "role": role, "additional_roles": more });
    assert_eq!(
        host.refused("POST", "invite_user", invite("Host", json!([])))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        host.refused("POST", "invite_user", invite("Guest", json!(["Boss"])))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        guest
            .refused("POST", "invite_user", invite("Guest", json!([])))
            .await,
        "action_forbidden"
    );
    assert_eq!(
        boss.wrong_fields("POST", "invite_user", invite("Spy", json!([])))
            .await,
        json!({ "role": "invalid" })
    );
    assert_eq!(
        boss.wrong_fields("POST", "invite_user", invite("Old", json!([])))
            .await,
        json!({ "role": "invalid" })
    );
    host.done("POST", "invite_user", invite("Guest", json!([])))
        .await;
    let body = json!({ "org_id": acme });
    assert_eq!(
        boss.refused("DELETE", "delete_org", body).await,
        "action_forbidden"
    );
    assert!(last_token(&emulator).len() == 64);
}
