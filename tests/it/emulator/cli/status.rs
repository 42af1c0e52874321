//! Which emulator a subcommand asks, and what it says if there is none.

use super::{failed, program};

#[test]
fn a_subcommand_without_an_emulator_says_how_to_start_one() {
    // Port 1 belongs to a service that no machine of today runs.
    let error = failed(&["status", "--url", "http://127.0.0.1:1"]);
    for told in [
        "http://127.0.0.1:1",
        "refused",
        "`propelauth-dev up`",
        "--url",
    ] {
        assert!(error.contains(told), "{told}: {error}");
    }
}

#[test]
fn the_address_of_production_is_never_asked() {
    let mut status = program();
    let url = "https://auth.example.com";
    let output = status
        .arg("status")
        .env("PROPELAUTH_AUTH_URL", url)
        .output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("PROPELAUTH_AUTH_URL is"), "{error}");
}
