//! Mistakes that the variables alone show.
//!
//! `PropelAuth::from_env`'s own code reads them and decides what is wrong. This file names the
//! variable, corrects it, and lets that code read again, so that the second mistake is found as well.

use std::path::Path;

use url::Url;

use super::{
    diagnosis::{diagnose, shown},
    finding::Report,
    variables::Variables,
};
use crate::{
    access::is_loopback,
    propel_auth::{
        PropelAuthBuilder,
        env::{self, API_KEY, AUTH_URL, EMULATOR, ISSUER},
        issuer::usual_form,
    },
};

/// More corrections than there are variables are never needed.
const MOST_CORRECTIONS: usize = 8;

/// The domain suffix of PropelAuth's test environments.
const TEST_DOMAIN: &str = ".propelauthtest.com";

/// Checks the variables. Returns the builder that `from_env` would use, if nothing is wrong.
pub(super) fn check(
    variables: &mut Variables,
    is_production: bool,
    report: &mut Report,
) -> Option<PropelAuthBuilder> {
    if !check_production(variables, is_production, report) {
        return None;
    }
    for _ in 0..MOST_CORRECTIONS {
        let built = env::builder(|name| variables.get(name));
        // Nothing is connected to: `build_lazy` runs all checks that need no answer.
        let Err(error) = built.and_then(PropelAuthBuilder::build_lazy) else {
            break;
        };
        let found = diagnose(&error, variables);
        let place = found
            .at
            .map_or_else(|| variables.place(found.name), str::to_owned);
        let why = found.why;
        let finding = match why {
            Some(why) => report.find_other(found.code, found.seen, why),
            None => report.find(found.code, found.seen),
        };
        finding.change(place, found.line);
        match found.corrected {
            Some(value) => variables.correct(found.name, value),
            None => return None,
        }
    }
    check_issuer(variables, report);
    if variables.are_corrected() {
        return None;
    }
    let builder = env::builder(|name| variables.get(name)).ok()?;
    report.fine("the variables: present, readable, and of the right kind");
    Some(builder)
}

/// Checks that nothing of the emulator or of a test environment is in a production environment.
/// Returns `false` if nothing else is worth checking.
fn check_production(variables: &Variables, is_production: bool, report: &mut Report) -> bool {
    let auth_url = Url::parse(&variables.text(AUTH_URL)).ok();
    let is_here = auth_url.as_ref().is_some_and(is_loopback);
    let is_encrypted = auth_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let is_on = matches!(variables.text(EMULATOR).as_str(), "1" | "true");
    if is_on && (is_production || (is_encrypted && !is_here)) {
        let seen = match &auth_url {
            Some(url) => format!("{EMULATOR} is on, and {AUTH_URL} is {}", shown(url)),
            None => format!("{EMULATOR} is on"),
        };
        let finding = report.find("emulator_variables_in_production", seen);
        finding.change(variables.place(EMULATOR), format!("remove {EMULATOR}"));
        if is_here {
            let line = format!("{AUTH_URL}=<the auth URL of the production environment>");
            finding.change(variables.place(AUTH_URL), line);
            let line = format!("{API_KEY}=<the integration key of the production environment>");
            finding.change(variables.place(API_KEY), line);
        }
        return false;
    }
    if let Some(url) = auth_url.filter(|_| is_production)
        && url
            .host_str()
            .is_some_and(|host| host.ends_with(TEST_DOMAIN))
    {
        let seen = format!("{AUTH_URL} is {}, in production", shown(&url));
        let finding = report.find("auth_url_of_another_environment", seen);
        let line = format!("{AUTH_URL}=<the auth URL of the production environment>");
        finding.change(variables.place(AUTH_URL), line);
    }
    true
}

/// Checks that the issuer is written as PropelAuth writes issuers.
fn check_issuer(variables: &Variables, report: &mut Report) {
    let issuer = variables.text(ISSUER);
    let Some(usual) = usual_form(&issuer).filter(|_| !issuer.is_empty()) else {
        return;
    };
    if issuer.trim_end_matches('/') == usual {
        let seen = format!("{ISSUER} is {issuer}");
        let finding = report.find("issuer_setting_with_slash", seen);
        finding.change(variables.place(ISSUER), format!("{ISSUER}={usual}"));
    }
}

/// Returns `true` if a variable says that this is a production environment.
pub(super) fn is_production() -> bool {
    // Not NODE_ENV and RAILS_ENV: they name a kind of build, which staging has as well.
    const NAMES: [&str; 5] = ["APP_ENV", "ENVIRONMENT", "DEPLOY_ENV", "RUST_ENV", "STAGE"];

    let values = NAMES.iter().filter_map(|name| std::env::var(name).ok());
    let mut values = values.map(|value| value.trim().to_ascii_lowercase());
    values.any(|value| matches!(value.as_str(), "production" | "prod"))
}

/// Returns the error message of a file of variables that cannot be read.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!(
        "{}: {error}; --env-file names a file of lines NAME=VALUE",
        path.display()
    )
}
