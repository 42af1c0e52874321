//! The authorization endpoint for MCP clients: who asks, for what, and who is to answer.

use url::Url;

use super::{
    client_document::{is_document_url, problem},
    issuer::issuer,
};
use crate::emulator::{
    oauth::{
        authorize::code_challenge,
        browser::{ToLogin, Visitor, to_login, visitor},
        error::OauthError,
        parameters::Parameters,
        target::{Target, redirect},
    },
    state::{LoopbackPorts, OauthClient, OpenConsent, Store},
    web::{Access, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "mcp_authorize",
    ("GET", "/oauth/2.1/authorize"),
    Access::Public,
    "asks the user whether an MCP client may act for them",
    authorize,
)];

/// The longest list of scopes.
const MOST_SCOPES: usize = 100;

fn authorize(store: &mut Store, request: &WebRequest) -> Reply {
    let parameters = Parameters::query(request);
    let (client, target) = match read_target(store, &parameters) {
        Ok(found) => found,
        Err(error) => return error.page(),
    };
    ask(store, request, &parameters, &client, &target).unwrap_or_else(|error| target.refuse(&error))
}

/// Returns the client, and where the answer goes. Before both are known to belong together, no error may be sent there.
fn read_target(
    store: &Store,
    parameters: &Parameters,
) -> Result<(OauthClient, Target), OauthError> {
    let client_id = parameters.require("client_id")?;
    let redirect_uri = parameters.require("redirect_uri")?;
    let client = store.mcp_client(client_id).ok_or_else(|| {
        if is_document_url(client_id) {
            return OauthError::invalid_client(problem(store, client_id));
        }
        OauthError::invalid_client(
            "there is no MCP client with this client_id: it may have registered with an earlier run of the emulator",
        )
    })?;
    if !client.allows_redirect(redirect_uri, LoopbackPorts::Any) {
        return Err(OauthError::invalid_request(
            "the redirect_uri is not one of this client's: they are compared to the letter, but for the port of \
             this machine",
        ));
    }
    let target = Target {
        redirect_uri: redirect_uri.to_owned(),
        // A state that was sent twice is an error, which is answered without one.
        state: parameters.get("state").ok().flatten().map(str::to_owned),
        issuer: Some(issuer(store)),
    };
    Ok((client, target))
}

fn ask(
    store: &mut Store,
    request: &WebRequest,
    parameters: &Parameters,
    client: &OauthClient,
    target: &Target,
) -> Result<Reply, OauthError> {
    parameters.get("state")?;
    if parameters.require("response_type")? != "code" {
        return Err(OauthError::new(
            "unsupported_response_type",
            "the response_type is not code, which is the only one",
        ));
    }
    let code_challenge = code_challenge(parameters)?.ok_or_else(|| {
        OauthError::invalid_request(
            "the code_challenge is missing: OAuth 2.1 demands one, with the code_challenge_method S256",
        )
    })?;
    let scope = scope(store, parameters)?;
    let resource = parameters.get("resource")?.ok_or_else(|| {
        OauthError::new(
            "invalid_target",
            "the resource is missing: send the URL of the MCP server that the token is for",
        )
    })?;
    check_resource(resource)?;
    let session = match visitor(store, request) {
        Visitor::User(session) => session,
        Visitor::Stranger | Visitor::Unfinished => {
            return Ok(to_login(request, &ToLogin::default()));
        }
    };
    let asked_at = store.now();
    let id = store.ask_consent(OpenConsent {
        client_id: client.client_id.clone(),
        client_name: client.name.clone(),
        redirect_uri: target.redirect_uri.clone(),
        state: target.state.clone(),
        code_challenge: code_challenge.to_owned(),
        scope,
        resource: resource.to_owned(),
        session_id: session.session_id,
        asked_at,
    });
    Ok(redirect(format!("/oauth/2.1/consent?id={id}")))
}

/// Returns the scopes that are asked for. If the project has scopes, there are no others.
fn scope(store: &Store, parameters: &Parameters) -> Result<Vec<String>, OauthError> {
    let words = parameters.words("scope")?;
    let invalid = |why: &str| Err(OauthError::new("invalid_scope", why));
    // RFC 6749, 3.3.
    let is_word = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if words.len() > MOST_SCOPES || !words.iter().all(|it| it.bytes().all(is_word)) {
        return invalid("the scope is a list of at most 100 words with single spaces between them");
    }
    let known = &store.project.settings.mcp_scopes;
    let is_known = |scope: &&str| known.is_empty() || known.iter().any(|it| it == scope);
    if !words.iter().all(is_known) {
        return invalid(
            "the scope has a word that is not in the setting mcp_scopes of the project",
        );
    }
    Ok(words.into_iter().map(str::to_owned).collect())
}

/// Checks the URL of a protected resource (RFC 8707, 2).
fn check_resource(resource: &str) -> Result<(), OauthError> {
    let url = Url::parse(resource).ok();
    let is_fit = url.is_some_and(|url| url.has_host() && url.fragment().is_none());
    let is_plain = resource.bytes().all(|byte| byte.is_ascii_graphic()) && !resource.contains('#');
    if is_fit && is_plain {
        return Ok(());
    }
    Err(OauthError::new(
        "invalid_target",
        "the resource is not an absolute URL without a fragment",
    ))
}
