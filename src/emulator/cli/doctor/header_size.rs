//! The longest token that reaches the service: a proxy in front may limit the headers further.

use url::Url;

use super::{finding::Report, http::get, service::Service};

/// What this crate accepts by default, less the room for the header's name and scheme.
const WANTED: usize = 16_000;

/// Shorter than any limit.
const SHORT: usize = 16;

/// The bisection ends when the limit is known this well, in bytes.
const PRECISION: usize = 128;

/// Sends tokens of growing length, which are invalid, to the first route.
pub(super) async fn check(service: &Service<'_>, report: &mut Report) {
    let Some(route) = service.routes.iter().find(|route| route.method == "GET") else {
        return;
    };
    let Some(url) = service.join(&route.path) else {
        return;
    };
    let expected = outcome(&url, SHORT).await;
    if expected.0 != 401 {
        let why = format!("{route} responds with {} to an invalid token", expected.1);
        report.unchecked("the longest header", why);
        return;
    }
    let seen = outcome(&url, WANTED).await;
    if seen.0 == 401 {
        report.fine(format!("a token of {WANTED} bytes reaches the service"));
        return;
    }
    if seen.2 {
        let own = "the service itself denies it, by `max_token_len`";
        report.fine(format!(
            "a token of {WANTED} bytes reaches the service; {own}"
        ));
        return;
    }
    let (mut passes, mut fails) = (SHORT, WANTED);
    while fails - passes > PRECISION {
        let middle = usize::midpoint(passes, fails);
        match outcome(&url, middle).await.0 {
            401 => passes = middle,
            _ => fails = middle,
        }
    }
    let ours = service.token.map_or_else(String::new, |token| {
        format!("; the token of this check has {}", token.len())
    });
    let seen = format!(
        "{route} with a token of {WANTED} bytes: {}; up to about {passes} bytes pass{ours}",
        seen.1
    );
    report
        .find("header_limit_too_small", seen)
        .change(
            "the proxy in front of the service",
            "large_client_header_buffers 4 32k; (nginx), tune.bufsize 32768 (HAProxy)",
        )
        .change(
            "or the clients",
            "ask for tokens of one active organization, which stay short",
        );
}

/// Returns the status (0 without a response), its text, and whether this crate responded with 431.
async fn outcome(url: &Url, length: usize) -> (u16, String, bool) {
    let authorization = format!("Bearer {}", "a".repeat(length));
    match get(url, &[("authorization", &authorization)]).await {
        Ok(response) => {
            let is_own = response.status == 431 && response.is_denial();
            (response.status, response.status.to_string(), is_own)
        }
        Err(failure) => (0, failure.to_string(), false),
    }
}
