//! Each operation: client, HTTP, emulator, state, and back, with every string as odd as can be.

use actix_web_propelauth::{
    Error, OptionalExt as _, PropelAuth,
    api::{CreateAccessTokenRefusal, CreateOrg, CreateUser, Never},
    emulator::{Emulator, RoleMapping},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::fixtures::world::{NOBODY, start_with};

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}";

/// Returns the header and the claims of a token, unverified.
pub(crate) fn decoded(token: &str) -> (Value, Value) {
    let mut parts = token.split('.');
    let mut next = || {
        let part = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        serde_json::from_slice(&part).unwrap()
    };
    (next(), next())
}

#[actix_web::test]
async fn a_user_is_created_and_fetched() {
    let (emulator, auth) = start_with(Emulator::builder().clock(|| 1_700_000_000)).await;
    let properties = json!({ ODD: [1, null, { ODD: ODD }] });
    let created = auth
        .user()
        .create_user("zoë+%2F'&=@exämple.com")
        .username(ODD)
        .first_name(ODD)
        .last_name(ODD)
        .password(ODD)
        .properties(properties.as_object().unwrap().clone())
        .email_confirmed(true)
        .ask_user_to_update_password_on_login(true)
        .send_email_to_confirm_email_address(false)
        .ignore_domain_restrictions(true)
        .await
        .unwrap();

    let call = auth.user().fetch_user_metadata_by_user_id(&created.user_id);
    let user = call.include_orgs(true).await.unwrap();
    assert_eq!(user, emulator.user_metadata(&created.user_id).unwrap());
    assert_eq!(user.email, "zoë+%2F'&=@exämple.com");
    for text in [&user.username, &user.first_name, &user.last_name] {
        assert_eq!(text.as_deref(), Some(ODD));
    }
    assert_eq!(Value::Object(user.properties.unwrap()), properties);
    assert!(user.email_confirmed && user.has_password && user.update_password_required);
    assert_eq!(user.created_at, 1_700_000_000);
    assert_eq!(user.org_id_to_org_info.unwrap().len(), 0);

    let plain = auth
        .user()
        .fetch_user_metadata_by_user_id(&created.user_id)
        .await
        .unwrap();
    assert_eq!(plain.org_id_to_org_info, None);
}

#[actix_web::test]
async fn what_does_not_exist_is_none() {
    let (_emulator, auth) = start_with(Emulator::builder()).await;
    for id in [NOBODY, ODD, "%2e%2e", "...", "a/b", "?include_orgs=true"] {
        let call = auth.user().fetch_user_metadata_by_user_id(id);
        assert_eq!(call.await.optional().unwrap(), None, "{id}");
    }
}

#[actix_web::test]
async fn wrong_arguments_are_named() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let taken = CreateUser::new("Alice@Example.com").username("Alice");
    emulator.create_user(taken).unwrap();

    for email in ["", "alice", "@", "a@", "@b", "a b@c", "a@b@c"] {
        let error = auth.user().create_user(email).await.unwrap_err();
        assert!(
            !error.field_errors().unwrap().get("email").is_empty(),
            "{email}"
        );
    }
    let call = auth.user().create_user("alice@example.com");
    let error: Error<Never> = call.username("aLICE").password("").await.unwrap_err();
    let errors = error.field_errors().unwrap();
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["email", "password", "username"]);
    assert_eq!(
        errors.get("email"),
        ["Email is already in use: \"alice@example.com\""]
    );

    for name in ["", " ", "\t"] {
        let error = auth.org().create_org(name).await.unwrap_err();
        assert_eq!(
            error.field_errors().unwrap().get("name"),
            ["Cannot be empty"]
        );
    }
}

#[actix_web::test]
async fn an_org_is_created() {
    let builder = Emulator::builder().custom_role_mapping(ODD, RoleMapping::default());
    let (emulator, auth) = start_with(builder).await;
    let created = auth
        .org()
        .create_org(ODD)
        .domain("zoë.exämple.日本")
        .custom_role_mapping_name(ODD)
        .legacy_org_id(ODD)
        .max_users(7)
        .enable_auto_joining_by_domain(true)
        .members_must_have_matching_domain(true)
        .await
        .unwrap();
    let org = emulator.org(&created.org_id).unwrap();
    for text in [&created.name, &org.name] {
        assert_eq!(text, ODD);
    }
    for text in [&org.custom_role_mapping_name, &org.legacy_org_id] {
        assert_eq!(text.as_deref(), Some(ODD));
    }
    assert_eq!(org.domain.as_deref(), Some("zoë.exämple.日本"));
    assert_eq!(org.max_users, Some(7));
    assert!(org.domain_autojoin && org.domain_restrict);

    let acme = auth.org().create_org("Acme Inc").await.unwrap();
    assert_eq!(
        emulator.org(&acme.org_id).unwrap().url_safe_org_slug,
        "acme-inc"
    );
}

#[actix_web::test]
async fn a_membership_is_made_and_changed() {
    let builder = Emulator::builder()
        .permission("Admin", "can_view_billing")
        .permission("Member", ODD);
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org(ODD).unwrap();

    auth.org()
        .add_user_to_org(&alice, &org_id, "Admin")
        .await
        .unwrap();
    let call = auth.user().fetch_user_metadata_by_user_id(&alice);
    let user = call.include_orgs(true).await.unwrap();
    let org_infos = user.org_id_to_org_info.unwrap();
    let info = &org_infos[&org_id];
    assert_eq!((info.org_name.as_str(), &info.org_id), (ODD, &org_id));
    assert_eq!(info.user_role, "Admin");
    assert_eq!(
        info.inherited_user_roles_plus_current_role,
        ["Admin", "Member"]
    );
    assert_eq!(info.user_permissions, ["can_view_billing"]);

    auth.org()
        .change_user_role_in_org(&alice, &org_id, "Member")
        .await
        .unwrap();
    let user = emulator.user_metadata(&alice).unwrap();
    let info = &user.org_id_to_org_info.unwrap()[&org_id];
    assert_eq!(info.inherited_user_roles_plus_current_role, ["Member"]);
    assert_eq!(info.user_permissions, [ODD]);
}

#[actix_web::test]
async fn several_roles_are_kept_where_the_project_allows_them() {
    let builder = Emulator::builder()
        .roles([ODD, "B", "C"])
        .permission("C", "write")
        .permission(ODD, "read")
        .multiple_roles_per_user();
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let call = auth.org().add_user_to_org(&alice, &org_id, "B");
    call.additional_roles(vec!["C".to_owned(), ODD.to_owned()])
        .await
        .unwrap();

    let info = emulator
        .user_metadata(&alice)
        .unwrap()
        .org_id_to_org_info
        .unwrap()[&org_id]
        .clone();
    assert_eq!(info.inherited_user_roles_plus_current_role, ["B"]);
    assert_eq!(info.additional_roles, ["C", ODD]);
    assert_eq!(info.user_permissions, ["write", "read"]);
    assert!(info.is_role(ODD));
}

#[actix_web::test]
async fn a_membership_that_cannot_be_is_refused() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator
        .create_org(CreateOrg::new("Acme").max_users(0))
        .unwrap();

    let org = auth.org();
    for (user, org_id, role, field) in [
        (alice.id().as_str(), org_id.as_str(), "owner", "role"),
        (alice.id().as_str(), org_id.as_str(), ODD, "role"),
        (ODD, org_id.as_str(), "Owner", "user_id"),
        (alice.id().as_str(), ODD, "Owner", "org_id"),
        (alice.id().as_str(), org_id.as_str(), "Owner", "org_id"), // it is full
    ] {
        let error = org.add_user_to_org(user, org_id, role).await.unwrap_err();
        assert!(
            !error.field_errors().unwrap().get(field).is_empty(),
            "{field}"
        );
    }
    let call = org.change_user_role_in_org(&alice, &org_id, "Owner");
    let error = call.additional_roles(["Admin"]).await.unwrap_err();
    assert_eq!(
        error.field_errors().unwrap().get("additional_roles").len(),
        1
    );

    for (user, org_id) in [(NOBODY, org_id.as_str()), (alice.id().as_str(), NOBODY)] {
        let error = org
            .add_user_to_org(user, org_id, "Owner")
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
    }
    let not_a_member = org.change_user_role_in_org(&alice, &org_id, "Owner").await;
    assert!(not_a_member.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_token_has_the_claims_that_propelauth_puts_into_it() {
    let builder = Emulator::builder()
        .clock(|| 1_700_000_000)
        .issuer("https://auth.example.com")
        .include_login_method();
    let (emulator, auth) = start_with(builder).await;
    let alice = CreateUser::new("alice@example.com")
        .first_name(ODD)
        .username(ODD);
    let alice = emulator.create_user(alice).unwrap();
    let org_id = emulator.create_org(ODD).unwrap();

    let token = auth
        .access_token()
        .create_access_token(&alice, 1440)
        .await
        .unwrap();
    let (header, claims) = decoded(token.access_token.expose());
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256" }));
    let expected = json!({
        "sub": alice.id(), "user_id": alice.id(), "email": "alice@example.com",
        "first_name": ODD, "username": ODD,
        "iss": "https://auth.example.com", "iat": 1_700_000_000, "exp": 1_700_086_400,
        "login_method": { "login_method": "generated_from_backend_api" },
        "org_id_to_org_member_info": {},
    });
    assert_eq!(claims, expected);

    emulator.add_user_to_org(&alice, &org_id, "Admin").unwrap();
    let member_info = json!({
        "org_id": org_id, "org_name": ODD,
        "url_safe_org_name": "zo-o-neil-2f-00-a-b-c-b-x",
        "org_metadata": {}, "org_role_structure": "single_role_in_hierarchy",
        "user_role": "Admin", "inherited_user_roles_plus_current_role": ["Admin", "Member"],
        "user_permissions": [], "additional_roles": [],
    });
    let (_, claims) = decoded(&emulator.access_token(&alice).unwrap());
    assert_eq!(
        claims["org_id_to_org_member_info"],
        json!({ org_id.as_str(): member_info })
    );
    assert_eq!(claims["exp"], 1_700_001_800);
    assert_eq!(claims["login_method"]["login_method"], "password");

    let call = auth.access_token().create_access_token(&alice, 5);
    let token = call.active_org_id(&org_id).await.unwrap();
    let (_, claims) = decoded(token.access_token.expose());
    assert_eq!(claims["org_member_info"], member_info);
    assert_eq!(claims.get("org_id_to_org_member_info"), None);
    assert!(!format!("{token:?}").contains(token.access_token.expose()));
}

#[actix_web::test]
async fn a_token_is_refused_for_what_does_not_exist() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();

    let api = auth.access_token();
    let error = api.create_access_token(NOBODY, 1).await.unwrap_err();
    assert!(error.is_not_found());
    assert!(matches!(
        error,
        Error::Refused(CreateAccessTokenRefusal::UserNotFound)
    ));
    for (call, field) in [
        (api.create_access_token(ODD, 1), "user_id"),
        (api.create_access_token(&alice, 0), "duration_in_minutes"),
        (
            api.create_access_token(&alice, 1).active_org_id(&org_id),
            "active_org_id",
        ),
        (
            api.create_access_token(&alice, 1).active_org_id(ODD),
            "active_org_id",
        ),
    ] {
        let error = call.await.unwrap_err();
        assert!(
            !error.field_errors().unwrap().get(field).is_empty(),
            "{field}"
        );
    }

    let (emulator, auth) = start_with(Emulator::builder().without_access_token_creation()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let error = auth
        .access_token()
        .create_access_token(&alice, 1)
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Refused(CreateAccessTokenRefusal::NotEnabled)
    ));
    assert!(!error.is_not_found());
}

#[actix_web::test]
async fn failures_that_all_operations_share() {
    let (emulator, _) = start_with(Emulator::builder()).await;
    let stranger = PropelAuth::builder(emulator.auth_url(), "not-the-key")
        .verifier_key(emulator.verifier_key())
        .emulator()
        .build()
        .unwrap();
    let error = stranger
        .user()
        .create_user("alice@example.com")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::InvalidApiKey), "{error:?}");

    let (_emulator, auth) = start_with(Emulator::builder().without_orgs()).await;
    let error = auth.org().create_org("Acme").await.unwrap_err();
    assert!(matches!(error, Error::OrgsNotEnabled), "{error:?}");
    let error = auth
        .org()
        .add_user_to_org(NOBODY, NOBODY, "Owner")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OrgsNotEnabled), "{error:?}");
}
