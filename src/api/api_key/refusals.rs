//! Reasons why an API key is not valid.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ApiKeyValidation;
use crate::{
    endpoint::refusal::{Detail, refusals},
    words::ids::{OrgId, UserId},
};

refusals! {
    /// The reason why an API key is not valid.
    pub enum ValidateApiKeyRefusal {
        /// The key does not exist, or has expired.
        missing 404 NotFound: "there is no such API key";
        /// The owner of the key exceeds its rate limit.
        429 RateLimited(ApiKeyRateLimit): "the API key has exceeded its rate limit";
    }

    /// The reason why an API key is not valid, or not personal.
    pub enum ValidatePersonalApiKeyRefusal {
        /// The key does not exist, or has expired.
        missing 404 NotFound: "there is no such API key";
        /// The owner of the key exceeds its rate limit.
        429 RateLimited(ApiKeyRateLimit): "the API key has exceeded its rate limit";
        /// The key is valid, but not owned by a user alone.
        200 NotPersonal(ApiKeyOwner): "the API key is not personal";
    }

    /// The reason why an API key is not valid, or not owned by an organization.
    pub enum ValidateOrgApiKeyRefusal {
        /// The key does not exist, or has expired.
        missing 404 NotFound: "there is no such API key";
        /// The owner of the key exceeds its rate limit.
        429 RateLimited(ApiKeyRateLimit): "the API key has exceeded its rate limit";
        /// The key is valid, but not owned by an organization.
        200 NotOfOrg(ApiKeyOwner): "the API key is not owned by an organization";
    }
}

/// The rate limit that an API key has exceeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyRateLimit {
    /// How long the owner must wait, at most one day.
    #[serde(rename = "wait_seconds", with = "seconds")]
    pub wait: Duration,
    /// The error code of PropelAuth.
    #[serde(default = "rate_limit_exceeded")]
    pub error_code: String,
    /// The message that PropelAuth suggests to show to the owner.
    #[serde(default)]
    pub user_facing_error: Option<String>,
}

impl ApiKeyRateLimit {
    #[cfg(feature = "emulator")]
    pub(crate) fn new(wait: Duration) -> Self {
        Self {
            wait,
            error_code: rate_limit_exceeded(),
            user_facing_error: Some("Too many requests, please slow down".to_owned()),
        }
    }
}

impl Detail for ApiKeyRateLimit {
    fn retry_after(&self) -> Option<Duration> {
        Some(self.wait)
    }
}

fn rate_limit_exceeded() -> String {
    "rate_limit_exceeded".to_owned()
}

/// A wait as a number of seconds with a fraction.
mod seconds {
    use super::{Deserialize, Deserializer, Duration, Serializer};

    const MAX: Duration = Duration::from_secs(24 * 60 * 60);

    pub(super) fn serialize<S: Serializer>(
        wait: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(wait.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?.clamp(0.0, MAX.as_secs_f64());
        Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }
}

/// The owner of a valid API key of the wrong type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ApiKeyValidation")]
#[non_exhaustive]
pub struct ApiKeyOwner {
    /// The id of the user that owns the key.
    pub user_id: Option<UserId>,
    /// The id of the organization that owns the key.
    pub org_id: Option<OrgId>,
}

impl From<ApiKeyValidation> for ApiKeyOwner {
    fn from(validation: ApiKeyValidation) -> Self {
        Self {
            user_id: validation
                .user
                .map(|user| user.user_id)
                .or(validation.user_id),
            org_id: validation.org.map(|org| org.org_id).or(validation.org_id),
        }
    }
}

impl Detail for ApiKeyOwner {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ValidateApiKeyRefusal, ValidatePersonalApiKeyRefusal};
    use crate::endpoint::{Refusal as _, codec::RefusalCodec as _};

    fn wait(body: &str) -> Option<Duration> {
        let code = Some("rate_limit_exceeded");
        ValidateApiKeyRefusal::read(429, code, body.as_bytes())?.retry_after()
    }

    #[test]
    fn a_wait_is_read_whatever_it_is() {
        let body = |seconds| format!(r#"{{"wait_seconds":{seconds},"error_code":"x"}}"#);
        for (seconds, expected) in [
            ("12.5", Duration::from_millis(12_500)),
            ("3", Duration::from_secs(3)),
            ("0", Duration::ZERO),
            ("-1", Duration::ZERO),
            ("1e300", Duration::from_secs(86_400)),
        ] {
            assert_eq!(wait(&body(seconds)), Some(expected), "{seconds}");
        }
    }

    #[test]
    fn a_429_of_another_form_is_propelauths_own() {
        for body in [
            "",
            "Too Many Requests",
            "{}",
            "[]",
            r#"{"wait_seconds":"soon"}"#,
        ] {
            assert_eq!(wait(body), None, "{body}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let limit = super::ApiKeyRateLimit {
            wait: Duration::from_millis(1500),
            error_code: "rate_limit_exceeded".to_owned(),
            user_facing_error: Some("Slow down".to_owned()),
        };
        let owner = super::ApiKeyOwner {
            user_id: None,
            org_id: Some("o".into()),
        };
        for refusal in [
            ValidatePersonalApiKeyRefusal::NotFound,
            ValidatePersonalApiKeyRefusal::RateLimited(limit),
            ValidatePersonalApiKeyRefusal::NotPersonal(owner),
        ] {
            let (status, body) = refusal.write();
            let read = ValidatePersonalApiKeyRefusal::read(status, None, &body);
            assert_eq!(read, Some(refusal));
        }
    }
}
