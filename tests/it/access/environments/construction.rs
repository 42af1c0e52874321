//! Lists of environments that cannot work.

use actix_web_propelauth::{
    Environments, EnvironmentsError, PropelAuth, testing::DEV_PUBLIC_KEY_PEM,
};

use super::{EU, US, eu, handle, us};
use crate::a_canary;

fn code(result: Result<Environments, EnvironmentsError>) -> &'static str {
    let error = result.unwrap_err();
    let debug = format!("{error:?}");
    assert_eq!(debug, format!("{error}\n  code: {}", error.code()));
    a_canary::check("an error", &debug);
    error.code()
}

fn emulator(auth_url: &str) -> PropelAuth {
    let builder = PropelAuth::builder(auth_url, a_canary::KEY).verifier_key(DEV_PUBLIC_KEY_PEM);
    builder.emulator().build().unwrap()
}

#[test]
fn an_empty_list_is_an_error() {
    assert_eq!(code(Environments::by_issuer([])), "no_environments");
    let nothing: [(&str, PropelAuth); 0] = [];
    assert_eq!(
        code(Environments::by_host(nothing.clone())),
        "no_environments"
    );
    assert_eq!(code(Environments::by_path(nothing)), "no_environments");
}

#[test]
fn two_handles_of_one_issuer_are_an_error() {
    assert_eq!(
        code(Environments::by_issuer([eu(), us(), eu()])),
        "same_issuer"
    );
    assert_eq!(
        code(Environments::by_host([("a", eu()), ("b", eu())])),
        "same_issuer"
    );
    assert_eq!(
        code(Environments::by_path([("/a", eu()), ("/b", eu())])),
        "same_issuer"
    );
    let eu = eu();
    assert_eq!(
        code(Environments::by_issuer([eu.clone(), eu.clone()])),
        "same_issuer"
    );
    // One environment under two names is none that a token could be carried into.
    assert!(Environments::by_host([("a", eu.clone()), ("b", eu.clone())]).is_ok());
    let environments =
        Environments::by_path([("/a", eu.clone()), ("/b", eu), ("/c", us())]).unwrap();
    let mut issuers: Vec<_> = environments.iter().map(PropelAuth::issuer).collect();
    issuers.sort_unstable();
    assert_eq!(issuers, [EU, US]);
}

#[test]
fn the_names_of_this_machine_are_one_issuer_with_an_emulator() {
    for other in [
        "http://127.0.0.1:9100",
        "http://[::1]:9100",
        "http://auth.localhost:9100",
    ] {
        for (one, other) in [
            ("http://localhost:9100", other),
            (other, "http://localhost:9100"),
        ] {
            assert_eq!(
                code(Environments::by_issuer([emulator(one), emulator(other)])),
                "same_issuer",
                "{other}"
            );
        }
    }
    // The one accepts the other's tokens, and not the other way around.
    let strict = || handle("http://127.0.0.1:9100");
    let lenient = || emulator("http://localhost:9100");
    assert_eq!(
        code(Environments::by_issuer([strict(), lenient()])),
        "same_issuer"
    );
    assert_eq!(
        code(Environments::by_issuer([lenient(), strict()])),
        "same_issuer"
    );
    assert!(Environments::by_issuer([lenient(), emulator("http://localhost:9101")]).is_ok());
}

#[test]
fn a_host_must_be_one_and_occur_once() {
    for host in [
        "",
        "https://eu.example.com",
        "eu.example.com:443",
        "*.example.com",
        "eu example",
        "eu.example.com/x",
    ] {
        assert_eq!(
            code(Environments::by_host([(host, eu())])),
            "unusable_host",
            "{host:?}"
        );
    }
    for same in ["eu.example.com", "EU.example.com", "eu.example.com."] {
        let list = [("eu.example.com", eu()), (same, us())];
        assert_eq!(code(Environments::by_host(list)), "same_host", "{same}");
    }
    assert!(Environments::by_host([("b\u{fc}cher.example".to_owned(), eu())]).is_ok());
}

#[test]
fn a_prefix_must_be_one_and_occur_once() {
    for prefix in [
        "",
        "eu",
        "/eu//x",
        "/{region}",
        "/eu/../us",
        "/e%75",
        "/eu?x",
        "/eu*",
    ] {
        assert_eq!(
            code(Environments::by_path([(prefix, eu())])),
            "unusable_prefix",
            "{prefix:?}"
        );
    }
    for (one, other) in [("/eu", "/eu"), ("/eu", "/eu/"), ("/", "/")] {
        assert_eq!(
            code(Environments::by_path([(one, eu()), (other, us())])),
            "same_prefix",
            "{other}"
        );
    }
    let error = Environments::by_path([("/", eu()), ("/", us())]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the prefix \"/\" occurs twice"),
        "{error}"
    );
}
