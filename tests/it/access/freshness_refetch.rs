//! Marks with `OnStale::Refetch`: the memberships of now, and never those from before.

use actix_web::{
    App, HttpResponse,
    http::StatusCode,
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, PropelAuth, User,
    emulator::{EmulatedOrg, EmulatedUser, Emulator, Fault},
    freshness::{Cause, Mark, OnStale},
    org_id,
};

use crate::fixtures::world::connect;

/// Alice, who is an admin of Acme and a member of Initech, and her token.
pub(super) struct World {
    pub(super) emulator: Emulator,
    /// The handle of the application.
    pub(super) auth: PropelAuth,
    /// Another one, whose calls mark nothing there.
    pub(super) dashboard: PropelAuth,
    pub(super) alice: EmulatedUser,
    pub(super) acme: EmulatedOrg,
    pub(super) initech: EmulatedOrg,
    header: String,
}

impl World {
    pub(super) async fn new() -> Self {
        let emulator = Emulator::builder().start().await.unwrap();
        let builder = emulator.propel_auth_builder();
        let auth = builder
            .verifier_key(emulator.verifier_key())
            .on_stale(OnStale::Refetch)
            .build()
            .unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme").unwrap());
        let initech = emulator.emulated_org(emulator.create_org("Initech").unwrap());
        acme.add_user(alice.id(), "Admin").unwrap();
        initech.add_user(alice.id(), "Member").unwrap();
        let header = format!("Bearer {}", alice.log_in().unwrap());
        Self {
            dashboard: connect(&emulator),
            auth,
            alice,
            acme,
            initech,
            header,
            emulator,
        }
    }

    /// Returns how often PropelAuth was asked about the user.
    pub(super) fn calls(&self) -> usize {
        let requests = self.emulator.requests();
        let path = format!("/user/{}", self.alice.id());
        requests.iter().filter(|it| it.path.contains(&path)).count()
    }

    /// Returns the statuses of a request for the user, as an admin of Acme, and as a member of Initech.
    async fn statuses(&self) -> [u16; 3] {
        let service = web::resource("/admins/{org_id}")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(async |_: OrgMemberInfo| HttpResponse::Ok());
        let members = web::resource("/members/{org_id}")
            .wrap(InOrg::new(org_id::path("org_id")))
            .get(async |_: OrgMemberInfo| HttpResponse::Ok());
        let app = init_service(
            App::new()
                .route("/", web::get().to(async |_: User| HttpResponse::Ok()))
                .service(service)
                .service(members)
                .wrap(self.auth.require_user()),
        )
        .await;
        let mut statuses = [0; 3];
        let paths = [
            "/".to_owned(),
            format!("/admins/{}", self.acme.id()),
            format!("/members/{}", self.initech.id()),
        ];
        for (status, path) in statuses.iter_mut().zip(paths) {
            let request = TestRequest::get().uri(&path);
            let request = request.insert_header(("authorization", self.header.as_str()));
            let response = call_service(&app, request.to_request()).await;
            *status = response.status().as_u16();
        }
        statuses
    }

    pub(super) fn mark_member(&self) {
        let mark = Mark::member(self.alice.id(), self.acme.id()).because(Cause::RoleChanged);
        drop(self.auth.mark_stale(mark));
    }
}

#[actix_web::test]
async fn a_changed_role_is_fetched_once_and_holds_until_the_next_change() {
    let world = World::new().await;
    assert_eq!(world.statuses().await, [200, 200, 200]);
    assert_eq!(world.calls(), 0);
    world
        .acme
        .change_user_role(world.alice.id(), "Member")
        .unwrap();
    world.mark_member();
    assert_eq!(world.statuses().await, [200, 403, 200]);
    assert_eq!(world.statuses().await, [200, 403, 200]);
    assert_eq!(world.calls(), 1);
    // A mark of somebody else costs no call.
    drop(world.auth.mark_stale(Mark::user(&"somebody".into())));
    assert_eq!(world.statuses().await, [200, 403, 200]);
    assert_eq!(world.calls(), 1);
    // Back, and a membership that was lost is a 403, because the account speaks.
    world
        .acme
        .change_user_role(world.alice.id(), "Admin")
        .unwrap();
    world.initech.remove_user(world.alice.id()).unwrap();
    world.mark_member();
    assert_eq!(world.statuses().await, [200, 200, 403]);
    assert_eq!(world.calls(), 2);
}

#[actix_web::test]
async fn a_disabled_a_locked_and_a_deleted_user_are_denied() {
    for cause in [
        Cause::UserDisabled,
        Cause::UserLocked,
        Cause::UserDeleted,
        Cause::UserEnabled,
    ] {
        let world = World::new().await;
        let id = world.alice.id();
        match cause {
            Cause::UserDisabled => world.dashboard.user().disable_user(id).await.unwrap(),
            Cause::UserLocked => world.emulator.lock_user(id).unwrap(),
            Cause::UserDeleted => world.dashboard.user().delete_user(id).await.unwrap(),
            _ => {}
        }
        drop(world.auth.mark_stale(Mark::user(id).because(cause.clone())));
        let expected = match cause {
            Cause::UserEnabled => [200, 200, 200],
            _ => [401, 401, 401],
        };
        assert_eq!(world.statuses().await, expected, "{cause}");
    }
}

#[actix_web::test]
async fn what_no_account_shows_is_denied_without_a_call_and_stays_denied() {
    for cause in [
        Cause::UserLoggedOut,
        Cause::ByHand,
        Cause::Call,
        Cause::Fleet,
        Cause::from_word("user.promoted"),
    ] {
        let world = World::new().await;
        let mark = || Mark::user(world.alice.id());
        drop(world.auth.mark_stale(mark().because(cause.clone())));
        assert_eq!(world.statuses().await, [401, 401, 401], "{cause}");
        // Nothing that comes later makes the token speak again.
        drop(world.auth.mark_stale(mark().because(Cause::UserEnabled)));
        assert_eq!(world.statuses().await, [401, 401, 401], "{cause}");
        assert_eq!(world.calls(), 0);
    }
}

#[actix_web::test]
async fn without_an_answer_the_old_claims_do_not_speak() {
    let world = World::new().await;
    assert_eq!(world.statuses().await, [200, 200, 200]);
    let fault = Fault::on("fetch_user_metadata_by_user_id").status(400);
    world.emulator.inject_fault(fault).unwrap();
    world.mark_member();
    assert_eq!(world.statuses().await, [401, 401, 401]);
    world.emulator.clear_faults();
    assert_eq!(world.statuses().await, [200, 200, 200]);
}

#[actix_web::test]
async fn a_token_for_an_organization_gets_no_other_and_is_denied_without_it() {
    let mut world = World::new().await;
    let token = world.alice.log_in_to_org(world.acme.id()).unwrap();
    world.header = format!("Bearer {token}");
    world.mark_member();
    assert_eq!(world.statuses().await, [200, 200, 403]);
    world.acme.remove_user(world.alice.id()).unwrap();
    world.mark_member();
    assert_eq!(world.statuses().await, [401, 401, 401]);
}

#[actix_web::test]
async fn code_that_cannot_wait_denies_and_spoils_nothing() {
    let world = World::new().await;
    world.mark_member();
    let denied = world
        .auth
        .validate_access_token_and_get_user(&*world.header)
        .unwrap_err();
    assert_eq!(denied.code(), "token_stale");
    // A routing guard without middleware around it does not select.
    let path = "/orgs/{org_id}";
    let guard = InOrg::new(org_id::path("org_id")).path_pattern(path);
    let app = init_service(
        App::new().app_data(world.auth.clone()).service(
            web::resource(path)
                .route(
                    web::get()
                        .guard(guard)
                        .to(async || HttpResponse::Ok().body("selected")),
                )
                .route(web::get().to(async |_: User| HttpResponse::Accepted())),
        ),
    )
    .await;
    let get = || {
        let request = TestRequest::get().uri(&format!("/orgs/{}", world.acme.id()));
        request
            .insert_header(("authorization", world.header.as_str()))
            .to_request()
    };
    // The argument of the handler waits, and then the guard finds what was fetched in the cache.
    let statuses = [
        call_service(&app, get()).await.status(),
        call_service(&app, get()).await.status(),
    ];
    assert_eq!(statuses, [StatusCode::ACCEPTED, StatusCode::OK]);
}

#[actix_web::test]
async fn what_was_marked_found_and_fetched_is_counted() {
    let world = World::new().await;
    let stats = || {
        let stats = world.auth.freshness_stats();
        let marks = [stats.marks as u64, stats.set, stats.dropped, stats.stale];
        (marks, [stats.fetches, stats.calls, stats.unanswered])
    };
    assert_eq!(world.statuses().await, [200, 200, 200]);
    assert_eq!(stats(), ([0; 4], [0; 3]));
    for _ in 0..2 {
        world.mark_member();
        assert_eq!(world.statuses().await, [200, 200, 200]);
    }
    drop(world.auth.mark_stale(Mark::user(&"another".into())));
    assert_eq!(world.statuses().await, [200, 200, 200]);
    assert_eq!(stats(), ([2, 3, 0, 2], [2, 2, 0]));
    let fault = Fault::on("fetch_user_metadata_by_user_id").status(400);
    world.emulator.inject_fault(fault).unwrap();
    world.mark_member();
    assert_eq!(world.statuses().await, [401, 401, 401]);
    assert_eq!(stats(), ([2, 4, 0, 5], [5, 5, 3]));
}
