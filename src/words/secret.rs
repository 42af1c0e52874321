//! Secret text: usable, but not printable.

use std::{borrow::Cow, fmt};

use secrecy::{ExposeSecret, SecretString};

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

impl From<&Self> for Secret {
    fn from(secret: &Self) -> Self {
        secret.clone()
    }
}
