//! Role mappings: other roles and permissions for the organizations subscribed to them.

use actix_web_propelauth::{
    OrgMemberInfo, OrgRoleStructure,
    api::{CreateOrg, CustomRoleMapping},
    emulator::{EmulatedUser, Emulator, EmulatorError, RoleMapping},
};

use super::{NOBODY, ODD, assert_fields, start_with};
use crate::fixtures::world::connect;

/// Returns what the next token of a user says of an organization.
///
/// Another handle reads it, as that of the calls denies tokens of the second in which it changed something.
fn told(emulator: &Emulator, user: &EmulatedUser, org_id: &str) -> OrgMemberInfo {
    let auth = connect(emulator);
    let token = format!("Bearer {}", user.log_in().unwrap());
    let user = auth
        .validate_access_token_and_get_user(token.as_str())
        .unwrap();
    user.org(org_id).unwrap().clone()
}

#[actix_web::test]
async fn a_subscription_shows_in_the_next_token() {
    let paid = RoleMapping::new(["Owner", ODD, "Member"])
        .permission("Member", "can_export")
        .permission(ODD, ODD);
    let builder = Emulator::builder()
        .permission("Admin", "can_view_billing")
        .custom_role_mapping(ODD, paid)
        .custom_role_mapping("Free", RoleMapping::default());
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let bob = emulator.create_user("bob@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let org = auth.org();
    emulator.add_user_to_org(&alice, &org_id, "Admin").unwrap();
    emulator.add_user_to_org(&bob, &org_id, "Member").unwrap();
    let before = told(&emulator, &alice, &org_id);
    assert_eq!(before.user_permissions, ["can_view_billing"]);
    let error = org.change_user_role_in_org(&bob, &org_id, ODD).await;
    assert_fields(&error.unwrap_err(), &["role"]);

    org.subscribe_org_to_role_mapping(&org_id, ODD)
        .await
        .unwrap();
    let fetched = org.fetch_org(&org_id).await.unwrap();
    assert_eq!(fetched.custom_role_mapping_name.as_deref(), Some(ODD));
    // There is no Admin any more: the lowest role is the safe one.
    let after = told(&emulator, &alice, &org_id);
    assert_eq!(
        (after.user_role.as_str(), after.is_at_least_role("Member")),
        ("Member", true)
    );
    assert_eq!(after.user_permissions, ["can_export"]);
    org.change_user_role_in_org(&bob, &org_id, ODD)
        .await
        .unwrap();
    let bobs = told(&emulator, &bob, &org_id);
    assert_eq!(bobs.inherited_user_roles_plus_current_role, [ODD, "Member"]);
    assert_eq!(bobs.user_permissions, [ODD]);

    let mappings = org.fetch_custom_role_mappings().await.unwrap();
    let counts: Vec<_> = mappings
        .custom_role_mappings
        .iter()
        .map(
            |CustomRoleMapping {
                 custom_role_mapping_name,
                 num_orgs_subscribed,
                 ..
             }| { (custom_role_mapping_name.as_str(), *num_orgs_subscribed) },
        )
        .collect();
    assert_eq!(counts, [("Free", 0), (ODD, 1)]);

    let error = org.subscribe_org_to_role_mapping(&org_id, "Gone").await;
    assert_fields(&error.unwrap_err(), &["custom_role_mapping_name"]);
    let error = org.subscribe_org_to_role_mapping(NOBODY, ODD).await;
    assert!(error.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_mapping_may_have_another_structure() {
    let several = RoleMapping::new(["A", "B", "C"])
        .permission("A", "a")
        .permission("C", "c")
        .multiple_roles_per_user();
    let builder = Emulator::builder().custom_role_mapping("Several", several);
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = CreateOrg::new("Acme").custom_role_mapping_name("Several");
    let org_id = emulator.create_org(org_id).unwrap();
    let call = auth.org().add_user_to_org(&alice, &org_id, "C");
    call.additional_roles(["A"]).await.unwrap();
    let info = told(&emulator, &alice, &org_id);
    assert_eq!(info.org_role_structure, OrgRoleStructure::MultiRole);
    assert_eq!((info.user_role.as_str(), info.is_role("A")), ("C", true));
    assert_eq!(info.user_permissions, ["c", "a"]);

    // Under a hierarchy nobody has a second role.
    let one = RoleMapping::new(["A", "C"]).permission("A", "a");
    emulator.set_custom_role_mapping("Several", one).unwrap();
    let info = told(&emulator, &alice, &org_id);
    assert_eq!(
        info.org_role_structure,
        OrgRoleStructure::SingleRoleInHierarchy
    );
    assert_eq!(
        (info.user_role.as_str(), info.additional_roles.len()),
        ("C", 0)
    );
    assert_eq!(info.user_permissions, [""; 0]);
}

#[actix_web::test]
async fn mappings_change_while_it_runs() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &org_id, "Owner").unwrap();
    auth.org()
        .invite_user_to_org("bob@b.com", &org_id, "Admin")
        .await
        .unwrap();

    let roles = RoleMapping::new(["Owner", "Guest"]).permission("Owner", "all");
    emulator.set_default_role_mapping(roles).unwrap();
    assert_eq!(told(&emulator, &alice, &org_id).user_permissions, ["all"]);
    let bob = emulator.accept_invite("bob@b.com", &org_id).unwrap();
    assert_eq!(told(&emulator, &bob, &org_id).user_role, "Guest");

    for mapping in [
        RoleMapping::new([""; 0]),
        RoleMapping::new(["A"]).permission("B", "x"),
    ] {
        for error in [
            emulator.set_default_role_mapping(mapping.clone()),
            emulator.set_custom_role_mapping("x", mapping.clone()),
        ] {
            assert!(matches!(error, Err(EmulatorError::Project(_))));
        }
        let builder = Emulator::builder().custom_role_mapping("x", mapping);
        assert!(matches!(
            builder.start().await,
            Err(EmulatorError::Project(_))
        ));
    }
}
