//! What the service does, request by request, with an emulated PropelAuth.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // a panic fails the test

mod world;

use std::time::Duration;

use actix_http::Request;
use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::Method,
    rt::time::{sleep, timeout},
    test::{TestRequest, init_service, read_body},
};
use actix_web_propelauth::{
    emulator::{EmulatedUser, Fault},
    testing::TestRequestExt as _,
};
use serde_json::{Value, json};
use starter::{projects::Projects, routes::routes};
use world::World;

/// Starts the service.
macro_rules! service {
    ($world:expr) => {
        init_service(App::new().configure(routes(&$world.auth, &Projects::default()))).await
    };
}

/// Sends a request; returns status and JSON body.
async fn send<B: MessageBody>(
    app: &impl Service<Request, Response = ServiceResponse<B>, Error = Error>,
    user: &EmulatedUser,
    method: Method,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let request = TestRequest::with_uri(path).method(method).as_user(user);
    let request = match body {
        Value::Null => request,
        body => request.set_json(body),
    };
    let response = app.call(request.to_request()).await.unwrap();
    let status = response.status().as_u16();
    let body = read_body(response).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[actix_web::test]
async fn me_lists_the_organizations_of_the_user() {
    let world = World::start().await;
    let app = service!(world);
    let (status, me) = send(&app, &world.mia, Method::GET, "/api/me", Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(me["email"], "mia@example.com");
    assert_eq!(
        me["orgs"],
        json!([{ "org_id": world.acme, "name": "Acme Inc", "role": "Member" }])
    );
}

#[actix_web::test]
async fn projects_belong_to_one_organization() {
    let world = World::start().await;
    let app = service!(world);
    let own = format!("/api/orgs/{}/projects", world.acme);
    let rocket = json!({ "id": 1, "name": "rocket" });
    let created = send(
        &app,
        &world.adam,
        Method::POST,
        &own,
        json!({ "name": "rocket" }),
    )
    .await;
    assert_eq!(created, (201, rocket.clone()));
    let list = send(&app, &world.mia, Method::GET, &own, Value::Null).await;
    assert_eq!(list, (200, json!([rocket])));

    // The same id in another organization, and the same organization by a user of another one.
    let elsewhere = format!("/api/orgs/{}/projects/1", world.initech);
    let (status, _) = send(&app, &world.eve, Method::GET, &elsewhere, Value::Null).await;
    assert_eq!(status, 404);
    let (status, _) = send(&app, &world.eve, Method::GET, &own, Value::Null).await;
    assert_eq!(status, 403);

    let deleted = send(
        &app,
        &world.olga,
        Method::DELETE,
        &format!("{own}/1"),
        Value::Null,
    )
    .await;
    assert_eq!(deleted, (204, Value::Null));
}

#[actix_web::test]
async fn admins_invite_and_remove_members() {
    let world = World::start().await;
    let app = service!(world);
    let members = format!("/api/orgs/{}/members", world.acme);
    let zoe = |role: &str| json!({ "email": "zoe@example.com", "role": role });
    let (status, _) = send(&app, &world.adam, Method::POST, &members, zoe("Member")).await;
    assert_eq!(status, 202);
    let emails = world.emulator.email_outbox();
    assert!(emails.iter().any(|email| email.to == "zoe@example.com"));

    let (status, error) = send(&app, &world.adam, Method::POST, &members, zoe("Owner")).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (400, &json!("bad_request"))
    );

    let mia = format!("{members}/{}", world.mia.id());
    assert_eq!(
        send(&app, &world.adam, Method::DELETE, &mia, Value::Null)
            .await
            .0,
        204
    );
    let (_, left) = send(&app, &world.adam, Method::GET, &members, Value::Null).await;
    assert_eq!(left.as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn owners_rename_the_organization() {
    let world = World::start().await;
    let app = service!(world);
    let path = format!("/api/orgs/{}/settings", world.acme);
    let renamed = send(
        &app,
        &world.olga,
        Method::PUT,
        &path,
        json!({ "name": "Acme Corp" }),
    )
    .await;
    assert_eq!(renamed.0, 204);
    assert_eq!(world.emulator.org(&world.acme).unwrap().name, "Acme Corp");
}

#[actix_web::test]
async fn every_error_has_the_same_format() {
    let world = World::start().await;
    let app = service!(world);
    let projects = format!("/api/orgs/{}/projects", world.acme);
    let code = async |user, method, path: &str, body| {
        let (status, error) = send(&app, user, method, path, body).await;
        (status, error["error"]["code"].as_str().map(str::to_owned))
    };
    let expected = |status: u16, code: &str| (status, Some(code.to_owned()));
    let (mia, adam) = (&world.mia, &world.adam);
    let get = || Method::GET;
    assert_eq!(
        code(mia, Method::POST, &projects, json!({})).await,
        expected(403, "forbidden")
    );
    assert_eq!(
        code(adam, Method::POST, &projects, json!({ "nome": 1 })).await,
        expected(400, "bad_request")
    );
    assert_eq!(
        code(mia, get(), &format!("{projects}/9"), Value::Null).await,
        expected(404, "not_found")
    );
    assert_eq!(
        code(mia, get(), "/nowhere", Value::Null).await,
        expected(404, "not_found")
    );
}

#[actix_web::test]
async fn an_outage_of_propelauth_fails_calls_and_nothing_else() {
    let world = World::start().await;
    let app = service!(world);
    world
        .emulator
        .inject_fault(Fault::on("*").status(503))
        .unwrap();
    // Tokens are verified offline.
    let projects = format!("/api/orgs/{}/projects", world.acme);
    let (status, _) = send(&app, &world.adam, Method::GET, &projects, Value::Null).await;
    assert_eq!(status, 200);
    let members = format!("/api/orgs/{}/members", world.acme);
    let (status, error) = send(&app, &world.adam, Method::GET, &members, Value::Null).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (503, &json!("unavailable"))
    );
}

#[actix_web::test]
async fn health_is_public() {
    let world = World::start().await;
    let app = service!(world);
    for path in ["/healthz", "/readyz"] {
        let request = TestRequest::with_uri(path).to_request();
        assert_eq!(app.call(request).await.unwrap().status().as_u16(), 200);
    }
}

#[actix_web::test]
async fn a_service_that_never_reached_propelauth_is_not_ready() {
    let world = World::start().await;
    world
        .emulator
        .inject_fault(Fault::on("*").status(503))
        .unwrap();
    let auth = world.emulator.propel_auth_builder().build_lazy().unwrap();
    let app = init_service(App::new().configure(routes(&auth, &Projects::default()))).await;
    let ready = || app.call(TestRequest::with_uri("/readyz").to_request());
    assert_eq!(ready().await.unwrap().status().as_u16(), 503);
    world.emulator.clear_faults();
    // Probed again and again, it fetches the key, once per second at most.
    let probed_until_ready = async {
        while ready().await.unwrap().status().as_u16() != 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(10), probed_until_ready)
        .await
        .unwrap();
}
