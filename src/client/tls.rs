//! TLS by the enabled feature: `openssl`, else `rustls-native-roots`, else `rustls`.
//!
//! Features add up, as another crate may turn one on as well. The order prefers the one that
//! trusts what the operating system trusts.
//!
//! Each of the three modules called `imp` has the same two functions: `config` creates what all
//! connections share, and `connect` performs the handshake on one. The module without a feature
//! lets the client be built without TLS, for which `http` base URLs are enough.
//!
//! | feature | roots | verification |
//! | --- | --- | --- |
//! | `openssl` | those of the system's OpenSSL (`SSL_CERT_FILE`, `SSL_CERT_DIR`) | OpenSSL's |
//! | `rustls-native-roots` | the operating system's store | rustls with aws-lc-rs |
//! | `rustls` | Mozilla's, compiled in | rustls with aws-lc-rs |
//!
//! Revocation of certificates is checked by none of them, as by most HTTP clients outside of browsers.
//!
//! rustls takes its cryptography provider explicitly: the process-wide one may be missing, or have
//! been chosen by another crate for other needs. ALPN offers HTTP/1.1 alone: calls are few and
//! small, so that HTTP/2 would add its risks and no speed.

use super::{connect_failure::ConnectFailure, connection::Connection, send_error::SendError};

#[cfg(feature = "openssl")]
mod imp {
    use std::pin::Pin;

    use openssl::ssl::{SslConnector, SslMethod};
    use tokio::net::TcpStream;
    use tokio_openssl::SslStream;

    use super::{ConnectFailure, Connection, SendError};

    /// OpenSSL's context, which is reference-counted and holds the session cache.
    pub(crate) type Config = SslConnector;

    /// Creates the configuration for clients: the system's roots, certificate and host name verification
    /// on, and the protocol versions that the system's OpenSSL allows.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Tls`] if OpenSSL cannot be initialized.
    pub(crate) fn config() -> Result<Config, SendError> {
        let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(SendError::tls)?;
        builder
            .set_alpn_protos(b"\x08http/1.1")
            .map_err(SendError::tls)?;
        Ok(builder.build())
    }

    /// Performs the handshake, and verifies that the certificate is for this host.
    ///
    /// # Errors
    ///
    /// Returns [`ConnectFailure::Tls`] if the certificate is not trusted or TLS cannot be agreed on, and
    /// [`ConnectFailure::Connect`] if the connection breaks meanwhile: only the second may be worth a
    /// retry.
    pub(crate) async fn connect(
        config: &Config,
        host: &str,
        stream: TcpStream,
    ) -> Result<Connection, ConnectFailure> {
        let ssl = config
            .configure()
            .and_then(|config| config.into_ssl(host))
            .map_err(|error| ConnectFailure::Tls(error.into()))?;
        let stream =
            SslStream::new(ssl, stream).map_err(|error| ConnectFailure::Tls(error.into()))?;
        let mut stream = Box::pin(stream);
        let handshake = Pin::as_mut(&mut stream).connect().await;
        handshake.map_err(|error| match error.into_io_error() {
            Ok(source) => ConnectFailure::broken(host, source),
            Err(error) => ConnectFailure::Tls(error.into()),
        })?;
        Ok(Connection::new(stream))
    }
}

#[cfg(all(
    not(feature = "openssl"),
    any(feature = "rustls", feature = "rustls-native-roots")
))]
mod imp {
    use std::{io, sync::Arc};

    use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName};
    use tokio::net::TcpStream;
    use tokio_rustls::TlsConnector;

    use super::{ConnectFailure, Connection, SendError};

    /// rustls's configuration, shared so that connections resume sessions of earlier ones.
    pub(crate) type Config = Arc<ClientConfig>;

    /// Creates the configuration for clients: TLS 1.2 and 1.3, and no client certificate.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Tls`] if the system's root certificates cannot be loaded.
    pub(crate) fn config() -> Result<Config, SendError> {
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(SendError::tls)?
                .with_root_certificates(roots()?)
                .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Loads the system's root certificates. Single ones that are malformed are skipped, as many
    /// systems have some.
    #[cfg(feature = "rustls-native-roots")]
    fn roots() -> Result<RootCertStore, SendError> {
        let mut found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(found.certs);
        if added > 0 {
            return Ok(roots);
        }
        Err(match found.errors.pop() {
            Some(error) => SendError::tls(error),
            None => SendError::tls("the operating system has no root certificates"),
        })
    }

    /// Returns Mozilla's root certificates as of the version of `webpki-roots` in the build.
    #[cfg(not(feature = "rustls-native-roots"))]
    #[allow(clippy::unnecessary_wraps)] // the variant with native roots can fail
    fn roots() -> Result<RootCertStore, SendError> {
        Ok(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// Performs the handshake, and verifies that the certificate is for this host.
    ///
    /// # Errors
    ///
    /// Returns [`ConnectFailure::Tls`] if the certificate is not trusted or TLS cannot be agreed on, and
    /// [`ConnectFailure::Connect`] if the connection breaks meanwhile.
    pub(crate) async fn connect(
        config: &Config,
        host: &str,
        stream: TcpStream,
    ) -> Result<Connection, ConnectFailure> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| ConnectFailure::Tls(error.into()))?;
        let connector = TlsConnector::from(Arc::clone(config));
        match connector.connect(name, stream).await {
            Ok(stream) => Ok(Connection::new(stream)),
            // Without an error of rustls' own, the connection broke.
            Err(error) if error.kind() != io::ErrorKind::InvalidData => {
                Err(ConnectFailure::broken(host, error))
            }
            Err(error) => Err(ConnectFailure::Tls(
                match error.downcast::<rustls::Error>() {
                    Ok(error) => error.into(),
                    Err(error) => error.into(),
                },
            )),
        }
    }
}

#[cfg(not(any(
    feature = "openssl",
    feature = "rustls",
    feature = "rustls-native-roots"
)))]
mod imp {
    use tokio::net::TcpStream;

    use super::{ConnectFailure, Connection, SendError};

    /// Never created: `config` fails first.
    #[derive(Clone)]
    pub(crate) struct Config(());

    /// Returns [`SendError::MissingTls`], which becomes the error that names the features to enable.
    pub(crate) fn config() -> Result<Config, SendError> {
        Err(SendError::MissingTls)
    }

    #[allow(clippy::unused_async)] // the other variants await
    pub(crate) async fn connect(
        _: &Config,
        _: &str,
        _: TcpStream,
    ) -> Result<Connection, ConnectFailure> {
        Err(ConnectFailure::Tls("no TLS feature is on".into()))
    }
}

pub(super) use imp::{Config, config, connect};
