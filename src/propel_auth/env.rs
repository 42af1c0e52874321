//! Configuration from the environment.

use std::env::{self, VarError};

use super::{
    builder::PropelAuthBuilder, error::InitError, handle::PropelAuth, pasted_value::residue,
};

pub(crate) const AUTH_URL: &str = "PROPELAUTH_AUTH_URL";
pub(crate) const API_KEY: &str = "PROPELAUTH_API_KEY";
pub(crate) const VERIFIER_KEY: &str = "PROPELAUTH_VERIFIER_KEY";
pub(crate) const ISSUER: &str = "PROPELAUTH_ISSUER";
pub(crate) const EMULATOR: &str = "PROPELAUTH_EMULATOR";
pub(crate) const WEBHOOK_SECRET: &str = "PROPELAUTH_WEBHOOK_SECRET";
pub(crate) const REDIS_URL: &str = "PROPELAUTH_REDIS_URL";

impl PropelAuth {
    /// Builds a handle from environment variables, fetching the verifier key if it is not set.
    ///
    /// | variable | |
    /// | --- | --- |
    /// | `PROPELAUTH_AUTH_URL` | required, such as `https://auth.example.com` |
    /// | `PROPELAUTH_API_KEY` | required, a backend integration key |
    /// | `PROPELAUTH_VERIFIER_KEY` | a PEM, with line breaks as such or as `\n`; fetched if unset |
    /// | `PROPELAUTH_ISSUER` | the origin of the auth URL if unset |
    /// | `PROPELAUTH_EMULATOR` | `1` or `true` if the auth URL is that of an emulator, as [`PropelAuthBuilder::emulator`]; never in production |
    /// | `PROPELAUTH_REDIS_URL` | the Redis server of the fleet to join, with the feature `redis`; no fleet if unset |
    ///
    /// Whitespace around a value is removed. Quotes, comments, `export` and placeholders in a value are
    /// errors, because not every program that reads such files removes them.
    ///
    /// ```no_run
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let auth = PropelAuth::from_env().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] that names the variable if one is missing or malformed, and those of
    /// [`PropelAuthBuilder::fetch_and_init`].
    pub async fn from_env() -> Result<Self, InitError> {
        Self::builder_from_env()?.fetch_and_init().await
    }

    /// Returns a builder with the variables that [`from_env`](Self::from_env) reads, to set what has no
    /// variable.
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] that names the variable if one is missing or malformed.
    pub fn builder_from_env() -> Result<PropelAuthBuilder, InitError> {
        builder(env::var)
    }
}

/// Returns a builder with these variables, each of which is looked up by its name.
pub(crate) fn builder(
    variable: impl Fn(&'static str) -> Result<String, VarError>,
) -> Result<PropelAuthBuilder, InitError> {
    // An empty variable is one that a shell script left unset.
    let optional = |name| match variable(name) {
        Ok(text) => match residue(&text) {
            Some(residue) => Err(InitError::Variable {
                name,
                problem: residue.to_owned(),
            }),
            None => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        },
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(InitError::MalformedVariable(name)),
    };
    let required = |name| optional(name)?.ok_or(InitError::MissingVariable(name));

    let mut builder = PropelAuth::builder(required(AUTH_URL)?, required(API_KEY)?);
    if let Some(pem) = optional(VERIFIER_KEY)? {
        builder = builder.verifier_key(pem);
    }
    if let Some(issuer) = optional(ISSUER)? {
        builder = builder.issuer(issuer);
    }
    if let Some(url) = optional(REDIS_URL)? {
        builder = in_fleet(builder, url)?;
    }
    match optional(EMULATOR)?.as_deref() {
        None | Some("0" | "false") => Ok(builder),
        Some("1" | "true") => Ok(builder.emulator()),
        // A typo is an error: "on" by mistake would accept tokens signed with the published keys.
        Some(_) => Err(InitError::InvalidFlag(EMULATOR)),
    }
}

#[cfg(feature = "redis")]
#[allow(clippy::unnecessary_wraps)] // as without the feature
fn in_fleet(builder: PropelAuthBuilder, url: String) -> Result<PropelAuthBuilder, InitError> {
    Ok(builder.fleet(crate::fleet::Fleet::redis(url)))
}

/// Returns an error, because an operator who sets the variable relies on it.
#[cfg(not(feature = "redis"))]
#[allow(clippy::needless_pass_by_value)] // as with the feature
fn in_fleet(_: PropelAuthBuilder, _: String) -> Result<PropelAuthBuilder, InitError> {
    Err(InitError::Variable {
        name: REDIS_URL,
        problem:
            "set, but the feature `redis` of actix-web-propelauth is not enabled: enable it, or \
                  unset the variable"
                .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, env::VarError};

    use super::builder;
    use crate::{propel_auth::InitError, testing::DEV_PUBLIC_KEY_PEM};

    fn from(variables: &[(&'static str, &str)]) -> Result<super::PropelAuthBuilder, InitError> {
        let variables: HashMap<_, _> = variables.iter().copied().collect();
        builder(|name| {
            variables
                .get(name)
                .map(|text| (*text).to_owned())
                .ok_or(VarError::NotPresent)
        })
    }

    fn missing(variables: &[(&'static str, &str)]) -> String {
        from(variables).unwrap_err().to_string()
    }

    #[test]
    fn the_missing_variable_is_named() {
        assert!(missing(&[]).contains("PROPELAUTH_AUTH_URL is not set"));
        let url = ("PROPELAUTH_AUTH_URL", "https://auth.example.com");
        assert!(missing(&[url]).contains("PROPELAUTH_API_KEY is not set"));
        assert!(missing(&[url, ("PROPELAUTH_API_KEY", "  ")]).contains("PROPELAUTH_API_KEY"));
    }

    #[test]
    fn a_variable_that_is_not_text_is_named() {
        let error = builder(|_| Err(VarError::NotUnicode("\u{fffd}".into()))).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("PROPELAUTH_AUTH_URL is not valid Unicode")
        );
    }

    #[test]
    fn all_four_are_used() {
        let other = include_str!("../../tests/keys/other_public.pem");
        let auth = from(&[
            ("PROPELAUTH_AUTH_URL", "https://auth.example.com"),
            ("PROPELAUTH_API_KEY", "key"),
            ("PROPELAUTH_VERIFIER_KEY", &other.replace('\n', "\\n")),
            ("PROPELAUTH_ISSUER", "https://issuer.example.com"),
        ]);
        let auth = auth.unwrap().build().unwrap();
        assert_eq!(auth.issuer(), "https://issuer.example.com");
    }

    #[test]
    fn the_emulator_is_a_switch() {
        let url = ("PROPELAUTH_AUTH_URL", "http://127.0.0.1:9100");
        let with = |value| {
            let pem = ("PROPELAUTH_VERIFIER_KEY", DEV_PUBLIC_KEY_PEM);
            let switch = ("PROPELAUTH_EMULATOR", value);
            from(&[url, ("PROPELAUTH_API_KEY", "key"), pem, switch])
        };
        for on in ["1", "true", " 1 "] {
            with(on).unwrap().build().unwrap();
        }
        for off in ["0", "false", ""] {
            assert!(with(off).unwrap().build().is_err(), "{off:?} is on");
        }
        for unclear in ["yes", "2", "TRUE"] {
            let error = with(unclear).unwrap_err().to_string();
            assert!(error.contains("PROPELAUTH_EMULATOR must be"), "{error}");
        }
    }

    #[test]
    fn a_fleet_needs_its_feature() {
        let result = from(&[
            ("PROPELAUTH_AUTH_URL", "https://auth.example.com"),
            ("PROPELAUTH_API_KEY", "key"),
            (
                "PROPELAUTH_REDIS_URL",
                "redis://:s3cret@redis.internal:6379",
            ),
        ]);
        if cfg!(feature = "redis") {
            assert!(result.is_ok());
        } else {
            let error = result.unwrap_err().to_string();
            assert!(error.contains("feature `redis`"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn what_a_file_left_in_a_variable_is_named_with_the_variable() {
        let other = include_str!("../../tests/keys/other_public.pem");
        let good = [
            ("PROPELAUTH_AUTH_URL", "https://auth.example.com"),
            ("PROPELAUTH_API_KEY", "abc"),
            ("PROPELAUTH_VERIFIER_KEY", other),
            ("PROPELAUTH_ISSUER", "https://auth.example.com"),
            ("PROPELAUTH_EMULATOR", "0"),
        ];
        from(&good).unwrap().build().unwrap();
        for (index, (name, value)) in good.into_iter().enumerate() {
            for (bent, text) in [
                (format!("\"{value}\""), "in quotes"),
                (format!("'{value}'"), "in quotes"),
                (format!("\"{value}\"\r"), "in quotes"),
                (format!("{value} # a comment"), "a comment"),
                (format!("export {name}={value}"), "`export`"),
                (format!("{name}={value}"), "the name of its variable"),
                ("<the value>".to_owned(), "a placeholder"),
                ("changeme".to_owned(), "a placeholder"),
                (format!("${{{name}}}"), "a reference"),
            ] {
                let mut variables = good;
                variables[index] = (name, bent.as_str());
                let error = from(&variables).unwrap_err().to_string();
                assert!(
                    error.contains(name) && error.contains(text),
                    "{bent:?}: {error}"
                );
                assert!(!error.contains("abc"), "not shown: {error}");
            }
            // A file from Windows has a CR at the end of each line, which is no part of any value.
            let with_cr = format!("{value}\r");
            let mut variables = good;
            variables[index] = (name, with_cr.as_str());
            let auth = from(&variables).unwrap().build().unwrap();
            assert_eq!(auth.issuer(), "https://auth.example.com", "{name}");
        }
    }

    #[test]
    fn the_switch_left_on_in_production_is_an_error() {
        let other = include_str!("../../tests/keys/other_public.pem");
        let with = |url, pem| {
            let builder = from(&[
                ("PROPELAUTH_AUTH_URL", url),
                ("PROPELAUTH_API_KEY", "abc"),
                ("PROPELAUTH_VERIFIER_KEY", pem),
                ("PROPELAUTH_EMULATOR", "1"),
            ]);
            builder.unwrap().build()
        };
        for pem in [DEV_PUBLIC_KEY_PEM, other] {
            let error = with("https://auth.example.com", pem).unwrap_err();
            assert_eq!(error.code(), "emulator_in_production");
            assert!(error.to_string().contains("PROPELAUTH_EMULATOR"), "{error}");
        }
        // An emulator in another container. Its tokens are forged as easily.
        let error = with("http://emulator:9100", DEV_PUBLIC_KEY_PEM).unwrap_err();
        assert!(matches!(error, InitError::PublishedKey { .. }), "{error:?}");
        assert!(with("http://emulator:9100", other).is_ok());
        assert!(with("https://auth.localhost", DEV_PUBLIC_KEY_PEM).is_ok());
    }

    #[cfg(feature = "emulator")]
    #[actix_web::test]
    async fn an_emulator_is_reached() {
        let emulator = crate::emulator::Emulator::start().await.unwrap();
        let variables = [
            ("PROPELAUTH_AUTH_URL", emulator.auth_url()),
            ("PROPELAUTH_API_KEY", emulator.api_key()),
            ("PROPELAUTH_EMULATOR", "1"),
        ];
        let auth = from(&variables).unwrap().fetch_and_init().await.unwrap();
        assert_eq!(auth.issuer(), emulator.issuer());
    }
}
