//! A peer that is not trusted is never told anything, and never asked twice.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use super::{
    impatient, retrying,
    server::{Canned, reply},
};
use crate::{
    call::Error,
    client::{Delivery, per_thread},
};

#[cfg(any(feature = "rustls", feature = "rustls-native-roots"))]
#[actix_web::test]
async fn untrusted_certificate_is_an_error() {
    use std::{
        net::{TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use rustls::{
        ServerConfig, ServerConnection, StreamOwned,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    };

    let parts = pem::parse_many(include_str!("self_signed.pem")).unwrap();
    let certificate = CertificateDer::from(parts[0].contents().to_vec());
    let key = PrivatePkcs8KeyDer::from(parts[1].contents().to_vec());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let config = Arc::new(config);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let (connections, told) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, heard) = (Arc::clone(&connections), Arc::clone(&told));
    thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream: StreamOwned<_, TcpStream> =
                StreamOwned::new(connection, stream.unwrap());
            let read = stream.read(&mut [0; 1024]);
            heard.fetch_add(read.unwrap_or(0), Ordering::SeqCst);
        }
    });

    for connections_so_far in 1..=2 {
        let client = retrying(&url);
        let error = if connections_so_far == 1 {
            let call = client.user().fetch_user_metadata_by_user_id("u");
            call.await.unwrap_err().to_string()
        } else {
            let call = client.user().create_user("a@example.com");
            call.await.unwrap_err().to_string()
        };
        assert!(error.starts_with("no secure connection"), "{error}");
        assert_eq!(connections.load(Ordering::SeqCst), connections_so_far);
    }
    assert_eq!(told.load(Ordering::SeqCst), 0);
}

#[actix_web::test]
async fn plain_http_is_asked_once() {
    let server = Canned::raw(|stream, requests| {
        requests.lock().unwrap().push(String::new());
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(reply("400 Bad Request", "", "").as_bytes());
    });
    let client = retrying(&server.url.replace("http:", "https:"));
    let call = client.user().fetch_user_metadata_by_user_id("u");
    let error = call.await.unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[actix_web::test]
async fn a_handshake_that_hangs_has_sent_nothing() {
    let server = Canned::raw(|_, requests| {
        requests.lock().unwrap().push(String::new());
        thread::sleep(Duration::from_secs(2));
    });
    let client = impatient(&server.url.replace("http:", "https:"));
    let call = client.user().create_user("a@example.com");
    let error = call.await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unavailable {
                delivery: Delivery::NotSent,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(server.requests().len(), 3);
    assert_eq!(per_thread::circuit_breaker(client.config()).budget(), 90);
}
