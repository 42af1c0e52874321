//! The certificates of the proxy: an authority that is constrained to one name, and a certificate for it.
//!
//! Every process generates its own keys, which never leave its memory. A file with the certificate of the
//! authority can therefore not be used to sign another one.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use tokio_rustls::rustls::{
    self, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::emulator::http::BACKEND_API_HOST;

/// The name of the authority.
pub(super) const NAME: &str = "PropelAuth emulator, this machine only";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Some systems reject certificates with a longer validity.
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The certificate that the proxy presents, and the one that its clients must trust.
pub(super) struct Certificates {
    pub(super) ca_pem: String,
    leaf: CertificateDer<'static>,
    leaf_key: KeyPair,
}

impl Certificates {
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let ca_key = KeyPair::generate()?;
        let mut ca = params(NAME, Vec::new())?;
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        ca.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName(BACKEND_API_HOST.to_owned())],
            excluded_subtrees: Vec::new(),
        });
        let ca_certificate = ca.self_signed(&ca_key)?;
        let issuer = Issuer::new(ca, ca_key);

        let leaf_key = KeyPair::generate()?;
        let mut leaf = params(BACKEND_API_HOST, vec![BACKEND_API_HOST.to_owned()])?;
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = leaf.signed_by(&leaf_key, &issuer)?;
        Ok(Self {
            ca_pem: pem::encode(&pem::Pem::new("CERTIFICATE", ca_certificate.der().to_vec())),
            leaf: leaf.der().clone(),
            leaf_key,
        })
    }

    pub(super) fn server_config(self) -> Result<Arc<ServerConfig>, rustls::Error> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.leaf_key.serialize_der()));
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![self.leaf], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn params(name: &str, hosts: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let now = SystemTime::now();
    params.not_before = (now - DAY).into();
    params.not_after = (now + LIFETIME).into();
    Ok(params)
}
