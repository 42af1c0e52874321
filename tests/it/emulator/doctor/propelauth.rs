//! Mistakes that PropelAuth's responses show.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    panic::{RefUnwindSafe, UnwindSafe, catch_unwind},
    process::{Command, Stdio},
    thread,
    time::{Duration, SystemTime},
};

use actix_web::http::header::HttpDate;
use actix_web_propelauth::{emulator::Emulator, testing::DEV_PUBLIC_KEY_PEM};

use super::fixtures::{Doctor, Folder, emulator, fake, free_port, response};
use crate::a_canary::KEY;

/// Prepares a run with a server at this address in the emulator's place.
fn with_server(address: &str) -> Doctor {
    let url = format!("http://{address}");
    let port = address.rsplit(':').next().unwrap();
    Doctor::new(&[
        ("PROPELAUTH_AUTH_URL", &url),
        ("PROPELAUTH_API_KEY", KEY),
        ("PROPELAUTH_EMULATOR", "1"),
    ])
    .shown(format!(":{port}"), ":9100")
    .shown(format!("port {port}"), "port 9100")
}

/// Prepares a run with PropelAuth's own backend API, which must not be reached.
fn with_propelauth(variable: &str, value: &str) -> Doctor {
    Doctor::new(&[
        ("PROPELAUTH_AUTH_URL", "https://auth.example.com"),
        ("PROPELAUTH_API_KEY", KEY),
        (variable, value),
    ])
}

#[actix_web::test]
async fn an_auth_url_of_another_environment_is_named() {
    let unknown = fake(|_| response("404 Not Found", "", "{}"));
    let line = "PROPELAUTH_AUTH_URL=<the auth URL that the dashboard shows";
    with_server(&unknown.to_string()).names("auth_url_of_another_environment", &[line]);

    // Tokens name the other environment.
    let emulator = Emulator::builder()
        .issuer("https://other.localhost")
        .start()
        .await
        .unwrap();
    emulator.create_user("alice@example.com").unwrap();
    let line = "PROPELAUTH_AUTH_URL=https://other.localhost";
    Doctor::with(&emulator, &[]).also_names("auth_url_of_another_environment", &[line]);

    let test = [
        (
            "PROPELAUTH_AUTH_URL",
            "https://1581439057.propelauthtest.com",
        ),
        ("PROPELAUTH_API_KEY", KEY),
        ("PROPELAUTH_VERIFIER_KEY", "-----BEGIN"),
    ];
    let examined = Doctor::new(&test).args(&["--production"]).run();
    assert!(
        examined
            .codes()
            .contains(&"auth_url_of_another_environment")
    );
}

#[actix_web::test]
async fn an_issuer_of_another_environment_is_named() {
    let emulator = emulator().await;
    let issuer = ("PROPELAUTH_ISSUER", "https://other.example.com");
    let line = format!("PROPELAUTH_ISSUER={}", emulator.issuer());
    Doctor::with(&emulator, &[issuer]).names("issuer_of_another_environment", &[&line]);
}

#[actix_web::test]
async fn another_name_of_this_machine_is_named() {
    let emulator = emulator().await;
    let url = emulator.auth_url().replace("127.0.0.1", "localhost");
    let line = format!("PROPELAUTH_AUTH_URL={}", emulator.issuer());
    Doctor::with(&emulator, &[("PROPELAUTH_AUTH_URL", &url)])
        .names("auth_url_with_other_loopback_name", &[&line]);
}

#[actix_web::test]
async fn a_key_of_another_environment_is_named() {
    let emulator = emulator().await;
    let other = Emulator::builder()
        .api_key("another-environment")
        .start()
        .await
        .unwrap();
    let key = ("PROPELAUTH_API_KEY", other.api_key());
    let line = "PROPELAUTH_API_KEY=<the integration key of the environment of http://127.0.0.1:";
    Doctor::with(&emulator, &[key]).names("api_key_of_another_environment", &[line]);
}

#[actix_web::test]
async fn a_verifier_key_of_another_environment_is_named() {
    let emulator = emulator().await;
    let other = include_str!("../../../keys/other_public.pem");
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_VERIFIER_KEY", other)]);
    let pem = emulator.verifier_key().trim().replace('\n', "\\n");
    let line = format!("PROPELAUTH_VERIFIER_KEY={pem}");
    doctor.names("verifier_key_of_another_environment", &[&line]);

    // A rotation is the same mistake.
    let old = emulator.verifier_key();
    emulator.rotate_signing_key();
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_VERIFIER_KEY", old)]);
    doctor.also_names("verifier_key_of_another_environment", &[]);
}

/// Starts a server with the verifier key, whose clock is ahead by an hour, or behind.
fn server_with_clock(change: impl Fn(SystemTime) -> SystemTime + Send + 'static) -> String {
    let key = serde_json::json!({ "verifier_key_pem": DEV_PUBLIC_KEY_PEM }).to_string();
    let addr = fake(move |_| {
        let date = HttpDate::from(change(SystemTime::now()));
        response("200 OK", &format!("date: {date}\r\n"), &key)
    });
    addr.to_string()
}

#[actix_web::test]
async fn a_clock_that_is_off_is_named() {
    const HOUR: Duration = Duration::from_secs(3600);
    const MINUTE: Duration = Duration::from_secs(60);

    let doctor =
        with_server(&server_with_clock(|now| now + HOUR)).cut_after("this machine's clock is ");
    doctor.names(
        "clock_is_off",
        &["timedatectl set-ntp true", ".leeway(Duration::from_secs(36"],
    );
    let doctor = with_server(&server_with_clock(|now| now - HOUR));
    doctor.also_names("clock_is_off", &["ahead of PropelAuth's"]);

    // Within the leeway, or synchronized.
    for doctor in [
        with_server(&server_with_clock(|now| now + MINUTE)).args(&["--leeway", "60"]),
        with_server(&server_with_clock(|now| now)),
    ] {
        let mut doctor = doctor;
        let examined = doctor.run();
        assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    }

    let emulator = emulator().await;
    emulator.advance_clock(HOUR);
    Doctor::with(&emulator, &[]).also_names("clock_is_off", &[]);
}

#[test]
fn a_published_key_of_another_machine_is_named() {
    // This address leads to this machine, and is not its name.
    let address = server_with_clock(|now| now).replace("127.0.0.1", "0.0.0.0");
    let lines = [
        "remove PROPELAUTH_EMULATOR",
        "PROPELAUTH_AUTH_URL=http://127.0.0.1:",
    ];
    with_server(&address).also_names("emulator_variables_in_production", &lines);
}

/// Only with OpenSSL, which trusts what `SSL_CERT_FILE` names.
#[cfg(feature = "openssl")]
#[test]
fn a_proxy_that_leads_to_the_emulator_is_named() {
    with_program_proxy(|proxy, ca| {
        let examined = with_propelauth("HTTPS_PROXY", proxy)
            .variable("SSL_CERT_FILE", ca)
            .run();
        assert_eq!(
            examined.codes(),
            ["api_key_of_another_environment"],
            "{}",
            examined.text
        );
        let key = "emulator-integration-api-key";
        let doctor = with_propelauth("HTTPS_PROXY", proxy)
            .variable("PROPELAUTH_API_KEY", key)
            .variable("SSL_CERT_FILE", ca);
        doctor.also_names(
            "emulator_variables_in_production",
            &["HTTPS_PROXY=<none", "through the proxy"],
        );
    });
}

#[test]
fn an_unknown_name_is_named() {
    let doctor = with_server("propelauth.invalid:9100").cut_after("cannot be resolved: ");
    let line = "environment: PROPELAUTH_AUTH_URL=<a URL whose host has an address>";
    doctor.names("propelauth_name_unknown", &[line]);
}

#[test]
fn a_refused_connection_is_named() {
    let port = free_port();
    let doctor = with_server(&format!("127.0.0.1:{port}"));
    let line = format!("propelauth-dev --port {port}");
    doctor.names("propelauth_refuses_connections", &[&line]);
}

#[test]
fn a_connection_without_tls_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(response("400 Bad Request", "", "").as_bytes());
        }
    });
    let url = format!("https://{plain}");
    let doctor = Doctor::new(&[
        ("PROPELAUTH_AUTH_URL", &url),
        ("PROPELAUTH_API_KEY", KEY),
        ("PROPELAUTH_EMULATOR", "1"),
    ]);
    doctor.also_names("propelauth_tls_fails", &["rustls-native-roots"]);
}

/// Starts the program with its proxy, which has a certificate for PropelAuth's host.
fn with_program_proxy(test: impl Fn(&str, &str) + UnwindSafe + RefUnwindSafe) {
    let port = free_port();
    let folder = Folder::new(&format!("proxy-{port}"), &[("empty", "")]);
    let ca = format!("{}/ca.pem", folder.path());
    let mut program = Command::new(env!("CARGO_BIN_EXE_propelauth-dev"))
        .args([
            "--port",
            "0",
            "--proxy-port",
            "0",
            "--json",
            "--ca-out",
            &ca,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let proxy = ready["proxy_url"].as_str().unwrap();
    let tested = catch_unwind(|| test(proxy, &ca));
    program.kill().unwrap();
    program.wait().unwrap();
    tested.unwrap();
}

#[test]
fn a_certificate_that_is_not_trusted_is_named() {
    with_program_proxy(|proxy, _| {
        let doctor = with_propelauth("HTTPS_PROXY", proxy).cut_after("propelauth-api.com: ");
        doctor.names(
            "propelauth_tls_fails",
            &["rustls-native-roots", "ca-certificates"],
        );
    });
}

#[test]
fn a_proxy_that_fails_is_named() {
    let nothing = format!("http://127.0.0.1:{}", free_port());
    let doctor = with_propelauth("HTTPS_PROXY", &nothing)
        .shown(nothing.trim_start_matches("http://"), "127.0.0.1:3128");
    let lines = [
        "environment: HTTPS_PROXY=http://",
        "NO_PROXY=propelauth-api.com",
    ];
    doctor.names("propelauth_proxy_fails", &lines);

    for status in ["403 Forbidden", "407 Proxy Authentication Required"] {
        let refusing = fake(move |_| response(status, "", ""));
        let doctor = with_propelauth("all_proxy", &format!("http://u:p@{refusing}"));
        doctor.also_names(
            "propelauth_proxy_fails",
            &["all_proxy leads to", &status[..3]],
        );
    }
}

#[test]
fn a_proxy_of_a_kind_that_is_not_supported_is_named() {
    let doctor = with_propelauth("ALL_PROXY", "socks5://u:secret@127.0.0.1:1080");
    doctor.also_names(
        "propelauth_proxy_fails",
        &["environment: ALL_PROXY=http://"],
    );
}

#[test]
fn something_else_than_propelauth_is_named() {
    let page = fake(|_| response("200 OK", "content-type: text/html\r\n", "<html>"));
    let line = "PROPELAUTH_AUTH_URL=<the auth URL of PropelAuth";
    with_server(&page.to_string())
        .cut_after("but not as PropelAuth does: ")
        .names("not_propelauth", &[line]);
}

#[test]
fn a_server_that_does_not_respond_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    thread::spawn(move || {
        let kept: Vec<_> = listener.incoming().flatten().collect();
        for mut stream in kept {
            let _ = stream.write_all(b"");
        }
    });
    with_server(&addr.to_string()).names(
        "propelauth_does_not_respond",
        &["restart what listens on port"],
    );
}
