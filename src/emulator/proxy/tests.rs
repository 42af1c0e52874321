use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
    },
};

use super::{Bundle, Proxy};
use crate::emulator::control::Emulator;

async fn open(proxy: &Proxy, target: &str) -> (TcpStream, String) {
    let address: SocketAddr = proxy
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

fn trusting(ca_pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for part in pem::parse_many(ca_pem).unwrap() {
        roots
            .add(CertificateDer::from(part.into_contents()))
            .unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn connect(proxy: &Proxy, name: &'static str, ca_pem: &str) -> Result<String, String> {
    let (stream, head) = open(proxy, "propelauth-api.com:443").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let name = ServerName::try_from(name).unwrap();
    let stream = trusting(ca_pem).connect(name, stream).await;
    let mut stream = stream.map_err(|error| error.to_string())?;
    let request = "GET /api/v1/token_verification_metadata HTTP/1.1\r\n\
                   Host: propelauth-api.com\r\nConnection: close\r\n\
                   Authorization: Bearer emulator-integration-api-key\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    // How the emulator ends the connection is not at issue.
    let _ = stream.read_to_string(&mut reply).await;
    Ok(reply)
}

#[actix_web::test]
async fn a_client_that_trusts_the_authority_reaches_the_emulator() {
    let emulator = Emulator::start().await.unwrap();
    let proxy = Proxy::start(0, emulator.auth_url(), false).await.unwrap();
    let reply = connect(&proxy, "propelauth-api.com", proxy.ca_pem()).await;
    let reply = reply.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    assert!(reply.contains("verifier_key_pem"), "{reply}");
}

#[actix_web::test]
async fn the_certificate_is_for_one_name_and_of_one_process() {
    let emulator = Emulator::start().await.unwrap();
    let proxy = Proxy::start(0, emulator.auth_url(), false).await.unwrap();
    let error = connect(&proxy, "example.com", proxy.ca_pem()).await;
    assert!(error.unwrap_err().contains("not valid for name"));
    let other = Proxy::start(0, emulator.auth_url(), false).await.unwrap();
    let error = connect(&proxy, "propelauth-api.com", other.ca_pem()).await;
    assert!(error.is_err(), "{error:?}");
}

#[actix_web::test]
async fn no_other_host_is_reached() {
    let emulator = Emulator::start().await.unwrap();
    let proxy = Proxy::start(0, emulator.auth_url(), false).await.unwrap();
    for target in [
        "example.com:443",
        emulator.auth_url().trim_start_matches("http://"),
    ] {
        let (_, head) = open(&proxy, target).await;
        assert!(head.starts_with("HTTP/1.1 403 "), "{target}: {head}");
    }
}

#[actix_web::test]
async fn the_bundle_leads_to_the_emulator_and_to_other_hosts() {
    let emulator = Emulator::start().await.unwrap();
    let proxy = Proxy::start(0, emulator.auth_url(), true).await.unwrap();
    let bundle = Bundle::new(proxy.ca_pem());
    let reply = connect(&proxy, "propelauth-api.com", &bundle.pem).await;
    assert!(reply.unwrap().starts_with("HTTP/1.1 200 "));
    // All that this machine trusts is in it, if it trusts anything.
    let usual = rustls_native_certs::load_native_certs().certs.len();
    assert_eq!(bundle.usual_roots, usual);
    assert_eq!(pem::parse_many(&bundle.pem).unwrap().len(), usual + 1);

    // Another host, with a certificate that is not ours: nothing is between it and the client.
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = other.local_addr().unwrap();
    let (mut stream, head) = open(&proxy, &target.to_string()).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    stream.write_all(b"as it is").await.unwrap();
    let (mut accepted, _) = other.accept().await.unwrap();
    let mut bytes = [0; 8];
    accepted.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"as it is");

    drop((accepted, other));
    let (_, head) = open(&proxy, &target.to_string()).await;
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
}
