//! CORS preflights: the requests that browsers send before a request to another origin.
//!
//! A preflight never has credentials, so middleware that requires a user denies it unless it is
//! configured to pass preflights on. The browser then reports a CORS error and not a 401, which is
//! hard to trace to the order of middleware. So the first such denial is explained in the log.

use std::sync::{Arc, atomic::Ordering};

use actix_web::{
    dev::{Extensions, RequestHead},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use crate::access::settings::Settings;

/// A marker in the extensions of a preflight: the nearest middleware outside has passed it on.
pub(in crate::access) struct PassedPreflight;

/// Returns `true` if a request is a CORS preflight
/// ([Fetch](https://fetch.spec.whatwg.org/#cors-preflight-request)): `OPTIONS` with one `Origin`
/// and one `Access-Control-Request-Method`. A request with credentials is not a preflight, because
/// browsers never send them with one.
pub(in crate::access) fn is_preflight(head: &RequestHead) -> bool {
    if head.method != Method::OPTIONS || head.headers().contains_key(header::AUTHORIZATION) {
        return false;
    }
    let origin = unique(head.headers(), &header::ORIGIN);
    let method = unique(head.headers(), &header::ACCESS_CONTROL_REQUEST_METHOD);
    origin.is_some_and(|origin| !origin.as_bytes().trim_ascii().is_empty())
        && method.is_some_and(|method| Method::from_bytes(method.as_bytes()).is_ok())
}

/// Returns `true` if middleware outside has passed the preflight on. Guards pass it on only then.
pub(in crate::access) fn was_passed(extensions: &Extensions) -> bool {
    extensions.contains::<PassedPreflight>()
}

/// Logs how to make preflights work, once for each handle.
pub(in crate::access) fn warn_about_cors_once(settings: &Arc<Settings>) {
    if !settings.has_denied_preflight.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "a CORS preflight was denied, because browsers send it without a token. Put the CORS \
             middleware outside, where it responds to preflights itself: \
             `App::new().wrap(auth.require_user()).wrap(cors)`; the last `.wrap` runs first. \
             If it must be inside, pass preflights on with \
             `auth.require_user().pass_cors_preflight()`. This is logged once"
        );
    }
}

/// Returns the value of a header if there is exactly one of this name.
fn unique<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name);
    values.next().filter(|_| values.next().is_none())
}
