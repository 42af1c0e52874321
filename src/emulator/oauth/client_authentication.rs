//! How a client proves its identity at an endpoint that it calls itself (RFC 6749, 2.3).

use super::{error::OauthError, parameters::Parameters};
use crate::{
    emulator::{state::OauthClient, web::WebRequest},
    words::secret::Secret,
};

/// What a client sent about itself.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) secret: Option<Secret>,
}

/// Reads what a client sent about itself: by Basic authentication or in the form, never both.
pub(crate) fn credentials(
    request: &WebRequest,
    form: &Parameters,
) -> Result<Credentials, OauthError> {
    let (in_form, secret_in_form) = (form.get("client_id")?, form.get("client_secret")?);
    if !request.headers.contains_key("authorization") {
        let Some(client_id) = in_form else {
            return Err(OauthError::invalid_client(
                "the client did not say who it is: send its client_id in the form, or both id and secret by \
                 Basic authentication",
            ));
        };
        return Ok(Credentials {
            client_id: client_id.to_owned(),
            secret: secret_in_form.map(Secret::from),
        });
    }
    let (client_id, secret) = request.basic().ok_or_else(|| {
        OauthError::invalid_client(
            "the Authorization header is not one of Basic authentication with a client id and its secret",
        )
    })?;
    if secret_in_form.is_some() {
        return Err(OauthError::invalid_request(
            "the secret was sent by Basic authentication and in the form: send it in one of the two",
        ));
    }
    if in_form.is_some_and(|in_form| in_form != client_id) {
        return Err(OauthError::invalid_request(
            "the client_id in the form is not the one of Basic authentication",
        ));
    }
    Ok(Credentials {
        client_id,
        secret: (!secret.is_empty()).then_some(secret),
    })
}

/// Whether a client proved its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Secret,
    /// The client only said who it is, as those do that cannot keep a secret.
    None,
}

/// Checks what a client sent about itself. `client` is the one with the id that it sent.
///
/// A client without a secret that sends one is refused, too: it takes itself for another.
pub(crate) fn authenticate(
    client: Option<&OauthClient>,
    credentials: &Credentials,
) -> Result<Proof, OauthError> {
    // One sentence for both, so that no caller learns which ids exist.
    let unknown = || OauthError::invalid_client("there is no client with this id and secret");
    let client = client.ok_or_else(unknown)?;
    match &credentials.secret {
        None => Ok(Proof::None),
        Some(secret) if client.has_secret(secret) => Ok(Proof::Secret),
        Some(_) => Err(unknown()),
    }
}
