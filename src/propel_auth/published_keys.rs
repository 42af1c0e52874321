//! Whether the published development keys are accepted.
//!
//! Their private halves are in this repository, so accepting them anywhere but on the developer's own
//! machine would let anyone become any user. Three things must come together: the setting, an auth URL and
//! a base URL on this machine.

use url::Url;

use super::{builder::PropelAuthBuilder, error::InitError};
use crate::access::{VerifierKey, is_loopback};

/// Whether the published development keys are accepted, at start and on every later fetch.
#[derive(Clone, Debug)]
pub(super) enum PublishedKeys {
    /// No: `.emulator()` was not called.
    Refused,
    /// No: this host is not this machine.
    Elsewhere(String),
    /// Yes: the emulator is on this machine.
    Local,
    /// Yes: for unit tests of an application.
    Trusted,
}

impl PublishedKeys {
    pub(super) fn new(builder: &PropelAuthBuilder, auth_url: &Url, base_url: &Url) -> Self {
        if builder.trusts_published_keys {
            return Self::Trusted;
        }
        if !builder.emulator {
            return Self::Refused;
        }
        let elsewhere = [auth_url, base_url]
            .into_iter()
            .find(|url| !is_loopback(url));
        elsewhere.map_or(Self::Local, |url| {
            Self::Elsewhere(url.host_str().unwrap_or_default().to_owned())
        })
    }

    /// Returns `true` if what anyone can sign is accepted.
    pub(super) fn are_accepted(&self) -> bool {
        matches!(self, Self::Local | Self::Trusted)
    }

    pub(super) fn are_local(&self) -> bool {
        matches!(self, Self::Local)
    }

    /// Returns an error for a published key where those are not accepted.
    pub(super) fn check(&self, key: &VerifierKey) -> Result<(), InitError> {
        match self {
            Self::Local | Self::Trusted => Ok(()),
            Self::Refused | Self::Elsewhere(_) if !key.is_development_key() => Ok(()),
            Self::Refused => Err(InitError::DevelopmentKey),
            Self::Elsewhere(host) => Err(InitError::PublishedKey { host: host.clone() }),
        }
    }

    /// Returns an error if the emulator's setting is on for a URL that no emulator has: it serves http, and
    /// https on another machine is PropelAuth.
    pub(super) fn check_url(&self, auth_url: &Url) -> Result<(), InitError> {
        match self {
            Self::Elsewhere(_) if auth_url.scheme() == "https" && !is_loopback(auth_url) => {
                let url = auth_url.origin().ascii_serialization();
                Err(InitError::EmulatorInProduction { url })
            }
            Self::Elsewhere(_) | Self::Refused | Self::Local | Self::Trusted => Ok(()),
        }
    }

    /// Logs at start what must not go unnoticed in production. In a release build, it is an error.
    pub(super) fn warn(&self, issuer: &str) {
        let remedy = match self {
            Self::Refused => return,
            Self::Elsewhere(host) => {
                tracing::warn!(
                    "`.emulator()` or PROPELAUTH_EMULATOR is set, but {host:?} is not this machine: \
                     the backend API is expected at the auth URL, and the published development \
                     keys are rejected. In production, remove the setting"
                );
                return;
            }
            Self::Local => "remove `.emulator()` and PROPELAUTH_EMULATOR",
            Self::Trusted => {
                "replace `testing::propel_auth()` and `testing::propel_auth_builder()` by \
                 `PropelAuth::from_env()`, and enable the features `test-util` and `emulator` under \
                 [dev-dependencies] only"
            }
        };
        let text = format!(
            "tokens of {issuer:?} that are signed with a published development key are accepted, \
             and anyone can sign them: for development and tests only. In production, {remedy}"
        );
        if cfg!(debug_assertions) {
            tracing::warn!("{text}");
        } else {
            tracing::error!("{text}");
        }
    }
}
