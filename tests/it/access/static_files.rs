//! A guard that said no, beside a service for static files: whose 404 it is.

use actix_files::Files;
use actix_web::{
    App, Scope,
    http::{Method, StatusCode},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrgWithRole, org_id,
    testing::{TestRequestExt as _, propel_auth},
};

use crate::fixtures::{alice, send};

fn admins(prefix: &str) -> Scope {
    let guard = InOrgWithRole::new("Admin", org_id::query("org"));
    web::scope(prefix)
        .guard(guard)
        .route("/secret", web::get().to(|| async { "secret" }))
}

type Set = fn(Files) -> Files;

#[actix_web::test]
async fn what_a_file_service_does_not_have_is_404_whatever_a_guard_said_before() {
    let auth = propel_auth();
    let cases: [(&str, Set); 3] = [
        ("as it is", |files| files),
        ("with a filter", |files| files.path_filter(|_, _| false)),
        ("with an index", |files| files.index_file("index.html")),
    ];
    for (case, with) in cases {
        for mounted in ["/site", "/", "/{tenant}"] {
            let files = || {
                with(Files::new(
                    mounted,
                    concat!(env!("CARGO_MANIFEST_DIR"), "/examples"),
                ))
            };
            let scoped = web::scope("/in").service(admins("/site")).service(files());
            let app = App::new()
                .service(scoped)
                .service(admins("/site"))
                .service(files());
            let app = init_service(app.wrap(auth.require_user())).await;
            for path in ["/site/missing.txt", "/site/none/", "/in/site/missing.txt"] {
                for method in [Method::GET, Method::HEAD] {
                    let request = TestRequest::with_uri(path).method(method).as_user(&alice());
                    let answer = send(&app, request.to_request()).await;
                    assert_eq!(
                        answer.status,
                        StatusCode::NOT_FOUND,
                        "{mounted} {path} {case}"
                    );
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_guarded_route_is_403_where_a_file_service_is_elsewhere() {
    let auth = propel_auth();
    let files = Files::new("/files", concat!(env!("CARGO_MANIFEST_DIR"), "/examples"));
    let app = App::new().service(admins("/site")).service(files);
    let app = init_service(app.wrap(auth.require_user())).await;
    let request = TestRequest::with_uri("/site/secret").as_user(&alice());
    send(&app, request.to_request())
        .await
        .is_403("a guarded route");
    let request = TestRequest::with_uri("/files/quickstart.rs").as_user(&alice());
    assert_eq!(
        send(&app, request.to_request()).await.status,
        StatusCode::OK
    );
}
