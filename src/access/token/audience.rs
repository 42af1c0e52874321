//! The audience of an access token
//! ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
//!
//! PropelAuth does not restrict tokens by `aud`, so it is checked only if
//! [`audience`](crate::PropelAuthBuilder::audience) is set.

use serde_json::Value;

use crate::access::denied::InvalidToken;

/// Checks that `aud` is the expected audience, or an array of strings that contains it. Strings are
/// compared byte by byte.
///
/// # Errors
///
/// Returns [`InvalidToken::Audience`] if the audience is another one or missing, and
/// [`InvalidToken::Claims`] if `aud` is neither a string nor an array of strings.
pub(in crate::access) fn check(aud: Option<&Value>, expected: &str) -> Result<(), InvalidToken> {
    let names = match aud {
        None => Some(Vec::new()),
        Some(Value::String(name)) => Some(vec![name.as_str()]),
        Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    let names = names.ok_or_else(|| {
        InvalidToken::Claims("aud is neither a string nor an array of strings".to_owned())
    })?;
    if names.contains(&expected) {
        return Ok(());
    }
    Err(InvalidToken::Audience {
        found: names.into_iter().map(str::to_owned).collect(),
        expected: expected.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::access::denied::InvalidToken;

    const US: &str = "https://api.example.com";

    fn check(aud: &Value) -> Result<(), InvalidToken> {
        super::check(Some(aud), US)
    }

    #[test]
    fn the_audience_is_a_string_or_in_an_array_of_strings() {
        for aud in [
            json!(US),
            json!([US]),
            json!(["other", US]),
            json!([US, US]),
            json!(["", US]),
        ] {
            assert_eq!(check(&aud), Ok(()), "{aud}");
        }
    }

    #[test]
    fn another_audience_is_rejected_with_its_name() {
        let denial = |found: &[&str]| InvalidToken::Audience {
            found: found.iter().map(|name| (*name).to_owned()).collect(),
            expected: US.to_owned(),
        };
        assert_eq!(super::check(None, US), Err(denial(&[])));
        for (aud, found) in [
            (json!(""), vec![""]),
            (json!([]), vec![]),
            (json!(["a", "b"]), vec!["a", "b"]),
            (
                json!("HTTPS://API.EXAMPLE.COM"),
                vec!["HTTPS://API.EXAMPLE.COM"],
            ),
            (
                json!("https://api.example.com/"),
                vec!["https://api.example.com/"],
            ),
            (
                json!(" https://api.example.com"),
                vec![" https://api.example.com"],
            ),
            (
                json!("https://api.example.com,other"),
                vec!["https://api.example.com,other"],
            ),
            (
                json!(["https://api.example.com.evil.com"]),
                vec!["https://api.example.com.evil.com"],
            ),
        ] {
            assert_eq!(check(&aud), Err(denial(&found)), "{aud}");
        }
        assert_eq!(
            denial(&["a"]).to_string(),
            r#"the audience is ["a"], expected "https://api.example.com""#
        );
    }

    #[test]
    fn an_audience_of_another_type_is_rejected_even_if_it_contains_the_expected_one() {
        for aud in [
            json!(null),
            json!(1),
            json!(true),
            json!({US: US}),
            json!([US, 1]),
            json!([US, null]),
            json!([[US]]),
        ] {
            let denial = check(&aud);
            assert!(matches!(denial, Err(InvalidToken::Claims(_))), "{aud}");
        }
    }
}
