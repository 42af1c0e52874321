//! The emulator behind https: by ring, with a certificate made here, for the name localhost.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use pem::Pem;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::{io::copy_bidirectional, net, runtime::Builder};
use tokio_rustls::TlsAcceptor;

/// Makes a certificate and leaves it, with its key, in a file beside this program.
pub fn certificate(name: &str) -> PathBuf {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let path = env::current_exe().unwrap().with_extension(name);
    let both = [
        Pem::new("CERTIFICATE", made.cert.der().to_vec()),
        Pem::new("PRIVATE KEY", made.signing_key.serialize_der()),
    ];
    fs::write(&path, pem::encode_many(&both)).unwrap();
    path
}

/// Passes on what comes over TLS, and returns the URL for it.
pub fn in_front_of(http_url: &str, certificate: &Path) -> String {
    let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let backend = http_url.trim_start_matches("http://").to_owned();

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async move {
            let listener = net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, backend) = (acceptor.clone(), backend.clone());
                tokio::spawn(async move {
                    let mut inside = net::TcpStream::connect(backend).await.unwrap();
                    // One who does not trust the certificate hangs up; others stay.
                    if let Ok(mut outside) = acceptor.accept(stream).await {
                        let _ = copy_bidirectional(&mut outside, &mut inside).await;
                    }
                });
            }
        });
    });
    url
}
