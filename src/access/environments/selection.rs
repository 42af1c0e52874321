//! The rules by which a request chooses its environment.

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest, http::header::HeaderMap};

use super::{host, issuer, path, project::OfProject};
use crate::access::{
    no_environment::{NoEnvironment, shown},
    request::{cached_result::cached_settings, token_sources::TokenSources},
    token::header,
};

/// Several environments, and the rule by which a request chooses one of them.
///
/// `T` is what belongs to an environment: a handle, or the check of a middleware.
#[derive(Clone, Debug)]
pub(crate) struct Selection<T> {
    /// The environment that answers where the rule chooses none.
    ///
    /// By issuer, it judges requests whose token names none of the issuers, and denies them as always. By host or
    /// path, only its settings are used, for the response to a request that is denied.
    first: T,
    /// The rule, with the environments in it.
    rule: Rule<T>,
}

/// How a request chooses.
///
/// Lists are searched from their beginning. They have as many entries as a developer writes by hand, and comparing
/// a text with one of another length takes a nanosecond.
#[derive(Clone, Debug)]
enum Rule<T> {
    /// By the issuer that the token names.
    Issuer(Vec<T>),
    /// By the host of the request. The names are in lower case, without port and trailing dot.
    Host(Vec<(String, T)>),
    /// By the beginning of the path: the longest prefix first, each without a trailing slash.
    Path(Vec<(String, T)>),
}

impl<T: Clone> Selection<T> {
    /// Creates the selection by the issuer that a token names.
    pub(crate) fn by_issuer(first: T, environments: Vec<T>) -> Self {
        Self {
            first,
            rule: Rule::Issuer(environments),
        }
    }

    /// Creates the selection by the host of a request, from names that [`host::normalize`] returned.
    pub(crate) fn by_host(first: T, environments: Vec<(String, T)>) -> Self {
        Self {
            first,
            rule: Rule::Host(environments),
        }
    }

    /// Creates the selection by the path of a request, from prefixes that [`path::normalize`] returned.
    pub(crate) fn by_path(first: T, mut environments: Vec<(String, T)>) -> Self {
        environments.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Self {
            first,
            rule: Rule::Path(environments),
        }
    }

    /// Returns the selection among what a function makes of each environment.
    pub(crate) fn map<U>(&self, make: impl Fn(&T) -> U) -> Selection<U> {
        let named = |list: &[(String, T)]| -> Vec<(String, U)> {
            let list = list.iter();
            list.map(|(name, one)| (name.clone(), make(one))).collect()
        };
        Selection {
            first: make(&self.first),
            rule: match &self.rule {
                Rule::Issuer(list) => Rule::Issuer(list.iter().map(&make).collect()),
                Rule::Host(list) => Rule::Host(named(list)),
                Rule::Path(list) => Rule::Path(named(list)),
            },
        }
    }

    /// Returns the environment that answers where the rule chooses none.
    pub(crate) fn first(&self) -> &T {
        &self.first
    }

    /// Returns the environments in their order, one of several names as often as it has names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let (plain, named): (&[T], &[(String, T)]) = match &self.rule {
            Rule::Issuer(list) => (list, &[]),
            Rule::Host(list) | Rule::Path(list) => (&[], list),
        };
        plain.iter().chain(named.iter().map(|(_, one)| one))
    }
}

impl<T: OfProject + Clone> Selection<T> {
    /// Returns the environment that a request is for. `sources` are the places of the token other than the
    /// `Authorization` header.
    ///
    /// # Errors
    ///
    /// Returns an error if the host or the path of the request is that of no environment. A token that names no
    /// issuer of the list is judged by the first environment, which denies it, unless another one of the list has
    /// authenticated the request already.
    pub(crate) fn for_request(
        &self,
        request: &HttpRequest,
        sources: &TokenSources,
    ) -> Result<&T, NoEnvironment> {
        match &self.rule {
            Rule::Issuer(_) => {
                let chosen = match bearer(request.headers()) {
                    Some(token) => self.named_by(token),
                    None => self.named_in(sources, request),
                };
                let chosen = chosen.or_else(|| self.that_authenticated(request));
                Ok(chosen.unwrap_or(&self.first))
            }
            Rule::Host(list) => {
                let name = host::of(request.head())?;
                let is_named = |it: &&(String, T)| it.0.eq_ignore_ascii_case(name);
                let found = list.iter().find(is_named).map(|(_, one)| one);
                found.ok_or_else(|| NoEnvironment::UnknownHost(shown(name)))
            }
            Rule::Path(list) => {
                // The path that actix-web matches, and not the one that was sent: they differ in their encoding.
                let path = request.match_info().as_str();
                if !path::is_plain(path) {
                    return Err(NoEnvironment::AmbiguousPath(shown(path)));
                }
                let is_below = |it: &&(String, T)| path::is_below(path, &it.0);
                let found = list.iter().find(is_below).map(|(_, one)| one);
                found.ok_or_else(|| NoEnvironment::UnknownPath(shown(path)))
            }
        }
    }

    /// Returns the environment that a request is for, by a token in one of the places of the handles.
    ///
    /// A middleware outside may read fewer places than its handle, or others. What it has decided counts, unless the
    /// token is in the `Authorization` header, which all of them read.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`for_request`](Self::for_request).
    pub(crate) fn for_request_of_handles(
        &self,
        request: &HttpRequest,
    ) -> Result<&T, NoEnvironment> {
        if matches!(self.rule, Rule::Issuer(_))
            && bearer(request.headers()).is_none()
            && let Some(chosen) = self.that_authenticated(request)
        {
            return Ok(chosen);
        }
        let handles = self.iter().map(|one| &one.settings().token_sources);
        let sources = handles.fold(TokenSources::default(), |all, more| all.and_all(more));
        self.for_request(request, &sources)
    }

    /// Returns the environment that judges a token without a request, by the issuer that it names.
    pub(crate) fn for_token(&self, token: &str) -> &T {
        self.named_by(token.as_bytes()).unwrap_or(&self.first)
    }

    /// Returns the environment whose issuer a token names.
    ///
    /// An issuer that is written exactly so has precedence over one that is accepted as another name of this machine.
    /// At most one environment accepts an issuer: a list in which two do is an error when it is made.
    fn named_by(&self, token: &[u8]) -> Option<&T> {
        let longest = self.iter().map(|one| one.settings().max_token_len).max();
        // Such a token is denied unread, whoever judges it.
        if token.len() > longest? {
            return None;
        }
        let claimed = issuer::claimed(token)?;
        let is_of = |one: &&T| one.settings().issuer == claimed;
        let accepts = |one: &&T| one.settings().accepts_issuer(&claimed);
        self.iter()
            .find(is_of)
            .or_else(|| self.iter().find(accepts))
    }

    /// Returns the environment that has authenticated a request already, such as one whose middleware outside reads the
    /// token from a place that this one does not read.
    fn that_authenticated(&self, request: &HttpRequest) -> Option<&T> {
        let settings = cached_settings(&request.extensions())?;
        self.iter()
            .find(|one| Arc::ptr_eq(one.settings(), &settings))
    }

    /// Returns the environment whose issuer the first token names that is in one of these places.
    ///
    /// A place that cannot be read is left to the environment, which denies the request because of it. So are different
    /// tokens in two places.
    fn named_in(&self, sources: &TokenSources, request: &HttpRequest) -> Option<&T> {
        let mut tokens = sources
            .iter()
            .map(|source| source.read(request.head(), Some(request)));
        let token = tokens.find_map(|token| token.ok().flatten())?;
        self.named_by(token.as_bytes())
    }
}

impl<T: OfProject> OfProject for std::rc::Rc<T> {
    fn settings(&self) -> &Arc<crate::access::settings::Settings> {
        (**self).settings()
    }
}

/// Returns the bearer token in the `Authorization` header, without any check.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = header::authorization(headers).ok()?;
    header::raw_token(value).map(<[u8]>::trim_ascii)
}
