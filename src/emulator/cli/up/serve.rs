//! Starts the emulator and its proxy, and serves until a signal.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use super::{
    args::UpArgs,
    builder::builder,
    command::Started,
    report::{ProxyReport, Report},
    upkeep::Plan,
    webhook_notes::note_webhooks,
};
use crate::emulator::{
    cli::output::{note, print},
    control::EmulatorError,
    proxy::{Bundle, Proxy},
};

pub(in crate::emulator::cli) async fn serve(args: UpArgs) -> Result<ExitCode, String> {
    args.check()?;
    let (builder, plan) = Plan::new(builder(&args)?, &args)?;
    let emulator = builder
        .start()
        .await
        .map_err(|error| match (&error, args.port) {
            (EmulatorError::Serve(_), port @ 1..) => format!("port {port}: {error}"),
            // It begins with the place in a file.
            (EmulatorError::Project(why), _) => why.clone(),
            _ => error.to_string(),
        })?;
    if let Some(address) = args.expose {
        note(&format!(
            "the emulator is exposed at {address}: other machines reach it, without encryption. Keep it in a \
             network of your own, and its key secret"
        ));
    }
    let emulator = Arc::new(emulator);
    // Dropped at the end of this function, which writes the state for the last time.
    let _upkeep = plan.start(&emulator)?;
    actix_web::rt::spawn(note_webhooks(Arc::downgrade(&emulator)));
    let proxy = match &args.ca_out {
        None => None,
        Some(path) => {
            let (port, leads_on) = (args.proxy_port, args.proxy_leads_on);
            let proxy = Proxy::start(port, emulator.auth_url(), leads_on)
                .await
                .map_err(|error| format!("proxy, port {port}: {error}"))?;
            let bundle = Bundle::new(proxy.ca_pem());
            if bundle.usual_roots == 0 {
                note(
                    "this machine has no root certificates that can be read, so a service that \
                     trusts the file of --ca-out reaches no other https host: install the \
                     package ca-certificates, or unset SSL_CERT_FILE",
                );
            }
            let ca_file = write_ca(path, &bundle.pem)?;
            Some((proxy, ca_file))
        }
    };
    let webhooks = emulator.webhooks();
    let pages_url = emulator.pages_url();
    let report = Report {
        auth_url: emulator.auth_url(),
        pages_url: &pages_url,
        api_key: emulator.api_key(),
        issuer: emulator.issuer(),
        verifier_key: emulator.verifier_key(),
        // A service has one secret, and is rarely given endpoints with several.
        webhook_secret: webhooks
            .first()
            .map_or(emulator.webhook_secret(), |webhook| webhook.secret()),
        proxy: proxy.as_ref().map(|(proxy, ca_file)| ProxyReport {
            proxy_url: proxy.url(),
            ca_file,
        }),
    };
    if !args.command.is_empty() {
        if args.json {
            print(&report.json())?;
        }
        note(&format!(
            "login page {pages_url}/login, dashboard {pages_url}/dashboard"
        ));
        let started = Started {
            command: &args.command,
            variables: &report.variables(),
            grace: args.grace,
        };
        return started.run().await;
    }
    // Before the report is printed: a script that reads it may end the program at once.
    let stop = stop_signal().map_err(|error| error.to_string())?;
    print(&if args.json {
        report.json()
    } else {
        report.text()
    })?;
    stop.await.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes certificates, and returns the absolute path of the file, because a service is rarely started
/// in this directory.
fn write_ca(path: &Path, pem: &str) -> Result<PathBuf, String> {
    fs::write(path, pem).map_err(|error| format!("{}: {error}", path.display()))?;
    let directory = env::current_dir().unwrap_or_default();
    Ok(path.canonicalize().unwrap_or_else(|_| directory.join(path)))
}

/// Installs the signal handlers at once. The returned future waits for a signal.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    let mut signals = super::processes::Signals::new()?;
    Ok(async move {
        signals.recv().await;
        Ok(())
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(actix_web::rt::signal::ctrl_c())
}
