//! Own error envelope: denials, errors of calls and errors of the app in one format.
//!
//! ```text
//! cargo run --example error_envelope --features emulator
//! ```

use std::fmt;

use actix_web::{App, HttpResponse, HttpServer, ResponseError, http::StatusCode, web};
use actix_web_propelauth::{Denied, Error, PropelAuth, Requirement, User, emulator::Emulator};
use serde_json::json;
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Every error of the app.
#[derive(Debug)]
enum AppError {
    Denied(Denied),
    Call(Error),
    NoSuchProject(u32),
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// The errors of all calls, whatever PropelAuth may refuse in each.
impl<R> From<Error<R>> for AppError
where
    Error: From<Error<R>>,
{
    fn from(error: Error<R>) -> Self {
        Self::Call(error.into())
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denied) => denied.fmt(f),
            Self::Call(error) => error.fmt(f),
            Self::NoSuchProject(id) => write!(f, "there is no project {id}"),
        }
    }
}

impl ResponseError for AppError {
    fn error_response(&self) -> HttpResponse {
        match self {
            // Unchanged: the middleware recognizes it and calls `on_denied`.
            Self::Denied(denied) => denied.error_response(),
            Self::Call(error) if error.is_not_found() => envelope(StatusCode::NOT_FOUND),
            Self::Call(error) => envelope(error.status_code()),
            Self::NoSuchProject(_) => envelope(StatusCode::NOT_FOUND),
        }
    }
}

/// The format. It says no more than the status does; the reason belongs into the log.
fn envelope(status: StatusCode) -> HttpResponse {
    let code = match status {
        StatusCode::UNAUTHORIZED => "please_log_in",
        StatusCode::FORBIDDEN => "not_allowed",
        StatusCode::NOT_FOUND => "not_found",
        _ => "try_again_later",
    };
    HttpResponse::build(status).json(json!({ "error": { "code": code } }))
}

async fn profile(id: web::Path<String>, auth: PropelAuth) -> Result<String, AppError> {
    let user = auth
        .user()
        .fetch_user_metadata_by_user_id(id.as_str())
        .await?;
    Ok(user.email)
}

async fn project(user: User, path: web::Path<(String, u32)>) -> Result<String, AppError> {
    let (org_id, project) = path.into_inner();
    let org = user.authorize(org_id, &Requirement::member())?;
    match project {
        1 => Ok(format!("the project of {}", org.org_name)),
        _ => Err(AppError::NoSuchProject(project)),
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let builder = emulator.propel_auth_builder();
    let auth = builder
        .on_denied(|denied, _request, _response| envelope(denied.status_code()))
        .fetch_and_init()
        .await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Member")?;

    let server = HttpServer::new(move || {
        App::new()
            .route("/users/{id}", web::get().to(profile))
            .route("/orgs/{org_id}/projects/{id}", web::get().to(project))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let error = |code| format!(r#"{{"error":{{"code":"{code}"}}}}"#);
    let project = |org, id| get(format!("/orgs/{org}/projects/{id}")).as_user(&alice);
    let requests = [
        // The middleware denies. The challenge that HTTP requires is still there.
        get("/users/1")
            .answers(401, error("please_log_in"))
            .answers_header("www-authenticate", r#"Bearer realm="api""#),
        // The handler denies.
        project(&initech, 1).answers(403, error("not_allowed")),
        // PropelAuth has no such user.
        get("/users/1")
            .as_user(&alice)
            .answers(404, error("not_found")),
        // The app has no such project.
        project(&acme, 2).answers(404, error("not_found")),
        project(&acme, 1).answers(200, "the project of Acme Inc"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
