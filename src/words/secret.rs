//! Secret text: usable, but not printable.

use std::{borrow::Cow, convert::Infallible, fmt, str::FromStr};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// A secret such as an API key or a password. It is wiped from memory on drop and cannot be
/// printed.
///
/// `Debug` shows a placeholder. `Display` and `Serialize` are not implemented, so a secret inside
/// another type cannot reach a log line or a response by a derive. `PartialEq` is not implemented
/// either: `==` on text stops at the first different byte, and its duration can reveal how much
/// of a guess is right.
///
/// ```
/// use actix_web_propelauth::Secret;
///
/// let key = Secret::from("d0a1...");
/// assert_eq!(format!("{key:?}"), "Secret([redacted])");
/// assert_eq!(key.expose(), "d0a1...");
/// ```
///
/// It can be read, but not written: settings that derive `Deserialize` can have one.
///
/// ```
/// use actix_web_propelauth::{PropelAuth, Secret};
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Settings {
///     auth_url: String,
///     api_key: Secret,
/// }
///
/// let json = r#"{"auth_url":"https://auth.example.com","api_key":"d0a1..."}"#;
/// let settings: Settings = serde_json::from_str(json)?;
/// assert!(!format!("{settings:?}").contains("d0a1"));
/// let builder = PropelAuth::builder(settings.auth_url, settings.api_key);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Wiping covers this value only. A `String` or `&str` that it was made from, and copies made of
/// [`expose`](Self::expose), stay in memory as long as their owner keeps them.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Exposes the secret text.
    ///
    /// Never log or display the result. The name is unusual on purpose, so that a search finds
    /// every place where a secret leaves its type.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns `true` if the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Secret {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(text.into_owned())
    }
}

/// For settings that are read from a file: a struct with a secret can derive `Deserialize`.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// For arguments of a program.
impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl From<&Self> for Secret {
    fn from(secret: &Self) -> Self {
        secret.clone()
    }
}
