//! Errors of building a handle, each with its remedy.

use std::fmt;

use crate::{access::KeyError, words::causes::Causes};

/// Why a [`PropelAuth`](crate::PropelAuth) could not be built.
///
/// The message says what happened and what to do. It contains no secret, so that it may be logged.
/// `Debug` writes the same, with the causes and the [code](Self::code), because a `main` that returns an
/// error prints it with `Debug`:
///
/// ```text
/// Error: the environment variable PROPELAUTH_AUTH_URL is not set. PropelAuth's dashboard shows its value
/// under Backend Integration, and `propelauth-dev` prints that of the emulator
///   code: missing_variable
/// ```
///
/// `{:#?}` writes the fields of a struct.
///
/// ```
/// use actix_web_propelauth::{InitError, PropelAuth};
///
/// let result = PropelAuth::builder("https://auth.example.com/login", "key").build_lazy();
/// let Err(error @ InitError::AuthUrl { .. }) = result else { panic!() };
/// assert!(error.to_string().contains("write https://auth.example.com"));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// An environment variable is missing.
    #[error(
        "the environment variable {0} is not set. PropelAuth's dashboard shows its value under \
         Backend Integration, and `propelauth-dev` prints that of the emulator"
    )]
    MissingVariable(&'static str),
    /// An environment variable is not valid Unicode.
    #[error(
        "the environment variable {0} is not valid Unicode. Save the file that it comes from as UTF-8"
    )]
    MalformedVariable(&'static str),
    /// An environment variable has quotes, a comment or a placeholder in its value.
    #[error("the environment variable {name} is {problem}")]
    #[non_exhaustive]
    Variable {
        /// The name of the variable.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A setting of the builder cannot work.
    #[error("`{name}` is {problem}")]
    #[non_exhaustive]
    Setting {
        /// The name of the setting.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A boolean environment variable has another value than `1`, `true`, `0` and `false`.
    #[error("the environment variable {0} must be `1`, `true`, `0` or `false`")]
    InvalidFlag(&'static str),
    /// The auth URL cannot be used.
    #[error(
        "the auth URL {url:?} is not usable: {reason}. Copy it from PropelAuth's dashboard under \
         Backend Integration into PROPELAUTH_AUTH_URL, or into the first argument of \
         `PropelAuth::builder`; it looks like https://auth.example.com"
    )]
    #[non_exhaustive]
    AuthUrl {
        /// The URL as it was given, without what may be secret in it.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The base URL of the backend API cannot be used.
    #[error(
        "the base URL {url:?} of the backend API is not usable: {reason}. Change `.base_url(…)`, or \
         leave it out"
    )]
    #[non_exhaustive]
    BaseUrl {
        /// The URL as it was given, without what may be secret in it.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The API key is empty or cannot be sent in a header.
    #[error(
        "the API key is {0}. Create a backend integration key in PropelAuth's dashboard under \
         Backend Integration, and copy it whole, without line breaks, into PROPELAUTH_API_KEY, or into \
         the second argument of `PropelAuth::builder`"
    )]
    ApiKey(&'static str),
    /// No token can name this issuer.
    #[error(
        "the issuer is {0}; leave out `.issuer(…)` and PROPELAUTH_ISSUER to expect the origin of the \
         auth URL"
    )]
    Issuer(&'static str),
    /// The audience is empty.
    #[error("the audience is empty; leave out `.audience(…)` to accept tokens for any audience")]
    Audience,
    /// The realm cannot be sent in a header.
    #[error(
        "the realm {0:?} cannot be sent in a WWW-Authenticate header: use printable ASCII \
         without quotes and backslashes"
    )]
    Realm(String),
    /// The verifier key is unusable.
    #[error(
        "the verifier key is unusable: {0}. Change PROPELAUTH_VERIFIER_KEY or `.verifier_key(…)`, or \
         leave it out to have the key fetched"
    )]
    VerifierKey(#[from] KeyError),
    /// The verifier key is a published development key, and `.emulator()` was not called.
    #[error(
        "the verifier key is the development key, whose private half is published. Take \
         the key of your environment from PropelAuth's dashboard, or, to work against the \
         emulator, call `.emulator()` or set PROPELAUTH_EMULATOR=1"
    )]
    DevelopmentKey,
    /// The verifier key is a published development key, and the emulator is not on this machine.
    #[error(
        "the verifier key is a published development key, and {host:?} is not this machine: \
         anyone who reaches the service could sign tokens for it. In production, remove \
         `.emulator()` and PROPELAUTH_EMULATOR. For an emulator in another container, start it \
         with `--expose`, which generates keys, or put the service into its network (`network_mode: \
         service:…` in a compose file), and use http://127.0.0.1:<port>. For unit tests, use `testing::propel_auth_builder()`"
    )]
    #[non_exhaustive]
    PublishedKey {
        /// The host of the auth URL or of the base URL.
        host: String,
    },
    /// The setting for an emulator is on, and the auth URL is not that of an emulator.
    #[error(
        "`.emulator()` or PROPELAUTH_EMULATOR is set, but {url} is https on another machine, which \
         is PropelAuth and not an emulator. Remove the setting"
    )]
    #[non_exhaustive]
    EmulatorInProduction {
        /// The auth URL.
        url: String,
    },
    /// [`build`](crate::PropelAuthBuilder::build) needs a verifier key, and none is set.
    #[error(
        "`build` makes no connections and needs `.verifier_key(pem)`; `fetch_and_init().await` fetches the \
         key, and `build_lazy` fetches it with the first request"
    )]
    NoVerifierKey,
    /// PropelAuth does not accept the API key.
    #[error(
        "PropelAuth rejected the API key (401). Check that PROPELAUTH_API_KEY is a backend integration \
         key of the environment that PROPELAUTH_AUTH_URL belongs to"
    )]
    InvalidApiKey,
    /// PropelAuth does not know the auth URL.
    #[error(
        "the backend API knows no environment for the auth URL (404). Check PROPELAUTH_AUTH_URL, and \
         the base URL if you set one"
    )]
    UnknownAuthUrl,
    /// PropelAuth could not be reached.
    #[error(
        "PropelAuth could not be reached for its verifier key. Check the network and proxy of \
         this machine, or give `.verifier_key(pem)` and connect to nothing"
    )]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// PropelAuth sent an unexpected response.
    #[error(
        "PropelAuth sent an unexpected response to the request for its verifier key. Check the auth \
         URL, and the base URL if you set one"
    )]
    Fetch(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The base URL is `https`, and no TLS feature is enabled.
    #[error(
        "the base URL is https, but no TLS feature of actix-web-propelauth is enabled: enable \
         `rustls`, `rustls-native-roots` or `openssl`"
    )]
    MissingTls,
    /// The handle could not join its fleet.
    #[error(
        "the fleet could not be joined. If the service must start without it, call `.start_blind()` on the \
         `Fleet`"
    )]
    Fleet(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes what a developer needs, because a `main` that returns the error and `unwrap` print it so.
impl fmt::Debug for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code();
        let cause = std::error::Error::source(self).map(|cause| Causes(cause).to_string());
        // The text of a key's error is in the message already.
        let cause = cause.filter(|cause| !self.to_string().contains(cause));
        if f.alternate() {
            let mut fields = f.debug_struct("InitError");
            fields
                .field("code", &code)
                .field("message", &self.to_string());
            if let Some(cause) = cause {
                fields.field("cause", &cause);
            }
            return fields.finish();
        }
        write!(f, "{self}")?;
        if let Some(cause) = cause {
            write!(f, "\n  cause: {cause}")?;
        }
        write!(f, "\n  code: {code}")
    }
}

#[cfg(feature = "redis")]
impl From<crate::fleet::FleetError> for InitError {
    fn from(error: crate::fleet::FleetError) -> Self {
        Self::Fleet(error.into())
    }
}
