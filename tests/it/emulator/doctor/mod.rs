//! `propelauth-dev doctor`: each mistake is planted for real, and must be named, alone.
//!
//! [`MISTAKES`] lists them with their numbers. `docs/doctor.md` shows what is printed for each, and is
//! compared with the output of these tests; `UPDATE_DOCTOR=1` rewrites its blocks.

mod fixtures;
mod healthy;
mod project;
mod propelauth;
mod service;
mod variables;

use std::collections::BTreeSet;

/// The mistakes, each with the number of its kind and its code.
const MISTAKES: [(u8, &str); 28] = [
    (1, "auth_url_with_path"),
    (2, "auth_url_with_http"),
    (3, "auth_url_of_another_environment"),
    (4, "auth_url_with_other_loopback_name"),
    (5, "issuer_setting_with_slash"),
    (6, "api_key_of_another_environment"),
    (7, "api_key_in_quotes"),
    (8, "api_key_with_scheme"),
    (9, "verifier_key_is_private"),
    (10, "verifier_key_is_certificate"),
    (11, "verifier_key_of_another_environment"),
    (12, "verifier_key_with_broken_lines"),
    (13, "clock_is_off"),
    (14, "propelauth_name_unknown"),
    (14, "propelauth_refuses_connections"),
    (14, "propelauth_tls_fails"),
    (14, "propelauth_proxy_fails"),
    (15, "tls_feature_missing"),
    (16, "emulator_variables_in_production"),
    (17, "service_not_running"),
    (18, "service_on_another_port"),
    (19, "middleware_missing"),
    (20, "auth_outside_of_cors"),
    (21, "route_without_token"),
    (22, "role_unknown"),
    (22, "permission_unknown"),
    (23, "header_limit_too_small"),
    (24, "redirect_drops_authorization"),
];

/// What the same requests show besides.
const MORE: [&str; 9] = [
    "propelauth_does_not_respond",
    "not_propelauth",
    "issuer_of_another_environment",
    "service_of_another_environment",
    "service_has_no_key",
    "authorization_removed",
    "route_not_found",
    "cors_origin_not_allowed",
    "cors_without_authorization",
];

#[test]
fn the_table_has_the_24_mistakes_and_the_document_each_code() {
    let kinds: BTreeSet<u8> = MISTAKES.iter().map(|(number, _)| *number).collect();
    assert_eq!(kinds, (1..=24).collect());
    let document = fixtures::document();
    let codes = MISTAKES.iter().map(|(_, code)| *code).chain(MORE);
    for code in codes.clone() {
        let heading = format!("\n### `{code}`\n");
        assert_eq!(document.matches(&heading).count(), 1, "{code}");
    }
    // The table of docs/doctor.md is compared with the program's own by a unit test.
    assert_eq!(document.matches("\n### `").count(), codes.count());
}
