//! A role is taken away, and both instances of a service deny it within milliseconds.
//!
//! ```text
//! cargo run --example revocation --features emulator
//! cargo run --example revocation --features emulator,redis
//! ```
//!
//! prints, among other lines
//!
//! ```text
//! alice's role becomes Member; her token still says Admin
//! the same token → 401 after
//! ```
//!
//! The app listens on two ports. With the feature `redis`, each port has a handle of its own, as two machines
//! would, and marks travel through a Redis server: that of `PROPELAUTH_REDIS_URL`, or else a `redis-server`
//! that the example starts. Without one, both ports share a handle.
//!
//! PropelAuth, here the emulator, sends its webhook to the first port only. Each line of a check is printed with
//! the milliseconds since the role was taken away.

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use actix_web::{App, HttpServer, rt, web};
use actix_web_propelauth::{
    InOrgWithRole, OrgMemberInfo, PropelAuth, emulator::Emulator, org_id, webhook::WebhookVerifier,
};
use support::Outcome;

#[path = "support/mod.rs"]
mod support;

/// How long a denial may take.
const PATIENCE: Duration = Duration::from_secs(1);

async fn settings(org: OrgMemberInfo) -> String {
    format!("settings of {}", org.org_name)
}

/// Starts an instance of the service, and returns its URL.
fn serve(auth: PropelAuth, verifier: WebhookVerifier) -> std::io::Result<String> {
    let server = HttpServer::new(move || {
        let settings = web::resource("/orgs/{org_id}/settings")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(settings);
        App::new()
            // It has a signature and no token, so that it is outside of what requires a user.
            .service(auth.webhooks(verifier.clone()))
            .service(web::scope("").wrap(auth.require_user()).service(settings))
    })
    .workers(1)
    .bind("127.0.0.1:0")?;
    let address = server.addrs().first().copied();
    rt::spawn(server.run());
    let address = address.ok_or_else(|| std::io::Error::other("the server has no address"))?;
    Ok(format!("http://{address}"))
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let verifier = WebhookVerifier::new(emulator.webhook_secret())?;

    let redis = redis::find()?;
    let (first, second) = redis::two_handles(&emulator, redis.as_ref()).await?;
    let urls = [serve(first, verifier.clone())?, serve(second, verifier)?];
    let [receiver, _] = &urls;
    emulator.add_webhook(format!("{receiver}/webhooks/propelauth"))?;

    let alice = emulator.create_user("alice@example.com")?;
    let acme = emulator.create_org("Acme Inc")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;
    emulator.wait_for_webhooks().await;
    // A token of the second in which alice was added could be from before it.
    rt::time::sleep(Duration::from_millis(1100)).await;
    let token = alice.log_in()?;
    let path = format!("/orgs/{acme}/settings");

    let mut is_as_expected = true;
    for url in &urls {
        let status = get(url, &path, &token).await?;
        println!("{url}: alice is an admin → {status}");
        is_as_expected &= status == 200;
    }

    println!("\nalice's role becomes Member; her token still says Admin");
    emulator.change_user_role_in_org(&alice, &acme, "Member")?;
    let changed = Instant::now();
    for url in &urls {
        let mut status = get(url, &path, &token).await?;
        while status == 200 && changed.elapsed() < PATIENCE {
            status = get(url, &path, &token).await?;
        }
        let milliseconds = changed.elapsed().as_secs_f64() * 1000.0;
        println!("{url}: the same token → {status} after {milliseconds:.1} ms");
        is_as_expected &= status == 401;
    }
    Ok(if is_as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn get(url: &str, path: &str, token: &str) -> Result<u16, Box<dyn std::error::Error>> {
    let request = awc::Client::new()
        .get(format!("{url}{path}"))
        .bearer_auth(token);
    let response = request.send().await.map_err(|error| error.to_string())?;
    Ok(response.status().as_u16())
}

/// Two handles in a fleet.
#[cfg(feature = "redis")]
mod redis {
    use std::{
        net::TcpListener,
        process::{Child, Command, Stdio},
    };

    use actix_web_propelauth::{PropelAuth, emulator::Emulator, fleet::Fleet};

    /// A server, and its process if this example started it.
    pub(crate) struct Redis {
        url: String,
        process: Option<Child>,
    }

    /// Finds a Redis server, or starts one. Returns `None` if the program is not installed.
    pub(crate) fn find() -> std::io::Result<Option<Redis>> {
        if let Ok(url) = std::env::var("PROPELAUTH_REDIS_URL") {
            return Ok(Some(Redis { url, process: None }));
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let started = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn();
        match started {
            Ok(process) => Ok(Some(Redis {
                url: format!("redis://127.0.0.1:{port}"),
                process: Some(process),
            })),
            Err(_) => {
                println!("there is no redis-server: both ports share a handle\n");
                Ok(None)
            }
        }
    }

    /// Returns the handles of the two ports.
    pub(crate) async fn two_handles(
        emulator: &Emulator,
        redis: Option<&Redis>,
    ) -> Result<(PropelAuth, PropelAuth), Box<dyn std::error::Error>> {
        let Some(redis) = redis else {
            let auth = emulator.propel_auth().await?;
            return Ok((auth.clone(), auth));
        };
        println!("two instances, with marks through {}\n", redis.url);
        let instance = || {
            emulator
                .propel_auth_builder()
                .fleet(Fleet::redis(redis.url.clone()))
        };
        let first = instance().fetch_and_init().await?;
        Ok((first, instance().fetch_and_init().await?))
    }

    impl Drop for Redis {
        fn drop(&mut self) {
            if let Some(process) = &mut self.process {
                let _ = process.kill();
                let _ = process.wait();
            }
        }
    }
}

/// One handle, as without the feature `redis` marks stay in the process.
#[cfg(not(feature = "redis"))]
mod redis {
    use actix_web_propelauth::{PropelAuth, emulator::Emulator};

    pub(crate) struct Redis;

    #[allow(clippy::unnecessary_wraps)] // as with the feature
    pub(crate) fn find() -> std::io::Result<Option<Redis>> {
        println!("one handle for both ports; with the feature `redis`, each has its own\n");
        Ok(None)
    }

    pub(crate) async fn two_handles(
        emulator: &Emulator,
        _: Option<&Redis>,
    ) -> Result<(PropelAuth, PropelAuth), Box<dyn std::error::Error>> {
        let auth = emulator.propel_auth().await?;
        Ok((auth.clone(), auth))
    }
}
