//! Metrics for Prometheus: those of PropelAuth beside those of actix-web.
//!
//! ```text
//! cargo run --manifest-path examples/observability/Cargo.toml --bin prometheus
//! ```

use actix_web::{
    App, HttpServer,
    web::{self, ThinData},
};
use actix_web_metrics::ActixWebMetricsBuilder;
use actix_web_propelauth::PropelAuth;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use observability::{Outcome, World, print_or_check, routes};

/// The route that Prometheus scrapes. It belongs on a port that callers cannot reach, or behind a guard.
async fn scrape(auth: ThinData<PropelAuth>, metrics: ThinData<PrometheusHandle>) -> String {
    auth.record_gauges(); // the age of the verifier key grows with time alone
    metrics.run_upkeep();
    metrics.render()
}

#[actix_web::main]
async fn main() -> Outcome {
    // Without buckets, histograms are summaries, which cannot be added up over instances.
    let seconds = [0.0001, 0.001, 0.01, 0.1, 1.0, 10.0];
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("duration".to_owned()), &seconds)?
        .install_recorder()?;

    let world = World::start().await?;
    let (auth, handle) = (world.auth.clone(), metrics.clone());
    world
        .send_requests(|listener| {
            let http = ActixWebMetricsBuilder::new().build();
            let server = HttpServer::new(move || {
                let users = web::scope("").configure(routes).wrap(auth.require_user());
                App::new()
                    .app_data(ThinData(auth.clone()))
                    .app_data(ThinData(handle.clone()))
                    .route("/metrics", web::get().to(scrape))
                    .service(users)
                    .wrap(http.clone())
            });
            Ok(server.workers(1).listen(listener)?.run())
        })
        .await?;

    let exported = scrape(ThinData(world.auth.clone()), ThinData(metrics)).await;
    let expected = [
        "# TYPE propelauth_auth_decisions counter",
        r#"propelauth_auth_decisions{layer="require_user",reason="allowed"} 3"#,
        r#"propelauth_auth_decisions{layer="require_user",reason="no_credentials"} 1"#,
        r#"propelauth_auth_decisions{layer="require_user",reason="token_is_placeholder"} 1"#,
        r#"propelauth_auth_decisions{layer="InOrgWithRole",reason="allowed"} 1"#,
        r#"propelauth_auth_decisions{layer="InOrgWithRole",reason="missing_role"} 1"#,
        r#"propelauth_token_cache_lookups{result="hit"} 1"#,
        "propelauth_token_cache_entries{",
        "propelauth_token_cache_usage{",
        r#"propelauth_token_verification_duration_bucket{reason="allowed",le="10"} 2"#,
        "propelauth_verifier_key_age{",
        r#"propelauth_verifier_key_fetches{result="new"} 1"#,
        r#"propelauth_client_call_duration_count{operation="fetch_org",http_response_status_code="200"} 1"#,
        r#"propelauth_client_circuit_breaker_count{state="open"} 0"#,
        "http_server_request_duration",
    ];
    Ok(print_or_check(&exported, &expected, &world))
}
