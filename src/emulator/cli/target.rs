//! Which running emulator a subcommand talks to.

use std::{env, path::PathBuf};

use clap::Args;
use url::Url;

use super::key_file::read_key;
use crate::words::secret::Secret;

/// Where `propelauth-dev up` serves by default.
pub(super) const DEFAULT_URL: &str = "http://127.0.0.1:9100";
const AUTH_URL: &str = "PROPELAUTH_AUTH_URL";

/// The arguments of every subcommand that asks or changes a running emulator.
#[derive(Clone, Debug, Args)]
pub(super) struct Target {
    /// The URL of the running emulator [default: PROPELAUTH_AUTH_URL, or http://127.0.0.1:9100].
    #[arg(long, value_name = "URL", value_parser = emulator_url)]
    url: Option<Url>,
    /// The file with the integration API key, which only an emulator that was started with --expose needs.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Prints JSON instead of text.
    #[arg(long)]
    pub(super) json: bool,
}

impl Target {
    /// Returns the key to send, if there is one.
    pub(super) fn key(&self) -> Result<Option<Secret>, String> {
        self.api_key_file.as_deref().map(read_key).transpose()
    }

    /// Returns the URL of the emulator: that of `--url`, of the environment, or the default one.
    ///
    /// # Errors
    ///
    /// Returns a message if the environment names something that is no emulator on this machine.
    pub(super) fn url(&self) -> Result<String, String> {
        chosen(self.url.as_ref(), env::var(AUTH_URL).ok().as_deref())
    }
}

fn chosen(argument: Option<&Url>, variable: Option<&str>) -> Result<String, String> {
    let variable = variable.map(str::trim).filter(|text| !text.is_empty());
    let url = match (argument, variable) {
        (Some(url), _) => url.to_string(),
        (None, None) => DEFAULT_URL.to_owned(),
        (None, Some(text)) => emulator_url(text)
            .map_err(|_| {
                format!(
                    "{AUTH_URL} is {text:?}, which is no emulator on this machine: unset it, or \
                     name the emulator with --url http://127.0.0.1:PORT"
                )
            })?
            .to_string(),
    };
    Ok(url.trim_end_matches('/').to_owned())
}

/// Parses the URL of an emulator.
pub(super) fn emulator_url(text: &str) -> Result<Url, &'static str> {
    const HELP: &str = "write http://127.0.0.1:PORT, with no user, path or query, as the emulator \
                        serves http on this machine and nothing else";
    let url = Url::parse(text).map_err(|_| HELP)?;
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    match url.scheme() == "http" && is_here && is_bare && is_anonymous {
        true => Ok(url),
        false => Err(HELP),
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_URL, chosen, emulator_url};

    #[test]
    fn an_emulator_is_on_this_machine() {
        for url in [
            "http://127.0.0.1:9100",
            "http://localhost/",
            "http://[::1]:1",
        ] {
            assert!(emulator_url(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "localhost:9100",
            "https://localhost:9100",
            "ftp://localhost",
            "http://example.com",
            "http://127.0.0.1:9100/api",
            "http://127.0.0.1:9100?x",
            "http://127.0.0.1:9100#x",
            "http://u:p@127.0.0.1:9100",
        ] {
            assert!(emulator_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_argument_wins_over_the_environment_and_the_environment_over_the_default() {
        let url = emulator_url("http://127.0.0.1:1/").unwrap();
        let variable = Some("http://localhost:2/");
        let found = |argument, variable| chosen(argument, variable).unwrap();
        assert_eq!(found(Some(&url), variable), "http://127.0.0.1:1");
        assert_eq!(found(None, variable), "http://localhost:2");
        assert_eq!(found(None, Some(" ")), DEFAULT_URL);
        assert_eq!(found(None, None), DEFAULT_URL);
    }

    #[test]
    fn a_variable_that_names_production_is_an_error() {
        let error = chosen(None, Some("https://auth.example.com")).unwrap_err();
        assert!(error.contains("PROPELAUTH_AUTH_URL"), "{error}");
        assert!(error.contains("https://auth.example.com"), "{error}");
        assert!(error.contains("--url"), "{error}");
    }
}
