//! A handle that accepts tokens which anyone can sign says so at start.

use actix_web_propelauth::{PropelAuth, PropelAuthBuilder};

use crate::{
    fixtures::{Logs, world::start},
    testing::{DEV_PUBLIC_KEY_PEM, TestUser, propel_auth, propel_auth_builder},
};

/// Returns the lines at level WARN that building a handle logs.
fn warnings(build: impl FnOnce() -> PropelAuth) -> Vec<String> {
    let logs = Logs::capture();
    let auth = build();
    let header = "Bearer x.y.z";
    for _ in 0..3 {
        let _ = auth.clone().validate_access_token_and_get_user(header);
    }
    let text = logs.text();
    let lines = text.lines().filter(|line| line.contains(" WARN "));
    lines.map(str::to_owned).collect()
}

fn built(builder: PropelAuthBuilder) -> Vec<String> {
    warnings(|| builder.build().unwrap())
}

#[actix_web::test]
async fn each_handle_that_accepts_published_keys_warns_once_and_names_the_line() {
    let by_emulator = PropelAuth::builder("http://127.0.0.1:9100", "key")
        .verifier_key(DEV_PUBLIC_KEY_PEM)
        .emulator();
    let (emulator, _) = start().await;
    for (lines, line_to_change) in [
        (warnings(propel_auth), "`testing::propel_auth()`"),
        (
            built(propel_auth_builder()),
            "`testing::propel_auth_builder()`",
        ),
        (built(by_emulator), "`.emulator()`"),
        (
            built(
                emulator
                    .propel_auth_builder()
                    .verifier_key(emulator.verifier_key()),
            ),
            "`.emulator()`",
        ),
    ] {
        assert_eq!(lines.len(), 1, "{lines:?}");
        let line = &lines[0];
        assert!(
            line.contains("published development key are accepted"),
            "{line}"
        );
        assert!(
            line.contains("anyone can sign them") && line.contains(line_to_change),
            "{line}"
        );
    }
}

#[test]
fn a_handle_for_production_does_not_warn() {
    let other = include_str!("../../keys/other_public.pem");
    let builder = PropelAuth::builder("https://auth.example.com", "key").verifier_key(other);
    assert_eq!(built(builder), [""; 0]);
}

#[test]
fn a_test_user_does_not_warn_of_a_handle_that_the_application_has_not() {
    let logs = Logs::capture();
    let _ = TestUser::new("alice@example.com").user();
    assert_eq!(logs.text(), "");
}
