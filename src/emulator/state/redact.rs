//! Removing secrets from JSON and queries before they are shown.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What stands for a secret.
const REDACTED: &str = "[redacted]";

/// Parts of the names of fields with secrets.
const SECRETS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "jwt",
    "code",
    "otp",
    "grant",
    "private",
    "api_key",
    "authorization",
    "cookie",
    "credential",
];

/// Names that contain one of these parts although the value is no secret.
const HARMLESS: [&str; 4] = ["api_key_id", "grant_type", "token_provider", "token_url"];

/// Replaces the values of fields that usually hold secrets, at any depth.
pub(crate) fn redact(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_secret = is_secret(&name) && !value.is_null() && !value.is_boolean();
                let value = match is_secret {
                    true => Value::from(REDACTED),
                    false => redact(value),
                };
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(redact).collect()),
        value => value,
    }
}

/// Replaces a body, in which a text alone may be anything.
pub(crate) fn redact_body(body: Value) -> Value {
    match body {
        Value::String(_) => Value::from(REDACTED),
        body => redact(body),
    }
}

/// Replaces the values of parameters that usually hold secrets, in a path with a query.
pub(crate) fn redact_query(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let parameters = query.split('&').map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        match is_secret(&decoded) && !value.is_empty() {
            true => format!("{name}={REDACTED}"),
            false => parameter.to_owned(),
        }
    });
    let parameters: Vec<String> = parameters.collect();
    format!("{path}?{}", parameters.join("&"))
}

/// Replaces the segments of a target that are secrets by the template of its path, such as
/// `/setup_saml/{token}`.
pub(crate) fn redact_segments(target: &str, template: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut fields = template.split('/');
    let segments = path.split('/').map(|segment| {
        let field = fields.next().unwrap_or_default();
        match field.starts_with('{') && is_secret(field.trim_matches(['{', '}'])) {
            true => REDACTED,
            false => segment,
        }
    });
    let path = segments.collect::<Vec<_>>().join("/");
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // Links in emails have their token in `t`.
    name == "t"
        || !HARMLESS.contains(&name.as_str()) && SECRETS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{redact, redact_body, redact_query, redact_segments};

    #[test]
    fn secrets_in_a_query_are_replaced() {
        for (target, shown) in [
            ("/a", "/a"),
            ("/a?token", "/a?token"),
            ("/magic?t=x&to=1", "/magic?t=[redacted]&to=1"),
            ("/a?b=1&token=x&c", "/a?b=1&token=[redacted]&c"),
            ("/a?%74oken=x?y=z", "/a?%74oken=[redacted]"),
            (
                "/a?api_key_id=1&api_key=x",
                "/a?api_key_id=1&api_key=[redacted]",
            ),
        ] {
            assert_eq!(redact_query(target), shown);
        }
    }

    #[test]
    fn secrets_in_a_path_are_replaced() {
        for (target, template, shown) in [
            (
                "/setup_saml/x?a=1",
                "/setup_saml/{token}",
                "/setup_saml/[redacted]?a=1",
            ),
            ("/user/x", "/user/{user_id}", "/user/x"),
            ("/token/x", "/token/x", "/token/x"),
            ("/a/b/c", "/a", "/a/b/c"),
        ] {
            assert_eq!(redact_segments(target, template), shown);
        }
    }

    #[test]
    fn a_body_that_is_a_text_is_replaced() {
        assert_eq!(redact_body(json!("abc")), json!("[redacted]"));
        assert_eq!(redact_body(json!(["abc"])), json!(["abc"]));
    }

    #[test]
    fn secrets_are_replaced_at_any_depth() {
        let redacted = redact(json!({
            "email": "alice@example.com",
            "password": "hunter2",
            "api_key_token": "abc",
            "api_key_id": "1",
            "ask_user_to_update_password_on_login": true,
            "users": [{ "mfa_base32_encoded_secret": "A", "first_name": "B" }],
            "oidc": { "client_secret": { "any": "thing" } },
        }));
        assert_eq!(
            redacted,
            json!({
                "email": "alice@example.com",
                "password": "[redacted]",
                "api_key_token": "[redacted]",
                "api_key_id": "1",
                "ask_user_to_update_password_on_login": true,
                "users": [{ "mfa_base32_encoded_secret": "[redacted]", "first_name": "B" }],
                "oidc": { "client_secret": "[redacted]" },
            })
        );
    }
}
