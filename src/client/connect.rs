//! Connecting: name resolution, the addresses in turn, the tunnel of a proxy, then TLS.
//!
//! awc could do most of this. Three needs of ours it does not meet:
//!
//! - It tries one address after the other, each until the operating system gives up, so that a broken
//!   IPv6 route uses up the timeout of every call where IPv4 would work. Here addresses race as in RFC 8305 ("Happy Eyeballs").
//! - It has no `CONNECT` proxies.
//! - It does not show a response's bytes before it parses them, which [`framing`](super::framing)
//!   needs. Inside of TLS only the code that sets up TLS can see them.
//!
//! So awc is given plain `http` URLs and this connector, whose connections are whatever the base
//! URL needs.

use std::{future::Future, io, net::SocketAddr, rc::Rc, time::Duration};

use actix_service::Service;
use actix_tls::connect::{ConnectError, ConnectInfo, Connection as TcpConnection};
use actix_web::http::Uri;
use futures_util::{
    FutureExt as _, StreamExt as _, future::LocalBoxFuture, stream::FuturesUnordered,
};
use tokio::net::{TcpStream, lookup_host};

#[cfg(feature = "cli")]
use super::send_error::SendError;
use super::{connect_failure::ConnectFailure, connection::Connection, proxy::Proxy, tls};

/// The delay before the next address is tried beside the previous ones: the "Connection Attempt
/// Delay" that RFC 8305 §5 recommends.
const HEAD_START: Duration = Duration::from_millis(250);

/// The way to the server.
pub(super) struct Route {
    /// The server, whether or not a proxy is in between.
    pub(super) host: String,
    pub(super) port: u16,
    /// The addresses of the server, if it was resolved already.
    pub(super) addresses: Option<Vec<SocketAddr>>,
    pub(super) proxy: Option<Proxy>,
    /// The TLS configuration, if the base URL is https.
    pub(super) tls: Option<tls::Config>,
    /// The timeout of connecting, and once more of the TLS handshake.
    pub(super) timeout: Duration,
}

/// The service that awc calls for a new connection; it pools them itself.
#[derive(Clone)]
pub(super) struct Connector(Rc<Route>);

impl Connector {
    /// Creates the connector of one awc client. Clones share the route.
    pub(super) fn new(route: Route) -> Self {
        Self(Rc::new(route))
    }
}

impl Service<ConnectInfo<Uri>> for Connector {
    type Response = TcpConnection<Uri, Connection>;
    type Error = ConnectError;
    type Future = LocalBoxFuture<'static, Result<Self::Response, ConnectError>>;

    actix_service::always_ready!();

    fn call(&self, info: ConnectInfo<Uri>) -> Self::Future {
        let route = Rc::clone(&self.0);
        async move {
            let connection = route.connect().await;
            // The failure travels through awc as an I/O error, and is downcast in `transport`.
            let connection =
                connection.map_err(|failure| ConnectError::Io(io::Error::other(failure)))?;
            Ok(TcpConnection::new(info.request().clone(), connection))
        }
        .boxed_local()
    }
}

impl Route {
    /// Opens a connection that is ready for a request.
    ///
    /// The timeout applies to each of the two steps, so that a server that accepts connections and then
    /// never finishes the handshake is told apart from one that is not there.
    async fn connect(&self) -> Result<Connection, ConnectFailure> {
        let stream = self.within(self.tcp()).await?;
        match &self.tls {
            None => Ok(Connection::new(stream)),
            Some(config) => {
                let host = self.host.trim_matches(['[', ']']);
                self.within(tls::connect(config, host, stream)).await
            }
        }
    }

    /// Opens a TCP connection to the server, or a tunnel to it.
    ///
    /// With a proxy, the proxy resolves the server's name: it may be unknown on this machine.
    async fn tcp(&self) -> Result<TcpStream, ConnectFailure> {
        match &self.proxy {
            None => match &self.addresses {
                Some(addresses) => connect_to_any(addresses).await,
                None => connect(&self.host, self.port).await,
            },
            Some(proxy) => {
                let mut stream = connect(proxy.host(), proxy.port()).await?;
                let tunnel = proxy.tunnel(&mut stream, &self.host, self.port).await;
                tunnel.map_err(ConnectFailure::Proxy)?;
                Ok(stream)
            }
        }
    }

    /// Applies the timeout to one step.
    async fn within<T>(
        &self,
        step: impl Future<Output = Result<T, ConnectFailure>>,
    ) -> Result<T, ConnectFailure> {
        let after = self.timeout;
        let outcome = tokio::time::timeout(after, step).await;
        outcome.unwrap_or_else(|_| {
            let to = match &self.proxy {
                Some(proxy) => format!("{}:{}", proxy.host(), proxy.port()),
                None => format!("{}:{}", self.host, self.port),
            };
            Err(ConnectFailure::Timeout { to, after })
        })
    }
}

/// Opens a connection to an origin for a single request, with TLS if the URL is `https`.
///
/// The program's `doctor` sends requests that no call sends: without a key, with headers of a browser, and
/// to a service instead of PropelAuth. They take the same way as calls, so that what fails here fails
/// there: name resolution, the race of the addresses, the tunnel of the proxy, and TLS with the same roots.
///
/// # Errors
///
/// Returns the failure of a step, each of which may take as long as `timeout`. Without a TLS feature, an
/// `https` URL is a failure of TLS.
#[cfg(feature = "cli")]
pub(crate) async fn open(
    url: &url::Url,
    proxy: Option<Proxy>,
    timeout: Duration,
) -> Result<impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, ConnectFailure> {
    let tls = match url.scheme() {
        "https" => Some(tls::config().map_err(|error| match error {
            SendError::Tls { source } => ConnectFailure::Tls(source),
            _ => ConnectFailure::Tls("no TLS feature is enabled".into()),
        })?),
        _ => None,
    };
    let route = Route {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or_default(),
        addresses: None,
        proxy,
        tls,
        timeout,
    };
    route.connect().await
}

/// Resolves a name and connects to one of its addresses.
///
/// The operating system resolves names, on a thread of tokio's blocking pool. Its own timeout can be
/// longer than ours, and the thread stays occupied until then; the call does not wait for it.
async fn connect(host: &str, port: u16) -> Result<TcpStream, ConnectFailure> {
    let name = host.trim_matches(['[', ']']);
    let resolved = lookup_host((name, port)).await;
    let addresses = resolved.map_err(|source| ConnectFailure::Resolve {
        host: host.to_owned(),
        source,
    })?;
    connect_to_any(&addresses.collect::<Vec<_>>()).await
}

/// Connects to the address that accepts first, where each has a head start over the next one.
///
/// ```text
/// 0 ms      the first address
/// 250 ms    the second one beside it, if the first has neither accepted nor failed
/// 500 ms    the third one beside both
/// ...       the first that accepts wins
/// ```
///
/// A failure starts the next address at once. Connections that lose the race are closed. The order is the
/// resolver's, which RFC 6724 gives it: usually IPv6 first.
///
/// # Errors
///
/// Returns the failure that came last if all addresses fail.
pub(crate) async fn connect_to_any(addresses: &[SocketAddr]) -> Result<TcpStream, ConnectFailure> {
    let mut rest = addresses.iter().copied();
    let mut attempts = FuturesUnordered::new();
    let mut failure = None;
    loop {
        if let Some(address) = rest.next() {
            attempts.push(TcpStream::connect(address).map(move |result| (address, result)));
        }
        let next = if rest.len() == 0 {
            Ok(attempts.next().await)
        } else {
            tokio::time::timeout(HEAD_START, attempts.next()).await
        };
        match next {
            Ok(Some((_, Ok(stream)))) => {
                // A request is written in one piece; Nagle's algorithm would only delay it.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Some((address, Err(source)))) => {
                failure = Some(ConnectFailure::Connect {
                    to: address.to_string(),
                    source,
                });
            }
            Ok(None) if rest.len() == 0 => break,
            Ok(None) | Err(_) => {}
        }
    }
    Err(failure.unwrap_or_else(|| ConnectFailure::Connect {
        to: "the host".to_owned(),
        source: io::Error::new(io::ErrorKind::NotFound, "the name has no address"),
    }))
}
