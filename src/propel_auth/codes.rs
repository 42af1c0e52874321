//! The stable codes of start-up failures.

use super::{environments::error::EnvironmentsError, error::InitError};
use crate::access::KeyError;

impl InitError {
    /// Returns the stable code of the failure, such as `missing_variable`.
    ///
    /// [`explanation`](crate::explanation) returns what it means and what to do.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let error = PropelAuth::builder("https://auth.example.com", "").build_lazy().unwrap_err();
    /// assert_eq!(error.code(), "unusable_api_key");
    /// ```
    #[must_use]
    #[doc(alias = "error_code")]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingVariable(_) => "missing_variable",
            Self::MalformedVariable(_) => "variable_not_unicode",
            Self::Variable { .. } => "unusable_variable",
            Self::Setting { .. } => "unusable_setting",
            Self::InvalidFlag(_) => "invalid_flag",
            Self::AuthUrl { .. } => "unusable_auth_url",
            Self::BaseUrl { .. } => "unusable_base_url",
            Self::ApiKey(_) => "unusable_api_key",
            Self::Issuer(_) => "unusable_issuer",
            Self::Audience => "empty_audience",
            Self::Realm(_) => "unusable_realm",
            Self::VerifierKey(problem) => key_code(problem),
            Self::DevelopmentKey => "development_key",
            Self::PublishedKey { .. } => "published_key",
            Self::EmulatorInProduction { .. } => "emulator_in_production",
            Self::NoVerifierKey => "verifier_key_not_set",
            // The same mistakes as of a call, and the same remedies.
            Self::InvalidApiKey => "api_key_rejected",
            Self::MissingTls => "missing_tls",
            Self::UnknownAuthUrl => "unknown_auth_url",
            Self::Unreachable(_) => "propelauth_unreachable",
            Self::Fetch(_) => "unexpected_key_response",
            Self::Fleet(_) => "fleet_not_joined",
            Self::Client(_) => "unusable_client",
        }
    }
}

impl EnvironmentsError {
    /// Returns the stable code of the mistake, such as `same_issuer`.
    ///
    /// [`explanation`](crate::explanation) returns what it means and what to do.
    #[must_use]
    #[doc(alias = "error_code")]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "no_environments",
            Self::SameIssuer { .. } => "same_issuer",
            Self::Host { .. } => "unusable_host",
            Self::SameHost(_) => "same_host",
            Self::Prefix { .. } => "unusable_prefix",
            Self::SamePrefix(_) => "same_prefix",
        }
    }
}

fn key_code(problem: &KeyError) -> &'static str {
    match problem {
        KeyError::NotPem(_) => "key_not_pem",
        KeyError::PrivateKey => "key_is_private",
        KeyError::OtherPem(_) => "key_is_other_pem",
        KeyError::NotRsa => "key_not_rsa",
        KeyError::Size(_) => "key_size",
        KeyError::Exponent => "key_exponent",
        KeyError::Roca => "key_is_breakable",
    }
}
