//! Removing secrets from JSON before it is shown.

use serde_json::Value;

/// What stands for a secret.
const REDACTED: &str = "[redacted]";

/// Parts of the names of fields with secrets.
const SECRETS: [&str; 7] = [
    "password", "secret", "token", "code", "grant", "private", "api_key",
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

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !HARMLESS.contains(&name.as_str()) && SECRETS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::redact;

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
