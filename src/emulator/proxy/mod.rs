//! The proxy through which PropelAuth's official SDKs reach the emulator.
//!
//! The host of the backend API is hard-coded in those SDKs, but they use `HTTPS_PROXY`. This proxy
//! terminates `CONNECT propelauth-api.com:443` itself, with a certificate that it generated at start. It
//! connects to no other host unless that is enabled.

mod bundle;
mod certificate;
mod connect;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use actix_web::rt;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

pub(super) use self::bundle::Bundle;
use self::{certificate::Certificates, connect::Way};

/// The timeout for a client to send its request and complete the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A running proxy. Dropping it closes its port.
pub(super) struct Proxy {
    url: String,
    ca_pem: String,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy on loopback for the emulator at a URL. With `leads_on`, it also connects to other
    /// hosts.
    pub(super) async fn start(port: u16, emulator_url: &str, leads_on: bool) -> io::Result<Self> {
        let emulator = emulator_url.trim_start_matches("http://");
        let emulator: SocketAddr = emulator.parse().map_err(io::Error::other)?;
        let certificates = Certificates::new().map_err(io::Error::other)?;
        let ca_pem = certificates.ca_pem.clone();
        let config = certificates.server_config().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = rt::spawn(accept(listener, config, emulator, leads_on));
        Ok(Self { url, ca_pem, task })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the certificate that clients must trust, as PEM text.
    pub(super) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    config: Arc<ServerConfig>,
    emulator: SocketAddr,
    leads_on: bool,
) {
    let tls = TlsAcceptor::from(config);
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let tls = tls.clone();
                rt::spawn(async move {
                    if let Err(error) = lead(client, tls, emulator, leads_on).await {
                        tracing::debug!(%error, "a connection through the proxy ended");
                    }
                });
            }
            // For example, no file descriptor is left. That is temporary.
            Err(error) => {
                tracing::warn!(%error, "the proxy could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Connects one client to the emulator, or to another host.
async fn lead(
    mut client: TcpStream,
    tls: TlsAcceptor,
    emulator: SocketAddr,
    leads_on: bool,
) -> io::Result<()> {
    let answered = connect::answer(&mut client, leads_on);
    match timeout(HANDSHAKE_TIMEOUT, answered).await?? {
        Way::Nowhere => {}
        Way::Other(mut other) => {
            copy_bidirectional(&mut client, &mut other).await?;
        }
        Way::Emulator => {
            let mut client = timeout(HANDSHAKE_TIMEOUT, tls.accept(client)).await??;
            let mut emulator = TcpStream::connect(emulator).await?;
            copy_bidirectional(&mut client, &mut emulator).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
