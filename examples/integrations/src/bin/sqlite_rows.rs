//! Row-level data by organization with sqlx and SQLite: no query can reach another organization's rows.
//!
//! ```text
//! cargo run --manifest-path examples/integrations/Cargo.toml --bin sqlite_rows
//! ```
//!
//! Handlers do not see the pool. They take `Projects`, which exists only for an organization that a
//! guard has checked, and which puts its id into every statement.

use std::future::{Ready, ready};

use actix_web::{
    App, FromRequest, HttpRequest, HttpServer,
    dev::Payload,
    error::{ErrorInternalServerError, ErrorNotFound},
    http::Method,
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithMinimumRole, OrgId, OrgMemberInfo, emulator::Emulator, org_id,
};
use sqlx::{SqlitePool, sqlite::SqlitePoolOptions};
use support::{Outcome, get, request};

#[path = "../../../support/mod.rs"]
mod support;

/// The projects of the organization of this request.
struct Projects {
    pool: SqlitePool,
    org_id: OrgId,
}

impl FromRequest for Projects {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Responds with 500 on a route without a guard, instead of showing anything.
        let org = OrgMemberInfo::from_request(request, payload).into_inner();
        let pool = request.app_data::<web::Data<SqlitePool>>();
        ready(org.and_then(|org| {
            let pool = pool.ok_or_else(|| ErrorInternalServerError("no database"))?;
            Ok(Self {
                pool: SqlitePool::clone(pool),
                org_id: org.org_id.clone(),
            })
        }))
    }
}

impl Projects {
    async fn names(&self) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM projects WHERE org_id = ? ORDER BY id")
            .bind(self.org_id.as_str())
            .fetch_all(&self.pool)
            .await
    }

    async fn name(&self, id: i64) -> sqlx::Result<Option<String>> {
        sqlx::query_scalar("SELECT name FROM projects WHERE org_id = ? AND id = ?")
            .bind(self.org_id.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    async fn add(&self, name: &str) -> sqlx::Result<i64> {
        sqlx::query_scalar("INSERT INTO projects (org_id, name) VALUES (?, ?) RETURNING id")
            .bind(self.org_id.as_str())
            .bind(name)
            .fetch_one(&self.pool)
            .await
    }
}

async fn list(projects: Projects) -> actix_web::Result<String> {
    let names = projects.names().await.map_err(ErrorInternalServerError)?;
    Ok(names.join(", "))
}

async fn show(projects: Projects, path: web::Path<(OrgId, i64)>) -> actix_web::Result<String> {
    let name = projects
        .name(path.1)
        .await
        .map_err(ErrorInternalServerError)?;
    name.ok_or_else(|| ErrorNotFound("no such project"))
}

async fn create(projects: Projects, name: String) -> actix_web::Result<String> {
    let id = projects
        .add(&name)
        .await
        .map_err(ErrorInternalServerError)?;
    Ok(format!("project {id}"))
}

fn routes(app: &mut web::ServiceConfig) {
    let org = || org_id::path("org_id");
    let all = web::resource("/projects").route(web::get().to(list)).route(
        web::post()
            .to(create)
            .wrap(InOrgWithMinimumRole::new("Admin", org())),
    );
    app.service(
        web::scope("/orgs/{org_id}")
            .wrap(InOrg::new(org()))
            .service(all)
            .route("/projects/{id}", web::get().to(show)),
    );
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.add_user_to_org(&bob, &initech, "Member")?;

    // A database in memory lives as long as its connection, so there is exactly one.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None);
    let pool = pool.connect("sqlite::memory:").await?;
    sqlx::query(
        "CREATE TABLE projects (id INTEGER PRIMARY KEY, org_id TEXT NOT NULL, name TEXT NOT NULL)",
    )
    .execute(&pool)
    .await?;
    sqlx::query("CREATE INDEX projects_by_org ON projects (org_id)")
        .execute(&pool)
        .await?;
    let seed = Projects {
        pool: pool.clone(),
        org_id: initech.clone(),
    };
    let cover_sheets = seed.add("cover sheets").await?;

    let server = HttpServer::new(move || {
        App::new()
            .configure(routes)
            .app_data(web::Data::new(pool.clone()))
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let (own, other) = (
        format!("/orgs/{acme}/projects"),
        format!("/orgs/{initech}/projects"),
    );
    let post = |path: &str, name: &str| request(Method::POST, path).body(name);
    let requests = [
        post(&own, "rocket")
            .as_user(&alice)
            .answers(200, "project 2"),
        get(&own).as_user(&alice).answers(200, "rocket"),
        get(&other).as_user(&bob).answers(200, "cover sheets"),
        // The id of another organization's row is like one that no row has.
        get(format!("{own}/{cover_sheets}"))
            .as_user(&alice)
            .answers(404, "no such project"),
        get(format!("{other}/{cover_sheets}"))
            .as_user(&bob)
            .answers(200, "cover sheets"),
        get(&other).as_user(&alice).denied(403),
        post(&other, "stapler").as_user(&bob).denied(403),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
