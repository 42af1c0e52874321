//! The program `propelauth-dev`.

mod args;
mod control;
mod report;

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use actix_web::rt::{System, signal};
use clap::Parser as _;
use serde_json::Value;

use self::{
    args::{Args, Command, ServeArgs},
    report::{ProxyReport, Report},
};
use super::proxy::{Bundle, Proxy};
use crate::{
    emulator::control::{Emulator, EmulatorBuilder, EmulatorError},
    words::strict_json::StrictValue,
};

/// The script that redirects Node's requests to the emulator. `__URL__` is replaced with its URL.
const NODE_PRELOAD: &str = include_str!("node_preload.cjs");

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        Some(Command::NodePreload { url }) => print(&node_preload(url.as_str())),
        None => System::new().block_on(serve(args.serve)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            warn(&error);
            ExitCode::FAILURE
        }
    }
}

fn warn(what: &str) {
    let _ = writeln!(io::stderr(), "propelauth-dev: {what}");
}

async fn serve(args: ServeArgs) -> Result<(), String> {
    args.check()?;
    let mut builder = builder(&args);
    if let Some(path) = &args.seed {
        let seed = read_json(path).map_err(|error| format!("{}: {error}", path.display()))?;
        // Only a snapshot has a version.
        builder = match seed.get("version") {
            Some(_) if args.id_seed.is_some() => {
                return Err("a snapshot contains its ids: leave out --id-seed".to_owned());
            }
            Some(_) => builder.snapshot(seed),
            None => builder.seed_json(seed),
        };
    }
    let emulator = builder
        .start()
        .await
        .map_err(|error| match (&error, args.port) {
            (EmulatorError::Serve(_), port @ 1..) => format!("port {port}: {error}"),
            _ => error.to_string(),
        })?;
    let proxy = match &args.ca_out {
        None => None,
        Some(path) => {
            let (port, leads_on) = (args.proxy_port, args.proxy_leads_on);
            let proxy = Proxy::start(port, emulator.auth_url(), leads_on)
                .await
                .map_err(|error| format!("proxy, port {port}: {error}"))?;
            let bundle = Bundle::new(proxy.ca_pem());
            if bundle.usual_roots == 0 {
                warn(
                    "this machine has no root certificates that can be read, so a service that \
                     trusts the file of --ca-out reaches no other https host: install the \
                     package ca-certificates, or unset SSL_CERT_FILE",
                );
            }
            let ca_file = write_ca(path, &bundle.pem)?;
            Some((proxy, ca_file))
        }
    };
    let report = Report {
        auth_url: emulator.auth_url(),
        api_key: emulator.api_key(),
        issuer: emulator.issuer(),
        verifier_key: emulator.verifier_key(),
        proxy: proxy.as_ref().map(|(proxy, ca_file)| ProxyReport {
            proxy_url: proxy.url(),
            ca_file,
        }),
    };
    // Before the report is printed: a script that reads it may end the program at once.
    let stop = stop_signal().map_err(|error| error.to_string())?;
    print(&if args.json {
        report.json()
    } else {
        report.text()
    })?;
    stop.await.map_err(|error| error.to_string())
}

fn builder(args: &ServeArgs) -> EmulatorBuilder {
    let mut builder = Emulator::builder()
        .port(args.port)
        .fallback_handler(control::answer);
    if let Some(key) = &args.api_key {
        builder = builder.api_key(key.as_str());
    }
    if let Some(issuer) = &args.issuer {
        builder = builder.issuer(issuer);
    }
    if !args.roles.is_empty() {
        builder = builder.roles(&args.roles);
    }
    for (role, permission) in &args.permissions {
        builder = builder.permission(role, permission);
    }
    for (name, mapping) in &args.role_mappings {
        let mapping = match args.multiple_roles_per_user {
            true => mapping.clone().multiple_roles_per_user(),
            false => mapping.clone(),
        };
        builder = builder.custom_role_mapping(name, mapping);
    }
    if args.multiple_roles_per_user {
        builder = builder.multiple_roles_per_user();
    }
    if let Some(seed) = args.id_seed {
        builder = builder.id_seed(seed);
    }
    if args.include_login_method {
        builder = builder.include_login_method();
    }
    if args.without_orgs {
        builder = builder.without_orgs();
    }
    if args.without_access_token_creation {
        builder = builder.without_access_token_creation();
    }
    builder
}

fn read_json(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    // A duplicate member would silently replace the first.
    let read: StrictValue = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(read.0)
}

/// Writes certificates, and returns the absolute path of the file, because a service is rarely started
/// in this directory.
fn write_ca(path: &Path, pem: &str) -> Result<PathBuf, String> {
    fs::write(path, pem).map_err(|error| format!("{}: {error}", path.display()))?;
    let directory = env::current_dir().unwrap_or_default();
    Ok(path.canonicalize().unwrap_or_else(|_| directory.join(path)))
}

fn node_preload(url: &str) -> String {
    // A JSON string is a JavaScript string, too.
    let url = Value::from(url.trim_end_matches('/')).to_string();
    NODE_PRELOAD.replace("__URL__", &url)
}

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| format!("standard output: {error}"))
}

/// Installs the signal handlers at once. The returned future waits for a signal.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    use signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(signal::ctrl_c())
}

#[cfg(test)]
mod tests {
    use super::node_preload;

    #[test]
    fn the_preload_names_the_emulator() {
        let script = node_preload("http://127.0.0.1:9200/");
        let line = r#"process.env.PROPELAUTH_EMULATOR_URL || "http://127.0.0.1:9200";"#;
        assert!(script.contains(line), "{script}");
        assert!(!script.contains("__"), "a placeholder is left in\n{script}");
    }
}
