//! Traces with OpenTelemetry: the request, the decisions about it, and the call of the backend API that it
//! made, as one tree.
//!
//! ```text
//! cargo run --manifest-path examples/observability/Cargo.toml --bin opentelemetry
//! ```
//!
//! The spans are kept in memory and printed. In a service, the exporter is that of `opentelemetry-otlp`,
//! with a batch processor, and the rest is the same.

use std::fmt::Write as _;

use actix_web::{App, HttpServer, web::ThinData};
use observability::{Outcome, World, print_or_check, routes};
use opentelemetry::trace::{SpanId, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::{Span, field::Empty};
use tracing_actix_web::{DefaultRootSpanBuilder, RootSpanBuilder, TracingLogger};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// A root span with the names of today's conventions for HTTP servers, and the fields that PropelAuth's
/// middleware and guards record.
struct HttpServerSpan;

impl RootSpanBuilder for HttpServerSpan {
    fn on_request_start(request: &actix_web::dev::ServiceRequest) -> Span {
        let (method, route) = (request.method().as_str(), request.match_pattern());
        let route = route.unwrap_or_default();
        tracing::info_span!(
            "HTTP request",
            "otel.kind" = "server",
            "otel.name" = format!("{method} {route}"),
            "http.request.method" = method,
            "http.route" = route,
            "http.response.status_code" = Empty,
            "enduser.pseudo.id" = Empty,
            "user.roles" = Empty,
            "propelauth.org.id" = Empty,
            "propelauth.reason" = Empty
        )
    }

    fn on_request_end<B: actix_web::body::MessageBody>(
        span: Span,
        outcome: &Result<actix_web::dev::ServiceResponse<B>, actix_web::Error>,
    ) {
        if let Ok(response) = outcome {
            span.record("http.response.status_code", response.status().as_u16());
        }
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    // `debug` for the decisions and verifications; calls and fetches of the key are `info`.
    let filter = EnvFilter::new("warn,opentelemetry=info,actix_web_propelauth=debug");
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("billing-service")))
        .init();

    let world = World::start().await?;
    let auth = world.auth.clone();
    world
        .send_requests(|listener| {
            let server = HttpServer::new(move || {
                App::new()
                    .configure(routes)
                    .app_data(ThinData(auth.clone()))
                    .wrap(auth.require_user())
                    .wrap(TracingLogger::<HttpServerSpan>::new())
            });
            Ok(server.workers(1).listen(listener)?.run())
        })
        .await?;
    provider.force_flush()?;

    let spans = exporter.get_finished_spans()?;
    let mut tree = String::new();
    print_tree(&spans, SpanId::INVALID, 0, &mut tree)?;
    let org = format!("propelauth.org.id = {}", world.org);
    let expected = [
        "Server GET /orgs/{org_id}/billing",
        "  Internal propelauth.authorize",
        "    Internal propelauth.verify_token",
        "  Internal fetch_org",
        "    Client GET /api/backend/v1/org/{org_id}",
        "http.request.method = GET",
        "url.template = /api/backend/v1/org/{org_id}",
        "server.address = 127.0.0.1",
        "http.response.status_code = 200",
        "http.response.status_code = 403",
        "enduser.pseudo.id = ",
        r#"user.roles = ["Admin"]"#,
        "propelauth.layer = InOrgWithRole",
        "propelauth.reason = missing_role",
        "propelauth.reason = no_credentials",
        "Internal propelauth.fetch_verifier_key",
        &org,
    ];
    Ok(print_or_check(&tree, &expected, &world))
}

/// Writes the spans below a parent, each with its attributes.
fn print_tree(
    spans: &[SpanData],
    parent: SpanId,
    depth: usize,
    tree: &mut String,
) -> std::fmt::Result {
    let indent = "  ".repeat(depth);
    for span in spans.iter().filter(|span| span.parent_span_id == parent) {
        writeln!(tree, "{indent}{:?} {}", span.span_kind, span.name)?;
        let names = [
            "http.",
            "url.",
            "server.",
            "error.",
            "enduser.",
            "user.",
            "propelauth.",
        ];
        for attribute in &span.attributes {
            let key = attribute.key.as_str();
            if names.iter().any(|name| key.starts_with(name)) {
                writeln!(tree, "{indent}    {key} = {}", attribute.value)?;
            }
        }
        print_tree(spans, span.span_context.span_id(), depth + 1, tree)?;
    }
    Ok(())
}
