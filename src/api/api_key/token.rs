//! The token of an API key, as its owner sends it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{api::SerializableSecret, words::secret::Secret};

/// The token of an API key, as its owner sends it. `Debug` does not show it.
///
/// A leading `Bearer ` is removed, ignoring case.
///
/// ```
/// use actix_web_propelauth::api::ApiKeyToken;
///
/// let token = ApiKeyToken::from("bearer f3a1b2c4");
/// assert_eq!(token.expose(), "f3a1b2c4");
/// assert_eq!(format!("{token:?}"), "ApiKeyToken([redacted])");
/// ```
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct ApiKeyToken(SerializableSecret);

impl ApiKeyToken {
    /// Returns the token itself. Review every call, since it must not reach a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl<T: Into<Secret>> From<T> for ApiKeyToken {
    fn from(token: T) -> Self {
        let token: Secret = token.into();
        let bare = match token.expose().split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                Some(rest.trim_start_matches(' ').into())
            }
            _ => None,
        };
        Self(bare.unwrap_or(token).into())
    }
}

// By hand, so that the emulator removes the scheme as well, whatever client sends it.
impl<'de> Deserialize<'de> for ApiKeyToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::ApiKeyToken;

    #[test]
    fn the_scheme_goes_and_nothing_else() {
        for (given, token) in [
            ("Bearer abc", "abc"),
            ("bEaReR   abc", "abc"),
            ("bearer a b +/=", "a b +/="),
            ("Bearer bearer x", "bearer x"),
            ("abc", "abc"),
            ("bearerabc", "bearerabc"),
            ("Basic abc", "Basic abc"),
            (" bearer abc", " bearer abc"),
            ("bearer ", ""),
            ("bearer", "bearer"),
            ("", ""),
            ("é bearer", "é bearer"),
        ] {
            assert_eq!(ApiKeyToken::from(given).expose(), token, "{given:?}");
            let read: ApiKeyToken = serde_json::from_value(given.into()).unwrap();
            assert_eq!(read.expose(), token, "{given:?}");
        }
    }
}
