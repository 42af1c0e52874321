//! The authorization endpoint of OAuth 2 and OpenID Connect: a code through the browser, for a client.
//!
//! Known differences to PropelAuth: `org-of-another` in docs/differences.md.

use super::{
    browser::{ToLogin, Visitor, to_login, visitor},
    error::OauthError,
    parameters::Parameters,
    prompt::Prompt,
    target::Target,
};
use crate::{
    emulator::{
        state::{
            AuthorizationCode, CodePurpose, LoopbackPorts, Session, Store, ids::canonical, pkce,
        },
        web::{Access, Reply, Route, StateRoute, WebRequest},
    },
    words::ids::OrgId,
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "oauth_authorize",
    ("GET", "/propelauth/oauth/authorize"),
    Access::Public,
    "sends the browser through the login to a client of OAuth, with a code",
    authorize,
)];

/// The scopes that mean something, as PropelAuth's metadata lists them. Others are ignored (OpenID Connect
/// Core, 3.1.2.1).
pub(super) const SCOPES: [&str; 3] = ["openid", "email", "profile"];

fn authorize(store: &mut Store, request: &WebRequest) -> Reply {
    let parameters = Parameters::query(request);
    let (client_id, target) = match read_target(store, &parameters) {
        Ok(found) => found,
        Err(error) => return error.page(),
    };
    answer(store, request, &parameters, client_id, &target)
        .unwrap_or_else(|error| target.refuse(&error))
}

/// Returns the id of the client, and where the answer goes. Before both are known to belong together, no
/// error may be sent there.
fn read_target(store: &Store, parameters: &Parameters) -> Result<(String, Target), OauthError> {
    let client_id = parameters.require("client_id")?;
    let redirect_uri = parameters.require("redirect_uri")?;
    let client = store.project.oauth_client(client_id).ok_or_else(|| {
        OauthError::invalid_request(
            "there is no OAuth client with this client_id: add it to oauth_clients of the seed, or with \
             Emulator::add_oauth_client",
        )
    })?;
    if !client.allows_redirect(redirect_uri, LoopbackPorts::ToTheLetter) {
        return Err(OauthError::invalid_request(
            "the redirect_uri is not one of this client's: they are compared to the letter, with * for one \
             label of a host name",
        ));
    }
    let target = Target {
        redirect_uri: redirect_uri.to_owned(),
        // A state that was sent twice is an error, which is answered without one.
        state: parameters.get("state").ok().flatten().map(str::to_owned),
        issuer: None,
    };
    Ok((client_id.to_owned(), target))
}

fn answer(
    store: &mut Store,
    request: &WebRequest,
    parameters: &Parameters,
    client_id: String,
    target: &Target,
) -> Result<Reply, OauthError> {
    parameters.get("state")?;
    let wants = read_wants(parameters)?;
    let prompt = Prompt::read(parameters)?;
    let session = match visitor(store, request) {
        Visitor::User(session) => Some(*session),
        Visitor::Stranger => None,
        Visitor::Unfinished if prompt.is_silent() => {
            return Err(OauthError::new(
                "interaction_required",
                "the login needs another step of the user",
            ));
        }
        Visitor::Unfinished => return Ok(to_login(request, &ToLogin::default())),
    };
    let session = match prompt.settle(session, store.now())? {
        Ok(session) => session,
        Err(replaces) => {
            return Ok(to_login(
                request,
                &ToLogin {
                    prompt: prompt.of_page(),
                    for_return: replaces
                        .as_ref()
                        .map(|session_id| (Prompt::REPLACES, session_id.as_str())),
                    ..ToLogin::default()
                },
            ));
        }
    };
    check_membership(store, &session, wants.org_id.as_ref())?;
    let code = store.issue_code(AuthorizationCode {
        purpose: CodePurpose::Oauth,
        client_id: Some(client_id),
        redirect_uri: target.redirect_uri.clone(),
        code_challenge: wants.code_challenge,
        session_id: session.session_id,
        scope: wants.scope,
        resource: None,
        org_id: wants.org_id,
        nonce: wants.nonce,
    });
    Ok(target.answer(&[("code", code.expose())]))
}

/// What a client asks for.
struct Wants {
    scope: Vec<String>,
    code_challenge: Option<String>,
    org_id: Option<OrgId>,
    nonce: Option<String>,
}

fn read_wants(parameters: &Parameters) -> Result<Wants, OauthError> {
    match parameters.require("response_type")? {
        "code" => {}
        _ => {
            return Err(OauthError::new(
                "unsupported_response_type",
                "the response_type is not code, which is the only one",
            ));
        }
    }
    if parameters.get("request")?.is_some() || parameters.get("request_uri")?.is_some() {
        return Err(OauthError::new(
            "request_not_supported",
            "the parameters of an authorization request are sent one by one",
        ));
    }
    if parameters
        .get("response_mode")?
        .is_some_and(|it| it != "query")
    {
        return Err(OauthError::invalid_request(
            "the response_mode is not query, which is the only one",
        ));
    }
    let scope = parameters.words("scope")?;
    Ok(Wants {
        scope: scope
            .into_iter()
            .filter(|scope| SCOPES.contains(scope))
            .map(str::to_owned)
            .collect(),
        code_challenge: code_challenge(parameters)?.map(str::to_owned),
        org_id: parameters.get("org_id")?.map(canonical),
        nonce: parameters.get("nonce")?.map(str::to_owned),
    })
}

/// Returns the code challenge (RFC 7636, 4.3), which is one of the method `S256`.
pub(crate) fn code_challenge(parameters: &Parameters) -> Result<Option<&str>, OauthError> {
    let method = parameters.get("code_challenge_method")?;
    match (parameters.get("code_challenge")?, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => Ok(Some(challenge)),
        (Some(_), Some("S256")) => Err(OauthError::invalid_request(
            "the code_challenge is not the SHA-256 of a code_verifier in base64url without padding: it has 43 \
             characters",
        )),
        // Without a method, `plain` is meant.
        (Some(_), _) => Err(OauthError::invalid_request(
            "the code_challenge_method is not S256, which is the only one",
        )),
        (None, Some(_)) => Err(OauthError::invalid_request("the code_challenge is missing")),
    }
}

fn check_membership(
    store: &Store,
    session: &Session,
    org_id: Option<&OrgId>,
) -> Result<(), OauthError> {
    let user = store.users.get(&session.user_id);
    let is_member = |org_id| user.is_some_and(|user| user.memberships.contains_key(org_id));
    match org_id {
        Some(org_id) if !is_member(org_id) => Err(OauthError::new(
            "access_denied",
            "the user is not in the organization that org_id names",
        )),
        _ => Ok(()),
    }
}
