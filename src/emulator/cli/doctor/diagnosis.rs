//! From an error of building a handle to the variable behind it, and to the line as it should be.

use url::Url;

use super::variables::Variables;
use crate::{
    access::{KeyError, VerifierKey, is_loopback},
    propel_auth::{
        InitError,
        env::{API_KEY, AUTH_URL, EMULATOR, ISSUER, VERIFIER_KEY},
    },
};

/// Where a mistake is: what was seen, the line to change, and how the doctor goes on.
pub(super) struct Diagnosis {
    pub(super) code: &'static str,
    pub(super) seen: String,
    pub(super) why: Option<String>,
    pub(super) name: &'static str,
    /// The place of the line, if it is not that of the variable.
    pub(super) at: Option<&'static str>,
    pub(super) line: String,
    /// The value to go on with, if one can be derived.
    pub(super) corrected: Option<Option<String>>,
}

/// Finds the variable behind an error of building the handle.
pub(super) fn diagnose(error: &InitError, variables: &Variables) -> Diagnosis {
    match error {
        InitError::AuthUrl { .. } => auth_url(error, variables),
        InitError::ApiKey(_) | InitError::Variable { name: API_KEY, .. } => {
            api_key(error, variables)
        }
        InitError::VerifierKey(problem) => verifier_key(error, problem, variables),
        InitError::DevelopmentKey | InitError::PublishedKey { .. } => Diagnosis {
            code: "emulator_variables_in_production",
            seen: format!("{VERIFIER_KEY} is a published development key, which the emulator uses"),
            why: None,
            name: VERIFIER_KEY,
            at: None,
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
            at: Some("Cargo.toml"),
            line: "actix-web-propelauth = { …, features = [\"rustls\"] }".to_owned(),
            corrected: None,
        },
        InitError::Client(problem) => {
            let name = proxy_variable();
            Diagnosis {
                code: "propelauth_proxy_fails",
                seen: problem.to_string(),
                why: None,
                name,
                at: None,
                line: format!("{name}=http://<user>:<password>@<host>:<port>"),
                corrected: None,
            }
        }
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
        at: None,
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
        at: None,
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
        at: None,
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
        Err(_) => format!("is not set{}", similar(name)),
    };
    Diagnosis {
        code: error.code(),
        seen: format!("{name} {state}"),
        why: Some(error.to_string()),
        name,
        at: None,
        line: format!("{name}={}", example(name)),
        corrected: is_optional.then_some(None),
    }
}

/// Returns the names of variables that are set and that `from_env` does not read, if one of them may have
/// been meant.
fn similar(name: &str) -> String {
    const READ: [&str; 5] = [AUTH_URL, API_KEY, VERIFIER_KEY, ISSUER, EMULATOR];

    let last = name.rsplit('_').next().unwrap_or_default();
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unread: Vec<_> = set
        .filter(|it| it.to_uppercase().contains("PROPEL") && it.to_uppercase().contains(last))
        .filter(|it| !READ.contains(&it.as_str()))
        .collect();
    match unread.is_empty() {
        true => String::new(),
        false => format!("; set, and not read, is {}", unread.join(", ")),
    }
}

/// Returns the variable that names the proxy, in the order in which the client looks at them.
pub(super) fn proxy_variable() -> &'static str {
    let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let is_set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
    names.into_iter().find(is_set).unwrap_or("HTTPS_PROXY")
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
