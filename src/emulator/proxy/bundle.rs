//! The bundle of certificates for services that use the proxy.
//!
//! The environment variables for such a file replace the usual roots, so the bundle contains those as
//! well. Otherwise, the service could connect to no other host.

use tokio_rustls::rustls::pki_types::CertificateDer;

use super::certificate::NAME;

/// The certificate of the proxy and the usual roots, as PEM text.
pub(in crate::emulator) struct Bundle {
    pub(in crate::emulator) pem: String,
    pub(in crate::emulator) usual_roots: usize,
}

impl Bundle {
    /// Creates a bundle of the proxy's certificate, which comes first, and this machine's roots.
    pub(in crate::emulator) fn new(ca_pem: &str) -> Self {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::debug!(%error, "some of this machine's root certificates cannot be read");
        }
        Self::of(ca_pem, &found.certs)
    }

    fn of(ca_pem: &str, roots: &[CertificateDer<'_>]) -> Self {
        let mut pem = ca_pem.to_owned();
        let mut usual_roots = 0;
        // An environment variable may still name the bundle of an earlier run.
        for root in roots.iter().filter(|root| !is_ours(root)) {
            pem += &pem::encode(&pem::Pem::new("CERTIFICATE", root.to_vec()));
            usual_roots += 1;
        }
        Self { pem, usual_roots }
    }
}

fn is_ours(certificate: &[u8]) -> bool {
    let mut parts = certificate.windows(NAME.len());
    parts.any(|part| part == NAME.as_bytes())
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::{RootCertStore, pki_types::CertificateDer};

    use super::{super::certificate::Certificates, Bundle};

    #[test]
    fn it_has_the_usual_roots_and_ours_once() {
        let earlier = Certificates::new().unwrap();
        let ours = Certificates::new().unwrap();
        let earlier = pem::parse(earlier.ca_pem).unwrap().into_contents();
        let usual = rcgen::generate_simple_self_signed(["root.example".to_owned()]).unwrap();
        let roots = [usual.cert.der().clone(), CertificateDer::from(earlier)];
        let bundle = Bundle::of(&ours.ca_pem, &roots);
        assert_eq!(bundle.usual_roots, 1);
        let parts = pem::parse_many(&bundle.pem).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], pem::parse(&ours.ca_pem).unwrap());
        assert_eq!(parts[1].contents(), usual.cert.der().as_ref());
        let mut store = RootCertStore::empty();
        for part in parts {
            store
                .add(CertificateDer::from(part.into_contents()))
                .unwrap();
        }
    }
}
