//! The table of settings is complete, and the numbers of the guide are those of the code.

use std::collections::BTreeSet;

use super::snapshot::{items, read};

/// Returns the names in a column of the table, of rows that begin with a word.
fn rows(kind: &str) -> Vec<(String, String)> {
    let page = read("src/guide/settings.md");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        (cells.next()? == kind).then(|| {
            let name = cells.next().unwrap_or_default();
            let name = name
                .trim_start_matches("[`")
                .split('`')
                .find(|part| !part.is_empty());
            let default = cells.next().unwrap_or_default();
            (name.unwrap_or_default().to_owned(), default.to_owned())
        })
    });
    rows.collect()
}

fn names(kind: &str) -> BTreeSet<String> {
    rows(kind).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_setting_of_the_builder_is_in_the_table() {
    // What ends a builder is no setting.
    let others = [
        "build",
        "build_lazy",
        "fetch_and_init",
        "fmt",
        "trust_published_keys",
    ];
    let items = items().into_iter();
    let settings = items.filter_map(|it| it.strip_prefix("PropelAuthBuilder::").map(str::to_owned));
    let settings: BTreeSet<_> = settings
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    assert!(settings.len() > 20);
    assert_eq!(names("builder"), settings);
}

#[test]
fn every_feature_is_in_the_table_with_its_default() {
    let manifest = read("Cargo.toml");
    let section = manifest.split("\n[features]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let features = section
        .lines()
        .filter(|line| !line.starts_with([' ', '#', ']']));
    let features = features
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let features: BTreeSet<_> = features
        .filter(|it| *it != "default")
        .map(str::to_owned)
        .collect();
    assert_eq!(names("feature"), features);
    for (feature, default) in rows("feature") {
        let is_on = section.contains(&format!("default = [\"{feature}\"]"));
        assert_eq!(default, if is_on { "on" } else { "off" }, "{feature}");
    }
}

#[test]
fn every_variable_is_in_the_table() {
    let source = read("src/propel_auth/env.rs");
    let variables = source.lines().filter_map(|line| {
        let value = line.strip_prefix("pub(crate) const ")?.split('"').nth(1)?;
        Some(value.to_owned())
    });
    let variables: BTreeSet<_> = variables.collect();
    assert!(variables.len() >= 5);
    let listed = names("variable")
        .into_iter()
        .filter(|it| it.starts_with("PROPELAUTH_"));
    assert_eq!(listed.collect::<BTreeSet<_>>(), variables);
}

/// The first number in a text, such as 16384 in `16384 bytes`.
fn number(text: &str) -> u64 {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("no number in {text:?}"))
}

/// Returns the product of the numbers of a constant, such as 16384 for `16 * 1024`.
fn constant(file: &str, name: &str) -> u64 {
    let source = read(file);
    let line = source
        .lines()
        .find(|line| line.contains(&format!("const {name}:")));
    let line = line.unwrap_or_else(|| panic!("{file} has no {name}"));
    let value = line.split_once('=').unwrap().1;
    let value = value.trim().trim_start_matches("Duration::from_secs(");
    let factors = value.split('*').map(|it| it.trim().replace('_', ""));
    factors.map(|it| number(&it)).product()
}

/// Returns a number of a page, by the comment before it. It may stand in several places.
pub(super) fn number_in(page: &str, what: &str) -> u64 {
    let marker = format!("<!-- number: {what} -->");
    let places: Vec<_> = page.split(&marker).skip(1).map(number).collect();
    assert!(!places.is_empty(), "{marker}");
    assert!(
        places.iter().all(|it| *it == places[0]),
        "{marker}: {places:?}"
    );
    places[0]
}

#[test]
fn numbers_are_those_of_the_code() {
    let page = read("src/guide/operations.md");
    let in_page = |what: &str| number_in(&page, what);
    let defaults = rows("builder");
    let default = |name: &str| {
        let row = defaults.iter().find(|(it, _)| it == name);
        number(&row.unwrap().1)
    };
    let (builder, options) = ("src/propel_auth/builder.rs", "src/client/options.rs");
    let breaker = "src/client/circuit_breaker.rs";
    for (what, setting, file, name) in [
        (
            "request timeout in seconds",
            Some("request_timeout"),
            options,
            "REQUEST_TIMEOUT",
        ),
        (
            "attempt timeout in seconds",
            Some("attempt_timeout"),
            options,
            "ATTEMPT_TIMEOUT",
        ),
        ("retries", Some("max_retries"), options, "MAX_RETRIES"),
        (
            "key refresh interval in seconds",
            Some("key_refresh_interval"),
            builder,
            "DEFAULT_KEY_REFRESH_INTERVAL",
        ),
        (
            "longest token in bytes",
            Some("max_token_len"),
            "src/access/token/header.rs",
            "DEFAULT_MAX_TOKEN_LEN",
        ),
        (
            "cache in bytes",
            Some("token_cache_bytes"),
            "src/access/token/cache.rs",
            "DEFAULT_CACHE_BYTES",
        ),
        ("failures that open the circuit", None, breaker, "FAILURES"),
        ("open circuit in seconds", None, breaker, "OPEN_DURATION"),
        (
            "longest open circuit in seconds",
            None,
            breaker,
            "MAX_OPEN_DURATION",
        ),
        (
            "pause without a key in seconds",
            None,
            "src/access/token/key_schedule.rs",
            "RETRY_WITHOUT_KEY",
        ),
    ] {
        let expected = constant(file, name);
        assert_eq!(in_page(what), expected, "{what}");
        if let Some(setting) = setting {
            assert_eq!(default(setting), expected, "{setting}");
        }
    }
}
