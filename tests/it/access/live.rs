//! Guards with `.live()`: the memberships of now decide.

use actix_web::{
    App, HttpResponse,
    http::{StatusCode, header::RETRY_AFTER},
    test::{TestRequest, call_service, init_service, read_body},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole,
    OrgMemberInfo, PropelAuth, User,
    emulator::{EmulatedOrg, EmulatedUser, Emulator, Fault},
    org_id,
};

use crate::fixtures::world::{connect, start_with};

struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: EmulatedOrg,
    token: String,
}

impl World {
    async fn new() -> Self {
        let builder = Emulator::builder().permission("Admin", "pay");
        let (emulator, auth) = start_with(builder).await;
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme").unwrap());
        acme.add_user(alice.id(), "Admin").unwrap();
        let token = alice.log_in().unwrap();
        Self {
            emulator,
            auth,
            alice,
            acme,
            token,
        }
    }

    fn get(&self, path: &str) -> TestRequest {
        let request = TestRequest::get().uri(&format!("/{path}/{}", self.acme.id()));
        request.insert_header(("authorization", format!("Bearer {}", self.token)))
    }

    /// Returns the status and the body of a request to each live guard, which answers with the roles that the
    /// handler sees, or whether the guard denied it.
    async fn ask(&self) -> Vec<(u16, String)> {
        let roles = async |user: User, org: OrgMemberInfo| {
            let of_user = user.org(&org.org_id).map(|org| org.user_role.clone());
            format!("{} {}", org.user_role, of_user.unwrap_or_default())
        };
        let id = || org_id::path("org_id");
        macro_rules! guarded {
            ($path:literal, $guard:expr) => {
                web::resource(concat!("/", $path, "/{org_id}"))
                    .get(roles)
                    .wrap($guard.live())
            };
        }
        let app = init_service(
            App::new()
                .service(guarded!("member", InOrg::new(id())))
                .service(guarded!("role", InOrgWithRole::new("Admin", id())))
                .service(guarded!(
                    "minimum",
                    InOrgWithMinimumRole::new("Admin", id())
                ))
                .service(guarded!(
                    "permission",
                    InOrgWithPermission::new("pay", id())
                ))
                .service(guarded!("all", InOrgWithAllPermissions::new(["pay"], id())))
                .wrap(self.auth.require_user()),
        )
        .await;
        let mut answers = Vec::new();
        for path in ["member", "role", "minimum", "permission", "all"] {
            let response = call_service(&app, self.get(path).to_request()).await;
            let status = response.status();
            assert_eq!(
                response.headers().contains_key(RETRY_AFTER),
                status == StatusCode::SERVICE_UNAVAILABLE
            );
            let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
            let body = if status.is_success() {
                body
            } else {
                String::new()
            };
            answers.push((status.as_u16(), body));
        }
        answers
    }

    /// Waits until an answer is too old for a request that begins.
    async fn a_second_later(&self) {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(1050)).await;
    }
}

#[actix_web::test]
async fn each_live_guard_and_its_handler_see_the_role_of_now() {
    let world = World::new().await;
    let admin = (200, "Admin Admin".to_owned());
    assert_eq!(world.ask().await, vec![admin; 5]);
    // Nobody tells the application.
    world
        .acme
        .change_user_role(world.alice.id(), "Member")
        .unwrap();
    world.a_second_later().await;
    let answers = world.ask().await;
    assert_eq!(answers[0], (200, "Member Member".to_owned()));
    assert!(answers[1..].iter().all(|(status, _)| *status == 403));
    world.acme.remove_user(world.alice.id()).unwrap();
    world.a_second_later().await;
    assert!(world.ask().await.iter().all(|(status, _)| *status == 403));
}

#[actix_web::test]
async fn a_disabled_user_is_denied_with_401() {
    let world = World::new().await;
    let dashboard = connect(&world.emulator);
    dashboard
        .user()
        .disable_user(world.alice.id())
        .await
        .unwrap();
    assert!(world.ask().await.iter().all(|(status, _)| *status == 401));
}

#[actix_web::test]
async fn memberships_that_cannot_be_fetched_are_not_guessed() {
    let world = World::new().await;
    let fault = Fault::on("fetch_user_metadata_by_user_id").status(500);
    world.emulator.inject_fault(fault).unwrap();
    assert!(world.ask().await.iter().all(|(status, _)| *status == 503));
}

#[actix_web::test]
async fn many_requests_of_one_user_make_one_call() {
    let world = World::new().await;
    let app = init_service(
        App::new()
            .service(
                web::resource("/orgs/{org_id}")
                    .get(async || HttpResponse::Ok())
                    .wrap(InOrg::new(org_id::path("org_id")).live()),
            )
            .wrap(world.auth.require_user()),
    )
    .await;
    let requests = (0..50).map(|_| call_service(&app, world.get("orgs").to_request()));
    for response in futures_util::future::join_all(requests).await {
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(world.emulator.requests().len(), 1);
}

#[actix_web::test]
async fn a_live_guard_that_routes_selects_nothing_unless_it_wraps_as_well() {
    let world = World::new().await;
    let live = || {
        InOrgWithRole::new("Admin", org_id::path("org_id"))
            .path_pattern("/orgs/{org_id}")
            .live()
    };
    for (is_wrapped, was_demoted, expected) in [
        (false, false, StatusCode::INTERNAL_SERVER_ERROR),
        (true, false, StatusCode::OK),
        (true, true, StatusCode::FORBIDDEN),
    ] {
        if was_demoted {
            let id = world.alice.id();
            world.acme.change_user_role(id, "Member").unwrap();
            world.a_second_later().await;
        }
        let route = web::get().to(async || HttpResponse::Ok());
        let route = if is_wrapped {
            live().guard_route(route)
        } else {
            route.guard(live())
        };
        let app = init_service(
            App::new()
                .service(web::resource("/orgs/{org_id}").route(route))
                .wrap(world.auth.require_user()),
        )
        .await;
        let response = call_service(&app, world.get("orgs").to_request()).await;
        assert_eq!(response.status(), expected);
    }
}
