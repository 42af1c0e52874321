//! The emulator rotates its signing key while an application serves.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use actix_web::{rt::time::sleep, web};
use actix_web_propelauth::{
    InitError, PropelAuth, PropelAuthBuilder,
    emulator::{EmulatedUser, Emulator},
};

use crate::{
    a_canary::watch,
    fixtures::server::{Server, get},
    fixtures::whoami,
};

fn serve(auth: &PropelAuth) -> Server {
    Server::start(auth, 2, |app| {
        app.route("/", web::get().to(whoami));
    })
}

fn builder(emulator: &Emulator, url: &str) -> PropelAuthBuilder {
    watch();
    PropelAuth::builder(url, emulator.api_key())
        .issuer(emulator.issuer())
        .max_retries(0)
        .emulator()
}

fn status(server: &Server, token: &str) -> u16 {
    server.exchange(get("/", Some(token))).status
}

/// Returns a token whose signature is of another one: well-formed, so that only a key can tell.
fn forged(emulator: &Emulator, user: &EmulatedUser) -> String {
    let other = emulator.create_user("mallory@example.com").unwrap();
    let (token, other) = (user.log_in().unwrap(), other.log_in().unwrap());
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    format!("{signing_input}.{signature}")
}

/// Passes all bytes on to the emulator, and counts how often its key was asked for.
fn counting(emulator: &Emulator) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let address = emulator
        .auth_url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let fetches = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&fetches);
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&address).unwrap());
            let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
            let counter = Arc::clone(&counter);
            thread::spawn(move || pump(client, server, &counter));
            thread::spawn(move || pump(back.0, back.1, &AtomicUsize::new(0)));
        }
    });
    (url, fetches)
}

fn pump(mut from: TcpStream, mut to: TcpStream, counter: &AtomicUsize) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..length]);
        let asked = text.matches("token_verification_metadata").count();
        counter.fetch_add(asked, Ordering::SeqCst);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[actix_web::test]
async fn old_tokens_are_out_and_new_ones_in_without_a_restart() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let auth = builder(&emulator, emulator.auth_url()).key_refresh_interval(Duration::ZERO);
    let server = serve(&auth.fetch_and_init().await.unwrap());
    let first = emulator.verifier_key();
    for rotation in 1..=3 {
        let (old, key) = (alice.log_in().unwrap(), emulator.verifier_key());
        assert_eq!(status(&server, &old), 200, "{rotation}");
        emulator.rotate_signing_key();
        assert_ne!(emulator.verifier_key(), key, "{rotation}");
        let new = alice.log_in().unwrap();
        assert_eq!(status(&server, &new), 200, "{rotation}: new");
        for _ in 0..3 {
            assert_eq!(status(&server, &old), 401, "{rotation}: old");
            assert_eq!(status(&server, &new), 200, "{rotation}: still");
        }
        // However often it is rotated: whoever has this key can sign, and so can anybody.
        let production = PropelAuth::builder("https://auth.example.com", "key");
        let refused = production.verifier_key(key).build().unwrap_err();
        assert!(
            matches!(refused, InitError::DevelopmentKey),
            "E04 {refused:?}"
        );
    }
    assert_eq!(emulator.verifier_key(), first, "there are three");
}

#[actix_web::test]
async fn a_storm_of_forged_tokens_fetches_one_key_in_an_interval() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let forged = forged(&emulator, &alice);
    let (url, fetches) = counting(&emulator);
    let storm = |server: &Server| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(status(server, &forged), 401);
                    }
                });
            }
        });
    };

    // By default an interval is 30 seconds. One fetch may always be made, and brings nothing new.
    let server = serve(&builder(&emulator, &url).fetch_and_init().await.unwrap());
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
    let start = Instant::now();
    storm(&server);
    assert!(start.elapsed() < Duration::from_secs(29), "a slow machine");
    assert_eq!(fetches.load(Ordering::SeqCst), 2);

    let interval = Duration::from_millis(500);
    let auth = builder(&emulator, &url).key_refresh_interval(interval);
    let server = serve(&auth.fetch_and_init().await.unwrap());
    let before = fetches.load(Ordering::SeqCst);
    sleep(interval).await;
    let start = Instant::now();
    storm(&server);
    let most = 1 + start.elapsed().as_millis() / interval.as_millis();
    let fetched = fetches.load(Ordering::SeqCst) - before;
    assert!(
        (1..=most).contains(&(fetched as u128)),
        "{fetched} of {most}"
    );
    assert_eq!(
        status(&server, &alice.log_in().unwrap()),
        200,
        "the key was kept"
    );
}

#[actix_web::test]
async fn a_rotation_right_after_the_start_is_seen_at_once_and_so_is_the_next() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let (url, fetches) = counting(&emulator);
    let server = serve(&builder(&emulator, &url).fetch_and_init().await.unwrap());
    for rotation in 1..=2 {
        let old = alice.log_in().unwrap();
        emulator.rotate_signing_key();
        assert_eq!(status(&server, &alice.log_in().unwrap()), 200, "{rotation}");
        assert_eq!(fetches.load(Ordering::SeqCst), 1 + rotation);
        // The last one's tokens make for no fetch each.
        if rotation == 2 {
            for _ in 0..5 {
                assert_eq!(status(&server, &old), 401);
            }
            assert_eq!(fetches.load(Ordering::SeqCst), 2 + rotation);
        }
    }
}

#[actix_web::test]
async fn without_metadata_the_last_good_key_stays_and_another_issuer_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let auth = builder(&emulator, emulator.auth_url()).key_refresh_interval(Duration::ZERO);
    let auth = auth.circuit_breaker(false).fetch_and_init().await.unwrap();
    let server = serve(&auth);
    let (valid, forged) = (alice.log_in().unwrap(), forged(&emulator, &alice));
    let port = emulator
        .auth_url()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    drop((alice, emulator));
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_err(),
        "it is down"
    );
    for _ in 0..3 {
        assert_eq!(status(&server, &forged), 401, "R32");
        auth.clear_token_cache();
        assert_eq!(status(&server, &valid), 200, "R32");
    }

    let other = Emulator::builder()
        .port(port)
        .issuer("https://other.example.com");
    let other = other.start().await.unwrap();
    let mallory = other.create_user("mallory@example.com").unwrap();
    assert_eq!(
        status(&server, &mallory.log_in().unwrap()),
        401,
        "the same key"
    );
    other.rotate_signing_key();
    assert_eq!(
        status(&server, &mallory.log_in().unwrap()),
        401,
        "another key"
    );
    assert_eq!(status(&server, &valid), 401, "which is now in use");
}

#[actix_web::test]
async fn a_snapshot_says_which_key_signs() {
    let emulator = Emulator::start().await.unwrap();
    emulator.create_user("alice@example.com").unwrap();
    let before = emulator.snapshot();
    emulator.rotate_signing_key();
    let (after, key) = (emulator.snapshot(), emulator.verifier_key());
    let restored = Emulator::builder()
        .snapshot(after.clone())
        .start()
        .await
        .unwrap();
    assert_eq!(restored.verifier_key(), key);
    restored.restore(before.clone()).unwrap();
    assert_ne!(restored.verifier_key(), key);

    let mut bad = after;
    bad["signing_key"] = 3.into();
    let error = restored.restore(bad).unwrap_err().to_string();
    assert!(error.contains("there is no signing key 3"), "{error}");
    let mut older = before;
    older
        .as_object_mut()
        .unwrap()
        .remove("signing_key")
        .unwrap();
    restored.restore(older).unwrap();
}
