//! Requirements beyond one role or permission, and their combinations.

use actix_web::{
    App, HttpResponse,
    http::StatusCode,
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, Forbidden, InOrg, InOrgWithRole, OrgMemberInfo, Requirement, org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth},
};
use proptest::prelude::*;

const ROLES: [&str; 3] = ["Owner", "Admin", "Member"];
const PERMISSIONS: [&str; 3] = ["read", "write", "pay"];

/// A requirement, written as an independent and much simpler model of what it means.
#[derive(Clone, Debug)]
enum Model {
    AnyRole(Vec<usize>),
    AnyPermission(Vec<usize>),
    NotImpersonated,
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Model {
    fn is_met(&self, role: usize, permissions: &[usize], is_impersonated: bool) -> bool {
        let met = |part: &Self| part.is_met(role, permissions, is_impersonated);
        match self {
            Self::AnyRole(roles) => roles.contains(&role),
            Self::AnyPermission(any) => any.iter().any(|one| permissions.contains(one)),
            Self::NotImpersonated => !is_impersonated,
            Self::All(parts) => parts.iter().all(met),
            Self::Any(parts) => parts.iter().any(met),
        }
    }

    /// Returns `true` if a part of it is empty, so that nobody meets the whole.
    fn is_empty(&self) -> bool {
        match self {
            Self::AnyRole(list) | Self::AnyPermission(list) => list.is_empty(),
            Self::NotImpersonated => false,
            Self::All(parts) | Self::Any(parts) => {
                parts.is_empty() || parts.iter().any(Self::is_empty)
            }
        }
    }

    fn requirement(&self) -> Requirement {
        let named = |names: [&'static str; 3], list: &[usize]| -> Vec<&str> {
            list.iter().map(|index| names[*index]).collect()
        };
        match self {
            Self::AnyRole(roles) => Requirement::any_role(named(ROLES, roles)),
            Self::AnyPermission(list) => Requirement::any_permission(named(PERMISSIONS, list)),
            Self::NotImpersonated => Requirement::not_impersonated(),
            Self::All(parts) => Requirement::all(parts.iter().map(Self::requirement)),
            Self::Any(parts) => Requirement::any(parts.iter().map(Self::requirement)),
        }
    }
}

fn models() -> impl Strategy<Value = Model> {
    let some = || prop::collection::vec(0..3_usize, 0..3);
    let leaf = prop_oneof![
        some().prop_map(Model::AnyRole),
        some().prop_map(Model::AnyPermission),
        Just(Model::NotImpersonated),
    ];
    leaf.prop_recursive(3, 12, 3, |part| {
        let parts = || prop::collection::vec(part.clone(), 0..4);
        prop_oneof![parts().prop_map(Model::All), parts().prop_map(Model::Any),]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_combination_is_met_exactly_if_its_parts_say_so(
        model in models(),
        role in 0..3_usize,
        permissions in prop::collection::vec(0..3_usize, 0..3),
        is_impersonated in any::<bool>(),
    ) {
        let acme = TestOrg::new("Acme");
        let names = permissions.iter().map(|index| PERMISSIONS[*index]);
        let mut alice = TestUser::new("alice@example.com")
            .in_org_with(&acme, |member| names.fold(member.role(ROLES[role]), |member, name| member.permission(name)));
        if is_impersonated {
            alice = alice.impersonated_by("employee-1");
        }
        let requirement = model.requirement();
        let result = alice.user().authorize(acme.org_id().clone(), &requirement).map(drop);
        let expected = !model.is_empty() && model.is_met(role, &permissions, is_impersonated);
        prop_assert_eq!(result.is_ok(), expected, "{}: {:?}", requirement, result);
        // It is always explained, and never as the impersonation if that is not the reason.
        if let Err(denied) = result {
            let is_by_impersonation = !model.is_empty() && is_impersonated && model.is_met(role, &permissions, false);
            prop_assert_eq!(denied == Forbidden::Impersonated.into(), is_by_impersonation);
            prop_assert!(!denied.to_string().is_empty() && !denied.code().is_empty());
        }
    }
}

#[test]
fn combinations_read_as_they_mean() {
    let both = Requirement::permission("pay").and(Requirement::not_impersonated());
    let either = Requirement::role("Owner").or(both.clone());
    assert_eq!(
        either.to_string(),
        r#"the role "Owner" or (the permission "pay" and no impersonation)"#
    );
    assert_eq!(Requirement::member().and(both.clone()), both);
    let three = Requirement::role("A")
        .or(Requirement::role("B"))
        .or(Requirement::role("C"));
    assert_eq!(
        three,
        Requirement::any(["A", "B", "C"].map(Requirement::role))
    );
}

/// An alternative that was not read from the settings opens nothing.
#[test]
fn an_empty_alternative_makes_the_whole_requirement_one_that_nobody_meets() {
    let acme = TestOrg::new("Acme");
    let owner = TestUser::new("alice@example.com")
        .in_org(&acme, "Owner")
        .user();
    for empty in [
        Requirement::role(""),
        Requirement::any_role([""; 0]),
        Requirement::any_permission([" "]),
        Requirement::all([]),
        Requirement::any([]),
        Requirement::any([Requirement::all([])]),
    ] {
        // Whichever of the two is empty.
        let owner_role = || Requirement::role("Owner");
        for whole in [
            owner_role().or(empty.clone()),
            empty.clone().or(owner_role()),
            owner_role().and(empty.clone()),
            empty.clone().and(owner_role()),
        ] {
            let result = owner.authorize(acme.org_id().clone(), &whole);
            assert!(result.is_err(), "{whole}");
        }
        let guard = std::panic::catch_unwind(|| InOrg::new(org_id::path("org_id")).and(empty));
        assert!(guard.is_err());
    }
}

#[actix_web::test]
async fn a_guard_requires_more_and_says_what_was_missing() {
    let auth = propel_auth();
    let acme = TestOrg::new("Acme");
    let admin = || TestUser::new("alice@example.com").in_org(&acme, "Admin");
    let guard = InOrgWithRole::new("Admin", org_id::path("org_id"))
        .and(Requirement::any_permission(["pay", "refund"]))
        .and(Requirement::not_impersonated());
    let service = web::resource("/orgs/{org_id}")
        .get(async |org: OrgMemberInfo| org.org_name.clone())
        .wrap(guard);
    let app = init_service(App::new().service(service).wrap(auth.require_user())).await;
    let uri = format!("/orgs/{}", acme.org_id());
    let payer = admin().in_org_with(&acme, |member| member.role("Admin").permission("refund"));
    for (user, expected) in [
        (payer.clone(), StatusCode::OK),
        (admin(), StatusCode::FORBIDDEN),
        (
            TestUser::new("bob@example.com")
                .in_org_with(&acme, |member| member.role("Member").permission("pay")),
            StatusCode::FORBIDDEN,
        ),
        (
            payer.clone().impersonated_by("employee-1"),
            StatusCode::FORBIDDEN,
        ),
    ] {
        let request = TestRequest::get().uri(&uri).as_user(&user).to_request();
        assert_eq!(call_service(&app, request).await.status(), expected);
    }
    let requirement = Requirement::role("Admin").and(Requirement::any_permission(["pay"]));
    let denied = admin()
        .user()
        .authorize(acme.org_id().clone(), &requirement)
        .unwrap_err();
    assert_eq!(denied.code(), "missing_any_permission");
    assert!(matches!(
        denied,
        Denied::Forbidden(Forbidden::RequirementNotMet { .. })
    ));
}

#[actix_web::test]
async fn middleware_denies_impersonated_users_without_an_organization() {
    let auth = propel_auth();
    let account = web::scope("/account")
        .wrap(auth.require_user().not_impersonated())
        .route("", web::get().to(HttpResponse::Ok));
    let app = init_service(
        App::new()
            .service(account)
            .route("/", web::get().to(HttpResponse::Ok))
            .wrap(auth.require_user()),
    )
    .await;
    let alice = TestUser::new("alice@example.com");
    let employee = alice.clone().impersonated_by("employee-1");
    for (user, path, expected) in [
        (&alice, "/account", StatusCode::OK),
        (&employee, "/account", StatusCode::FORBIDDEN),
        (&employee, "/", StatusCode::OK),
    ] {
        let request = TestRequest::get().uri(path).as_user(user).to_request();
        assert_eq!(call_service(&app, request).await.status(), expected);
    }
    assert_eq!(
        employee.user().deny_impersonation().unwrap_err().code(),
        "impersonated"
    );
}
