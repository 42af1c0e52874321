//! Every route, with its guard beside it. `tests/denials.txt` shows the result as a table.

mod billing;
mod health;
mod me;
mod members;
mod projects;
mod settings;

use actix_web::web;
use actix_web_propelauth::PropelAuth;

use crate::{
    error::{ApiError, malformed_json},
    guards,
    projects::Projects,
};

/// Returns the routes of the service. `main` and the tests use the same.
pub fn routes(
    auth: &PropelAuth,
    projects: &Projects,
) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let (auth, projects) = (auth.clone(), projects.clone());
    move |config| {
        config
            .app_data(web::Data::new(projects))
            .app_data(web::JsonConfig::default().error_handler(malformed_json))
            .route("/healthz", web::get().to(health::is_alive))
            .route("/readyz", web::get().to(health::is_ready))
            .app_data(auth.clone())
            .service(
                web::scope("/api")
                    .wrap(auth.require_user())
                    .route("/me", web::get().to(me::show))
                    .service(
                        web::scope("/orgs/{org_id}")
                            .wrap(guards::members())
                            .configure(of_an_org),
                    ),
            )
            .default_service(web::to(not_found));
    }
}

/// The routes of an organization. The guard of the scope is for members; those of routes ask for more.
fn of_an_org(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/projects")
                .route(web::get().to(projects::list))
                .route(
                    web::post()
                        .to(projects::create)
                        .wrap(guards::project_writers()),
                ),
        )
        .service(
            web::resource("/projects/{id}")
                .route(web::get().to(projects::show))
                .route(
                    web::delete()
                        .to(projects::delete)
                        .wrap(guards::project_writers()),
                ),
        )
        .service(
            web::resource("/members")
                .wrap(guards::admins())
                .route(web::get().to(members::list))
                .route(web::post().to(members::invite)),
        )
        .service(
            web::resource("/members/{user_id}")
                .wrap(guards::admins())
                .route(web::delete().to(members::remove)),
        )
        .service(
            web::resource("/billing")
                .wrap(guards::billing_readers())
                .route(web::get().to(billing::show)),
        )
        .service(
            web::resource("/settings")
                .wrap(guards::owners())
                .route(web::put().to(settings::update)),
        );
}

async fn not_found() -> Result<&'static str, ApiError> {
    Err(ApiError::NotFound)
}
