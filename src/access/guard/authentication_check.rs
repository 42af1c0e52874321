//! What the authentication middleware decides about each request.

use std::{iter, rc::Rc, sync::Arc};

use actix_web::{Error, HttpMessage as _, HttpRequest, body::MessageBody, dev::ServiceResponse};
use tracing::Span;

use super::{
    observed::{ROUTING_GUARD, record_denial},
    org_guard::GuardDenied,
    policy::Policy,
    preflight::PassedPreflight,
    review::{apply_settings, apply_settings_to_error, replace},
    service::{AccessCheck, ServiceResult},
    unrouted::is_unrouted,
};
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer, Verdict};
use crate::{
    access::{
        callers::api_keys::ApiKeys,
        denial::Denial,
        denial_log::warn_if_due,
        denied::Unauthorized,
        environments::{
            project::{OfProject, Project},
            selection::Selection,
        },
        outcome::Outcome,
        request::{
            authenticate::{Reads, authenticate_for_middleware, has_key_header},
            cached_result::{AuthResult, cache_result},
            source_headers::complete,
            token_sources::TokenSources,
        },
        settings::Settings,
    },
    observe::spans,
};

/// The settings of a middleware, alike for each of its environments.
#[derive(Clone, Debug)]
pub(super) struct Options {
    policy: Policy,
    pub(super) passes_preflight: bool,
    pub(super) denies_impersonated: bool,
    /// How API keys are treated, if they are accepted.
    pub(super) api_keys: Option<ApiKeys>,
    /// The places where the token may be, beside those of the handle.
    pub(super) sources: TokenSources,
    /// Whether the places of the handle are read.
    pub(super) reads_sources_of_handle: bool,
}

impl Options {
    /// Returns the settings of a middleware that was just created.
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            passes_preflight: false,
            denies_impersonated: false,
            api_keys: None,
            sources: TokenSources::default(),
            reads_sources_of_handle: true,
        }
    }

    /// Returns the places where the tokens of these environments may be.
    fn sources_of<'p>(&self, environments: impl Iterator<Item = &'p Project>) -> TokenSources {
        let of_handles = environments.map(|one| &one.auth.settings().token_sources);
        let read = of_handles.filter(|_| self.reads_sources_of_handle);
        read.fold(TokenSources::default(), |all, more| all.and_all(more))
            .and_all(&self.sources)
    }
}

/// The decisions of an authentication middleware, for one environment.
///
/// With several environments, there is one check for each, and one more around them that only chooses. A request never
/// meets two of them: [`for_request`](AccessCheck::for_request) is called once, and everything up to the mapping of the
/// response is the work of the check that it returned.
///
/// It is public only because it is part of the `Transform` type of the middleware.
#[derive(Debug)]
pub struct AuthenticationCheck {
    /// The environment, or the first one for a check that only chooses.
    project: Project,
    /// The settings of the middleware.
    options: Options,
    /// The places other than the `Authorization` header where the token may be, of all environments for a check that
    /// only chooses.
    sources: TokenSources,
    /// The checks of the environments that a request chooses from. This one is then for requests that choose none,
    /// which are denied.
    several: Option<Box<Selection<Rc<Self>>>>,
}

impl AuthenticationCheck {
    /// Creates the check of one environment.
    pub(super) fn new(project: Project, options: Options) -> Self {
        Self {
            sources: options.sources_of(iter::once(&project)),
            project,
            options,
            several: None,
        }
    }

    /// Creates the check of several environments.
    pub(super) fn of_several(environments: &Selection<Project>, options: &Options) -> Self {
        let new = |project: &Project| Self::new(project.clone(), options.clone());
        Self {
            sources: options.sources_of(environments.iter()),
            several: Some(Box::new(environments.map(|one| Rc::new(new(one))))),
            ..new(environments.first())
        }
    }
}

impl OfProject for AuthenticationCheck {
    fn settings(&self) -> &Arc<Settings> {
        self.project.auth.settings()
    }
}

impl AccessCheck for AuthenticationCheck {
    fn for_request<'c>(self: &'c Rc<Self>, request: &HttpRequest) -> Result<&'c Rc<Self>, Denial> {
        match &self.several {
            None => Ok(self),
            Some(several) => self.choose(several, request),
        }
    }

    fn name(&self) -> &'static str {
        self.options.policy.middleware_name()
    }

    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        let keys = self.options.api_keys.as_ref();
        let reads = Reads {
            sources: &self.sources,
            header_only: !self.options.reads_sources_of_handle && self.sources.is_empty(),
        };
        authenticate_for_middleware(&self.project.auth, keys, reads, request)
    }

    fn authorize_request(
        &self,
        request: &HttpRequest,
        result: AuthResult,
    ) -> Outcome<Result<(), Denial>> {
        cache_result(request, &result);
        let outcome = self.judge(result);
        #[cfg(feature = "audit")]
        probe::record(request, || Decision::of(self.layer(), &outcome));
        Outcome::Ready(outcome)
    }

    fn map_response<B: MessageBody>(
        &self,
        response: Result<ServiceResponse<B>, Error>,
    ) -> ServiceResult<B> {
        let settings = self.project.auth.settings();
        let response = response.map_err(|error| apply_settings_to_error(error, settings))?;
        let denied = response.request().extensions_mut().remove();
        if let Some(GuardDenied(denial)) = denied
            && is_unrouted(&response)
        {
            #[cfg(feature = "audit")]
            probe::record(response.request(), || {
                Decision::denied(Layer::NoRoute, &denial)
            });
            record_denial(ROUTING_GUARD, &denial.denied, response.request());
            let Denial { denied, settings } = denial;
            return Ok(replace(response, &denied, &settings));
        }
        let mut response = apply_settings(response);
        complete(&mut response, &self.sources);
        Ok(response)
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        let has_credentials = self.sources.are_at_odds_with_preflight(request.head())
            || has_key_header(self.options.api_keys.as_ref(), request);
        let passes = self.options.passes_preflight && !has_credentials;
        if passes {
            let anonymous = Err(Denial {
                denied: Unauthorized::NoCredentials.into(),
                settings: Arc::clone(self.project.auth.settings()),
            });
            cache_result(request, &anonymous);
            request.extensions_mut().insert(PassedPreflight);
            #[cfg(feature = "audit")]
            probe::record(request, || Decision {
                layer: self.layer(),
                verdict: Verdict::PassedPreflight,
            });
        } else {
            // The nearest middleware decides: guards inside must not rely on one further outside.
            request.extensions_mut().remove::<PassedPreflight>();
        }
        passes
    }
}

impl AuthenticationCheck {
    /// Describes the middleware for an audit.
    #[cfg(feature = "audit")]
    fn layer(&self) -> Layer {
        let name = match (self.options.policy, &self.options.api_keys) {
            (Policy::Require, None) => "user",
            (Policy::Require, Some(_)) => "user or API key",
            (Policy::Optional, None) => "optional user",
            (Policy::Optional, Some(_)) => "optional user or API key",
            (Policy::AllowAnonymous, None) => "anonymous allowed",
            (Policy::AllowAnonymous, Some(_)) => "anonymous allowed, user or API key",
        };
        Layer::Middleware(name, matches!(self.options.policy, Policy::Require))
    }

    /// Returns the check of the environment that a request is for.
    fn choose<'c>(
        &'c self,
        several: &'c Selection<Rc<Self>>,
        request: &HttpRequest,
    ) -> Result<&'c Rc<Self>, Denial> {
        let chosen = several.for_request(request, &self.sources);
        let check = chosen.map_err(|reason| Denial {
            denied: reason.into(),
            settings: Arc::clone(self.project.auth.settings()),
        })?;
        if spans::are_enabled() {
            // That of the application: the span of the decision begins later.
            spans::record_issuer(&Span::current(), &check.settings().issuer);
        }
        Ok(check)
    }

    /// Decides by the policy whether a request may continue.
    fn judge(&self, result: AuthResult) -> Result<(), Denial> {
        match result {
            Err(denial) if !self.options.policy.tolerates(&denial.denied) => Err(denial),
            Err(Denial { denied, settings }) => {
                warn_if_due(&denied, &settings);
                Ok(())
            }
            Ok(principal) if self.options.denies_impersonated => match principal.user() {
                Some(user) => user.deny_impersonation().map_err(|denied| Denial {
                    denied,
                    settings: Arc::clone(user.settings()),
                }),
                None => Ok(()),
            },
            Ok(_) => Ok(()),
        }
    }
}
