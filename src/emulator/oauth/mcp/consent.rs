//! The question whether a client may act for the user, and the answer.

#[cfg(not(feature = "pages"))]
use super::consent_page;
use super::issuer::issuer;
#[cfg(not(feature = "pages"))]
use crate::emulator::web::{Access, Route, StateRoute};
use crate::emulator::{
    oauth::{
        browser::{Visitor, visitor},
        error::OauthError,
        target::Target,
    },
    state::{AuthorizationCode, CodePurpose, OpenConsent, Session, Store},
    web::{Reply, WebRequest},
};

// With pages, the question is one of them, and its form is checked as all of theirs are.
#[cfg(not(feature = "pages"))]
pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "mcp_consent",
        ("GET", "/oauth/2.1/consent"),
        Access::Public,
        "the question whether an MCP client may act for the user",
        show,
    ),
    Route::new(
        "mcp_answer_consent",
        ("POST", "/oauth/2.1/consent"),
        Access::Public,
        "the answer of the user",
        answer,
    ),
];

#[cfg(not(feature = "pages"))]
fn show(store: &mut Store, request: &WebRequest) -> Reply {
    let id = request.query("id").unwrap_or_default();
    match find(store, request, &id) {
        Some((session, consent)) => consent_page::show(store, &session, &id, &consent),
        None => out_of_date(),
    }
}

/// Answers once. The id of the question and the session of the browser belong together, so that no other web page can
/// answer for the user; headers say which page sends a form, as well.
pub(crate) fn answer(store: &mut Store, request: &WebRequest) -> Reply {
    if !request.is_form() || !request.is_from_own_page() {
        let why = "the request is not the form of the page with the question";
        return OauthError::new("access_denied", why).page();
    }
    let id = request.form("id").unwrap_or_default();
    let Some((session, consent)) = find(store, request, &id) else {
        return out_of_date();
    };
    let target = Target {
        redirect_uri: consent.redirect_uri.clone(),
        state: consent.state.clone(),
        issuer: Some(issuer(store)),
    };
    if request.form("decision").as_deref() != Some("allow") {
        store.close_consent(&id);
        return target.refuse(&OauthError::new("access_denied", "the user said no"));
    }
    let form = request.form_pairs();
    let chosen = |scope: &String| {
        form.iter()
            .any(|(name, value)| name == "scope" && value == scope)
    };
    let scope: Vec<String> = consent
        .scope
        .iter()
        .filter(|it| chosen(it))
        .cloned()
        .collect();
    let org_id = request.form("org_id").filter(|it| !it.is_empty());
    let user = store.users.get(&session.user_id);
    let org_id = match org_id {
        None => None,
        Some(text) => {
            let found = user.and_then(|user| {
                let mut orgs = user.memberships.keys();
                orgs.find(|org_id| org_id.as_str() == text).cloned()
            });
            match found {
                Some(org_id) => Some(org_id),
                None => return out_of_date(),
            }
        }
    };
    store.close_consent(&id);
    let code = store.issue_code(AuthorizationCode {
        purpose: CodePurpose::Mcp,
        client_id: Some(consent.client_id),
        redirect_uri: consent.redirect_uri,
        code_challenge: Some(consent.code_challenge),
        session_id: session.session_id,
        scope,
        resource: Some(consent.resource),
        org_id,
        nonce: None,
    });
    target.answer(&[("code", code.expose())])
}

/// Returns a question to the user of this browser.
pub(crate) fn find(
    store: &Store,
    request: &WebRequest,
    id: &str,
) -> Option<(Session, OpenConsent)> {
    let Visitor::User(session) = visitor(store, request) else {
        return None;
    };
    let consent = store.open_consent(id, &session.session_id)?.clone();
    Some((*session, consent))
}

fn out_of_date() -> Reply {
    OauthError::invalid_request(
        "the question is out of date, was answered already, or is to another user: begin again in the MCP client",
    )
    .page()
}
