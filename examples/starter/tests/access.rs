//! Who may call what: no route is open by accident, and every change of a guard shows in a file.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // a panic fails the test

mod world;

use actix_web::{App, test::init_service};
use actix_web_propelauth::audit::{DenialMatrix, RouteAudit};
use starter::{projects::Projects, routes::routes};
use world::World;

/// The routes that are meant to be public.
fn audit() -> RouteAudit {
    RouteAudit::new()
        .public("/healthz")
        .public("/readyz")
        .public("*") // the 404 for everything else
}

#[actix_web::test]
async fn every_route_needs_a_user_or_is_meant_to_be_public() {
    let world = World::start().await;
    let app = init_service(App::new().configure(routes(&world.auth, &Projects::default()))).await;
    audit().run(&app).await.assert();
}

/// After a change that is meant: `UPDATE_DENIALS=1 cargo test`, and review the difference.
#[actix_web::test]
async fn denials_are_those_of_the_committed_file() {
    let world = World::start().await;
    let app = init_service(App::new().configure(routes(&world.auth, &Projects::default()))).await;
    let matrix = DenialMatrix::new()
        .audit(audit())
        .org(&world.acme)
        .caller("expired", &world.expired())
        .caller("forged", &world.forged())
        .caller("other org", &world.eve)
        .caller("Member", &world.mia)
        .caller("Admin", &world.adam)
        .caller("Owner", &world.olga);
    matrix
        .run(&app)
        .await
        .assert_matches_file("tests/denials.txt");
}
