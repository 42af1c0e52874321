//! Groups that identity providers keep: each operation over the wire.

use actix_web_propelauth::emulator::{Emulator, NewScimGroup};

use crate::{
    api::org::{NOBODY, ODD, assert_fields, assert_unsent, start_with},
    api::sdk_recordings::Captures,
};

const ORG: &str = "1189c444-8a2d-4c41-8b4b-ae43ce79a492";
const USER: &str = "31c41c16-c281-44ae-9602-8a047e3bf33d";
const GROUP: &str = "cc83af74-cd11-4e7b-8f7e-3d2a1b0c9d8e";

#[actix_web::test]
async fn requests_are_those_of_the_official_library() {
    let mut captures = Captures::new(include_str!("../../captures/scim.jsonl")).await;
    captures
        .assert_same("fetch_org_scim_groups", "minimal", async |auth| {
            let call = auth.scim().fetch_org_scim_groups(ORG);
            call.page_size(10).page_number(0).await
        })
        .await;
    captures
        .assert_same("fetch_org_scim_groups", "full", async |auth| {
            let call = auth.scim().fetch_org_scim_groups(ORG).user_id(USER);
            call.page_size(37).page_number(4).await
        })
        .await;
    captures
        .assert_same("fetch_scim_group", "minimal", async |auth| {
            let call = auth.scim().fetch_scim_group(ORG, GROUP);
            call.members_page_size(10).members_page_number(0).await
        })
        .await;
    captures
        .assert_same("fetch_scim_group", "full", async |auth| {
            let call = auth.scim().fetch_scim_group(ORG, GROUP);
            call.members_page_size(37).members_page_number(4).await
        })
        .await;
    captures.finish().await;
}

#[actix_web::test]
async fn groups_and_members_are_listed_in_pages() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let other = emulator.create_org("Other").unwrap();
    let users = ["a@b.com", "c@d.com", "e@f.com"].map(|it| emulator.create_user(it).unwrap());
    for user in &users {
        emulator.add_user_to_org(user, &org_id, "Member").unwrap();
    }
    let odd = NewScimGroup::new(ODD)
        .external_id_from_idp(ODD)
        .members(&users);
    let odd = emulator.add_scim_group(&org_id, odd).unwrap();
    let engineers = NewScimGroup::new("Engineers").members([&users[0]]);
    let engineers = emulator.add_scim_group(&org_id, engineers).unwrap();
    emulator.add_scim_group(&other, "Elsewhere").unwrap();

    let list = || auth.scim().fetch_org_scim_groups(&org_id);
    let page = list().await.unwrap();
    assert_eq!(
        (page.total_groups, page.page_number, page.page_size),
        (2, 0, 10)
    );
    let group = &page.groups[0];
    assert_eq!((&group.group_id, group.display_name.as_str()), (&odd, ODD));
    assert_eq!(group.external_id_from_idp.as_deref(), Some(ODD));
    assert_eq!(page.groups[1].external_id_from_idp, None);
    let page = list().page_size(1).page_number(1).await.unwrap();
    assert_eq!((page.groups.len(), page.total_groups), (1, 2));
    assert_eq!(page.groups[0].group_id, engineers);
    assert_eq!(list().user_id(&users[0]).await.unwrap().total_groups, 2);
    assert_eq!(list().user_id(&users[1]).await.unwrap().total_groups, 1);
    assert_eq!(list().user_id(NOBODY).await.unwrap().total_groups, 0);

    let fetch = || auth.scim().fetch_scim_group(&org_id, &odd);
    let group = fetch().await.unwrap();
    assert_eq!((group.members.len(), group.display_name.as_str()), (3, ODD));
    assert_eq!(group.external_id_from_idp.as_deref(), Some(ODD));
    let page = async |number| {
        let call = fetch().members_page_size(2).members_page_number(number);
        call.await.unwrap().members
    };
    let paged = [page(0).await, page(1).await].concat();
    assert_eq!((paged, page(2).await.len()), (group.members, 0));

    // Who leaves the organization leaves its groups, and does not come back by coming back.
    emulator.remove_user_from_org(&users[0], &org_id).unwrap();
    assert_eq!(fetch().await.unwrap().members.len(), 2);
    emulator
        .add_user_to_org(&users[0], &org_id, "Member")
        .unwrap();
    assert_eq!(fetch().await.unwrap().members.len(), 2);
    emulator.set_scim_group_members(&odd, [&users[0]]).unwrap();
    assert_eq!(fetch().await.unwrap().members[0].user_id, *users[0].id());
    assert!(emulator.remove_scim_group(&odd));
    assert!(!emulator.remove_scim_group(&odd));
    assert!(fetch().await.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn unknown_or_invalid_scim_groups_are_rejected() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let other = emulator.create_org("Other").unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let group = emulator.add_scim_group(&org_id, "Engineers").unwrap();
    let scim = auth.scim();

    for id in [NOBODY, "Zoë/%2F", "a?b#c"] {
        let error = scim.fetch_org_scim_groups(id).await.unwrap_err();
        assert!(error.is_not_found(), "{id}");
        let error = scim.fetch_scim_group(&org_id, id).await.unwrap_err();
        assert!(error.is_not_found(), "{id}");
    }
    let error = scim.fetch_scim_group(&other, &group).await.unwrap_err();
    assert!(error.is_not_found());
    let call = scim.fetch_org_scim_groups(&org_id).user_id(ODD);
    assert_fields(&call.await.unwrap_err(), &["user_id"]);
    let call = scim.fetch_org_scim_groups(&org_id);
    let error = call.page_size(101).await.unwrap_err();
    assert_unsent(&error, "page_size");
    let call = scim.fetch_scim_group(&org_id, &group);
    let error = call.members_page_size(0).await.unwrap_err();
    assert_unsent(&error, "members_page_size");

    let strangers = NewScimGroup::new("Strangers").members([&alice]);
    emulator.add_scim_group(&org_id, strangers).unwrap_err();
    emulator.add_scim_group(NOBODY, "Nowhere").unwrap_err();
    emulator
        .set_scim_group_members(&group, [&alice])
        .unwrap_err();
    emulator
        .set_scim_group_members(NOBODY, [&alice])
        .unwrap_err();
}
