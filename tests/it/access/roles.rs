//! Roles and permissions: one table, asked on the data and through every guard.

use actix_web::{
    App,
    test::{TestRequest, init_service},
    web::{self, ServiceConfig},
};
use actix_web_propelauth::{
    InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole,
    OrgMemberInfo, Requirement, org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth},
};
use serde_json::{Value, json};

use crate::fixtures::{alice, send};

fn member(structure: &str, role: &str, inherited: &[&str], additional: &[&str]) -> Value {
    json!({
        "org_id": "1",
        "org_name": "Acme Inc",
        "org_role_structure": structure,
        "user_role": role,
        "inherited_user_roles_plus_current_role": inherited,
        "additional_roles": additional,
        "user_permissions": ["can_view_billing", "ProductA::CanCreate"],
    })
}

fn admin() -> Value {
    member(
        "single_role_in_hierarchy",
        "Admin",
        &["Admin", "Member"],
        &["Auditor"],
    )
}

fn role_b_and_c() -> Value {
    member(
        "multi_role",
        "Role A",
        &["Role A", "Role Z"],
        &["Role B", "Role C"],
    )
}

/// A structure that is not known yet is read as a hierarchy.
fn lattice() -> Value {
    member("lattice", "Admin", &["Admin", "Member"], &["Auditor"])
}

fn without_structure() -> Value {
    let mut org = admin();
    org.as_object_mut().unwrap().remove("org_role_structure");
    org
}

/// (whose, which role, is it exactly that, is it at least that)
type Row = (fn() -> Value, &'static str, bool, bool);

const ROLES: &[Row] = &[
    (admin, "Admin", true, true),
    (admin, "Member", false, true),
    (admin, "Owner", false, false),
    (admin, "Auditor", false, false), // additional roles count in multi-role only
    (admin, "admin", false, false),   // G08 upper and lower case differ
    (admin, " Admin", false, false),
    (admin, "Superuser", false, false), // G09 an unknown role is nobody's
    (role_b_and_c, "Role A", true, true),
    (role_b_and_c, "Role B", true, true),
    (role_b_and_c, "Role C", true, true),
    (role_b_and_c, "Role Z", false, false), // G08 nothing is inherited in multi-role
    (role_b_and_c, "Role D", false, false),
    (role_b_and_c, "role a", false, false),
    (lattice, "Admin", true, true), // G09
    (lattice, "Member", false, true),
    (lattice, "Auditor", false, false),
    (lattice, "Owner", false, false),
    (without_structure, "Admin", true, true),
    (without_structure, "Member", false, true),
    (without_structure, "Auditor", false, false),
];

const PERMISSIONS: &[(&[&str], bool)] = &[
    (&["can_view_billing"], true),
    (&["ProductA::CanCreate"], true),
    (&["can_view_billing", "ProductA::CanCreate"], true),
    (&["can_view_billing", "can_view_billing"], true),
    (&["can_view_billing", "other"], false),
    (&["other"], false),
    (&["Can_View_Billing"], false),
    (&["productA::CanCreate"], false),
    (&["can_view_billing "], false),
    (&["can_view"], false),
];

fn info(org: Value) -> OrgMemberInfo {
    serde_json::from_value(org).unwrap()
}

#[test]
fn the_data_answers_as_the_table_says() {
    for (org, role, exactly, at_least) in ROLES {
        let org = info(org());
        let case = format!("{role:?} of {org:?}");
        assert_eq!(org.is_role(role), *exactly, "{case}");
        assert_eq!(org.is_at_least_role(role), *at_least, "{case}");
        assert_eq!(Requirement::role(*role).is_met_by(&org), *exactly, "{case}");
        assert_eq!(
            Requirement::minimum_role(*role).is_met_by(&org),
            *at_least,
            "{case}"
        );
    }
    for (permissions, all) in PERMISSIONS {
        for org in [admin, role_b_and_c, lattice] {
            let org = info(org());
            assert_eq!(
                org.has_all_permissions(permissions),
                *all,
                "{permissions:?}"
            );
            if let [permission] = permissions {
                assert_eq!(org.has_permission(permission), *all, "{permission:?}");
            }
        }
    }
}

#[test]
fn nothing_asked_is_all_there_in_the_data_and_never_enough_for_a_requirement() {
    let org = info(admin());
    assert!(org.has_all_permissions::<&str>(&[]));
    let blank = info(member("single_role_in_hierarchy", "", &[""], &[""]));
    assert!(blank.is_role("") && blank.is_at_least_role(""));
    for org in [org, blank] {
        for requirement in [
            Requirement::role(""),
            Requirement::minimum_role(" "),
            Requirement::permission(""),
            Requirement::all_permissions::<String>([]),
            Requirement::all_permissions(["can_view_billing", ""]),
        ] {
            assert!(!requirement.is_met_by(&org), "G07 {requirement:?}");
        }
    }
    assert!(Requirement::member().is_met_by(&info(json!({"org_id": "1"}))));
}

async fn passes(behind_guard: impl FnOnce(&mut ServiceConfig), user: &TestUser) -> bool {
    let app = App::new().configure(behind_guard);
    let app = init_service(app.wrap(propel_auth().require_user())).await;
    let answer = send(
        &app,
        TestRequest::with_uri("/?org=1").as_user(user).to_request(),
    )
    .await;
    if answer.status != 200 {
        answer.is_403("a guard");
    }
    answer.status == 200
}

/// Puts one handler behind this guard.
macro_rules! behind {
    ($guard:expr) => {
        |app: &mut ServiceConfig| {
            app.service(web::resource("/").wrap($guard).to(|| async { "inside" }));
        }
    };
}

fn user_in(org: &Value) -> TestUser {
    alice().claim("org_id_to_org_member_info", json!({ "1": org }))
}

#[actix_web::test]
async fn every_guard_answers_as_the_table_says() {
    let by_query = || org_id::query("org");
    for (org, role, exactly, at_least) in ROLES {
        let user = user_in(&org());
        let case = format!("{role:?} of {}", org());
        let app = behind!(InOrgWithRole::new(*role, by_query()));
        assert_eq!(passes(app, &user).await, *exactly, "{case}");
        let app = behind!(InOrgWithMinimumRole::new(*role, by_query()));
        assert_eq!(passes(app, &user).await, *at_least, "{case}");
    }
    for (permissions, all) in PERMISSIONS {
        for org in [admin, role_b_and_c, lattice] {
            let user = user_in(&org());
            let guard = InOrgWithAllPermissions::new(permissions.iter().copied(), by_query());
            assert_eq!(passes(behind!(guard), &user).await, *all, "{permissions:?}");
            if let [permission] = permissions {
                let guard = InOrgWithPermission::new(*permission, by_query());
                assert_eq!(passes(behind!(guard), &user).await, *all, "{permission:?}");
            }
        }
    }
    assert!(passes(behind!(InOrg::new(by_query())), &user_in(&json!({}))).await);
    assert!(!passes(behind!(InOrg::new(by_query())), &alice()).await);
}

#[test]
fn a_test_org_has_the_roles_it_was_given() {
    let org = TestOrg::new("Acme Inc")
        .roles(&["Boss", "Worker"])
        .permission("Boss", "hire")
        .permission("Worker", "work");
    let user = alice().in_org(&org, "Boss").user();
    let membership = user.org(org.org_id()).unwrap();
    assert_eq!(
        membership.inherited_user_roles_plus_current_role,
        ["Boss", "Worker"]
    );
    assert!(membership.is_at_least_role("Worker") && !membership.is_role("Worker"));
    assert!(membership.has_permission("hire"));

    let org = TestOrg::new("Acme Inc")
        .multiple_roles_per_user()
        .permission("B", "read");
    let user = alice().in_org_with_roles(&org, &["A", "B"]).user();
    let membership = user.org(org.org_id()).unwrap();
    assert!(membership.is_role("B") && membership.has_permission("read"));
    assert_eq!(membership.url_safe_org_name, "acme-inc");
}
