//! Fetching a public document from any server: without a key, within limits.
//!
//! Everything else in this folder is about one base URL, to which the integration key is sent. A document is of
//! another server: nothing of this application is sent there, no redirect is followed, no body is inflated, and the connection
//! is closed. Only the connector is shared, which has the TLS configuration and the limits of connecting.
//!
//! | limit | |
//! |---|---|
//! | time | that of the caller, over everything |
//! | size | that of the caller, in bytes |
//! | redirects | none |
//! | proxy | none |

use std::{panic, time::Duration};

use url::Url;

use super::{
    connect::{Connector, Route},
    reach::{Reach, global_addresses},
    tls,
};
use crate::words::causes::Causes;

/// Fetches a document with a status of success. No redirect is followed.
///
/// The body is read as it comes, and is not checked: what it means is decided by the caller, too.
///
/// Which URLs may be fetched is decided by the caller, and by the addresses that it allows.
///
/// # Errors
///
/// Returns why there is none, for a developer.
pub(crate) async fn fetch_document(
    url: &Url,
    longest: usize,
    timeout: Duration,
    reach: Reach,
) -> Result<Vec<u8>, String> {
    let fetched = tokio::time::timeout(timeout, fetch(url, longest, timeout, reach)).await;
    fetched.unwrap_or_else(|_| Err(format!("it was not fetched within {timeout:?}")))
}

/// Fetches a document, without a limit of the time.
async fn fetch(
    url: &Url,
    longest: usize,
    timeout: Duration,
    reach: Reach,
) -> Result<Vec<u8>, String> {
    let is_https = url.scheme() == "https";
    let tls = is_https.then(tls::config).transpose();
    let tls = tls.map_err(|error| format!("TLS cannot be set up: {error:?}"))?;
    // Both constructors panic if another crate enables awc's own rustls feature and no provider is installed
    // process-wide.
    let new = panic::catch_unwind(|| (awc::Connector::new(), awc::Client::builder()));
    let (connector, builder) = new.map_err(|_| "awc cannot be set up".to_owned())?;
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let addresses = match reach {
        Reach::Anywhere => None,
        Reach::Global => Some(global_addresses(host, port).await?),
    };
    let connector = connector.connector(Connector::new(Route {
        host: host.to_owned(),
        port,
        addresses,
        proxy: None,
        tls,
        timeout,
    }));
    let client = builder
        .connector(connector)
        .disable_timeout()
        .disable_redirects()
        .finish();
    // awc sees http either way: the connector does TLS.
    let mut plain = url.clone();
    let port = url.port_or_known_default();
    if is_https && (plain.set_scheme("http").is_err() || plain.set_port(port).is_err()) {
        return Err("its URL cannot be fetched".to_owned());
    }
    let request = client
        .get(plain.as_str())
        .no_decompress()
        .insert_header(("host", authority(url)))
        .insert_header(("accept", "application/json"))
        .force_close();
    let mut response = request
        .send()
        .await
        .map_err(|error| format!("it cannot be fetched: {}", Causes(&error)))?;
    if !response.status().is_success() {
        return Err(format!(
            "its server answered {}",
            response.status().as_u16()
        ));
    }
    let body = response.body().limit(longest).await;
    let body = body.map_err(|error| {
        format!("it cannot be read, or is longer than {longest} bytes: {error}")
    })?;
    Ok(body.to_vec())
}

/// Returns the host and, if it is not the default one, the port, as the header `Host` has them
/// ([RFC 9110 §7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2)).
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}
