//! A request for a page, by a browser that is known by its cookies.

use actix_web::http::Method;
use url::Url;

use crate::{
    emulator::{
        frontend::session_cookie::SESSION_COOKIE,
        pages::{
            form_check::Browser,
            return_to::{ReturnTo, with_return_to},
        },
        state::Settings,
        web::WebRequest,
    },
    words::secret::Secret,
};

/// A request for a page.
#[derive(Debug)]
pub(crate) struct Visit<'r> {
    pub(crate) request: &'r WebRequest,
    pub(super) browser: Browser,
}

impl<'r> Visit<'r> {
    pub(super) fn new(request: &'r WebRequest) -> Self {
        Self {
            request,
            browser: Browser::of(request),
        }
    }

    /// Returns `true` if the browser asks for a page, and sends no form.
    pub(crate) fn is_read(&self) -> bool {
        self.request.method == Method::GET
    }

    /// Returns the refresh token of the browser's session, or an empty text.
    pub(crate) fn session(&self) -> &'r str {
        self.request.cookie(SESSION_COOKIE).unwrap_or_default()
    }

    /// Returns the token that every form has.
    pub(crate) fn form_token(&self) -> Secret {
        self.browser.form_token(self.request)
    }

    /// Returns a field of the form without whitespace around it, or an empty text.
    pub(crate) fn field(&self, name: &str) -> String {
        let value = self.request.form(name).unwrap_or_default();
        value.trim().to_owned()
    }

    /// Returns a field of the form as it was typed, for passwords.
    pub(crate) fn secret_field(&self, name: &str) -> Secret {
        self.request.form(name).unwrap_or_default().into()
    }

    /// Returns `true` if a checkbox of the form is checked.
    pub(crate) fn is_checked(&self, name: &str) -> bool {
        self.request.form(name).is_some()
    }

    /// Returns a parameter of the query without whitespace around it, or an empty text.
    pub(crate) fn parameter(&self, name: &str) -> String {
        let value = self.request.query(name).unwrap_or_default();
        value.trim().to_owned()
    }

    /// Returns where the browser wants to be in the end, if that is an allowed place.
    pub(crate) fn return_to(&self, settings: &Settings) -> Option<ReturnTo> {
        ReturnTo::read(&self.request.query("rt")?, settings)
    }

    /// Returns the URL of this page at the host name of the place to return to, if that is the other of the
    /// two names of this machine: browsers share cookies among the ports of one host, not among hosts.
    pub(crate) fn at_host_of_return(&self, settings: &Settings) -> Option<String> {
        let names = ["localhost", "127.0.0.1"];
        let host = self.request.header("host")?;
        let (name, port) = host.rsplit_once(':')?;
        let target = Url::parse(self.return_to(settings)?.url()).ok()?;
        let target = target.host_str()?;
        let differs = target != name && names.contains(&target) && names.contains(&name);
        let (path, query) = (&self.request.path, &self.request.query);
        differs.then(|| format!("http://{target}:{port}{path}?{query}"))
    }

    /// Returns the path of another page that returns to the same place.
    pub(crate) fn keep_return_to(&self, path: &str, settings: &Settings) -> String {
        with_return_to(path, self.return_to(settings).as_ref())
    }

    /// Returns the path of another page that returns to this one.
    pub(crate) fn and_back(&self, path: &str, settings: &Settings) -> String {
        let host = self.request.header("host").unwrap_or_default();
        let mut here = format!("http://{host}{}", self.request.path);
        if !self.request.query.is_empty() {
            here.push('?');
            here.push_str(&self.request.query);
        }
        with_return_to(path, ReturnTo::checked(&here, settings).as_ref())
    }
}
