//! The key that PropelAuth responded with: compared with the one in the variables, and accepted by a
//! handle or not.

use super::{
    diagnosis::shown,
    finding::Report,
    metadata::{Server, not_propelauth, port},
    variables::Variables,
};
use crate::{
    access::VerifierKey,
    propel_auth::{
        InitError, PropelAuth,
        env::{self, AUTH_URL, EMULATOR, VERIFIER_KEY},
    },
};

impl Server {
    /// Returns the handle that the service has, with this server's key. A published key that must not be
    /// accepted is a finding.
    pub(super) fn handle(&self, variables: &Variables, report: &mut Report) -> Option<PropelAuth> {
        let pem = self.pem.clone();
        let built = env::builder(|name| variables.get(name));
        let error = match built.and_then(|builder| builder.verifier_key(pem).build()) {
            Ok(auth) => return Some(auth),
            Err(error) => error,
        };
        let seen = format!(
            "the verifier key of {} is a published one",
            shown(&self.url)
        );
        match error {
            InitError::DevelopmentKey => {
                let finding = report.find("emulator_variables_in_production", seen);
                let line = "<none, or a proxy that leads to PropelAuth and not to the emulator>";
                finding.change(
                    variables.place("HTTPS_PROXY"),
                    format!("HTTPS_PROXY={line}"),
                );
                finding.change(
                    variables.place(EMULATOR),
                    format!("{EMULATOR}=1, and {AUTH_URL}=<the emulator's URL>, for development"),
                );
            }
            InitError::PublishedKey { host } => {
                let seen = format!("{seen}, and {host} is not this machine");
                let finding = report.find("emulator_variables_in_production", seen);
                finding.change(
                    variables.place(EMULATOR),
                    format!("remove {EMULATOR}, in production"),
                );
                finding.change(
                    variables.place(AUTH_URL),
                    format!(
                        "{AUTH_URL}=http://127.0.0.1:{}, with that port forwarded to the emulator, \
                         for development",
                        port(&self.url)
                    ),
                );
            }
            error => not_propelauth(&self.url, &error.to_string(), variables, report),
        }
        None
    }
}

/// Compares the verifier key in the environment with the one that PropelAuth uses.
pub(super) fn check_key(server: &Server, variables: &Variables, report: &mut Report) {
    let text = variables.text(VERIFIER_KEY);
    if text.is_empty() {
        return;
    }
    let (Ok(ours), Ok(theirs)) = (
        VerifierKey::from_pem(&text),
        VerifierKey::from_pem(&server.pem),
    ) else {
        report.unchecked(
            "the verifier key",
            "the key that PropelAuth responded with cannot be read",
        );
        return;
    };
    if ours == theirs {
        report.fine(format!("{VERIFIER_KEY} is the key of the environment"));
        return;
    }
    let pem = server.pem.trim().replace('\n', "\\n");
    let seen = format!(
        "{VERIFIER_KEY} is not the key of {}",
        variables.text(AUTH_URL)
    );
    report
        .find("verifier_key_of_another_environment", seen)
        .change(
            variables.place(VERIFIER_KEY),
            format!("{VERIFIER_KEY}={pem}"),
        );
}
