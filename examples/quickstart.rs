//! An app with every kind of route, tried out against the emulator.
//!
//! ```text
//! cargo run --example quickstart --features emulator
//! ```
//!
//! starts an emulated PropelAuth and a real server, sends the server a request of each kind,
//! prints what came back, and keeps serving for your own requests. With `-- --once` it stops
//! after the table, with success only if every answer was as expected.

use std::{error::Error, net::TcpListener, process::ExitCode};

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    InOrgWithPermission, InOrgWithRole, OrgMemberInfo, PropelAuth, User, emulator::Emulator, org_id,
};
use serde_json::Value;

// The app: five handlers, and who may call them.

async fn public() -> &'static str {
    "hello, whoever you are"
}

async fn greeting(user: Option<User>) -> String {
    user.map_or_else(
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

#[actix_web::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let once = std::env::args().any(|arg| arg == "--once");

    // PropelAuth, emulated. With an account, this line is gone and the next one is
    // `PropelAuth::from_env().await?`.
    let emulator = Emulator::builder()
        .permission("Admin", "can_view_billing")
        .start()
        .await?;
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .emulator()
        .debug(true) // puts the reason into the body of a refusal
        .init()
        .await?;

    // Two users and an organization, made through the backend API.
    let alice = auth
        .user()
        .create_user("alice@example.com")
        .email_confirmed(true)
        .await?
        .user_id;
    let bob = auth
        .user()
        .create_user("bob@example.com")
        .email_confirmed(true)
        .await?
        .user_id;
    let acme = auth.org().create_org("Acme Inc").await?.org_id;
    auth.org().add_user_to_org(&alice, &acme, "Admin").await?;
    auth.org().add_user_to_org(&bob, &acme, "Member").await?;
    let alice = auth
        .access_token()
        .create_access_token(&alice, 24 * 60)
        .await?
        .access_token;
    let bob = auth
        .access_token()
        .create_access_token(&bob, 24 * 60)
        .await?
        .access_token;

    let listener =
        TcpListener::bind("127.0.0.1:8080").or_else(|_| TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = HttpServer::new(move || App::new().configure(|routes| app(&auth, routes)))
        .workers(2)
        .listen(listener)?
        .run();
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);

    let settings = format!("/orgs/{acme}/settings");
    let billing = format!("/orgs/{acme}/billing");
    let elsewhere = "/orgs/00000000-0000-4000-8000-000000000000/settings".to_owned();
    let callers = [
        ("nobody", None),
        ("mallory", Some("eyJhbGciOiJSUzI1NiJ9.e30.forged")),
        ("bob, Member", Some(bob.expose())),
        ("alice, Admin", Some(alice.expose())),
    ];
    let expected = [
        ("/", [200, 200, 200, 200]),
        ("/greeting", [200, 401, 200, 200]),
        ("/whoami", [401, 401, 200, 200]),
        (&settings, [401, 401, 403, 200]),
        (&billing, [401, 401, 403, 200]),
        (&elsewhere, [401, 401, 403, 403]),
    ];

    println!(
        "{:<13} {:<54} {:>8} {:>4}  why",
        "who", "route", "expected", "got"
    );
    let mut surprises = 0;
    for (route, statuses) in expected {
        for ((who, token), expected) in callers.iter().zip(statuses) {
            let (got, why) = get(&format!("{url}{route}"), *token).await?;
            let mark = if got == expected {
                ""
            } else {
                "  <-- unexpected"
            };
            surprises += usize::from(got != expected);
            println!("{who:<13} {route:<54} {expected:>8} {got:>4}  {why}{mark}");
        }
    }
    println!(
        "\n{} requests, {surprises} unexpected answers",
        expected.len() * callers.len()
    );

    if !once {
        println!("\nStill serving. Try it yourself:\n");
        println!("curl -i {url}/whoami");
        println!(
            "curl -i {url}/whoami -H 'Authorization: Bearer {}'",
            alice.expose()
        );
        println!(
            "curl -i {url}{billing} -H 'Authorization: Bearer {}'",
            bob.expose()
        );
        println!("\nStop with Ctrl-C.");
        serving.await??;
    } else {
        handle.stop(false).await;
    }
    Ok(if surprises == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
