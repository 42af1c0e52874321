//! What tests and the program do beyond the backend API, and the events of it, with their payloads.

use actix_web_propelauth::{
    api::{CreateApiKey, CreateUser, InviteUserToOrg, SendSmsMfaCodeArgs, StepUpGrantType},
    emulator::{Emulator, NewScimGroup, RoleMapping, Seed},
};
use serde_json::{Value, json};

use super::types_since;
use crate::fixtures::world::connect;

/// Returns the payloads of the events since the emulator had this number of messages.
fn payloads_since(emulator: &Emulator, before: usize) -> Vec<Value> {
    let messages = emulator.webhook_messages();
    messages[before..]
        .iter()
        .map(|it| it.payload.clone())
        .collect()
}

#[actix_web::test]
async fn each_event_has_the_fields_that_propelauth_sends() {
    let emulator = Emulator::start().await.unwrap();
    let auth = connect(&emulator);
    let check = |before: usize, what: &str, expected: Value| {
        assert_eq!(
            Value::from(payloads_since(&emulator, before)),
            expected,
            "{what}"
        );
    };
    let count = || emulator.webhook_messages().len();

    let before = count();
    let user = CreateUser::new("alice@example.com")
        .first_name("Alice")
        .username("al");
    let alice = emulator.create_user(user).unwrap();
    let user_id = alice.id().as_str();
    let profile = |event_type: &str, first_name: &str| {
        json!({ "event_type": event_type, "user_id": user_id, "email": "alice@example.com",
            "email_confirmed": false, "first_name": first_name, "username": "al" })
    };
    check(before, "create", json!([profile("user.created", "Alice")]));

    let before = count();
    let update = auth.user().update_user_metadata(&alice).first_name("Al");
    update.await.unwrap();
    check(before, "update", json!([profile("user.updated", "Al")]));

    let before = count();
    let acme = emulator.create_org("Acme").unwrap();
    check(
        before,
        "create_org",
        json!([{ "event_type": "org.created", "org_id": acme, "name": "Acme" }]),
    );

    let before = count();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    emulator
        .change_user_role_in_org(&alice, &acme, "Admin")
        .unwrap();
    check(
        before,
        "membership",
        json!([
            { "event_type": "user.added_to_org", "user_id": user_id, "org_id": acme,
                "role": "Owner" },
            { "event_type": "user.role_changed_within_org", "user_id": user_id, "org_id": acme,
                "old_role": "Owner", "new_role": "Admin" },
        ]),
    );

    let before = count();
    let group = NewScimGroup::new("Engineers").members([&alice]);
    let group = emulator.add_scim_group(&acme, group).unwrap();
    emulator.rename_scim_group(&group, "Builders").unwrap();
    emulator.set_scim_group_members(&group, [""; 0]).unwrap();
    assert!(emulator.remove_scim_group(&group));
    let of_group = |event_type: &str| json!({ "event_type": event_type, "org_id": acme, "scim_group_id": group });
    let with = |mut event: Value, name: &str, value: &str| {
        event[name] = value.into();
        event
    };
    check(
        before,
        "SCIM groups",
        json!([
            with(
                of_group("org.scim_group_created"),
                "display_name",
                "Engineers"
            ),
            with(of_group("user.added_to_scim_group"), "user_id", user_id),
            with(
                of_group("org.scim_group_updated"),
                "display_name",
                "Builders"
            ),
            with(of_group("user.removed_from_scim_group"), "user_id", user_id),
            of_group("org.scim_group_deleted"),
        ]),
    );

    let before = count();
    let key = emulator.add_scim_key(&acme).unwrap();
    assert!(emulator.revoke_scim_key(&key) && !emulator.revoke_scim_key(&key));
    let of_key =
        |event_type: &str| json!({ "event_type": event_type, "org_id": acme, "scim_key_id": key });
    check(
        before,
        "SCIM keys",
        json!([
            of_key("org.scim_key_created"),
            of_key("org.scim_key_revoked")
        ]),
    );

    let before = count();
    alice.log_in().unwrap();
    alice.log_in_to_org(&acme).unwrap();
    auth.user().logout_all_user_sessions(&alice).await.unwrap();
    let support = emulator.add_employee("support@example.com").unwrap();
    emulator.impersonate(&support, &alice).unwrap();
    check(
        before,
        "sessions",
        json!([
            { "event_type": "user.login", "user_id": user_id },
            { "event_type": "user.login", "user_id": user_id, "active_org_id": acme },
            { "event_type": "user.logged_out", "user_id": user_id },
            { "event_type": "user.impersonated", "user_id": user_id,
                "impersonator_user_id": support },
        ]),
    );

    let before = count();
    let invite = InviteUserToOrg::new("new@example.com", &acme, "Member");
    emulator.invite_user_as(&alice, invite).unwrap();
    check(
        before,
        "invitation",
        json!([{ "event_type": "user.invited_to_org", "email": "new@example.com",
            "org_id": acme, "role": "Member" }]),
    );

    let before = count();
    let personal = CreateApiKey::new().user_id(&alice);
    let personal = emulator.create_api_key(personal).unwrap().api_key_id;
    let of_org = CreateApiKey::new().org_id(&acme).user_id(&alice);
    let of_org = emulator.create_api_key(of_org).unwrap().api_key_id;
    let generic = emulator
        .create_api_key(CreateApiKey::new())
        .unwrap()
        .api_key_id;
    for key in [&personal, &of_org, &generic] {
        auth.api_key().delete_api_key(key).await.unwrap();
    }
    check(
        before,
        "API keys",
        json!([
            { "event_type": "user.deleted_personal_api_key", "user_id": user_id,
                "api_key_id": personal },
            { "event_type": "org.api_key_deleted", "org_id": acme, "user_id": user_id,
                "api_key_id": of_org },
        ]),
    );

    let phone = emulator.add_mfa_phone(&alice, "+1 555 0100").unwrap();
    let before = count();
    let code = SendSmsMfaCodeArgs {
        action_type: "A".into(),
        user_id: alice.id().clone(),
        mfa_phone_id: phone,
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 60,
    };
    auth.mfa().send_sms_mfa_code(code).await.unwrap();
    check(
        before,
        "SMS",
        json!([{ "event_type": "user.send_mfa_phone_code", "user_id": user_id,
            "phone_number": "+1 555 0100" }]),
    );

    let before = count();
    emulator.lock_user(&alice).unwrap();
    auth.user().disable_user(&alice).await.unwrap();
    auth.user().enable_user(&alice).await.unwrap();
    emulator.remove_user_from_org(&alice, &acme).unwrap();
    auth.user().delete_user(&alice).await.unwrap();
    let about = |event_type: &str| json!({ "event_type": event_type, "user_id": user_id });
    check(
        before,
        "the end of a user",
        json!([
            about("user.locked"),
            about("user.disabled"),
            about("user.enabled"),
            { "event_type": "user.removed_from_org", "removed_user_id": user_id, "org_id": acme },
            about("user.deleted"),
        ]),
    );

    let before = count();
    auth.saml()
        .allow_org_to_setup_saml_connection(&acme)
        .await
        .unwrap();
    emulator.delete_org(&acme).unwrap();
    check(
        before,
        "organizations",
        json!([
            { "event_type": "org.updated", "org_id": acme, "name": "Acme" },
            { "event_type": "org.deleted", "org_id": acme },
        ]),
    );
}

#[actix_web::test]
async fn one_call_causes_one_event_of_a_kind() {
    let emulator = Emulator::start().await.unwrap();
    let auth = connect(&emulator);
    let acme = emulator.create_org("Acme").unwrap();
    let since = |before: usize| types_since(&emulator, before);
    let count = || emulator.webhook_messages().len();

    let invite = auth
        .org()
        .invite_user_to_org("bob@example.com", &acme, "Member");
    invite.await.unwrap();
    let before = count();
    let bob = emulator.accept_invite("bob@example.com", &acme).unwrap();
    assert_eq!(since(before), ["user.added_to_org", "user.created"]);

    let link = auth
        .user()
        .create_magic_link("carol@example.com")
        .await
        .unwrap();
    let before = count();
    emulator.open_magic_link(link.url.expose()).unwrap();
    assert_eq!(since(before), ["user.created", "user.login"]);

    let password = auth
        .user()
        .update_user_password(&bob, "correct horse battery");
    password.await.unwrap();
    let before = count();
    for _ in 0..9 {
        assert!(
            emulator
                .log_in_with_password("bob@example.com", "wrong")
                .is_err()
        );
    }
    assert_eq!(since(before), [""; 0]);
    assert!(
        emulator
            .log_in_with_password("bob@example.com", "wrong")
            .is_err()
    );
    assert_eq!(since(before), ["user.locked"]);

    let before = count();
    emulator
        .set_default_role_mapping(RoleMapping::new(["Boss"]))
        .unwrap();
    assert_eq!(since(before), ["user.role_changed_within_org"]);

    // The event of an organization stands for those of its members and groups.
    emulator
        .add_scim_group(&acme, NewScimGroup::new("All").members([&bob]))
        .unwrap();
    let before = count();
    emulator.delete_org(&acme).unwrap();
    assert_eq!(since(before), ["org.deleted"]);
}

#[actix_web::test]
async fn what_a_seed_creates_while_the_emulator_runs_is_an_event_and_at_the_start_it_is_none() {
    let seed = |role: &str| {
        Seed::from(json!({
            "users": [{ "email": "alice@example.com" }, { "email": "bob@example.com" }],
            "orgs": [{ "name": "Acme", "members": [
                { "email": "alice@example.com", "role": role },
                { "email": "bob@example.com", "role": "Member" },
            ]}],
        }))
    };
    let emulator = Emulator::builder()
        .seed(seed("Owner"))
        .start()
        .await
        .unwrap();
    let _ = emulator.now(); // events are found at each look
    assert_eq!(emulator.webhook_messages(), []);
    emulator
        .apply_seed(json!({ "users": [{ "email": "carol@example.com" }] }))
        .unwrap();
    assert_eq!(types_since(&emulator, 0), ["user.created"]);

    // As `propelauth-dev up --seed FILE` does when the file changes.
    let before = emulator.webhook_messages().len();
    emulator.reset_to_seed(seed("Member")).unwrap();
    let expected = ["user.deleted", "user.role_changed_within_org"];
    assert_eq!(types_since(&emulator, before), expected);

    let before = emulator.webhook_messages().len();
    let snapshot = emulator.snapshot();
    emulator.create_user("dora@example.com").unwrap();
    emulator.restore(snapshot).unwrap();
    assert_eq!(types_since(&emulator, before), ["user.created"]);
    emulator.reset().unwrap();
    assert_eq!(emulator.webhook_messages(), []);
}
