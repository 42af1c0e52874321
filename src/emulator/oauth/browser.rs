//! Who sits at the browser, and sending the browser to the login.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use super::target::redirect;
use crate::{
    emulator::{
        frontend::SESSION_COOKIE,
        state::{LoginStep, Session, Store},
        web::{Reply, WebRequest},
    },
    words::secret::Secret,
};

/// Who sits at the browser.
pub(crate) enum Visitor {
    /// A user who has finished a login.
    User(Box<Session>),
    /// A user whose login needs another step.
    Unfinished,
    Stranger,
}

/// Returns who sits at the browser.
pub(crate) fn visitor(store: &Store, request: &WebRequest) -> Visitor {
    let token = Secret::from(request.cookie(SESSION_COOKIE).unwrap_or_default());
    match (
        store.login_step(token.expose()),
        store.session(token.expose()),
    ) {
        (LoginStep::Finished, Some(session)) => Visitor::User(Box::new(session.clone())),
        (LoginStep::LoginRequired, _) | (_, None) => Visitor::Stranger,
        (_, Some(_)) => Visitor::Unfinished,
    }
}

/// How to send a browser to the login.
#[derive(Default)]
pub(crate) struct ToLogin<'a> {
    pub(crate) signs_up: bool,
    /// The prompt for the page, if it shows more than it otherwise would.
    pub(crate) prompt: Option<&'static str>,
    /// Parameters for the page.
    pub(crate) for_page: Vec<(String, String)>,
    /// A parameter to add to the URL that the browser comes back to.
    pub(crate) for_return: Option<(&'a str, &'a str)>,
}

/// Sends the browser to the login, from which it comes back with the same request.
///
/// It comes back to the host that it asked, because its cookies are of that host. Which hosts can be asked
/// was checked before.
pub(crate) fn to_login(request: &WebRequest, to_login: &ToLogin<'_>) -> Reply {
    let mut pairs = request.query_pairs();
    if let Some((name, value)) = to_login.for_return {
        pairs.retain(|(found, _)| found != name);
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let encoded = |pairs: &[(String, String)]| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    };
    let host = request.header("host").unwrap_or_default();
    let back = format!("http://{host}{}?{}", request.path, encoded(&pairs));
    let mut pairs = vec![("rt".to_owned(), STANDARD.encode(back))];
    pairs.extend(
        to_login
            .prompt
            .map(|prompt| ("prompt".to_owned(), prompt.to_owned())),
    );
    pairs.extend(to_login.for_page.iter().cloned());
    let page = match to_login.signs_up {
        true => "signup",
        false => "login",
    };
    redirect(format!("/{page}?{}", encoded(&pairs)))
}
