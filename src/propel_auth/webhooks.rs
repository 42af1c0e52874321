//! Webhooks of the handle's project, and their secret from the environment.

use std::{
    env::{self, VarError},
    sync::Arc,
};

use super::{
    env::{EMULATOR, WEBHOOK_SECRET},
    handle::PropelAuth,
    pasted_value::residue,
};
use crate::webhook::{WebhookSecretError, WebhookService, WebhookVerifier};

impl PropelAuth {
    /// Returns a service that receives PropelAuth's webhooks, by default at `/webhooks/propelauth`.
    ///
    /// It verifies them, sets [marks](crate::freshness) for what changed, drops those that were handled before,
    /// and calls [`on_event`](WebhookService::on_event). Add it before what requires a user, and not inside: the
    /// sender has no access token. See [`webhook`](crate::webhook) for the responses.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{PropelAuth, webhook::WebhookVerifier};
    ///
    /// # fn example(auth: PropelAuth, verifier: WebhookVerifier) {
    /// let app = App::new()
    ///     .service(auth.webhooks(verifier).path("/webhooks"))
    ///     .service(web::scope("/api").wrap(auth.require_user()));
    /// # }
    /// ```
    pub fn webhooks(&self, verifier: WebhookVerifier) -> WebhookService {
        let settings = Arc::clone(self.authenticator().settings());
        WebhookService::new(verifier, settings, Arc::clone(&self.0.webhooks_seen))
    }
}

impl WebhookVerifier {
    /// Creates a verifier with the secret in `PROPELAUTH_WEBHOOK_SECRET`.
    ///
    /// With `PROPELAUTH_EMULATOR=1`, the published secret of the emulator is accepted as well.
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookSecretError`] if the variable is not set, is not a secret, or is the published one.
    pub fn from_env() -> Result<Self, WebhookSecretError> {
        verifier(env::var)
    }
}

fn verifier(
    variable: impl Fn(&'static str) -> Result<String, VarError>,
) -> Result<WebhookVerifier, WebhookSecretError> {
    let text = match variable(WEBHOOK_SECRET) {
        Ok(text) => text,
        Err(VarError::NotPresent) => return Err(WebhookSecretError::Missing),
        Err(VarError::NotUnicode(_)) => return Err(WebhookSecretError::NotBase64),
    };
    if let Some(residue) = residue(&text) {
        return Err(WebhookSecretError::Variable(residue));
    }
    let text = text.trim();
    // An empty variable is one that a shell script left unset.
    if text.is_empty() {
        return Err(WebhookSecretError::Missing);
    }
    let emulator = variable(EMULATOR).unwrap_or_default();
    let verifier = WebhookVerifier::new(text)?.reject_published();
    if ["1", "true"].contains(&emulator.trim()) {
        return Ok(verifier.accept_published());
    }
    verifier.check_published()
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::verifier;
    use crate::{dev_keys::WEBHOOK_SECRET, webhook::WebhookSecretError};

    #[test]
    fn the_secret_in_the_environment_is_checked() {
        let with = |secret: &str, emulator: &str| {
            verifier(|name| match name {
                "PROPELAUTH_WEBHOOK_SECRET" => Ok(secret.to_owned()),
                "PROPELAUTH_EMULATOR" => Ok(emulator.to_owned()),
                _ => Err(VarError::NotPresent),
            })
            .map(|_| ())
        };
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(with(good, ""), Ok(()));
        assert_eq!(with(&format!(" {good}\r\n"), ""), Ok(()));
        assert_eq!(with(WEBHOOK_SECRET, "1"), Ok(()));
        assert_eq!(
            with(WEBHOOK_SECRET, "0"),
            Err(WebhookSecretError::Published)
        );
        assert_eq!(with("", ""), Err(WebhookSecretError::Missing));
        assert_eq!(with("whsec_", ""), Err(WebhookSecretError::Empty));
        let error = with(&format!("\"{good}\""), "").unwrap_err();
        assert!(matches!(error, WebhookSecretError::Variable(_)), "{error}");
        assert!(!error.to_string().contains("MfKQ"));
        let missing = verifier(|_| Err(VarError::NotPresent)).unwrap_err();
        assert_eq!(missing, WebhookSecretError::Missing);
    }
}
