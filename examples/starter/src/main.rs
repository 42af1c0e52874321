//! Starts the service: settings, log, handle, server.

use std::error::Error;

use actix_cors::Cors;
use actix_web::{App, HttpServer, http::header};
use starter::{config::Config, error, projects::Projects, routes::routes};
use tracing_actix_web::TracingLogger;
use tracing_subscriber::EnvFilter;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();
    let config = Config::from_env()?;
    // Starts without a connection, too: until the verifier key was fetched, `/readyz` responds with 503.
    let auth = error::in_envelopes(config.propel_auth).build_lazy()?;
    let projects = Projects::default();

    let origin = config.frontend_origin;
    let server = HttpServer::new(move || {
        let cors = Cors::default()
            .allowed_origin(&origin)
            .allow_any_method()
            .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
        App::new()
            .configure(routes(&auth, &projects))
            .wrap(cors)
            .wrap(TracingLogger::default())
    });
    tracing::info!(address = %config.listen, "listening");
    server.bind(config.listen)?.run().await?;
    Ok(())
}
