//! The token endpoint for MCP clients: codes and refresh tokens into access tokens for one resource.

use serde_json::{Value, json};

use crate::{
    emulator::{
        oauth::{
            client_authentication::{Credentials, Proof, authenticate, credentials},
            error::OauthError,
            parameters::Parameters,
        },
        state::{ClientGrant, CodePurpose, LoginStep, Presented, Session, Store, TOKEN_LIFETIME},
        web::{Access, Reply, Route, StateRoute, WebRequest},
    },
    words::secret::Secret,
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "mcp_token",
    ("POST", "/oauth/2.1/token"),
    Access::Frontend,
    "exchanges a code or a refresh token of an MCP client for an access token",
    token,
)];

fn token(store: &mut Store, request: &WebRequest) -> Reply {
    match answer(store, request) {
        Ok(body) => Reply::json(200, body).header("pragma", "no-cache"),
        Err(error) => error.reply(),
    }
}

fn answer(store: &mut Store, request: &WebRequest) -> Result<Value, OauthError> {
    let form = Parameters::form(request)?;
    let credentials = credentials(request, &form)?;
    let client = store.mcp_client(&credentials.client_id);
    let proof = authenticate(client.as_ref(), &credentials)?;
    if proof == Proof::None && client.is_some_and(|client| client.secret.is_some()) {
        return Err(OauthError::invalid_client(
            "the client has a secret, and did not send it",
        ));
    }
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
    let presented = Presented {
        purpose: CodePurpose::Mcp,
        client_id: Some(&credentials.client_id),
        redirect_uri: form.require("redirect_uri")?,
        code_verifier: Some(form.require("code_verifier")?),
    };
    let resource = form.get("resource")?;
    let found = store
        .check_code(code, &presented)
        .map_err(OauthError::invalid_grant)?;
    check_resource(found.resource.as_deref(), resource)?;
    let grant = ClientGrant {
        client_id: credentials.client_id.clone(),
        scope: found.scope.clone(),
        resource: found.resource,
        org_id: found.org_id,
        was_authenticated: proof == Proof::Secret,
    };
    let refresh_token = store
        .open_client_session(&found.session_id, grant)
        .map_err(OauthError::invalid_grant)?;
    let session = store.session(refresh_token.expose()).cloned();
    let session = session.ok_or_else(|| OauthError::invalid_grant("the user was disabled"))?;
    store.spend_code(code, &session.session_id);
    Ok(tokens(store, &session, found.scope, &refresh_token))
}

fn by_refresh_token(
    store: &mut Store,
    form: &Parameters,
    credentials: &Credentials,
    proof: Proof,
) -> Result<Value, OauthError> {
    let refresh_token = Secret::from(form.require("refresh_token")?);
    let invalid = |why: &str| OauthError::invalid_grant(why);
    if store.end_if_replaced(refresh_token.expose()) {
        return Err(invalid(
            "the refresh_token was replaced before, so that it is in the hands of two, and the session is ended",
        ));
    }
    let unknown =
        || invalid("there is no session with this refresh_token for this client, or it has ended");
    let session = store.session(refresh_token.expose()).cloned();
    let session = session.ok_or_else(unknown)?;
    let grant = session.grant.clone().ok_or_else(unknown)?;
    if grant.client_id != credentials.client_id || grant.resource.is_none() {
        return Err(unknown());
    }
    check_resource(grant.resource.as_deref(), form.get("resource")?)?;
    let asked = form.words("scope")?;
    if asked
        .iter()
        .any(|scope| !grant.scope.iter().any(|it| it == scope))
    {
        return Err(OauthError::new(
            "invalid_scope",
            "the scope has more than what the user allowed: ask the user again",
        ));
    }
    if let Some(org_id) = &grant.org_id {
        let user = store.users.get(&session.user_id);
        if !user.is_some_and(|user| user.memberships.contains_key(org_id)) {
            return Err(invalid("the user has left the organization"));
        }
    }
    if store.step_of(&session) != LoginStep::Finished {
        return Err(invalid(
            "the login of the user needs another step, which the login page asks for",
        ));
    }
    let scope = match asked.is_empty() {
        true => grant.scope,
        false => asked.into_iter().map(str::to_owned).collect(),
    };
    store.use_session(refresh_token.expose());
    // A client with a secret proves that it is the same one, and any other by a token that is good once
    // (OAuth 2.1, 4.3.1).
    let refresh_token = match proof {
        Proof::Secret => refresh_token,
        Proof::None => store.rotate_mcp_refresh_token(&session, refresh_token.expose()),
    };
    Ok(tokens(store, &session, scope, &refresh_token))
}

/// Checks that the resource of a request, if it names one, is that of the grant (RFC 8707, 2.2).
fn check_resource(granted: Option<&str>, asked: Option<&str>) -> Result<(), OauthError> {
    if asked.is_none() || asked == granted {
        return Ok(());
    }
    Err(OauthError::new(
        "invalid_target",
        "the resource is not the one that the user allowed",
    ))
}

fn tokens(
    store: &mut Store,
    session: &Session,
    scope: Vec<String>,
    refresh_token: &Secret,
) -> Value {
    let text = scope.join(" ");
    let access_token = store.issue_mcp_token(session, scope);
    json!({
        "access_token": access_token.expose(),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "refresh_token": refresh_token.expose(),
        "scope": text,
    })
}
