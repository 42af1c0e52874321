//! Who belongs to an organization.

use actix_web_propelauth::{
    api::{CreateOrg, CreateUser, UpdateOrg},
    emulator::Emulator,
};

use super::{Clock, NOBODY, ODD, assert_fields, assert_unsent, start_with};

#[actix_web::test]
async fn members_are_listed_in_pages_and_by_role() {
    let (clock, builder) = Clock::at(1_000);
    let builder = builder.roles([ODD, "B", "C"]).multiple_roles_per_user();
    let (emulator, auth) = start_with(builder).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let other = emulator.create_org("Other").unwrap();
    for (n, roles) in [[ODD, "B"], ["B", "C"], ["C", ODD]].iter().enumerate() {
        clock.set(1_000 - i64::try_from(n).unwrap());
        let user = CreateUser::new(format!("user-{n}@example.com")).first_name(ODD);
        let user = emulator.create_user(user).unwrap();
        let add = auth.org().add_user_to_org(&user, &org_id, roles[0]);
        add.additional_roles([roles[1]]).await.unwrap();
        emulator.add_user_to_org(&user, &other, "B").unwrap();
    }
    emulator.create_user("nobody@example.com").unwrap();

    let fetch = || auth.org().fetch_users_in_org(&org_id);
    let page = fetch().await.unwrap();
    assert_eq!(
        (page.total_users, page.current_page, page.page_size),
        (3, 0, 10)
    );
    let emails: Vec<_> = page.users.iter().map(|user| user.email.as_str()).collect();
    let expected = [
        "user-2@example.com",
        "user-1@example.com",
        "user-0@example.com",
    ];
    assert_eq!(emails, expected);
    let first = &page.users[0];
    assert_eq!(first.first_name.as_deref(), Some(ODD));
    assert_eq!(first.role_in_org, "C");
    assert_eq!(first.additional_roles_in_org, [ODD]);
    assert_eq!(first.org_id_to_org_info, None);

    let page = fetch().include_orgs(true).page_size(2).await.unwrap();
    assert!(page.has_more_results);
    assert_eq!(page.users[0].org_id_to_org_info.as_ref().unwrap().len(), 2);
    assert_eq!(
        page.users[0].user,
        emulator.user_metadata(&page.users[0].user_id).unwrap()
    );
    let page = fetch().page_size(2).page_number(1).await.unwrap();
    assert_eq!((page.users.len(), page.has_more_results), (1, false));
    let page = fetch().role(ODD).await.unwrap();
    assert_eq!((page.users.len(), page.total_users), (2, 2));
    assert_eq!(fetch().role("b").await.unwrap().total_users, 0);

    let error = fetch().page_size(101).await.unwrap_err();
    assert_unsent(&error, "page_size");
    let nowhere = auth.org().fetch_users_in_org(NOBODY).await.unwrap();
    assert_eq!((nowhere.users.len(), nowhere.total_users), (0, 0));
}

#[actix_web::test]
async fn a_removed_member_is_gone_from_the_next_token() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &org_id, "Owner").unwrap();
    alice.log_in_to_org(&org_id).unwrap();

    let org = auth.org();
    org.remove_user_from_org(&alice, &org_id).await.unwrap();
    alice.log_in_to_org(&org_id).unwrap_err();
    let token = format!("Bearer {}", alice.log_in().unwrap());
    let user = auth
        .validate_access_token_and_get_user(token.as_str())
        .unwrap();
    assert_eq!(user.orgs().len(), 0);

    for (user_id, org_id) in [
        (alice.id().as_str(), org_id.as_str()),
        (NOBODY, org_id.as_str()),
        (alice.id().as_str(), NOBODY),
    ] {
        let error = org.remove_user_from_org(user_id, org_id).await.unwrap_err();
        assert!(error.is_not_found());
    }
    let error = org.remove_user_from_org(ODD, ODD).await.unwrap_err();
    assert_fields(&error, &["org_id", "user_id"]);
}

#[actix_web::test]
async fn limits_of_org_and_project_are_kept() {
    let (emulator, auth) = start_with(Emulator::builder().max_orgs_per_user(1)).await;
    let alice = emulator.create_user("alice@acme.com").unwrap();
    let bob = emulator.create_user("bob@Other.com").unwrap();
    let acme = CreateOrg::new("Acme").domain("acme.com").max_users(1);
    let acme = acme.members_must_have_matching_domain(true);
    let acme = emulator.create_org(acme).unwrap();
    let other = emulator.create_org("Other").unwrap();

    let org = auth.org();
    let error = org.add_user_to_org(&bob, &acme, "Owner").await.unwrap_err();
    assert_fields(&error, &["user_id"]);
    org.add_user_to_org(&alice, &acme, "Owner").await.unwrap();
    let error = org
        .add_user_to_org(&alice, &acme, "Owner")
        .await
        .unwrap_err();
    assert_fields(&error, &["user_id"]);
    let error = org
        .add_user_to_org(&alice, &other, "Owner")
        .await
        .unwrap_err();
    assert_fields(&error, &["user_id"]);

    let change = UpdateOrg::new(&acme).extra_domains(["other.com"]);
    emulator.update_org(change).unwrap();
    let error = org.add_user_to_org(&bob, &acme, "Owner").await.unwrap_err();
    assert_fields(&error, &["org_id"]);
    let error = org.invite_user_to_org("c@acme.com", &acme, "Owner").await;
    assert_fields(&error.unwrap_err(), &["org_id"]);
    emulator
        .update_org(UpdateOrg::new(&acme).max_users(2))
        .unwrap();
    org.add_user_to_org(&bob, &acme, "Member").await.unwrap();
    assert_eq!(org.fetch_users_in_org(&acme).await.unwrap().total_users, 2);
}
