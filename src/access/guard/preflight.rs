//! CORS preflights: what a browser asks before a request to another origin. They never carry
//! credentials, so whoever requires a user refuses them unless told to pass them on.

use std::sync::{Arc, atomic::Ordering};

use actix_web::{
    dev::{Extensions, RequestHead},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use crate::access::settings::Settings;

/// In the extensions: that the nearest middleware outside was made to pass preflights on, and did.
pub(in crate::access) struct PassedPreflight;

/// Returns whether a request is a CORS preflight
/// ([Fetch](https://fetch.spec.whatwg.org/#cors-preflight-request)): `OPTIONS` with one `Origin`
/// and one `Access-Control-Request-Method`. A request with credentials is none, as browsers never
/// send any with a preflight.
pub(in crate::access) fn is_preflight(head: &RequestHead) -> bool {
    if head.method != Method::OPTIONS || head.headers().contains_key(header::AUTHORIZATION) {
        return false;
    }
    let origin = only(head.headers(), &header::ORIGIN);
    let method = only(head.headers(), &header::ACCESS_CONTROL_REQUEST_METHOD);
    origin.is_some_and(|origin| !origin.as_bytes().trim_ascii().is_empty())
        && method.is_some_and(|method| Method::from_bytes(method.as_bytes()).is_ok())
}

/// Returns whether a guard lets a preflight pass, which it never does on its own.
pub(in crate::access) fn was_passed(extensions: &Extensions) -> bool {
    extensions.contains::<PassedPreflight>()
}

/// Tells the developer, once for each handle, what makes preflights work.
pub(in crate::access) fn warn_about_cors_once(settings: &Arc<Settings>) {
    if !settings.has_refused_preflight.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "a CORS preflight was denied, as browsers send it without a token. Put the CORS \
             middleware outside, where it answers preflights itself: \
             `App::new().wrap(auth.require_user()).wrap(cors)`, as the last `.wrap` runs first. \
             Where it must be inside, let preflights pass by \
             `auth.require_user().pass_cors_preflight()`. This is said once"
        );
    }
}

fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name);
    values.next().filter(|_| values.next().is_none())
}
