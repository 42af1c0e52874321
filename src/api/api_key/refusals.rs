//! Why an API key is not taken.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ApiKeyValidation;
use crate::{
    endpoint::refusal::{Detail, refusals},
    id::{OrgId, UserId},
};

refusals! {
    /// Why an API key is not valid.
    pub enum ValidateApiKeyRefusal {
        /// There is no such key, or it has expired.
        missing 404 NotFound: "there is no such API key";
        /// The key is used more often than it may be, which is its holder's doing.
        429 RateLimited(ApiKeyRateLimit): "the API key is used too often";
    }

    /// Why an API key is not valid, or is not a personal one.
    pub enum ValidatePersonalApiKeyRefusal {
        /// There is no such key, or it has expired.
        missing 404 NotFound: "there is no such API key";
        /// The key is used more often than it may be, which is its holder's doing.
        429 RateLimited(ApiKeyRateLimit): "the API key is used too often";
        /// The key is valid, but not that of a user alone.
        200 NotPersonal(ApiKeyOwner): "the API key is not a personal one";
    }

    /// Why an API key is not valid, or is not one of an organization.
    pub enum ValidateOrgApiKeyRefusal {
        /// There is no such key, or it has expired.
        missing 404 NotFound: "there is no such API key";
        /// The key is used more often than it may be, which is its holder's doing.
        429 RateLimited(ApiKeyRateLimit): "the API key is used too often";
        /// The key is valid, but not that of an organization.
        200 NotOfOrg(ApiKeyOwner): "the API key is not one of an organization";
    }
}

/// The limit that one API key has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyRateLimit {
    /// How long its holder must wait, a day at most.
    #[serde(rename = "wait_seconds", with = "seconds")]
    pub wait: Duration,
    /// PropelAuth's code for it.
    #[serde(default = "rate_limit_exceeded")]
    pub error_code: String,
    /// The sentence that PropelAuth suggests showing to the holder.
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

/// Whose an API key is that is valid, but was to be another's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ApiKeyValidation")]
#[non_exhaustive]
pub struct ApiKeyOwner {
    /// The user that it belongs to.
    pub user_id: Option<UserId>,
    /// The organization that it belongs to.
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
