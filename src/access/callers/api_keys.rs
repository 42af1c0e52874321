//! [`ApiKeys`]: how a middleware treats end users' API keys.

use std::time::Duration;

use actix_web::http::header::HeaderName;

/// How a middleware treats the API keys of end users and organizations.
///
/// [`Authentication::accept_api_keys`](crate::Authentication::accept_api_keys) takes it, and explains what
/// is accepted and what it costs.
///
/// ```
/// use std::time::Duration;
/// use actix_web_propelauth::{ApiKeys, PropelAuth};
///
/// # fn example(auth: PropelAuth) {
/// let keys = ApiKeys::new().cache_for(Duration::from_secs(5));
/// let middleware = auth.require_user().accept_api_keys(keys);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "pass it to `.accept_api_keys(…)`"]
pub struct ApiKeys {
    /// Whether imported keys are accepted.
    imported: bool,
    /// Another header that keys are accepted in.
    header: Option<HeaderName>,
    /// For how long a valid key is believed.
    cache_for: Duration,
    /// For how long an invalid key is denied.
    cache_invalid_for: Duration,
}

/// A key that was just deleted, or a role that was just taken away, is noticed after this time.
const DEFAULT_CACHE_FOR: Duration = Duration::from_secs(10);
/// Long enough that a program that repeats a wrong key costs little, short enough that a key can be tried
/// again at once after it was enabled.
const DEFAULT_CACHE_INVALID_FOR: Duration = Duration::from_secs(2);
/// The bound of both. PropelAuth counts validations and limits their rate, which a cache hides from it.
const LONGEST: Duration = Duration::from_secs(60);

impl ApiKeys {
    /// Creates the default: keys that PropelAuth created are accepted, a valid one is believed for 10 seconds,
    /// and an invalid one is denied for 2 seconds without asking again.
    pub fn new() -> Self {
        Self {
            imported: false,
            header: None,
            cache_for: DEFAULT_CACHE_FOR,
            cache_invalid_for: DEFAULT_CACHE_INVALID_FOR,
        }
    }

    /// Accepts imported keys as well.
    ///
    /// PropelAuth's own keys are hexadecimal, and any other text is denied without asking PropelAuth. An
    /// imported key may be any text that is one word of visible ASCII, without a comma, without quotes around it,
    /// of at most 512 bytes, and without exactly two dots, as a JWT has. By default, imported keys are not accepted, because callers
    /// could then make this service ask PropelAuth for any text that they send.
    ///
    /// A hexadecimal key costs a second call if PropelAuth does not know it: it may have been imported, too.
    ///
    /// `POST /api/backend/v1/end_user_api_keys/validate_imported`
    ///
    /// ```
    /// use actix_web_propelauth::{ApiKeys, PropelAuth};
    ///
    /// # fn example(auth: PropelAuth) {
    /// let keys = ApiKeys::new().validate_imported();
    /// let middleware = auth.require_user().accept_api_keys(keys);
    /// # }
    /// ```
    pub fn validate_imported(self) -> Self {
        Self {
            imported: true,
            ..self
        }
    }

    /// Also accepts a key in this header, without a scheme, such as `X-Api-Key`. By default, only in
    /// `Authorization: Bearer …`.
    ///
    /// A request with this header must have it once, and no `Authorization` header: a proxy in front could
    /// check one of them, and this service another. What is in it must be a key, and a token is not accepted.
    ///
    /// ```
    /// use actix_web_propelauth::{ApiKeys, PropelAuth};
    ///
    /// # fn example(auth: PropelAuth) {
    /// let middleware = auth.require_user().accept_api_keys(ApiKeys::new().header("x-api-key"));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the name is not that of a header.
    #[track_caller]
    pub fn header(self, name: &'static str) -> Self {
        let name = HeaderName::try_from(name);
        assert!(
            name.is_ok(),
            "API keys were to be accepted in a header whose name is not one"
        );
        Self {
            header: name.ok(),
            ..self
        }
    }

    /// Sets for how long a validation is believed, at most 60 seconds. By default, 10 seconds. Zero asks
    /// PropelAuth for every request.
    ///
    /// This bounds how long a deleted key, a disabled user or a role that was taken away still counts, if no
    /// webhook, [mark](crate::freshness::Mark) or call of the same handle says so. PropelAuth counts one use of the key for each validation, and not for each
    /// request.
    ///
    /// All middlewares of a handle share what is known of a key, and each believes it for its own time at most.
    /// Requests at the same time share one call, also with zero.
    ///
    /// ```
    /// use std::time::Duration;
    /// use actix_web_propelauth::ApiKeys;
    ///
    /// let payments = ApiKeys::new().cache_for(Duration::ZERO);
    /// let reports = ApiKeys::new().cache_for(Duration::from_secs(60));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the time is longer than 60 seconds.
    #[track_caller]
    pub fn cache_for(self, time: Duration) -> Self {
        Self {
            cache_for: checked(time),
            ..self
        }
    }

    /// Sets for how long an invalid key is denied without asking PropelAuth again, at most 60 seconds. By
    /// default, 2 seconds.
    ///
    /// # Panics
    ///
    /// Panics if the time is longer than 60 seconds.
    #[track_caller]
    pub fn cache_invalid_for(self, time: Duration) -> Self {
        Self {
            cache_invalid_for: checked(time),
            ..self
        }
    }

    pub(in crate::access) fn header_name(&self) -> Option<&HeaderName> {
        self.header.as_ref()
    }

    pub(in crate::access) fn accepts_imported(&self) -> bool {
        self.imported
    }

    pub(super) fn valid_for(&self) -> Duration {
        self.cache_for
    }

    pub(super) fn invalid_for(&self) -> Duration {
        self.cache_invalid_for
    }
}

/// Panics at start, as guards do: a longer time is a mistake of the program, and not of a caller.
#[track_caller]
fn checked(time: Duration) -> Duration {
    assert!(
        time <= LONGEST,
        "a validation of an API key may be cached for at most 60 s, and {time:?} were given; PropelAuth \
         counts validations, and a deleted key stays valid for as long"
    );
    time
}

impl Default for ApiKeys {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::{panic::catch_unwind, time::Duration};

    use super::ApiKeys;

    #[test]
    fn the_name_of_a_header_is_one_whatever_its_case() {
        let keys = ApiKeys::new().header("X-Api-Key");
        assert_eq!(keys.header_name().unwrap(), "x-api-key");
        assert!(catch_unwind(|| ApiKeys::new().header("not a header")).is_err());
    }

    #[test]
    fn a_minute_is_the_longest_time() {
        let minute = Duration::from_secs(60);
        let keys = ApiKeys::new().cache_for(minute).cache_invalid_for(minute);
        assert_eq!((keys.valid_for(), keys.invalid_for()), (minute, minute));
        let longer = minute + Duration::from_nanos(1);
        assert!(catch_unwind(|| ApiKeys::new().cache_for(longer)).is_err());
        assert!(catch_unwind(|| ApiKeys::new().cache_invalid_for(longer)).is_err());
    }
}
