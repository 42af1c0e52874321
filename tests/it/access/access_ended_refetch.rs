//! The end of access where memberships are fetched after a change: a connection goes on if nothing was taken away
//! that it needs.

use std::time::Duration;

use actix_web::rt::{spawn, time};
use actix_web_propelauth::{
    AccessEnded, AccessEnding, Requirement, User,
    emulator::Fault,
    freshness::{Cause, Mark},
};

use super::freshness_refetch::World;

/// Returns the user of a request.
async fn user(world: &World) -> User {
    let token = world.alice.log_in().unwrap();
    world.auth.authenticate(&token).await.unwrap()
}

/// Returns why access ended within a moment, or `None`.
async fn soon(ending: AccessEnding) -> Option<AccessEnded> {
    time::timeout(Duration::from_millis(300), ending).await.ok()
}

fn cause(ended: Option<AccessEnded>) -> Option<Cause> {
    match ended? {
        AccessEnded::Stale(cause) | AccessEnded::MembershipChanged { cause, .. } => Some(cause),
        other => panic!("{other}"),
    }
}

#[actix_web::test]
async fn a_user_whose_memberships_were_fetched_is_not_ended_by_the_mark_that_they_show() {
    let world = World::new().await;
    let (token, acme) = (world.alice.log_in().unwrap(), world.acme.id());
    world.mark_member();
    let alice = world.auth.authenticate(&token).await.unwrap();
    assert_eq!(world.calls(), 1);
    assert_eq!(soon(alice.access_ended()).await, None);
    assert_eq!(soon(alice.access_ended_in(acme)).await, None);
    let role = Requirement::role("Admin");
    assert_eq!(soon(alice.access_ended_requiring(acme, &role)).await, None);
    assert_eq!(world.calls(), 1);
}

#[actix_web::test]
async fn connections_go_on_after_a_change_that_takes_nothing_and_make_one_call() {
    let world = World::new().await;
    let (alice, acme) = (user(&world).await, world.acme.id());
    let role = Requirement::role("Admin");
    let waiting: Vec<_> = (0..30)
        .map(|number| match number % 3 {
            0 => alice.access_ended(),
            1 => alice.access_ended_in(acme),
            _ => alice.access_ended_requiring(acme, &role),
        })
        .map(|ending| spawn(soon(ending)))
        .collect();
    time::sleep(Duration::from_millis(20)).await;
    let mark = Mark::org(acme).because(Cause::OrgUpdated);
    world.auth.mark_stale(mark);
    for ended in waiting {
        assert_eq!(ended.await.unwrap(), None);
    }
    // The twenty that are about the organization have asked.
    assert_eq!(world.calls(), 1);
}

#[actix_web::test]
async fn a_connection_ends_when_the_roles_change_and_one_with_a_requirement_when_it_is_not_met() {
    let world = World::new().await;
    let (alice, acme) = (user(&world).await, world.acme.id());
    let ended = async |requirement: Option<Requirement>| {
        let ending = match requirement {
            None => alice.access_ended_in(acme),
            Some(requirement) => alice.access_ended_requiring(acme, &requirement),
        };
        cause(soon(ending).await)
    };
    let [member, admin] = ["Member", "Admin"].map(Requirement::minimum_role);
    assert_eq!(ended(Some(admin.clone())).await, None);
    for role in ["Owner", "Member"] {
        world.acme.change_user_role(&alice.user_id, role).unwrap();
        world.mark_member();
        assert_eq!(ended(None).await, Some(Cause::RoleChanged), "{role}");
        assert_eq!(ended(Some(member.clone())).await, None, "{role}");
        let expected = (role == "Member").then_some(Cause::RoleChanged);
        assert_eq!(ended(Some(admin.clone())).await, expected, "{role}");
        // All of the user's access goes on.
        assert_eq!(soon(alice.access_ended()).await, None);
    }
    world
        .acme
        .change_user_role(&alice.user_id, "Admin")
        .unwrap();
    world.mark_member();
    assert_eq!(ended(None).await, None);
    world.acme.remove_user(&alice.user_id).unwrap();
    world.mark_member();
    let member = Requirement::member();
    assert_eq!(ended(Some(member)).await, Some(Cause::RoleChanged));
}

#[actix_web::test]
async fn a_connection_that_went_on_ends_with_the_next_change_that_takes_something() {
    let world = World::new().await;
    let (alice, acme) = (user(&world).await, world.acme.id().clone());
    let waiting = spawn(alice.access_ended_in(&acme));
    time::sleep(Duration::from_millis(20)).await;
    world.mark_member();
    time::sleep(Duration::from_millis(200)).await;
    world
        .acme
        .change_user_role(&alice.user_id, "Member")
        .unwrap();
    world.mark_member();
    let ended = time::timeout(Duration::from_secs(1), waiting).await;
    let ended = ended.unwrap().unwrap();
    assert_eq!(ended.code(), "membership_changed");
    assert_eq!(world.calls(), 2);
}

#[actix_web::test]
async fn what_the_account_says_of_the_user_decides_and_a_hidden_change_needs_no_call() {
    for (cause_of_mark, expected) in [
        (Cause::UserEnabled, None),
        (Cause::UserDisabled, Some(Cause::UserDisabled)),
        (Cause::UserLoggedOut, Some(Cause::UserLoggedOut)),
    ] {
        let world = World::new().await;
        let alice = user(&world).await;
        if cause_of_mark == Cause::UserDisabled {
            world
                .dashboard
                .user()
                .disable_user(&alice.user_id)
                .await
                .unwrap();
        }
        // The mark says less than the account.
        let is_hidden = cause_of_mark == Cause::UserLoggedOut;
        let said = if is_hidden {
            cause_of_mark
        } else {
            Cause::UserEnabled
        };
        let calls = world.calls();
        let mark = Mark::user(&alice.user_id).because(said);
        world.auth.mark_stale(mark);
        assert_eq!(cause(soon(alice.access_ended()).await), expected);
        let in_acme = alice.access_ended_in(world.acme.id());
        assert_eq!(cause(soon(in_acme).await), expected);
        assert_eq!(world.calls() - calls, usize::from(!is_hidden));
    }
}

#[actix_web::test]
async fn without_an_answer_a_connection_ends_within_a_second() {
    for fault in [
        Fault::on("fetch_user_metadata_by_user_id").status(400),
        Fault::on("fetch_user_metadata_by_user_id").delay(Duration::from_secs(5)),
    ] {
        let world = World::new().await;
        let (alice, acme) = (user(&world).await, world.acme.id());
        world.emulator.inject_fault(fault).unwrap();
        world.mark_member();
        let ending = alice.access_ended_in(acme);
        let ended = time::timeout(Duration::from_millis(1500), ending).await;
        assert_eq!(cause(ended.ok()), Some(Cause::RoleChanged));
    }
}

#[actix_web::test]
async fn a_requirement_that_is_not_met_is_no_access_from_the_beginning() {
    let world = World::new().await;
    let (alice, initech) = (user(&world).await, world.initech.id());
    let admin = Requirement::role("Admin");
    let ended = soon(alice.access_ended_requiring(initech, &admin)).await;
    assert_eq!(ended, Some(AccessEnded::RequirementNotMet(initech.clone())));
    assert_eq!(ended.unwrap().code(), "requirement_not_met");
    // A grant that the guard of the route has verified is not asked for again, and takes the place of nothing else.
    let proven = Requirement::member().and(Requirement::step_up("PAY"));
    let ending = alice.access_ended_requiring(initech, &proven);
    assert_eq!(soon(ending).await, None);
    let ending = alice.access_ended_requiring(initech, &proven.and(admin.clone()));
    assert!(soon(ending).await.is_some());
    let nowhere = "nowhere".into();
    let ended = soon(alice.access_ended_requiring(&nowhere, &admin)).await;
    assert_eq!(ended, Some(AccessEnded::NotInOrg(nowhere)));
    assert_eq!(world.calls(), 0);
}
