//! The arguments of `propelauth-dev doctor`.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::route::{self, Route};
use crate::emulator::cli::target::emulator_url;

/// Names the cause of common mistakes, with the line to change.
///
/// Reads the same variables as `PropelAuth::from_env`, asks PropelAuth or the emulator, and sends
/// requests to your service. If none of them is set, those of the emulator at --url are taken. Changes
/// nothing. The exit code is 0 if nothing is found, 1 if something is, and 2 for wrong arguments.
///
/// Example: propelauth-dev doctor --service http://127.0.0.1:8080 --route "GET /whoami"
#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct DoctorArgs {
    /// The URL of your service.
    #[arg(long, value_name = "URL", value_parser = http_url)]
    pub(super) service: Option<Url>,
    /// A route that should need a user, such as "GET /whoami"; repeatable. Only GET and HEAD are also
    /// sent with a token.
    #[arg(long = "route", value_name = "METHOD PATH", value_parser = route::parse, requires = "service")]
    pub(super) routes: Vec<Route>,
    /// The origin of the pages that call the service, such as https://app.example.com.
    #[arg(long, value_name = "URL", value_parser = http_url, requires = "service")]
    pub(super) origin: Option<Url>,
    /// A role that the code requires; repeatable.
    #[arg(long = "role", value_name = "ROLE")]
    pub(super) roles: Vec<String>,
    /// A permission that the code requires; repeatable.
    #[arg(long = "permission", value_name = "PERMISSION")]
    pub(super) permissions: Vec<String>,
    /// The folder of the service's Cargo.toml: its source is searched for roles and permissions, and its
    /// build for a TLS feature.
    #[arg(long, value_name = "DIR")]
    pub(super) source: Option<PathBuf>,
    /// A test user of PropelAuth, for whom a token is created that is valid for 5 minutes. Not needed
    /// with the emulator.
    #[arg(long, value_name = "EMAIL")]
    pub(super) user: Option<String>,
    /// The leeway of the service, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=3600))]
    pub(super) leeway: u64,
    /// The URL of a running emulator, which is checked with the variables that `up` gives a service
    /// [default: http://127.0.0.1:9100, if no variable is set].
    #[arg(long, value_name = "URL", value_parser = emulator_url, conflicts_with_all = ["env_file", "production"])]
    pub(super) url: Option<Url>,
    /// Reads the variables from this file, as `docker --env-file` does. They win over those that are set.
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,
    /// The file that the variables of this process were set from.
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "env_file")]
    pub(super) variables_from: Option<PathBuf>,
    /// This is a production environment. By default, variables such as APP_ENV decide.
    #[arg(long)]
    pub(super) production: bool,
    /// Prints the report as one line of JSON.
    #[arg(long)]
    pub(super) json: bool,
}

fn http_url(text: &str) -> Result<Url, &'static str> {
    const HELP: &str = "write a URL such as http://127.0.0.1:8080";
    let url = Url::parse(text).map_err(|_| HELP)?;
    match matches!(url.scheme(), "http" | "https") && url.has_host() {
        true => Ok(url),
        false => Err(HELP),
    }
}
