//! An app with every kind of route, tried out against the emulator.
//!
//! ```text
//! cargo run --example quickstart --features emulator
//! ```
//!
//! starts an emulated PropelAuth and a real server, sends the server a request of each kind,
//! prints what came back, and keeps serving for your own requests. With `-- --once` it stops
//! after the table, with success only if every answer was as expected.

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::{error::Error, net::TcpListener, process::ExitCode};

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrgWithPermission, InOrgWithRole, OptionalUser, OrgMemberInfo, PropelAuth, User,
    emulator::Emulator, org_id,
};
use serde_json::Value;

// The app: five handlers, and who may call them.

async fn public() -> &'static str {
    "hello, whoever you are"
}

async fn greeting(user: OptionalUser) -> String {
    user.into_inner().map_or_else(
        || "hello, stranger".to_owned(),
        |user| format!("hello, {}", user.email),
    )
}

async fn whoami(user: User) -> String {
    format!("you are {}", user.email)
}

async fn settings(org: OrgMemberInfo) -> String {
    format!("settings of {}, for its {}", org.org_name, org.user_role)
}

async fn billing(user: User, org: OrgMemberInfo) -> String {
    format!("{} may see what {} pays", user.email, org.org_name)
}

fn app(auth: &PropelAuth, routes: &mut web::ServiceConfig) {
    routes
        .route("/", web::get().to(public))
        .service(
            web::resource("/greeting")
                .wrap(auth.optional_user())
                .route(web::get().to(greeting)),
        )
        .service(
            web::scope("")
                .wrap(auth.require_user())
                .route("/whoami", web::get().to(whoami))
                .service(
                    web::resource("/orgs/{org_id}/settings")
                        .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
                        .route(web::get().to(settings)),
                )
                .service(
                    web::resource("/orgs/{org_id}/billing")
                        .wrap(InOrgWithPermission::new(
                            "can_view_billing",
                            org_id::path("org_id"),
                        ))
                        .route(web::get().to(billing)),
                ),
        );
}

/// An organization that does not exist; to those who ask, it looks like one they are not in.
const NO_ORG: &str = "00000000-0000-4000-8000-000000000000";

#[actix_web::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let once = std::env::args().any(|arg| arg == "--once");
    let surprises = quickstart(once).await?;
    Ok(ExitCode::from(u8::from(surprises > 0)))
}

/// Starts everything, tries it out, and returns how many answers were not as expected.
pub(crate) async fn quickstart(once: bool) -> Result<usize, Box<dyn Error>> {
    // PropelAuth, emulated. With an account, all of this is `PropelAuth::from_env().await?`.
    let emulator = Emulator::builder().permission("Admin", "can_view_billing");
    let emulator = emulator.start().await?;
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .debug_mode(true) // puts the reason into the body of a refusal
        .fetch_and_init()
        .await?;

    // Two users and an organization, made through the backend API.
    let (users, orgs, tokens) = (auth.user(), auth.org(), auth.access_token());
    let alice = users.create_user("alice@example.com").await?.user_id;
    let bob = users.create_user("bob@example.com").await?.user_id;
    let acme = orgs.create_org("Acme Inc").await?.org_id;
    orgs.add_user_to_org(&alice, &acme, "Admin").await?;
    orgs.add_user_to_org(&bob, &acme, "Member").await?;
    let alice = tokens
        .create_access_token(&alice, 24 * 60)
        .await?
        .access_token;
    let bob = tokens
        .create_access_token(&bob, 24 * 60)
        .await?
        .access_token;
    // Mallory puts the signature of alice's token under the claims of bob's.
    let mallory = forge(bob.expose(), alice.expose());

    // The app, on a real socket.
    let any_port = || TcpListener::bind("127.0.0.1:0");
    let listener = TcpListener::bind("127.0.0.1:8080").or_else(|_| any_port())?;
    let url = format!("http://{}", listener.local_addr()?);
    let app = move || App::new().configure(|routes| app(&auth, routes));
    let server = HttpServer::new(app).workers(2).listen(listener)?.run();
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);

    let callers = [
        ("nobody", None),
        ("mallory", Some(mallory.as_str())),
        ("bob, Member", Some(bob.expose())),
        ("alice, Admin", Some(alice.expose())),
    ];
    let settings = format!("/orgs/{acme}/settings");
    let billing = format!("/orgs/{acme}/billing");
    let elsewhere = format!("/orgs/{NO_ORG}/settings");
    let routes = [
        ("/", "/", [200, 200, 200, 200]),
        ("/greeting", "/greeting", [200, 401, 200, 200]),
        ("/whoami", "/whoami", [401, 401, 200, 200]),
        ("/orgs/<acme>/settings", &settings, [401, 401, 403, 200]),
        ("/orgs/<acme>/billing", &billing, [401, 401, 403, 200]),
        ("/orgs/<other>/settings", &elsewhere, [401, 401, 403, 403]),
    ];

    println!("who           route                   expected  got  why");
    let mut surprises = 0;
    for (label, path, statuses) in routes {
        for ((who, token), expected) in callers.iter().zip(statuses) {
            let (got, why) = get(&format!("{url}{path}"), *token).await?;
            println!("{who:<13} {label:<23} {expected:>8}  {got:>3}  {why}");
            surprises += usize::from(got != expected);
        }
    }
    println!("\n24 requests, {surprises} answered otherwise than expected");

    if once {
        handle.stop(false).await;
    } else {
        let (alice, bob) = (alice.expose(), bob.expose());
        println!("\nStill serving. Try it yourself; the tokens are valid for a day.\n");
        println!("curl -i {url}/whoami\n");
        println!("curl -i {url}/whoami -H 'Authorization: Bearer {alice}'\n");
        println!("curl -i {url}{billing} -H 'Authorization: Bearer {bob}'\n");
        println!("Stop with Ctrl-C.");
        serving.await??;
    }
    Ok(surprises)
}

/// Returns a token with the claims of one and the signature of another.
fn forge(claims_of: &str, signature_of: &str) -> String {
    let claims = claims_of.rsplit_once('.').map_or("", |(claims, _)| claims);
    let signature = signature_of
        .rsplit_once('.')
        .map_or("", |(_, signature)| signature);
    format!("{claims}.{signature}")
}

/// Sends a request; returns the status, and the body or the reason in it.
async fn get(url: &str, token: Option<&str>) -> Result<(u16, String), Box<dyn Error>> {
    let mut request = awc::Client::default().get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let mut response = request.send().await.map_err(|error| error.to_string())?;
    let body = String::from_utf8(response.body().await?.to_vec())?;
    let problem: Option<Value> = serde_json::from_str(&body).ok();
    let detail = problem.and_then(|problem| problem.get("detail")?.as_str().map(str::to_owned));
    Ok((response.status().as_u16(), detail.unwrap_or(body)))
}
