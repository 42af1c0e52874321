//! A membership that is newer than the token: it works without a new login once a mark says so, and no caller can
//! make calls by naming organizations.

use std::time::Duration;

use actix_web::{
    App, HttpResponse,
    rt::time,
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, PropelAuth, User,
    emulator::{EmulatedOrg, EmulatedUser, Emulator, Fault},
    freshness::{Cause, Mark, OnStale},
    org_id,
};

/// Alice, her token, and an organization that she is not in yet.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: EmulatedOrg,
    token: String,
}

impl World {
    async fn new(on_stale: OnStale) -> Self {
        let emulator = Emulator::builder().start().await.unwrap();
        let builder = emulator.propel_auth_builder();
        let builder = builder.verifier_key(emulator.verifier_key());
        let auth = builder.on_stale(on_stale).build().unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let initech = emulator.emulated_org(emulator.create_org("Initech").unwrap());
        initech.add_user(alice.id(), "Member").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme").unwrap());
        let token = alice.log_in().unwrap();
        Self {
            emulator,
            auth,
            alice,
            acme,
            token,
        }
    }

    fn calls(&self) -> usize {
        self.emulator.requests().len()
    }

    fn mark(&self) {
        let mark = Mark::member(self.alice.id(), self.acme.id());
        drop(self.auth.mark_stale(mark.because(Cause::AddedToOrg)));
    }

    /// Returns the status of a request for an organization, as a member, as an admin inside of another guard, and
    /// with a live guard.
    async fn statuses(&self, org_id: &str) -> [u16; 3] {
        self.ask(org_id, ["members", "admins", "live"]).await
    }

    /// Returns the status of a request for an organization to each of these paths.
    async fn ask<const N: usize>(&self, org_id: &str, paths: [&str; N]) -> [u16; N] {
        let id = || org_id::path("org_id");
        let seen = async |user: User, org: OrgMemberInfo| {
            assert!(user.org(&org.org_id).is_some());
            HttpResponse::Ok().finish()
        };
        let scope = web::scope("/admins/{org_id}")
            .service(
                web::resource("")
                    .get(seen)
                    .wrap(InOrgWithRole::new("Admin", id())),
            )
            .wrap(InOrg::new(id()));
        let app = init_service(
            App::new()
                .service(
                    web::resource("/members/{org_id}")
                        .get(seen)
                        .wrap(InOrg::new(id())),
                )
                .service(scope)
                .service(
                    web::resource("/live/{org_id}")
                        .get(seen)
                        .wrap(InOrg::new(id()).live()),
                )
                .wrap(self.auth.require_user()),
        )
        .await;
        let mut statuses = [0; N];
        for (status, path) in statuses.iter_mut().zip(paths) {
            let request = TestRequest::get().uri(&format!("/{path}/{org_id}"));
            let token = format!("Bearer {}", self.token);
            let request = request.insert_header(("authorization", token)).to_request();
            *status = call_service(&app, request).await.status().as_u16();
        }
        statuses
    }
}

#[actix_web::test]
async fn a_membership_that_was_gained_works_without_a_new_login_and_costs_one_call() {
    let world = World::new(OnStale::Refetch).await;
    let acme = world.acme.id().to_string();
    assert_eq!(world.statuses(&acme).await, [403, 403, 403]);
    world.acme.add_user(world.alice.id(), "Admin").unwrap();
    world.mark();
    let calls = world.calls();
    assert_eq!(world.statuses(&acme).await, [200, 200, 200]);
    assert_eq!(world.calls(), calls + 1);
    // What was fetched stays in place of the token, and is not only an answer of the last second.
    for _ in 0..2 {
        time::sleep(Duration::from_millis(1050)).await;
        assert_eq!(world.ask(&acme, ["members", "admins"]).await, [200, 200]);
    }
    assert_eq!(world.calls(), calls + 1);
    // The next change counts as well.
    world.acme.remove_user(world.alice.id()).unwrap();
    world.mark();
    assert_eq!(world.statuses(&acme).await, [403, 403, 403]);
}

#[actix_web::test]
async fn a_user_who_is_no_member_after_all_is_asked_about_once() {
    let world = World::new(OnStale::Refetch).await;
    let acme = world.acme.id().to_string();
    world.mark();
    for _ in 0..3 {
        assert_eq!(world.ask(&acme, ["members", "admins"]).await, [403, 403]);
        time::sleep(Duration::from_millis(1050)).await;
    }
    assert_eq!(world.calls(), 1);
}

#[actix_web::test]
async fn without_a_mark_of_the_user_no_organization_that_a_caller_names_makes_a_call() {
    let world = World::new(OnStale::Refetch).await;
    let other = world.emulator.create_user("bob@example.com").unwrap();
    world.acme.add_user(&other, "Member").unwrap();
    drop(
        world
            .auth
            .mark_stale(Mark::member(other.id(), world.acme.id())),
    );
    drop(world.auth.mark_stale(Mark::user(other.id())));
    for number in 0..20 {
        let app = [format!("org-{number}"), world.acme.id().to_string()];
        for org_id in app {
            let statuses = world.statuses(&org_id).await;
            assert_eq!(statuses, [403, 403, 403], "{org_id}");
        }
    }
    let of_live_guards = world.calls();
    assert!(of_live_guards <= 3, "{of_live_guards}");
    // Nor does a mark of the whole organization, which makes nobody a member. The token is refreshed, as it may
    // stand for an event that could not be read.
    drop(world.auth.mark_stale(Mark::org(world.acme.id())));
    let statuses = world.statuses(world.acme.id().as_ref()).await;
    assert_eq!(statuses[..2], [401, 401]);
    assert!(world.calls() <= of_live_guards + 1);
}

#[actix_web::test]
async fn a_token_for_one_organization_is_not_for_another_one_that_was_joined() {
    let mut world = World::new(OnStale::Refetch).await;
    let beta = world
        .emulator
        .emulated_org(world.emulator.create_org("Beta").unwrap());
    beta.add_user(world.alice.id(), "Member").unwrap();
    world.token = world.alice.log_in_to_org(beta.id()).unwrap();
    world.acme.add_user(world.alice.id(), "Admin").unwrap();
    world.mark();
    let acme = world.acme.id().to_string();
    assert_eq!(world.ask(&acme, ["members", "admins"]).await, [403, 403]);
    assert_eq!(world.calls(), 0);
    assert_eq!(world.ask(&acme, ["live"]).await, [403]);
}

#[actix_web::test]
async fn without_an_answer_the_token_has_to_be_refreshed() {
    let world = World::new(OnStale::Refetch).await;
    world.acme.add_user(world.alice.id(), "Admin").unwrap();
    let fault = Fault::on("fetch_user_metadata_by_user_id").status(400);
    world.emulator.inject_fault(fault).unwrap();
    world.mark();
    let acme = world.acme.id().to_string();
    assert_eq!(world.statuses(&acme).await, [401, 401, 503]);
    world.emulator.clear_faults();
    assert_eq!(world.statuses(&acme).await, [200, 200, 200]);
}

#[actix_web::test]
async fn where_nothing_is_fetched_the_token_has_to_be_refreshed_and_a_live_guard_sees_the_membership()
 {
    let world = World::new(OnStale::Refuse).await;
    let acme = world.acme.id().to_string();
    assert_eq!(world.statuses(&acme).await, [403, 403, 403]);
    world.acme.add_user(world.alice.id(), "Admin").unwrap();
    world.mark();
    assert_eq!(world.statuses(&acme).await, [401, 401, 200]);
    assert_eq!(world.calls(), 2);
}

#[actix_web::test]
async fn a_live_guard_does_not_guess_that_a_user_has_not_joined() {
    let world = World::new(OnStale::Refuse).await;
    let acme = world.acme.id().to_string();
    assert_eq!(world.ask(&acme, ["live"]).await, [403]);
    world.acme.add_user(world.alice.id(), "Admin").unwrap();
    world.mark();
    let fault = Fault::on("fetch_user_metadata_by_user_id").status(400);
    world.emulator.inject_fault(fault).unwrap();
    // What was fetched before is less than a second old, and is void.
    assert_eq!(world.ask(&acme, ["live"]).await, [503]);
    world.emulator.clear_faults();
    assert_eq!(world.ask(&acme, ["live"]).await, [200]);
    // It is not kept in place of the token.
    assert_eq!(world.ask(&acme, ["members"]).await, [401]);
}
