//! With both providers compiled in, rustls panics wherever it has to choose one, unless the
//! application installed one for the whole process. Which one, and whether at all, is left to the
//! application.

use std::{
    env, panic,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::rt::System;
#[cfg(feature = "awc-roots")]
use actix_web_propelauth::Error;
use actix_web_propelauth::{InitError, PropelAuth, PropelAuthBuilder, emulator::Emulator};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore,
    crypto::{CryptoProvider, GetRandomFailed, SecureRandom, ring},
};

mod https;
#[path = "../../modes.rs"]
mod modes;
#[path = "../../service.rs"]
mod service;

/// Where the https server finds its certificate.
const CERTIFICATE: &str = "UNIFICATION_CERTIFICATE";

fn main() -> ExitCode {
    let trusted = https::certificate("trusted.pem");
    let other = https::certificate("other.pem");
    modes::run(
        &[
            ("rustls panics without a provider", it_panics),
            NONE_INSTALLED,
            ("the application's own is not used", it_stays_theirs),
            (REFUSED, a_certificate_that_is_not_trusted),
        ],
        |mode, command| {
            // What the operating system would have for roots.
            command
                .env("SSL_CERT_FILE", &trusted)
                .env_remove("SSL_CERT_DIR");
            let shown = if mode == REFUSED { &other } else { &trusted };
            command.env(CERTIFICATE, shown);
        },
    )
}

const REFUSED: &str = "a certificate that is not trusted is refused";

#[cfg(not(feature = "awc-roots"))]
const NONE_INSTALLED: modes::Mode = ("none is needed, and none installed", it_stays_open);
#[cfg(feature = "awc-roots")]
const NONE_INSTALLED: modes::Mode = (
    "where awc needs one, calls fail until it is there",
    it_is_told,
);

/// Without this the others would show nothing.
fn it_panics() {
    panic::set_hook(Box::new(|_| {}));
    assert!(panic::catch_unwind(use_rustls).is_err());
}

#[cfg(not(feature = "awc-roots"))]
fn it_stays_open() {
    check_service();
    assert!(CryptoProvider::get_default().is_none());
    ring::default_provider().install_default().unwrap();
    use_rustls();
}

#[cfg(feature = "awc-roots")]
fn it_is_told() {
    panic::set_hook(Box::new(|_| {}));
    System::new().block_on(async {
        let emulator = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let auth = reach(&emulator).emulator().build_lazy().unwrap();
        let users = auth.user();

        let error = users.fetch_user_metadata_by_user_id(&alice).await;
        let Err(Error::Tls { source, .. }) = error else {
            panic!("{error:?}");
        };
        assert!(source.to_string().contains("install_default"), "{source}");
        assert!(CryptoProvider::get_default().is_none());

        ring::default_provider().install_default().unwrap();
        let user = users.fetch_user_metadata_by_user_id(&alice).await;
        assert_eq!(user.unwrap().email, "alice@example.com");
    });
}

fn it_stays_theirs() {
    let theirs = CryptoProvider {
        secure_random: &Counted,
        ..ring::default_provider()
    };
    theirs.install_default().unwrap();
    check_service();
    assert_eq!(USES.load(Ordering::SeqCst), 0);
    use_rustls();
    assert_ne!(USES.load(Ordering::SeqCst), 0);
}

fn a_certificate_that_is_not_trusted() {
    if cfg!(feature = "awc-roots") {
        ring::default_provider().install_default().unwrap();
    }
    let error = start().unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("invalid peer certificate"), "{told}");
}

fn check_service() {
    System::new().block_on(async {
        let emulator = Emulator::start().await.unwrap();
        service::check(&emulator, || reach(&emulator)).await;
    });
}

fn start() -> Result<PropelAuth, InitError> {
    System::new().block_on(async {
        let emulator = Emulator::start().await.unwrap();
        reach(&emulator).emulator().fetch_and_init().await
    })
}

fn reach(emulator: &Emulator) -> PropelAuthBuilder {
    let certificate = env::var_os(CERTIFICATE).unwrap();
    let url = https::in_front_of(emulator.auth_url(), Path::new(&certificate));
    PropelAuth::builder(url, emulator.api_key()).issuer(emulator.issuer())
}

/// What an application may do with rustls besides: begin a connection of its own.
fn use_rustls() {
    let config = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap();
}

/// Ring's random numbers, which every connection takes some of, counting who comes.
#[derive(Debug)]
struct Counted;
static USES: AtomicUsize = AtomicUsize::new(0);

impl SecureRandom for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        USES.fetch_add(1, Ordering::SeqCst);
        ring::default_provider().secure_random.fill(bytes)
    }
}
