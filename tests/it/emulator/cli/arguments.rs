//! Arguments that cannot be.

use super::{Running, TempFile, failed};

#[test]
fn cli_reports_bad_arguments_and_exits_nonzero() {
    let emulator = Running::start(&[]);
    let broken = TempFile::new("broken.json", "{");
    let unknown = TempFile::new("unknown.json", r#"{"user":[]}"#);
    let newer = TempFile::new("newer.json", r#"{"version":2}"#);
    let twice = TempFile::new("twice.json", r#"{"users":[],"users":[]}"#);
    let url = emulator.text("auth_url");
    let port = url.rsplit(':').next().unwrap();
    for (arguments, told) in [
        (vec!["--port", port], port),
        // E01: there is no way to say it.
        (vec!["--host", "0.0.0.0"], "--host"),
        (
            vec!["--port", "0", "--issuer", "auth.localhost"],
            "write https://auth.localhost",
        ),
        (
            vec!["--port", "0", "--issuer", "ftp://x"],
            "not an http or https URL",
        ),
        (
            vec!["--port", "0", "--issuer", "https://x/"],
            "write https://x",
        ),
        (vec!["--port", "0", "--api-key", "a b"], "API key"),
        (vec!["--port", "0", "--role", "A", "--role", "A"], "twice"),
        (
            vec!["--port", "0", "--without-orgs", "--role", "A"],
            "without organizations",
        ),
        (
            vec!["--ca-out", "x", "--port", "9101"],
            "both have the port 9101",
        ),
        (
            vec!["--ca-out", broken.path(), "--seed", broken.path()],
            "--ca-out",
        ),
        (
            vec!["--port", "0", "--seed", twice.path()],
            "duplicate member at line 1 column",
        ),
        (
            vec!["node-preload", "--url", "https://x.example"],
            "http://127.0.0.1:PORT",
        ),
        (vec!["--permission", "Admin"], "ROLE=PERMISSION"),
        (vec!["--port", "0", "--permission", "Cook=x"], "Cook"),
        (vec!["--port", "0", "--ca-out", "/"], "/"),
        (vec!["--port", "0", "--role-mapping", "Paid"], "NAME=ROLE"),
        (vec!["--port", "0", "--seed", "no.json"], "no.json"),
        (vec!["--port", "0", "--seed", broken.path()], "broken.json"),
        (vec!["--port", "0", "--seed", unknown.path()], "`user`"),
        (vec!["--port", "0", "--seed", newer.path()], "version"),
    ] {
        let error = failed(&arguments);
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}
