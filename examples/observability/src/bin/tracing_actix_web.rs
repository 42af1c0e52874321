//! JSON log lines with tracing-actix-web: the root span of each request says who sent it, to which
//! organization, and why it was denied.
//!
//! ```text
//! cargo run --manifest-path examples/observability/Cargo.toml --bin tracing_actix_web
//! ```

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    web::ThinData,
};
use observability::{Outcome, World, print_or_check, routes};
use tracing::{Span, field::Empty};
use tracing_actix_web::{DefaultRootSpanBuilder, RootSpanBuilder, TracingLogger, root_span};
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

/// Declares the fields that PropelAuth's middleware and guards record.
struct WithUser;

impl RootSpanBuilder for WithUser {
    fn on_request_start(request: &ServiceRequest) -> Span {
        root_span!(
            request,
            "enduser.pseudo.id" = Empty,
            "user.roles" = Empty,
            "propelauth.org.id" = Empty,
            "propelauth.reason" = Empty
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}

/// The log of this program, which a real one writes to its standard output.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new("warn,tracing_actix_web=info"))
        .with_span_events(FmtSpan::CLOSE) // one line for each request, when it has ended
        .with_writer(move || writer.clone())
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
                    .wrap(TracingLogger::<WithUser>::new()) // the last runs first
            });
            Ok(server.workers(1).listen(listener)?.run())
        })
        .await?;

    let lines = String::from_utf8(log.0.lock().unwrap().clone())?;
    let org = format!(r#""propelauth.org.id":"{}""#, world.org);
    let expected = [
        r#""propelauth.reason":"missing_role""#,
        r#""propelauth.reason":"token_is_placeholder""#,
        r#""propelauth.reason":"no_credentials""#,
        r#""user.roles":"[\"Admin\"]""#,
        r#""user.roles":"[\"Member\"]""#,
        r#""enduser.pseudo.id":""#,
        &org,
    ];
    Ok(print_or_check(&lines, &expected, &world))
}
