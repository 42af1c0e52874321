//! The login of applications that are rendered on a server, as `@propelauth/nextjs` and `@propelauth/remix`
//! ask for it: a code through the browser, exchanged with the integration API key.
//!
//! Known differences to PropelAuth: `server-side-errors` in docs/differences.md.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{
    browser::{ToLogin, Visitor, to_login, visitor},
    error::OauthError,
    parameters::Parameters,
    target::Target,
};
use crate::emulator::{
    state::{AuthorizationCode, CodePurpose, Presented, Settings, Store, TOKEN_LIFETIME},
    web::{Access, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "ssr_authorize",
        ("GET", "/propelauth/ssr/authorize"),
        Access::Public,
        "sends the browser through the login to the application, with a code",
        authorize,
    ),
    Route::new(
        "ssr_token",
        ("POST", "/propelauth/ssr/token"),
        Access::Backend,
        "exchanges a code for an access token and a refresh token",
        token,
    ),
];

/// The parameters that are not for the page of the login.
const OWN: [&str; 3] = ["redirect_uri", "state", "signup"];

fn authorize(store: &mut Store, request: &WebRequest) -> Reply {
    let parameters = Parameters::query(request);
    let target = match read_target(&parameters, &store.project.settings) {
        Ok(target) => target,
        Err(error) => return error.page(),
    };
    let signs_up = match parameters.get("signup") {
        Ok(signs_up) => signs_up == Some("true"),
        Err(error) => return target.refuse(&error),
    };
    let Visitor::User(session) = visitor(store, request) else {
        let mut for_page = request.query_pairs();
        for_page.retain(|(name, _)| !OWN.contains(&name.as_str()) && name != "rt");
        return to_login(
            request,
            &ToLogin {
                signs_up,
                for_page,
                ..ToLogin::default()
            },
        );
    };
    let code = store.issue_code(AuthorizationCode {
        purpose: CodePurpose::ServerSide,
        client_id: None,
        redirect_uri: target.redirect_uri.clone(),
        code_challenge: None,
        session_id: session.session_id,
        scope: Vec::new(),
        resource: None,
        org_id: None,
        nonce: None,
    });
    target.answer(&[("code", code.expose())])
}

/// Returns the redirect URI, if it is at a place of a frontend of the project, and the state.
fn read_target(parameters: &Parameters, settings: &Settings) -> Result<Target, OauthError> {
    let redirect_uri = parameters.require("redirect_uri")?;
    let is_plain = redirect_uri.bytes().all(|byte| byte.is_ascii_graphic())
        && !redirect_uri.contains(['#', '\\']);
    let url = Url::parse(redirect_uri).ok();
    let is_allowed = url.is_some_and(|url| {
        url.username().is_empty() && url.password().is_none() && settings.is_frontend(&url)
    });
    if !is_plain || !is_allowed {
        return Err(OauthError::invalid_request(
            "the redirect_uri is not at a place of a frontend of the project: add it to application_url or \
             additional_fe_locations",
        ));
    }
    Ok(Target {
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.get("state")?.map(str::to_owned),
        issuer: None,
    })
}

#[derive(Deserialize)]
struct TokenRequest {
    redirect_uri: String,
    code: String,
}

/// The application gets the session of the browser, so that its logout is the browser's as well.
fn token(store: &mut Store, request: &WebRequest) -> Reply {
    let Ok(TokenRequest { redirect_uri, code }) = request.json() else {
        let why = "the body is not a JSON object with the texts redirect_uri and code";
        return OauthError::invalid_request(why).reply();
    };
    let presented = Presented {
        purpose: CodePurpose::ServerSide,
        client_id: None,
        redirect_uri: &redirect_uri,
        code_verifier: None,
    };
    let session_id = match store.check_code(&code, &presented) {
        Ok(code) => code.session_id,
        Err(why) => return OauthError::invalid_grant(why).reply(),
    };
    let (Some(refresh_token), Some(session)) = (
        store.refresh_token_of(&session_id),
        store.session_by_id(&session_id),
    ) else {
        return OauthError::invalid_grant("the session of the browser has ended").reply();
    };
    match store.session_token(session, None, TOKEN_LIFETIME) {
        Some(Ok(access_token)) => {
            store.spend_code(&code, &session_id);
            store.use_session(refresh_token.expose());
            Reply::json(
                200,
                json!({
                    "access_token": access_token.expose(),
                    "refresh_token": refresh_token.expose(),
                }),
            )
        }
        Some(Err(why)) => OauthError::new("server_error", why).reply(),
        None => OauthError::invalid_grant("the user was deleted").reply(),
    }
}
