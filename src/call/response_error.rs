//! The HTTP response for an [`Error`] that a handler returns with `?`.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};

use super::error::{Error, Reason};

/// Responds with a status alone, and logs the error.
///
/// | error | status |
/// | --- | --- |
/// | [`Unavailable`](Error::Unavailable), [`Timeout`](Error::Timeout), [`RateLimited`](Error::RateLimited) | 503, with `Retry-After` if the error has it |
/// | the requested entity [does not exist](Error::is_not_found) | 404 |
/// | anything else | 500 |
///
/// It is never 401, not even for [`InvalidApiKey`](Error::InvalidApiKey): that would make a
/// browser log its user out, whose credentials were not at fault. The body is the name of the
/// status, as the error is for operators and not for callers.
///
/// ```
/// use actix_web::{ResponseError as _, http::StatusCode};
/// use actix_web_propelauth::{Error, api::NotFound};
///
/// let error = Error::Refused(NotFound::NotFound);
/// assert_eq!(error.status_code(), StatusCode::NOT_FOUND);
/// ```
impl<R: Reason> ResponseError for Error<R>
where
    Self: fmt::Debug + fmt::Display,
{
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unavailable { .. } | Self::Timeout { .. } | Self::RateLimited { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            error if error.is_not_found() => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        tracing::warn!(code = %self.code(), error = %self, "a handler returned the error of a failed call to PropelAuth");
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        if let (StatusCode::SERVICE_UNAVAILABLE, Some(wait)) = (status, self.retry_after()) {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.body(status.canonical_reason().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::{ResponseError as _, http::header::RETRY_AFTER};

    use crate::{call::Error, endpoint::NotFound};

    #[test]
    fn callers_see_a_status_and_nothing_else() {
        for (error, status) in [
            (Error::Refused(NotFound::NotFound), 404),
            (Error::InvalidApiKey, 500),
            (Error::OrgsNotEnabled, 500),
            (
                Error::Timeout {
                    after: Duration::ZERO,
                    source: None,
                },
                503,
            ),
        ] {
            assert_eq!(error.error_response().status(), status, "{error}");
        }
        let retry_after = Some(Duration::from_millis(1500));
        let response = Error::<NotFound>::RateLimited {
            retry_after,
            source: None,
        }
        .error_response();
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "2");
    }
}
