//! TLS by whichever feature is on: `openssl`, else `rustls-native-roots`, else `rustls`.
//!
//! The provider is passed in by hand, as the process-wide one may be absent or somebody else's.
//! Only HTTP/1.1 is offered: these calls are small and few, and need nothing that HTTP/2 has.

use super::Error;

#[cfg(feature = "openssl")]
mod imp {
    use openssl::ssl::{SslConnector, SslMethod};

    use super::Error;

    pub(crate) type Config = SslConnector;

    pub(crate) fn config() -> Result<Config, Error> {
        let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(Error::tls)?;
        builder
            .set_alpn_protos(b"\x08http/1.1")
            .map_err(Error::tls)?;
        Ok(builder.build())
    }

    macro_rules! connector {
        ($connector:expr, $config:expr) => {
            $connector.openssl($config.clone())
        };
    }
    pub(crate) use connector;
}

#[cfg(all(
    not(feature = "openssl"),
    any(feature = "rustls", feature = "rustls-native-roots")
))]
mod imp {
    use std::sync::Arc;

    use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

    use super::Error;

    pub(crate) type Config = Arc<ClientConfig>;

    pub(crate) fn config() -> Result<Config, Error> {
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(Error::tls)?
                .with_root_certificates(roots()?)
                .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    #[cfg(feature = "rustls-native-roots")]
    fn roots() -> Result<RootCertStore, Error> {
        let mut found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(found.certs);
        if added > 0 {
            return Ok(roots);
        }
        Err(match found.errors.pop() {
            Some(error) => Error::tls(error),
            None => Error::tls("the operating system has no root certificates"),
        })
    }

    #[cfg(not(feature = "rustls-native-roots"))]
    #[allow(clippy::unnecessary_wraps)] // its sibling can fail
    fn roots() -> Result<RootCertStore, Error> {
        Ok(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    macro_rules! connector {
        ($connector:expr, $config:expr) => {
            $connector.rustls_0_23(std::sync::Arc::clone($config))
        };
    }
    pub(crate) use connector;
}

#[cfg(not(any(
    feature = "openssl",
    feature = "rustls",
    feature = "rustls-native-roots"
)))]
mod imp {
    use super::Error;

    pub(crate) enum Config {}

    pub(crate) fn config() -> Result<Config, Error> {
        Err(Error::MissingTls)
    }

    macro_rules! connector {
        ($connector:expr, $config:expr) => {
            match *$config {}
        };
    }
    pub(crate) use connector;
}

pub(super) use imp::{Config, config, connector};
