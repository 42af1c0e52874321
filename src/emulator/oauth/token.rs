//! The token endpoint of OAuth 2 and OpenID Connect: codes and refresh tokens into access tokens.
//!
//! Known differences to PropelAuth: `oauth-tokens` in docs/differences.md.

use serde_json::{Value, json};

use super::{
    client_authentication::{Credentials, Proof, authenticate, credentials},
    error::OauthError,
    id_token::id_token,
    parameters::Parameters,
};
use crate::{
    emulator::{
        state::{ClientGrant, CodePurpose, LoginStep, Presented, Session, Store, TOKEN_LIFETIME},
        web::{Access, Reply, Route, StateRoute, WebRequest},
    },
    words::secret::Secret,
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "oauth_token",
    ("POST", "/propelauth/oauth/token"),
    Access::Frontend,
    "exchanges a code or a refresh token of OAuth for an access token",
    token,
)];

fn token(store: &mut Store, request: &WebRequest) -> Reply {
    match answer(store, request) {
        Ok(body) => Reply::json(200, body).header("pragma", "no-cache"),
        Err(error) => error.reply(),
    }
}

fn answer(store: &mut Store, request: &WebRequest) -> Result<Value, OauthError> {
    if request.query_pairs().iter().any(|(name, _)| {
        ["client_secret", "code", "refresh_token", "code_verifier"].contains(&name.as_str())
    }) {
        return Err(OauthError::invalid_request(
            "a parameter was sent in the URL, where logs keep it: send all of them in the body",
        ));
    }
    let form = Parameters::form(request)?;
    let credentials = credentials(request, &form)?;
    let client = store.project.oauth_client(&credentials.client_id);
    let proof = authenticate(client, &credentials)?;
    match form.require("grant_type")? {
        "authorization_code" => by_code(store, &form, &credentials, proof),
        "refresh_token" => by_refresh_token(store, &form, &credentials, proof),
        _ => Err(OauthError::new(
            "unsupported_grant_type",
            "the grant_type is neither authorization_code nor refresh_token",
        )),
    }
}

fn by_code(
    store: &mut Store,
    form: &Parameters,
    credentials: &Credentials,
    proof: Proof,
) -> Result<Value, OauthError> {
    let code = form.require("code")?;
    let code_verifier = form.get("code_verifier")?;
    // PropelAuth accepts one of the two.
    if proof == Proof::None && code_verifier.is_none() {
        return Err(OauthError::invalid_client(
            "the client proved nothing: send its client_secret, or a code_verifier for a code that was asked \
             for with a code_challenge",
        ));
    }
    let presented = Presented {
        purpose: CodePurpose::Oauth,
        client_id: Some(&credentials.client_id),
        redirect_uri: form.require("redirect_uri")?,
        code_verifier,
    };
    let found = store
        .check_code(code, &presented)
        .map_err(OauthError::invalid_grant)?;
    let browser = store.session_by_id(&found.session_id);
    let logged_in_at = browser.map_or(0, |session| session.created_at);
    let grant = ClientGrant {
        client_id: credentials.client_id.clone(),
        scope: found.scope,
        resource: None,
        org_id: found.org_id,
        was_authenticated: proof == Proof::Secret,
    };
    // Nothing after the session is opened can be refused but the access token, and that takes it back.
    let refresh_token = store
        .open_client_session(&found.session_id, grant)
        .map_err(OauthError::invalid_grant)?;
    let session = store.session(refresh_token.expose()).cloned();
    let session = session.ok_or_else(|| OauthError::invalid_grant("the user was disabled"))?;
    let issued = tokens(store, &session, &refresh_token).and_then(|mut body| {
        let is_openid = |session: &Session| {
            let mut scope = session.grant.iter().flat_map(|grant| &grant.scope);
            scope.any(|scope| scope == "openid")
        };
        if is_openid(&session) {
            let nonce = found.nonce.as_deref();
            let signed = id_token(store, &session, logged_in_at, nonce, TOKEN_LIFETIME);
            let signed = signed.ok_or_else(|| OauthError::invalid_grant("the user was deleted"))?;
            let signed = signed.map_err(|why| OauthError::new("server_error", why))?;
            if let Some(body) = body.as_object_mut() {
                body.insert("id_token".to_owned(), signed.into());
            }
        }
        Ok(body)
    });
    match issued {
        Ok(_) => store.spend_code(code, &session.session_id),
        Err(_) => store.end_session(refresh_token.expose()),
    }
    issued
}

fn by_refresh_token(
    store: &mut Store,
    form: &Parameters,
    credentials: &Credentials,
    proof: Proof,
) -> Result<Value, OauthError> {
    let refresh_token = Secret::from(form.require("refresh_token")?);
    let invalid = || {
        OauthError::invalid_grant(
            "there is no session with this refresh_token for this client, or it has ended",
        )
    };
    let session = store.session(refresh_token.expose()).ok_or_else(invalid)?;
    let grant = session.grant.as_ref().ok_or_else(invalid)?;
    if grant.client_id != credentials.client_id || grant.resource.is_some() {
        return Err(invalid());
    }
    if grant.was_authenticated && proof != Proof::Secret {
        return Err(OauthError::invalid_client(
            "the client proved its identity when it exchanged the code, so that it has to send its \
             client_secret with the refresh_token as well",
        ));
    }
    let mut scope = form.words("scope")?.into_iter();
    if scope.any(|scope| !grant.scope.iter().any(|granted| granted == scope)) {
        return Err(OauthError::new(
            "invalid_scope",
            "the scope has more than what was granted",
        ));
    }
    // A user who has to confirm an address or set up a second factor has to do so here as well.
    if store.step_of(session) != LoginStep::Finished {
        return Err(OauthError::invalid_grant(
            "the login of the user needs another step, which the login page asks for",
        ));
    }
    let session = session.clone();
    let body = tokens(store, &session, &refresh_token)?;
    store.use_session(refresh_token.expose());
    Ok(body)
}

/// Returns the reply with the tokens of a session.
///
/// The refresh token stays the same: a program on several servers refreshes at once.
fn tokens(store: &Store, session: &Session, refresh_token: &Secret) -> Result<Value, OauthError> {
    let grant = session.grant.as_ref();
    let active_org = grant.and_then(|grant| grant.org_id.as_ref());
    let access_token = store
        .session_token(session, active_org, TOKEN_LIFETIME)
        .ok_or_else(|| OauthError::invalid_grant("the user has left the organization"))?
        .map_err(|why| OauthError::new("server_error", why))?;
    let scope = grant.map_or_else(String::new, |grant| grant.scope.join(" "));
    let mut body = json!({
        "access_token": access_token.expose(),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "refresh_token": refresh_token.expose(),
    });
    if let (false, Some(body)) = (scope.is_empty(), body.as_object_mut()) {
        body.insert("scope".to_owned(), scope.into());
    }
    Ok(body)
}
