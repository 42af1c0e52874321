//! What the codes of failed calls mean, and what to do about each.

use crate::words::explanation::{Explanation, explanations};

/// The explanations of [`Error::code`](crate::Error::code), in the order of its variants.
pub(crate) const EXPLANATIONS: &[Explanation] = explanations! {
    not_found: "what the call is about does not exist",
        "PropelAuth knows no user, organization or other entity of this id in the environment of the key.",
        "Check the id, and that it is of the same environment. `.optional()` turns this error into `None`.";
    refused: "PropelAuth refused the operation",
        "The operation is known and the arguments are valid, but the state of the project does not allow \
         it, such as a user who is in the organization already. The message has the reason.",
        "Match on the refusal of the operation, and tell the user.";
    bad_request: "PropelAuth rejected the arguments (400)",
        "A value is missing, too long, or not of the form that PropelAuth requires.",
        "Read the fields and reasons from `field_errors()`, and correct the arguments.";
    invalid_argument: "an argument cannot be sent, so nothing was",
        "An id is empty or would address another operation, or a value cannot be written as JSON.",
        "Check the argument that the message names, before the call.";
    api_key_rejected: "PropelAuth rejected the API key (401)",
        "The key was revoked, is of another environment, or is the key of an end user.",
        "Take a backend integration key from PropelAuth's dashboard, under Backend Integration, of the \
         environment that the auth URL belongs to.";
    rate_limited: "the rate limit of the backend API was exceeded (429)",
        "The project made more calls in a short time than PropelAuth permits, counted over all services.",
        "Wait as long as `retry_after()` says. Fetch users in batches, and take what a token has from the \
         token.";
    payload_too_large: "the request is larger than PropelAuth accepts (413)",
        "A list or a document in the arguments is too long.",
        "Ask for less at once.";
    orgs_not_enabled: "organizations are not enabled for the project (426)",
        "The operation is about organizations, and the project has none.",
        "Turn on B2B support in PropelAuth's dashboard.";
    unavailable: "PropelAuth is unavailable",
        "It could not be reached, the connection broke, or the status was 502, 503 or 504. The message has \
         the operation, the address and the cause.",
        "Check name resolution, proxy and firewall by the cause in the message. `Delivery` says whether the \
         request may have been received.";
    circuit_open: "the call was not sent, because the calls before it failed",
        "The circuit breaker is open: after several failures, calls fail at once until one succeeds again.",
        "Look for the first failure in the log. Nothing has to be restarted.";
    timeout: "PropelAuth did not respond in time",
        "The server or the network is slow, or a firewall drops packets. The request may have been \
         received.",
        "Try again if the operation may be repeated, or raise `.request_timeout(…)`.";
    tls_failed: "there is no secure connection to PropelAuth",
        "The certificate is not trusted, is for another host, or has expired, as after a proxy that inspects \
         TLS, or with a wrong system clock.",
        "Check the base URL and the clock. Behind a proxy with a certificate of its own, use the feature \
         `rustls-native-roots`.";
    missing_tls: "the base URL is https, and no TLS feature is enabled",
        "The crate was built with `default-features = false`.",
        "Enable the feature `rustls`, `rustls-native-roots` or `openssl`.";
    invalid_response: "the response is not valid HTTP, or a list does not end",
        "Something else than PropelAuth responded, such as a proxy.",
        "Check the base URL and the proxy.";
    no_runtime: "the call was awaited outside of a tokio runtime",
        "The client needs the runtime's timers and sockets.",
        "Await the call under `#[actix_web::main]` or `#[tokio::main]`.";
    redirected: "the response is a redirect, which is not followed",
        "PropelAuth's API does not redirect. A request that followed would carry the integration key to \
         another host.",
        "Check the base URL: http in place of https, or the URL of a login page.";
    response_too_large: "the response is longer than the limit",
        "The operation returned more than the client reads into memory.",
        "Ask for less at once, such as a smaller page.";
    undecodable_response: "the call succeeded, but its response could not be decoded",
        "The response is not of the form that this version of the crate knows.",
        "Update the crate. If that does not help, please report the message, which has no personal data.";
    unexpected_status: "the response has a status that the operation does not have",
        "PropelAuth had an internal error (500), or something else than PropelAuth responded.",
        "Try again later, and check the base URL and the proxy.";
};
