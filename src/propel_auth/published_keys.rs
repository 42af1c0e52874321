//! Where keys are accepted whose private halves are published: on this machine, by those who asked
//! for the emulator.

use url::Url;

use super::{builder::PropelAuthBuilder, error::InitError};
use crate::access::{VerifierKey, is_loopback};

/// Whether the published development keys are accepted, at start and with every later fetch.
#[derive(Clone, Debug)]
pub(super) enum PublishedKeys {
    /// No, as this is not the emulator.
    Refused,
    /// No, as this host is not this machine.
    Elsewhere(String),
    /// Yes, as the emulator is on this machine.
    Local,
    /// Yes, for the tests of an application.
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

    pub(super) fn are_local(&self) -> bool {
        matches!(self, Self::Local)
    }

    /// Refuses a key that anybody can sign with where it is not accepted.
    pub(super) fn check(&self, key: &VerifierKey) -> Result<(), InitError> {
        match self {
            Self::Local | Self::Trusted => Ok(()),
            Self::Refused | Self::Elsewhere(_) if !key.is_development_key() => Ok(()),
            Self::Refused => Err(InitError::DevelopmentKey),
            Self::Elsewhere(host) => Err(InitError::PublishedKey { host: host.clone() }),
        }
    }

    /// Says at start what must not go unnoticed in production.
    pub(super) fn warn(&self, issuer: &str) {
        match self {
            // Whoever calls `testing::propel_auth_builder()` asks for nothing else.
            Self::Refused | Self::Trusted => {}
            Self::Elsewhere(host) => tracing::warn!(
                "`.emulator()` or PROPELAUTH_EMULATOR is set, but {host:?} is not this machine: \
                 the backend API is looked for at the auth URL, and published development keys \
                 are refused. In production, remove the setting"
            ),
            Self::Local => tracing::warn!(
                "tokens of {issuer:?} that are signed with a published development key are \
                 accepted, and anybody can sign them: for development and tests only. In \
                 production, remove `.emulator()` and PROPELAUTH_EMULATOR"
            ),
        }
    }
}
