//! Files of an organization: uploads are written while they arrive, downloads are streamed, and
//! guards protect both.
//!
//! ```text
//! cargo run --example files --features emulator
//! ```

use std::{fs::File, io::Write as _, path::PathBuf};

use actix_files::NamedFile;
use actix_web::{
    App, HttpResponse, HttpServer,
    error::{ErrorBadRequest, ErrorNotFound, ErrorPayloadTooLarge},
    http::Method,
    web,
};
use actix_web_propelauth::{InOrg, InOrgWithPermission, OrgMemberInfo, emulator::Emulator, org_id};
use futures_util::StreamExt as _;
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

/// The largest upload in bytes.
const MAX_SIZE: usize = 1024;

/// Where the files of all organizations are.
struct Files(PathBuf);

impl Files {
    /// Returns the path of a file. The id of the organization comes from the signed token, and the
    /// route admits harmless names only, so that no path leads elsewhere.
    fn path(&self, org: &OrgMemberInfo, name: &str) -> PathBuf {
        self.0.join(org.org_id.as_str()).join(name)
    }
}

/// Receives a file. The guard has run before the first byte of the body is read.
async fn upload(
    org: OrgMemberInfo,
    path: web::Path<(String, String)>,
    files: web::Data<Files>,
    mut body: web::Payload,
) -> actix_web::Result<HttpResponse> {
    let path = files.path(&org, &path.1);
    let part = path.with_extension("part");
    std::fs::create_dir_all(path.parent().unwrap_or(&files.0))?;
    let mut file = File::create(&part)?;
    let mut size = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(ErrorBadRequest)?;
        size += chunk.len();
        if size > MAX_SIZE {
            return Err(ErrorPayloadTooLarge(format!("more than {MAX_SIZE} bytes")));
        }
        // Disks block, so writing is for another thread.
        file = web::block(move || file.write_all(&chunk).map(|()| file)).await??;
    }
    std::fs::rename(part, path)?;
    Ok(HttpResponse::Created().body(format!("{size} bytes")))
}

async fn download(
    org: OrgMemberInfo,
    path: web::Path<(String, String)>,
    files: web::Data<Files>,
) -> actix_web::Result<NamedFile> {
    let path = files.path(&org, &path.1);
    let file = web::block(move || NamedFile::open(path)).await?;
    file.map_err(|_| ErrorNotFound("no such file"))
}

fn routes(app: &mut web::ServiceConfig) {
    let org = || org_id::path("org_id");
    app.service(
        web::resource("/orgs/{org_id}/files/{name:[a-z0-9]+[.]txt}")
            .wrap(InOrg::new(org()))
            .route(web::get().to(download))
            .route(
                web::put()
                    .to(upload)
                    .wrap(InOrgWithPermission::new("files::write", org())),
            ),
    );
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder().permission("Admin", "files::write");
    let emulator = emulator.start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let [alice, bob, carol] = [
        emulator.create_user("alice@example.com")?,
        emulator.create_user("bob@example.com")?,
        emulator.create_user("carol@example.com")?,
    ];
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.add_user_to_org(&bob, &acme, "Member")?;

    let folder = std::env::temp_dir().join(format!("files-example-{}", std::process::id()));
    let files = web::Data::new(Files(folder.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .configure(routes)
            .app_data(files.clone())
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let path = format!("/orgs/{acme}/files/plan.txt");
    let put = |body: &str| request(Method::PUT, &path).body(body);
    let requests = [
        put("take over the world").as_user(&bob).denied(403),
        put(&"x".repeat(MAX_SIZE + 1))
            .as_user(&alice)
            .answers(413, "more than 1024 bytes"),
        put("take over the world")
            .as_user(&alice)
            .answers(201, "19 bytes"),
        get(&path).as_user(&bob).answers(200, "take over the world"),
        get(&path).as_user(&carol).denied(403),
    ];
    let outcome = support::serve(server.addrs(), server.run(), requests).await;
    std::fs::remove_dir_all(folder).ok();
    outcome
}
