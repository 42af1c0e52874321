//! `propelauth-dev up --expose`: for other machines, such as other containers.

use super::{Running, TempFile, failed, output};

const KEY: &str = "9f86d081884c7d65-of-this-test";

#[test]
fn it_needs_a_key_of_its_own() {
    let error = failed(&["up", "--port", "0", "--expose", "127.0.0.1"]);
    assert!(error.contains("--api-key-file"), "{error}");
    let error = failed(&["up", "--port", "0", "--allow-host", "emulator"]);
    assert!(error.contains("--expose"), "{error}");
    let error = failed(&["up", "--api-key-file", "there-is-no-such-file"]);
    assert!(error.contains("there-is-no-such-file"), "{error}");
    let empty = TempFile::new("empty-key", "\n");
    let error = failed(&["up", "--api-key-file", empty.path()]);
    assert!(error.contains("contains no API key"), "{error}");
}

#[actix_web::test]
async fn subcommands_need_its_key_and_its_health_does_not() {
    let key = TempFile::new("exposed-key", &format!("{KEY}\n"));
    let key_file = ["--api-key-file", key.path()];
    let arguments = ["--expose", "127.0.0.1", "--allow-host", "emulator"];
    let running = Running::start(&[&arguments[..], &key_file].concat());
    assert_eq!(running.text("api_key"), KEY);
    let url = running.text("auth_url");
    assert_eq!(running.run(&["health"]), "The emulator runs.\n");
    let error = failed(&["users", "--url", &url]);
    assert!(error.contains("--api-key-file"), "{error}");
    assert!(!error.contains(KEY), "{error}");
    let wrong = TempFile::new("wrong-key", "another-key-of-this-test");
    let error = failed(&["users", "--url", &url, "--api-key-file", wrong.path()]);
    assert!(error.contains("is not this emulator's"), "{error}");
    let status = running.run(&[&["status"][..], &key_file].concat());
    assert!(status.contains(&url), "{status}");
    drop(running);
    let stopped = output(&["health", "--url", &url]);
    assert_eq!(stopped.status.code(), Some(1));
}
