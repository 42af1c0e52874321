//! Guard against leaked secrets: searches everything that tests log, record in spans, or panic with, for
//! secrets.
//!
//! The unit tests of this crate and the integration tests in `tests/it` share this file. A test cannot be
//! failed from the thread of another, so a leak aborts the program.
//!
//! The guard is active from the first call of [`watch`] until the process ends. The fixtures call it. For
//! tests without a fixture, the test below starts it: tests start in the order of their names, and the name
//! of this module is the first of all. The test asserts that name, because after a renaming most unit tests
//! would run unguarded, and nothing would fail.

use std::{
    io::{self, Write as _},
    panic,
    process::abort,
    sync::Once,
};

use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

use super::testing::{HasAccessToken as _, TestUser};

/// The integration key of the tests, and what every other secret of theirs may contain.
pub(crate) const KEY: &str = "canary-d0a1b2c3";

/// A run of base64url characters as long as this is a signature (342 characters with RS256) or an API key:
/// nothing else that tests print is as long and as varied.
const RUN: usize = 100;

/// Returns the secrets of the tests, each with a name for the report.
fn texts() -> [(&'static str, &'static str); 6] {
    let [first, second, third] = [
        include_str!("dev_keys/dev_private_key.pem"),
        include_str!("dev_keys/dev_private_key_2.pem"),
        include_str!("dev_keys/dev_private_key_3.pem"),
    ]
    .map(|pem| pem.lines().nth(1).unwrap());
    [
        ("the integration key", KEY),
        (
            "the emulator's or the test users' key",
            "-integration-api-key",
        ),
        ("the integration key, as bytes", "99, 97, 110, 97, 114, 121"),
        ("the signing key", first),
        ("the second signing key", second),
        ("the third signing key", third),
    ]
}

/// Returns the name of a secret in a text, if there is one.
pub(crate) fn find(text: &str) -> Option<&'static str> {
    for (what, secret) in texts() {
        if text.contains(secret) {
            return Some(what);
        }
    }
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let mut runs = text.as_bytes().split(|byte| !is_base64url(*byte));
    let is_secret = |run: &[u8]| {
        let mut distinct = run.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        run.len() >= RUN && distinct.len() > 12
    };
    runs.any(is_secret)
        .then_some("part of an access token or API key")
}

/// Aborts the program if a text contains a secret.
pub(crate) fn check(place: &str, text: &str) {
    let Some(what) = find(text) else {
        return;
    };
    let mut shown = text.replace(['\r', '\n'], " ");
    for (_, secret) in texts() {
        shown = shown.replace(secret, "<SECRET>");
    }
    let shown: String = shown.chars().take(2_000).collect();
    // Not `eprintln!`, whose output the test harness captures, and which `abort` would lose.
    let _ = writeln!(
        io::stderr(),
        "\nSECRET LEAKED: {what} is in {place}: {shown}\n"
    );
    abort();
}

/// Starts the guard, unless it is active already.
pub(crate) fn watch() {
    static STARTED: Once = Once::new();

    STARTED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_span_events(FmtSpan::CLOSE) // a line with all fields of each span
            .with_writer(Watch)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log::set_logger(&Watch).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            report(info);
            check("a panic message", &info.to_string());
        }));
    });
}

/// Receives all log lines, and prints none.
#[derive(Clone, Copy)]
struct Watch;

impl MakeWriter<'_> for Watch {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

impl io::Write for Watch {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        check("a log line", &String::from_utf8_lossy(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// For the libraries that log through `log` and not through `tracing`.
impl log::Log for Watch {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        check("a log line", &line);
    }

    fn flush(&self) {}
}

#[test]
fn the_watch_is_kept_and_knows_secrets() {
    assert!(
        module_path!().ends_with("::a_canary"),
        "this test must be the first by its name, so that the guard is active for all tests"
    );
    watch();
    assert!(tracing::enabled!(tracing::Level::TRACE) && log::log_enabled!(log::Level::Trace));
    let token = TestUser::new("alice@example.com").access_token();
    let signature = token.rsplit('.').next().unwrap();
    let bytes = format!("{:?}", KEY.as_bytes());
    for secret in [KEY, signature, &bytes, texts()[3].1] {
        assert!(
            find(&format!("x {secret}.")).is_some(),
            "a secret is not known"
        );
    }
    for text in [
        "",
        "GET /orgs/00000001-0000-4000-8000-000000000001",
        &"x".repeat(400),
    ] {
        assert_eq!(find(text), None);
    }
}
