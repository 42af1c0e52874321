//! With both backends compiled in, jsonwebtoken panics unless the application installed one of
//! them for the whole process. Which one, and whether at all, is left to the application.

use std::{
    panic,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use actix_web::rt::System;
use actix_web_propelauth::{PropelAuth, emulator::Emulator};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils, rust_crypto},
    errors::Result,
};
use serde_json::{Value, json};

#[path = "../../modes.rs"]
mod modes;
#[path = "../../service.rs"]
mod service;

fn main() -> ExitCode {
    modes::run(
        &[
            ("jsonwebtoken panics without a provider", it_panics),
            ("none is needed, and the choice stays open", it_stays_open),
            ("the application's own is not used", it_stays_theirs),
        ],
        |_, _| {},
    )
}

/// Without this the others would show nothing.
fn it_panics() {
    panic::set_hook(Box::new(|_| {}));
    assert!(panic::catch_unwind(use_jsonwebtoken).is_err());
}

fn it_stays_open() {
    check_service();
    let installed = rust_crypto::DEFAULT_PROVIDER.install_default();
    installed.expect("nobody else installed one");
    use_jsonwebtoken();
}

fn it_stays_theirs() {
    THEIRS.install_default().unwrap();
    check_service();
    assert_eq!(USES.load(Ordering::SeqCst), 0);
    use_jsonwebtoken();
    assert_eq!(USES.load(Ordering::SeqCst), 2);
}

fn check_service() {
    System::new().block_on(async {
        let emulator = Emulator::start().await.unwrap();
        let reach = || PropelAuth::builder(emulator.auth_url(), emulator.api_key());
        service::check(&emulator, reach).await;
    });
}

/// What an application may do with jsonwebtoken besides: sign a token and verify it.
fn use_jsonwebtoken() {
    let (claims, secret) = (json!({ "exp": u32::MAX }), b"a secret");
    let key = EncodingKey::from_secret(secret);
    let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
    let (key, rules) = (DecodingKey::from_secret(secret), Validation::default());
    let read = jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap();
    assert_eq!(read.claims, claims);
}

/// RustCrypto, counting who comes.
static THEIRS: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};
static USES: AtomicUsize = AtomicUsize::new(0);

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    USES.fetch_add(1, Ordering::SeqCst);
    (rust_crypto::DEFAULT_PROVIDER.signer_factory)(algorithm, key)
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    USES.fetch_add(1, Ordering::SeqCst);
    (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key)
}
