//! Mistakes that the variables alone show.
//!
//! `PropelAuth::from_env`'s own code reads them and decides what is wrong. This file names the
//! variable, corrects it, and lets that code read again, so that the second mistake is found as well.

use std::path::Path;

use url::Url;

use super::{finding::Report, variables::Variables};
use crate::{
    access::{KeyError, VerifierKey, is_loopback},
    propel_auth::{
        InitError, PropelAuthBuilder,
        env::{self, API_KEY, AUTH_URL, EMULATOR, ISSUER, VERIFIER_KEY},
        issuer::usual_form,
    },
};

/// More corrections than there are variables are never needed.
const MOST_CORRECTIONS: usize = 8;

/// The domain suffix of PropelAuth's test environments.
const TEST_DOMAIN: &str = ".propelauthtest.com";

/// Where a mistake is: what was seen, the line to change, and how the doctor goes on.
struct Diagnosis {
    code: &'static str,
    seen: String,
    why: Option<String>,
    name: &'static str,
    line: String,
    /// The value to go on with, if one can be derived.
    corrected: Option<Option<String>>,
}

/// Checks the variables. Returns the builder that `from_env` would use, if nothing is wrong.
pub(super) fn check(
    variables: &mut Variables,
    is_production: bool,
    report: &mut Report,
) -> Option<PropelAuthBuilder> {
    if !check_production(variables, is_production, report) {
        return None;
    }
    for _ in 0..MOST_CORRECTIONS {
        let built = env::builder(|name| variables.get(name));
        // Nothing is connected to: `build_lazy` runs all checks that need no answer.
        let Err(error) = built.and_then(PropelAuthBuilder::build_lazy) else {
            break;
        };
        let found = diagnose(&error, variables);
        let place = variables.place(found.name);
        let why = found.why;
        let finding = match why {
            Some(why) => report.find_other(found.code, found.seen, why),
            None => report.find(found.code, found.seen),
        };
        finding.change(place, found.line);
        match found.corrected {
            Some(value) => variables.correct(found.name, value),
            None => return None,
        }
    }
    check_issuer(variables, report);
    if variables.are_corrected() {
        return None;
    }
    let builder = env::builder(|name| variables.get(name)).ok()?;
    report.fine("the variables: present, readable, and of the right kind");
    Some(builder)
}

/// Checks that nothing of the emulator or of a test environment is in a production environment.
/// Returns `false` if nothing else is worth checking.
fn check_production(variables: &Variables, is_production: bool, report: &mut Report) -> bool {
    let auth_url = Url::parse(&variables.text(AUTH_URL)).ok();
    let is_here = auth_url.as_ref().is_some_and(is_loopback);
    let is_encrypted = auth_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let is_on = matches!(variables.text(EMULATOR).as_str(), "1" | "true");
    if is_on && (is_production || (is_encrypted && !is_here)) {
        let seen = match &auth_url {
            Some(url) => format!("{EMULATOR} is on, and {AUTH_URL} is {}", shown(url)),
            None => format!("{EMULATOR} is on"),
        };
        let finding = report.find("emulator_in_production", seen);
        finding.change(variables.place(EMULATOR), format!("remove {EMULATOR}"));
        if is_here {
            let line = format!("{AUTH_URL}=<the auth URL of the production environment>");
            finding.change(variables.place(AUTH_URL), line);
            let line = format!("{API_KEY}=<the integration key of the production environment>");
            finding.change(variables.place(API_KEY), line);
        }
        return false;
    }
    if let Some(url) = auth_url.filter(|_| is_production)
        && url
            .host_str()
            .is_some_and(|host| host.ends_with(TEST_DOMAIN))
    {
        let seen = format!("{AUTH_URL} is {}, in production", shown(&url));
        let finding = report.find("auth_url_of_another_environment", seen);
        let line = format!("{AUTH_URL}=<the auth URL of the production environment>");
        finding.change(variables.place(AUTH_URL), line);
    }
    true
}

/// Checks that the issuer is written as PropelAuth writes issuers.
fn check_issuer(variables: &Variables, report: &mut Report) {
    let issuer = variables.text(ISSUER);
    let Some(usual) = usual_form(&issuer).filter(|_| !issuer.is_empty()) else {
        return;
    };
    if issuer.trim_end_matches('/') == usual {
        let seen = format!("{ISSUER} is {issuer}");
        let finding = report.find("issuer_with_slash", seen);
        finding.change(variables.place(ISSUER), format!("{ISSUER}={usual}"));
    }
}

/// Finds the variable behind an error of building the handle.
fn diagnose(error: &InitError, variables: &Variables) -> Diagnosis {
    match error {
        InitError::AuthUrl { .. } => auth_url(error, variables),
        InitError::ApiKey(_) | InitError::Variable { name: API_KEY, .. } => {
            api_key(error, variables)
        }
        InitError::VerifierKey(problem) => verifier_key(error, problem, variables),
        InitError::DevelopmentKey | InitError::PublishedKey { .. } => Diagnosis {
            code: "emulator_in_production",
            seen: format!("{VERIFIER_KEY} is a published development key, which the emulator uses"),
            why: None,
            name: VERIFIER_KEY,
            line: format!(
                "{VERIFIER_KEY}=<the verifier key of this environment>; or remove it, and the key \
                 is fetched"
            ),
            corrected: Some(None),
        },
        InitError::MissingTls => Diagnosis {
            code: "tls_feature_missing",
            seen: "propelauth-dev was built without a TLS feature".to_owned(),
            why: None,
            name: AUTH_URL,
            line: "Cargo.toml: actix-web-propelauth = { …, features = [\"rustls\"] }".to_owned(),
            corrected: None,
        },
        error => other(error, variables),
    }
}

fn auth_url(error: &InitError, variables: &Variables) -> Diagnosis {
    let text = variables.text(AUTH_URL);
    let Ok(url) = Url::parse(&text) else {
        return other(error, variables);
    };
    let is_emulator = matches!(variables.text(EMULATOR).as_str(), "1" | "true");
    let seen = format!("{AUTH_URL} is {}", shown(&url));
    let found = |code, name, value: String| Diagnosis {
        code,
        seen: seen.clone(),
        why: None,
        name,
        line: format!("{name}={value}"),
        corrected: Some(Some(value)),
    };
    let has_more = !matches!(url.path(), "" | "/") || url.query().is_some();
    if url.scheme() == "http" && !is_emulator {
        if is_loopback(&url) {
            return found("auth_url_with_http", EMULATOR, "1".to_owned());
        }
        let secure = text.replacen("http://", "https://", 1);
        let mut found = found("auth_url_with_http", AUTH_URL, secure);
        if has_more {
            // The line is the next finding's.
            found.line = format!("{AUTH_URL}=https://… instead of http://…");
        }
        return found;
    }
    if has_more || url.fragment().is_some() {
        let origin = url.origin().ascii_serialization();
        return found("auth_url_with_path", AUTH_URL, origin);
    }
    other(error, variables)
}

fn api_key(error: &InitError, variables: &Variables) -> Diagnosis {
    const QUOTES: [char; 7] = ['"', '\'', '`', '“', '”', '‘', '’'];

    let text = variables.text(API_KEY);
    let length = text.chars().count();
    let bare = text.trim_matches(QUOTES);
    let is_bearer = |text: &str| {
        let scheme = text.get(..7).unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer ") || text.starts_with("Authorization:")
    };
    let found = |code, line: &str, value: &str| Diagnosis {
        code,
        seen: format!("{API_KEY} has {length} characters, of which not all are the key's"),
        why: None,
        name: API_KEY,
        line: format!("{API_KEY}={line}"),
        corrected: Some(Some(value.to_owned())),
    };
    if bare != text {
        return found("api_key_in_quotes", "<the key, without quotes>", bare);
    }
    if is_bearer(&text) {
        let key = text.rsplit(' ').next().unwrap_or_default();
        return found(
            "api_key_with_scheme",
            "<the key alone, without `Bearer`>",
            key,
        );
    }
    other(error, variables)
}

fn verifier_key(error: &InitError, problem: &KeyError, variables: &Variables) -> Diagnosis {
    let text = variables.text(VERIFIER_KEY);
    let found = |code, seen: &str, line: Option<String>| Diagnosis {
        code,
        seen: format!("{VERIFIER_KEY} {seen}"),
        why: None,
        name: VERIFIER_KEY,
        line: line.unwrap_or_else(|| {
            format!(
                "remove {VERIFIER_KEY}, and the key is fetched; or \
                 {VERIFIER_KEY}=-----BEGIN PUBLIC KEY-----\\n…\\n-----END PUBLIC KEY-----"
            )
        }),
        // Without the variable, the key is fetched.
        corrected: Some(None),
    };
    match problem {
        KeyError::PrivateKey => found("verifier_key_is_private", "contains a private key", None),
        KeyError::OtherPem(tag) if tag == "CERTIFICATE" => found(
            "verifier_key_is_certificate",
            "contains a certificate",
            None,
        ),
        KeyError::NotPem(_) if text.contains("-----BEGIN") => {
            let line = rejoined(&text).map(|pem| format!("{VERIFIER_KEY}={pem}"));
            let breaks = text.matches("\\n").count() + text.lines().count().saturating_sub(1);
            let seen = format!(
                "begins as a PEM, and has {} characters and {breaks} line breaks",
                text.chars().count()
            );
            found("verifier_key_with_broken_lines", &seen, line)
        }
        _ => other(error, variables),
    }
}

/// Returns the key on one line with its line breaks as `\n`, if all of it is there.
fn rejoined(text: &str) -> Option<String> {
    const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
    const END: &str = "-----END PUBLIC KEY-----";

    let body = text.split_once(BEGIN)?.1.split_once(END)?.0;
    let body = body.replace("\\r", "").replace("\\n", "");
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let body: String = body.chars().filter(|c| is_base64(*c)).collect();
    let pem = format!("{BEGIN}\\n{body}\\n{END}");
    VerifierKey::from_pem(&pem).is_ok().then_some(pem)
}

/// Returns the diagnosis of an error that is in none of the cases above: the error's own text.
fn other(error: &InitError, variables: &Variables) -> Diagnosis {
    let name = match error {
        InitError::MissingVariable(name)
        | InitError::MalformedVariable(name)
        | InitError::InvalidFlag(name)
        | InitError::Variable { name, .. } => name,
        InitError::ApiKey(_) => API_KEY,
        InitError::Issuer(_) => ISSUER,
        InitError::VerifierKey(_) => VERIFIER_KEY,
        _ => AUTH_URL,
    };
    // Without these two, nothing can be built.
    let is_optional = matches!(name, VERIFIER_KEY | ISSUER | EMULATOR);
    let state = match variables.get(name) {
        Ok(text) => format!("is set, and has {} characters", text.chars().count()),
        Err(_) => "is not set".to_owned(),
    };
    Diagnosis {
        code: error.code(),
        seen: format!("{name} {state}"),
        why: Some(error.to_string()),
        name,
        line: format!("{name}={}", example(name)),
        corrected: is_optional.then_some(None),
    }
}

/// Returns what a value looks like.
fn example(name: &str) -> &'static str {
    match name {
        AUTH_URL => "https://auth.example.com",
        ISSUER => "<remove it: the auth URL is the issuer>",
        VERIFIER_KEY => "<remove it: the key is fetched>",
        EMULATOR => "1, or remove it",
        _ => "<the integration key that the dashboard shows under Backend Integration>",
    }
}

/// Returns the part of a URL that may be shown: no user, password or query.
pub(super) fn shown(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    let more = if url.query().is_some() { "?…" } else { "" };
    format!("{origin}{}{more}", url.path().trim_end_matches('/'))
}

/// Returns `true` if a variable says that this is a production environment.
pub(super) fn is_production() -> bool {
    const NAMES: [&str; 7] = [
        "APP_ENV",
        "ENVIRONMENT",
        "DEPLOY_ENV",
        "NODE_ENV",
        "RAILS_ENV",
        "RUST_ENV",
        "STAGE",
    ];
    let values = NAMES.iter().filter_map(|name| std::env::var(name).ok());
    let mut values = values.map(|value| value.trim().to_ascii_lowercase());
    values.any(|value| matches!(value.as_str(), "production" | "prod"))
}

/// Returns the error message of a file of variables that cannot be read.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!(
        "{}: {error}; --env-file names a file of lines NAME=VALUE",
        path.display()
    )
}
