//! What changes at PropelAuth shows in the next token, and not in those that are out.

use actix_web_propelauth::{
    Error, LoginMethod, User,
    api::{CreateAccessTokenRefusal, CreateUser},
    emulator::{EmulatedUser, Emulator, RoleMapping},
};
use serde_json::{Value, json};

use crate::{
    api::org::{NOBODY, ODD, start_with},
    api::round_trips::decoded,
    fixtures::world::connect,
};

fn claims(user: &EmulatedUser) -> Value {
    decoded(&user.log_in().unwrap()).1
}

/// Verifies a token with a handle of its own, as that of the calls denies tokens from before them.
fn verified(emulator: &Emulator, token: &str) -> User {
    let auth = connect(emulator);
    let header = format!("Bearer {token}");
    let user = auth.validate_access_token_and_get_user(header.as_str());
    user.unwrap()
}

#[actix_web::test]
async fn roles_and_permissions_are_those_of_now() {
    let roles = || RoleMapping::new([ODD, "Admin", "Member"]);
    let builder = Emulator::builder().custom_role_mapping(ODD, roles().permission("Admin", ODD));
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org(ODD).unwrap();
    emulator.add_user_to_org(&alice, &acme, "Member").unwrap();
    let org = auth.org();
    let role = || {
        let claims = claims(&alice);
        let info = &claims["org_id_to_org_member_info"][acme.as_str()];
        json!([
            info["user_role"],
            info["inherited_user_roles_plus_current_role"],
            info["user_permissions"],
            info["additional_roles"],
            info["org_role_structure"],
        ])
    };
    let single = "single_role_in_hierarchy";
    let old = alice.log_in().unwrap();
    assert_eq!(role(), json!(["Member", ["Member"], [], [], single]));

    org.change_user_role_in_org(&alice, &acme, "Admin")
        .await
        .unwrap();
    assert_eq!(
        role(),
        json!(["Admin", ["Admin", "Member"], [], [], single])
    );
    org.subscribe_org_to_role_mapping(&acme, ODD).await.unwrap();
    assert_eq!(
        role(),
        json!(["Admin", ["Admin", "Member"], [ODD], [], single])
    );
    emulator
        .set_custom_role_mapping(ODD, roles().permission("Admin", "can_view_billing"))
        .unwrap();
    let billing = json!([
        "Admin",
        ["Admin", "Member"],
        ["can_view_billing"],
        [],
        single
    ]);
    assert_eq!(role(), billing);
    org.change_user_role_in_org(&alice, &acme, ODD)
        .await
        .unwrap();
    assert_eq!(
        role(),
        json!([ODD, [ODD, "Admin", "Member"], [], [], single])
    );

    let several = roles()
        .permission("Admin", "a")
        .permission("Member", "b")
        .multiple_roles_per_user();
    emulator.set_custom_role_mapping(ODD, several).unwrap();
    let call = org.change_user_role_in_org(&alice, &acme, "Admin");
    call.additional_roles(["Member", ODD]).await.unwrap();
    let expected = json!([
        "Admin",
        ["Admin"],
        ["a", "b"],
        ["Member", ODD],
        "multi_role"
    ]);
    assert_eq!(role(), expected);

    let user = verified(&emulator, &old);
    assert!(user.org(&acme).unwrap().is_role("Member"));
}

#[actix_web::test]
async fn what_is_said_of_a_user_and_an_org_is_said_in_the_next_token() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Member").unwrap();
    let before = claims(&alice);
    for absent in [
        "first_name",
        "last_name",
        "username",
        "legacy_user_id",
        "impersonator_user_id",
        "login_method",
        "org_member_info",
        "active_org_id",
    ] {
        assert_eq!(before.get(absent), None, "{absent}");
    }

    let odd = json!({ ODD: [ODD, null, { ODD: 1.5 }] });
    let odd = || odd.as_object().unwrap().clone();
    let call = auth.user().update_user_metadata(&alice);
    call.first_name(ODD)
        .last_name(ODD)
        .username(ODD)
        .legacy_user_id(ODD)
        .metadata(odd())
        .properties(odd())
        .await
        .unwrap();
    let email = "zoë+%2F'&=@exämple.com";
    let call = auth.user().update_user_email(&alice, email, false);
    call.await.unwrap();
    let call = auth.org().update_org(&acme).name(ODD).metadata(odd());
    call.await.unwrap();

    let after = claims(&alice);
    for (name, expected) in [
        ("sub", json!(alice.id())),
        ("user_id", json!(alice.id())),
        ("email", json!(email)),
        ("first_name", json!(ODD)),
        ("last_name", json!(ODD)),
        ("username", json!(ODD)),
        ("legacy_user_id", json!(ODD)),
        ("metadata", json!(odd())),
        ("properties", json!(odd())),
    ] {
        assert_eq!(after[name], expected, "{name}");
    }
    let info = &after["org_id_to_org_member_info"][acme.as_str()];
    assert_eq!(info["org_name"], ODD);
    assert_eq!(info["org_metadata"], json!(odd()));
    let user = verified(&emulator, &alice.log_in().unwrap());
    assert_eq!((user.email.as_str(), &user.metadata), (email, &odd()));
}

#[actix_web::test]
async fn who_is_disabled_or_deleted_gets_no_token() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let employee = emulator.add_employee("boss@example.com").unwrap();
    let user = CreateUser::new("alice@example.com")
        .first_name(ODD)
        .password(ODD);
    let alice = emulator.create_user(user).unwrap();
    let tokens = || {
        [
            alice.log_in().is_ok(),
            emulator.access_token(&alice).is_ok(),
            emulator
                .log_in_with_password("alice@example.com", ODD)
                .is_ok(),
            emulator.impersonate(&employee, &alice).is_ok(),
        ]
    };
    assert_eq!(tokens(), [true; 4]);
    let old = alice.log_in().unwrap();
    auth.user().disable_user(&alice).await.unwrap();
    assert_eq!(tokens(), [false; 4]);
    auth.user().enable_user(&alice).await.unwrap();
    assert_eq!(tokens(), [true; 4]);
    auth.user().delete_user(&alice).await.unwrap();
    assert_eq!(tokens(), [false; 4]);
    let error = auth.access_token().create_access_token(&alice, 5).await;
    assert!(matches!(
        error.unwrap_err(),
        Error::Refused(CreateAccessTokenRefusal::UserNotFound)
    ));
    // A token that is out is good for as long as it says: it is verified without asking.
    assert_eq!(verified(&emulator, &old).first_name.as_deref(), Some(ODD));
}

#[actix_web::test]
async fn memberships_are_those_of_now() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let (acme, other) = (
        emulator.create_org(ODD).unwrap(),
        emulator.create_org("Other").unwrap(),
    );
    let orgs = || {
        let claims = claims(&alice);
        let orgs = claims["org_id_to_org_member_info"].as_object().unwrap();
        let mut ids: Vec<String> = orgs.keys().cloned().collect();
        ids.sort();
        ids
    };
    let org = auth.org();
    assert!(orgs().is_empty());
    for org_id in [&acme, &other] {
        org.add_user_to_org(&alice, org_id, "Member").await.unwrap();
    }
    let mut both = vec![acme.to_string(), other.to_string()];
    both.sort();
    assert_eq!(orgs(), both);
    org.remove_user_from_org(&alice, &acme).await.unwrap();
    assert_eq!(orgs(), [other.to_string()]);
    org.delete_org(&other).await.unwrap();
    assert!(orgs().is_empty());
    let email = "alice@example.com";
    org.invite_user_to_org(email, &acme, "Admin").await.unwrap();
    assert!(orgs().is_empty());
    emulator.accept_invite(email, &acme).unwrap();
    assert_eq!(orgs(), [acme.to_string()]);
}

#[actix_web::test]
async fn a_token_with_an_active_org_names_no_other() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let (acme, other) = (
        emulator.create_org(ODD).unwrap(),
        emulator.create_org("Other").unwrap(),
    );
    for org_id in [&acme, &other] {
        emulator.add_user_to_org(&alice, org_id, "Admin").unwrap();
    }
    let created = auth.access_token().create_access_token(&alice, 5);
    let created = created.active_org_id(&acme).await.unwrap();
    for token in [
        alice.log_in_to_org(&acme).unwrap(),
        created.access_token.expose().to_owned(),
    ] {
        let (_, claims) = decoded(&token);
        assert_eq!(claims["org_member_info"]["org_id"], json!(acme));
        assert_eq!(claims["org_member_info"]["org_name"], ODD);
        assert_eq!(claims.get("org_id_to_org_member_info"), None);
        assert_eq!(claims.get("active_org_id"), None);
        let user = verified(&emulator, &token);
        assert_eq!(user.active_org_id.as_ref(), Some(&acme));
        assert!(user.org(&other).is_none() && user.orgs().len() == 1);
    }
    auth.org()
        .remove_user_from_org(&alice, &acme)
        .await
        .unwrap();
    assert!(alice.log_in_to_org(&acme).is_err() && alice.log_in_to_org(NOBODY).is_err());
    let call = auth.access_token().create_access_token(&alice, 5);
    let error = call.active_org_id(&acme).await.unwrap_err();
    assert!(
        !error
            .field_errors()
            .unwrap()
            .get("active_org_id")
            .is_empty()
    );
}

#[actix_web::test]
async fn how_one_logged_in_is_said_where_the_project_says_so() {
    for is_said in [false, true] {
        let mut builder = Emulator::builder();
        if is_said {
            builder = builder.include_login_method();
        }
        let (emulator, auth) = start_with(builder).await;
        let employee = emulator.add_employee("boss@example.com").unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.create_org("Acme").unwrap();
        emulator.add_user_to_org(&alice, &acme, "Member").unwrap();
        let created = auth.access_token().create_access_token(&alice, 5).await;
        let created = created.unwrap().access_token.expose().to_owned();
        for (token, text, method) in [
            (alice.log_in().unwrap(), "password", LoginMethod::Password),
            (
                alice.log_in_to_org(&acme).unwrap(),
                "password",
                LoginMethod::Password,
            ),
            (
                created,
                "generated_from_backend_api",
                LoginMethod::GeneratedFromBackendApi,
            ),
            (
                emulator.impersonate(&employee, &alice).unwrap(),
                "impersonation",
                LoginMethod::Impersonation,
            ),
        ] {
            let (_, claims) = decoded(&token);
            let said = json!({ "login_method": text });
            assert_eq!(claims.get("login_method"), is_said.then_some(&said));
            let user = verified(&emulator, &token);
            assert_eq!(user.login_method == method, is_said, "{text}");
        }
    }
}

#[actix_web::test]
async fn an_employee_impersonates_a_user() {
    let builder = Emulator::builder().include_login_method();
    let (emulator, auth) = start_with(builder).await;
    let email = "zoë+%2F'&=@exämple.com";
    let employee = emulator.add_employee(email).unwrap();
    let alice = CreateUser::new("alice@example.com").first_name(ODD);
    let alice = emulator.create_user(alice).unwrap();
    let acme = emulator.create_org(ODD).unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.advance_clock(std::time::Duration::from_secs(60));
    let before = alice.metadata();

    let token = emulator.impersonate(&employee, &alice).unwrap();
    let (_, mut claims) = decoded(&token);
    assert_eq!(claims["impersonator_user_id"], json!(employee));
    assert_eq!(
        (alice.metadata(), emulator.session_count(&alice)),
        (before, 0)
    );

    // Otherwise it is the token that the user has.
    let (_, mut own) = decoded(&alice.log_in().unwrap());
    assert_eq!(own.get("impersonator_user_id"), None);
    for claims in [&mut claims, &mut own] {
        let claims = claims.as_object_mut().unwrap();
        for name in ["impersonator_user_id", "login_method", "iat", "exp"] {
            claims.remove(name);
        }
    }
    assert_eq!(claims, own);

    emulator.resume_clock();
    let user = verified(&emulator, &emulator.impersonate(&employee, &alice).unwrap());
    assert!(user.is_impersonated() && user.login_method == LoginMethod::Impersonation);
    assert_eq!(user.user_id, *alice.id());
    let impersonator = user.impersonator_user_id.as_ref().unwrap();
    let told = auth.employee().fetch_employee_by_id(impersonator).await;
    assert_eq!(told.unwrap().email, email);
    assert!(!verified(&emulator, &alice.log_in().unwrap()).is_impersonated());

    for (employee, user) in [
        (NOBODY, alice.id().as_str()),
        (alice.id().as_str(), alice.id().as_str()),
        (employee.as_str(), NOBODY),
        (employee.as_str(), ODD),
    ] {
        assert!(emulator.impersonate(employee, user).is_err());
    }
}
