//! How a connection comes about: every address in turn, the proxy if there is one, then TLS.
//!
//! All of it is done here and awc is given plain `http` URLs, so that it spawns no task, which
//! would need a `LocalSet`, and so that a reply's bytes can be looked at inside of TLS.

use std::{future::Future, io, net::SocketAddr, rc::Rc, time::Duration};

use actix_service::Service;
use actix_tls::connect::{ConnectError, ConnectInfo, Connection as TcpConnection};
use actix_web::http::Uri;
use futures_util::{
    FutureExt as _, StreamExt as _, future::LocalBoxFuture, stream::FuturesUnordered,
};
use tokio::net::{TcpStream, lookup_host};

use super::{connect_failure::ConnectFailure, connection::Connection, proxy::Proxy, tls};

/// How long an address may be alone before the next one is tried as well (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Where to connect to, and how.
pub(super) struct Route {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) proxy: Option<Proxy>,
    /// What TLS needs, if it is spoken.
    pub(super) tls: Option<tls::Config>,
    /// How long connecting may take, and then the handshake.
    pub(super) timeout: Duration,
}

/// The service by which awc gets its connections.
#[derive(Clone)]
pub(super) struct Connector(Rc<Route>);

impl Connector {
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
            let connection =
                connection.map_err(|failure| ConnectError::Io(io::Error::other(failure)))?;
            Ok(TcpConnection::new(info.request().clone(), connection))
        }
        .boxed_local()
    }
}

impl Route {
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

    async fn tcp(&self) -> Result<TcpStream, ConnectFailure> {
        match &self.proxy {
            None => connect(&self.host, self.port).await,
            Some(proxy) => {
                let mut stream = connect(proxy.host(), proxy.port()).await?;
                let tunnel = proxy.tunnel(&mut stream, &self.host, self.port).await;
                tunnel.map_err(ConnectFailure::Proxy)?;
                Ok(stream)
            }
        }
    }

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

async fn connect(host: &str, port: u16) -> Result<TcpStream, ConnectFailure> {
    let name = host.trim_matches(['[', ']']);
    let resolved = lookup_host((name, port)).await;
    let addresses = resolved.map_err(|source| ConnectFailure::Resolve {
        host: host.to_owned(),
        source,
    })?;
    connect_to_any(&addresses.collect::<Vec<_>>()).await
}

/// Connects to whichever address answers first; each has a head start over the next one.
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
                // Requests are written whole, so there is nothing to wait for.
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
        to: "it".to_owned(),
        source: io::Error::new(io::ErrorKind::NotFound, "the name has no address"),
    }))
}
