//! Organizations themselves: fetched, listed, changed, deleted.

use actix_web_propelauth::{
    Error, OptionalExt as _,
    api::{CreateOrg, OrgOrderBy, UpdateOrg},
    emulator::{Emulator, RoleMapping},
};
use serde_json::{Value, json};

use super::{Clock, NOBODY, ODD, assert_fields, assert_unsent, start_with};

#[actix_web::test]
async fn an_org_is_changed_field_by_field() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let metadata = json!({ ODD: [1, null, { ODD: ODD }] });
    let org = auth.org();
    org.update_org(&org_id)
        .name(ODD)
        .can_setup_saml(true)
        .metadata(metadata.as_object().unwrap().clone())
        .max_users(7)
        .autojoin_by_domain(true)
        .restrict_to_domain(true)
        .domain("exämple.com")
        .extra_domains(["a.com", "日本.jp"])
        .legacy_org_id(ODD)
        .require_2fa_by("2026-01-02T05:04:05.5+02:00")
        .password_rotation_enabled(true)
        .password_rotation_history_size(5)
        .password_rotation_period(90)
        .await
        .unwrap();

    let changed = org.fetch_org(&org_id).await.unwrap();
    assert_eq!(changed, emulator.org(&org_id).unwrap());
    assert_eq!(changed.name, ODD);
    assert_eq!(changed.url_safe_org_slug, "zo-o-neil-2f-00-a-b-c-b-x");
    assert_eq!(changed.metadata.clone().map(Value::Object), Some(metadata));
    assert_eq!(changed.max_users, Some(7));
    assert_eq!(changed.domain.as_deref(), Some("exämple.com"));
    assert_eq!(changed.extra_domains, ["a.com", "日本.jp"]);
    assert_eq!(changed.legacy_org_id.as_deref(), Some(ODD));
    assert!(changed.can_setup_saml && changed.domain_autojoin && changed.domain_restrict);
    assert!(changed.password_rotation_enabled);
    assert_eq!(changed.password_rotation_history_size, 5);
    assert_eq!(changed.password_rotation_period, 90);
    assert_eq!(emulator.org_requires_2fa_by(&org_id), Some(1_767_323_045));

    // What is not given stays, and that may be all of it.
    org.update_org(&org_id).await.unwrap();
    assert_eq!(org.fetch_org(&org_id).await.unwrap(), changed);
    org.update_org(&org_id)
        .domain("")
        .can_setup_saml(false)
        .await
        .unwrap();
    let again = org.fetch_org(&org_id).await.unwrap();
    assert_eq!((again.domain, again.can_setup_saml), (None, false));
    assert_eq!(again.name, changed.name);
}

#[actix_web::test]
async fn changes_show_in_the_next_token() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &org_id, "Admin").unwrap();
    let metadata = json!({ "plan": ODD });
    let change = UpdateOrg::new(&org_id).name(ODD).legacy_org_id("legacy");
    let change = change.metadata(metadata.as_object().unwrap().clone());
    emulator.update_org(change).unwrap();

    let token = format!("Bearer {}", alice.log_in().unwrap());
    let user = auth
        .validate_access_token_and_get_user(token.as_str())
        .unwrap();
    let info = user.org(&org_id).unwrap();
    assert_eq!(info.org_name, ODD);
    assert_eq!(info.legacy_org_id.as_deref(), Some("legacy"));
    assert_eq!(Value::Object(info.org_metadata.clone()), metadata);
}

#[actix_web::test]
async fn wrong_changes_are_named_and_change_nothing() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let before = emulator.org(&org_id).unwrap();
    let error = auth
        .org()
        .update_org(&org_id)
        .name(" \t")
        .domain(ODD)
        .extra_domains(["fine.com", "a@b.com"])
        .require_2fa_by("tomorrow")
        .custom_role_mapping_name(ODD)
        .max_users(1)
        .await
        .unwrap_err();
    let fields = [
        "custom_role_mapping_name",
        "domain",
        "extra_domains",
        "name",
        "require_2fa_by",
    ];
    assert_fields(&error, &fields);
    assert_eq!(emulator.org(&org_id).unwrap(), before);

    let call = auth.org().create_org("Acme").domain("a b");
    let error = call.custom_role_mapping_name("none").await.unwrap_err();
    assert_fields(&error, &["custom_role_mapping_name", "domain"]);
    // Empty text stands for nothing given, as in the other libraries.
    let call = auth.org().create_org("Acme").domain("").legacy_org_id("");
    let created = call.custom_role_mapping_name("").await.unwrap();
    let org = emulator.org(created.org_id).unwrap();
    assert_eq!((org.domain, org.legacy_org_id), (None, None));
    assert_eq!(org.custom_role_mapping_name, None);
}

#[actix_web::test]
async fn a_deleted_org_takes_everything_with_it() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let other = emulator.create_org("Other").unwrap();
    let org = auth.org();
    for org_id in [&org_id, &other] {
        emulator.add_user_to_org(&alice, org_id, "Owner").unwrap();
        org.invite_user_to_org("bob@example.com", org_id, "Member")
            .await
            .unwrap();
    }
    emulator.add_scim_group(&org_id, "Engineers").unwrap();
    let link = auth.saml().create_org_saml_connection_link(&org_id);
    let link = link.await.unwrap();

    org.delete_org(&org_id).await.unwrap();
    assert_eq!(org.fetch_org(&org_id).await.optional().unwrap(), None);
    let orgs = alice.metadata().unwrap().org_id_to_org_info.unwrap();
    assert_eq!(orgs.keys().collect::<Vec<_>>(), [&other]);
    let invites = org.fetch_pending_invites().await.unwrap().invites;
    assert_eq!(invites.len(), 1);
    assert_eq!(invites[0].org_id, other);
    assert_eq!(emulator.saml_connection_link_org(link.url.expose()), None);
    assert!(emulator.accept_invite("bob@example.com", &org_id).is_err());
    assert!(org.delete_org(&org_id).await.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn orgs_are_listed_in_pages_and_by_what_they_are() {
    let (clock, builder) = Clock::at(1_000);
    let (emulator, auth) =
        start_with(builder.custom_role_mapping("Paid", RoleMapping::default())).await;
    let mut ids = Vec::new();
    for (n, name) in ["b", "C", "a", ODD].into_iter().enumerate() {
        clock.set(1_000 + i64::try_from(n).unwrap() / 2); // two in each second
        let org = CreateOrg::new(name).legacy_org_id(format!("{ODD}{n}"));
        ids.push(
            emulator
                .create_org(org.domain(format!("d{n}.com")))
                .unwrap(),
        );
    }
    let change = UpdateOrg::new(&ids[1])
        .extra_domains(["exämple.com"])
        .max_users(3);
    let change = change.custom_role_mapping_name("Paid");
    emulator.update_org(change).unwrap();

    let listed = async |order_by: Option<OrgOrderBy>| {
        let mut call = auth.org().fetch_orgs_by_query();
        if let Some(order_by) = order_by {
            call = call.order_by(order_by);
        }
        let page = call.await.unwrap();
        assert_eq!(
            (page.total_orgs, page.current_page, page.page_size),
            (4, 0, 10)
        );
        assert!(!page.has_more_results);
        page.orgs
            .into_iter()
            .map(|org| org.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(None).await, ["b", "C", "a", ODD]);
    assert_eq!(
        listed(Some(OrgOrderBy::CreatedAtDesc)).await,
        [ODD, "a", "C", "b"]
    );
    assert_eq!(listed(Some(OrgOrderBy::Name)).await, ["a", "b", "C", ODD]);

    let query = || auth.org().fetch_orgs_by_query();
    for (call, names) in [
        (query().name("neil\" %2F"), vec![ODD]),
        (query().name("nothing"), vec![]),
        (query().legacy_org_id(format!("{ODD}2")), vec!["a"]),
        (query().legacy_org_id("2"), vec![]),
        (query().domain("EXÄMPLE.com"), vec!["C"]),
        (query().domain("d0.com"), vec!["b"]),
        (query().domain("com"), vec![]),
        (query().page_size(3), vec!["b", "C", "a"]),
        (query().page_size(3).page_number(1), vec![ODD]),
        (query().page_size(3).page_number(9), vec![]),
    ] {
        let shown = format!("{call:?}");
        let orgs = call.await.unwrap().orgs;
        let found: Vec<_> = orgs.iter().map(|org| org.name.as_str()).collect();
        assert_eq!(found, names, "{shown}");
    }
    let page = query().page_size(3).await.unwrap();
    assert!(page.has_more_results && page.total_orgs == 4);
    let org = &page.orgs[1];
    assert_eq!((org.max_users, org.created_at), (Some(3), Some(1_000)));
    assert_eq!(org.custom_role_mapping_name.as_deref(), Some("Paid"));

    for size in [0, 101] {
        let error = query().page_size(size).await.unwrap_err();
        assert_unsent(&error, "page_size");
    }
    let error = query().order_by("AGE").await.unwrap_err();
    assert_fields(&error, &["order_by"]);
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found_and_what_cannot_be_sent_is_not_sent() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org = auth.org();
    for id in [NOBODY, "%2e%2e", "a/b", "?x", "Zoë 🦀"] {
        assert!(org.fetch_org(id).await.unwrap_err().is_not_found(), "{id}");
        let error = org.update_org(id).name("x").await.unwrap_err();
        assert!(error.is_not_found(), "{id}");
        let error = org.delete_org(id).await.unwrap_err();
        assert!(error.is_not_found(), "{id}");
    }
    for id in ["", ".", "..", "a\nb"] {
        let error = org.delete_org(id).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{id}");
    }
    for result in [
        emulator.delete_org(NOBODY),
        emulator.update_org(UpdateOrg::new(NOBODY)),
        emulator.remove_user_from_org(NOBODY, NOBODY),
    ] {
        result.unwrap_err();
    }
}

#[actix_web::test]
async fn a_project_without_orgs_says_so() {
    let (_emulator, auth) = start_with(Emulator::builder().without_orgs()).await;
    let (org, saml, scim) = (auth.org(), auth.saml(), auth.scim());
    let mut refused = 0;
    macro_rules! assert_not_enabled {
        ($($call:expr),* $(,)?) => {$(
            let error = $call.await.unwrap_err();
            assert!(matches!(error, Error::OrgsNotEnabled), "{error:?}");
            refused += 1;
        )*};
    }
    assert_not_enabled![
        org.fetch_org(NOBODY),
        org.fetch_orgs_by_query(),
        org.fetch_custom_role_mappings(),
        org.fetch_users_in_org(NOBODY),
        org.fetch_pending_invites(),
        org.create_org("Acme"),
        org.update_org(NOBODY),
        org.subscribe_org_to_role_mapping(NOBODY, "x"),
        org.delete_org(NOBODY),
        org.add_user_to_org(NOBODY, NOBODY, "Owner"),
        org.change_user_role_in_org(NOBODY, NOBODY, "Owner"),
        org.remove_user_from_org(NOBODY, NOBODY),
        org.invite_user_to_org("a@b", NOBODY, "Owner"),
        org.invite_user_to_org_by_user_id(NOBODY, NOBODY, "Owner"),
        org.revoke_pending_org_invite(NOBODY, "a@b"),
        saml.allow_org_to_setup_saml_connection(NOBODY),
        saml.fetch_saml_sp_metadata(NOBODY),
        saml.delete_saml_connection(NOBODY),
        scim.fetch_org_scim_groups(NOBODY),
        scim.fetch_scim_group(NOBODY, NOBODY),
    ];
    assert_eq!(refused, 20);
}
