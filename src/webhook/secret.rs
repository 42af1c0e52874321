//! Signing secrets of webhook endpoints.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{dev_keys::WEBHOOK_SECRET, words::secret::Secret};

/// The fewest bytes that a secret has. Svix creates none that is shorter.
const MIN_LEN: usize = 24;

/// Why a text is not the signing secret of a webhook endpoint.
///
/// The message does not contain the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookSecretError {
    /// The environment variable is not set.
    #[error(
        "the environment variable PROPELAUTH_WEBHOOK_SECRET is not set. PropelAuth's dashboard shows its value as \
         the signing secret of the webhook endpoint"
    )]
    Missing,
    /// The environment variable has quotes, a comment or a placeholder in its value.
    #[error("the environment variable PROPELAUTH_WEBHOOK_SECRET is {0}")]
    Variable(&'static str),
    /// There is nothing, or nothing after `whsec_`.
    #[error(
        "the webhook secret is empty. Copy the signing secret of the endpoint from PropelAuth's dashboard"
    )]
    Empty,
    /// It is not base64, with `whsec_` before it or not.
    #[error(
        "the webhook secret is not `whsec_` and base64. Copy the signing secret of the endpoint from PropelAuth's \
         dashboard whole, without spaces and line breaks"
    )]
    NotBase64,
    /// It is too short to be secret.
    #[error(
        "the webhook secret has less than 24 bytes. Copy the signing secret of the endpoint from PropelAuth's \
         dashboard whole"
    )]
    TooShort,
    /// It is the published secret of the emulator, and the setting for an emulator is off.
    #[error(
        "the webhook secret is the published one of the emulator, with which anyone can sign. Copy the signing \
         secret of the endpoint from PropelAuth's dashboard, or, to work against the emulator, set \
         PROPELAUTH_EMULATOR=1"
    )]
    Published,
}

impl WebhookSecretError {
    /// Returns the stable code of the error, such as `webhook_secret_malformed`.
    ///
    /// [`explanation`](crate::explanation) returns what it means and what to do.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "webhook_secret_missing",
            Self::Variable(_) => "webhook_secret_variable",
            Self::Empty => "webhook_secret_empty",
            Self::NotBase64 => "webhook_secret_malformed",
            Self::TooShort => "webhook_secret_too_short",
            Self::Published => "webhook_secret_published",
        }
    }
}

/// The key that a secret stands for.
#[derive(Clone)]
pub(crate) struct SigningKey {
    key: aws_lc_rs::hmac::Key,
    is_published: bool,
}

impl SigningKey {
    /// Creates the key of a secret.
    pub(crate) fn new(secret: &Secret) -> Result<Self, WebhookSecretError> {
        let text = secret.expose();
        let base64 = text.strip_prefix("whsec_").unwrap_or(text);
        if base64.is_empty() {
            return Err(WebhookSecretError::Empty);
        }
        let bytes = STANDARD
            .decode(base64)
            .map_err(|_| WebhookSecretError::NotBase64)?;
        if bytes.len() < MIN_LEN {
            return Err(WebhookSecretError::TooShort);
        }
        Ok(Self {
            key: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes),
            is_published: WEBHOOK_SECRET.strip_prefix("whsec_") == Some(base64),
        })
    }

    pub(super) fn hmac(&self) -> &aws_lc_rs::hmac::Key {
        &self.key
    }

    /// Returns `true` if anyone can sign with it.
    pub(super) fn is_published(&self) -> bool {
        self.is_published
    }
}

#[cfg(test)]
mod tests {
    use super::{SigningKey, WebhookSecretError};
    use crate::words::secret::Secret;

    #[test]
    fn only_a_whole_secret_is_one() {
        use WebhookSecretError::{Empty, NotBase64, TooShort};

        let parse = |text: &str| SigningKey::new(&Secret::from(text)).map(|it| it.is_published());
        assert_eq!(parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Ok(false));
        assert_eq!(parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Ok(false));
        assert_eq!(parse(crate::dev_keys::WEBHOOK_SECRET), Ok(true));
        for (text, error) in [
            ("", Empty),
            ("whsec_", Empty),
            ("whsec_ ", NotBase64),
            (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", NotBase64),
            ("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
            ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", NotBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", NotBase64),
            ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NotBase64),
            ("whsec_not base64", NotBase64),
            ("whsec_é", NotBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ=", TooShort),
            ("whsec_c2hvcnQ=", TooShort),
        ] {
            assert_eq!(parse(text), Err(error), "{text:?}");
        }
    }
}
