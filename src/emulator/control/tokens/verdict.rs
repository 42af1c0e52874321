//! What a verifier of the emulator's tokens says about a text: this crate's own, with the emulator's key,
//! issuer and clock.

use serde::Serialize;

use crate::{
    Denied,
    emulator::{control::propel_auth::time, state::Store},
    propel_auth::{PropelAuth, explanation},
};

/// What a service says about a token that was sent as `Authorization: Bearer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TokenVerdict {
    /// Whether the token is accepted.
    pub is_accepted: bool,
    /// The status of the response to a request with a token that is not accepted.
    pub status: Option<u16>,
    /// The stable code of the denial, as in log lines.
    pub code: Option<&'static str>,
    /// The exact reason of the denial, as in log lines.
    pub reason: Option<String>,
    /// What to do about it.
    pub remedy: Option<&'static str>,
}

impl TokenVerdict {
    fn of(denied: &Denied) -> Self {
        let code = denied.code();
        Self {
            is_accepted: false,
            status: Some(denied.status_code().as_u16()),
            code: Some(code),
            reason: Some(denied.to_string()),
            remedy: explanation(code).map(|it| it.remedy),
        }
    }

    const ACCEPTED: Self = Self {
        is_accepted: true,
        status: None,
        code: None,
        reason: None,
        remedy: None,
    };
}

/// A verifier with the state's key, issuer and time.
pub(super) struct Verifier(PropelAuth);

impl Verifier {
    /// Returns the reason if there can be none, which would be a defect.
    pub(super) fn new(store: &Store) -> Result<Self, String> {
        let now = time(store.now());
        // It connects to nothing, so that address and API key do not matter.
        let auth = PropelAuth::builder("http://127.0.0.1", "verifies-tokens-only")
            .emulator()
            .issuer(store.project.issuer.as_str())
            .verifier_key(store.signing_key.verifier_key())
            .token_cache_bytes(0)
            .clock(move || now)
            .build();
        auth.map(Self).map_err(|error| error.to_string())
    }

    pub(super) fn denial(&self, token: &str) -> Option<Denied> {
        let header = format!("Bearer {token}");
        let verified = self.0.validate_access_token_and_get_user(header.as_str());
        verified.err()
    }

    pub(super) fn verdict(&self, token: &str) -> TokenVerdict {
        let denial = self.denial(token);
        denial.map_or(TokenVerdict::ACCEPTED, |denied| TokenVerdict::of(&denied))
    }
}
