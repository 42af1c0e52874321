//! [`StepUp`]: middleware that requires a grant which the user got by a second factor.
//!
//! The grant is verified last, by the innermost middleware, because a one-time grant is used up by it: a request
//! that is denied for another reason must not cost the user another code.

use std::{fmt, rc::Rc, sync::Arc};

use actix_service::{Service, Transform};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderName,
};
use futures_util::future::{Ready, ready};

use super::{
    preflight::was_passed,
    service::{AccessCheck, AccessService},
};
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer};
use crate::access::{
    denial::Denial,
    denied::Forbidden,
    environments::{project::Project, selection::Selection},
    no_environment::NoEnvironment,
    outcome::Outcome,
    request::{
        authenticate::authenticate_for,
        cached_result::{AuthResult, cache_result, settings_of},
    },
    step_up::proof::{Proof, by_key},
};

/// Middleware that requires a step-up grant, which the user got by a second factor.
///
/// [`PropelAuth::require_step_up`](crate::PropelAuth::require_step_up) creates it, and says what it responds.
///
/// # How a client gets a grant
///
/// A route of the application exchanges the code of an authenticator app for a grant, which the client then sends
/// with the request itself:
///
/// ```
/// use actix_web::{Result, error::ErrorForbidden, web::Json};
/// use actix_web_propelauth::{
///     Error, PropelAuth, Secret, User,
///     api::{SerializableSecret, StepUpGrantType, VerifyStepUpTotpChallengeArgs, VerifyTotpChallengeRefusal},
/// };
///
/// /// `POST /step-up` with the six digits as a JSON string.
/// async fn step_up(user: User, auth: PropelAuth, code: Json<String>) -> Result<String> {
///     let challenge = VerifyStepUpTotpChallengeArgs {
///         action_type: "DELETE_ORG".to_owned(),
///         user_id: user.user_id.clone(),
///         code: code.into_inner().into(),
///         grant_type: StepUpGrantType::OneTimeUse,
///         valid_for_seconds: 300,
///     };
///     match auth.mfa().verify_step_up_totp_challenge(challenge).await {
///         Ok(created) => Ok(created.step_up_grant.expose().to_owned()),
///         Err(Error::Refused(VerifyTotpChallengeRefusal::IncorrectCode)) => Err(ErrorForbidden("wrong code")),
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
///
/// A user without a second factor can get no grant. Ask
/// [`fetch_user_mfa_methods`](crate::api::MfaApi::fetch_user_mfa_methods) what a user has, and lead the user to the
/// account page to set one up.
///
/// # With other requirements
///
/// Guards around it are checked before, so that a request that they deny uses up no grant. With a guard of an
/// organization, [`Requirement::step_up`](crate::Requirement::step_up) says the same in one place, and can be an
/// alternative to a role.
///
/// Once it is verified, a grant holds for the rest of the request: one inside for the same action, whether a
/// middleware, a guard or a handler, does not use it up again.
#[derive(Clone)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct StepUp {
    project: Project,
    /// The environments that requests choose from, in place of the project.
    environments: Option<Arc<Selection<Project>>>,
    action_type: String,
    /// Where the grant is, if not where the settings of the project say.
    header: Option<HeaderName>,
}

impl StepUp {
    #[track_caller]
    pub(crate) fn new(project: Project, action_type: String) -> Self {
        assert!(
            !action_type.trim().is_empty(),
            "require_step_up was given an empty type of action"
        );
        Self {
            project,
            environments: None,
            action_type,
            header: None,
        }
    }

    /// Creates the middleware of several environments, of which each request chooses one.
    #[track_caller]
    pub(crate) fn of_several(environments: Selection<Project>, action_type: String) -> Self {
        let first = environments.first().clone();
        Self {
            environments: Some(Arc::new(environments)),
            ..Self::new(first, action_type)
        }
    }

    /// Returns the environment that a request is for.
    fn project(&self, request: &HttpRequest) -> Result<&Project, NoEnvironment> {
        match &self.environments {
            None => Ok(&self.project),
            Some(environments) => environments.for_request_of_handles(request),
        }
    }

    /// Sets the header in which clients send the grant. By default, the one of
    /// [`PropelAuthBuilder::step_up_header`](crate::PropelAuthBuilder::step_up_header).
    ///
    /// # Panics
    ///
    /// Panics if it is not the name of a header.
    #[track_caller]
    pub fn header(mut self, name: &str) -> Self {
        let parsed = HeaderName::try_from(name);
        assert!(parsed.is_ok(), "{name:?} is not the name of a header");
        self.header = parsed.ok();
        self
    }

    /// Returns what the caller has to prove.
    fn proof(&self, result: AuthResult) -> Result<Proof, Denial> {
        let principal = result?;
        let settings = Arc::clone(principal.settings());
        let actions = vec![self.action_type.clone()];
        let proof = match principal.user() {
            Some(user) => Proof::new(user, actions),
            None => Err(by_key(&actions)),
        };
        let proof = proof.map(|proof| proof.in_header(self.header.clone()));
        proof.map_err(|denied: Forbidden| Denial {
            denied: denied.into(),
            settings,
        })
    }
}

impl AccessCheck for StepUp {
    fn name(&self) -> &'static str {
        "require_step_up"
    }

    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        match self.project(request) {
            Ok(project) => authenticate_for(&project.auth, request),
            Err(reason) => Outcome::Ready(Err(Denial {
                denied: reason.into(),
                settings: Arc::clone(self.project.auth.settings()),
            })),
        }
    }

    fn authorize_request(
        &self,
        request: &HttpRequest,
        result: AuthResult,
    ) -> Outcome<Result<(), Denial>> {
        let (proof, request) = (self.proof(result.clone()), request.clone());
        let settings = Arc::clone(settings_of(&result));
        #[cfg(feature = "audit")]
        let layer = Layer::StepUp(self.action_type.clone());
        Outcome::Pending(Box::pin(async move {
            let outcome = match proof {
                Ok(proof) => proof
                    .require(&request)
                    .await
                    .map_err(|denied| Denial { denied, settings }),
                Err(denial) => Err(denial),
            };
            #[cfg(feature = "audit")]
            probe::record(&request, || Decision::of(layer, &outcome));
            outcome?;
            // It has a handle of its own, like a middleware: what is inside is about the same user.
            cache_result(&request, &result);
            Ok(())
        }))
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        was_passed(&request.extensions())
    }
}

impl<S, B> Transform<S, ServiceRequest> for StepUp
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AccessService<S, Self>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AccessService::new(service, Rc::new(self.clone()))))
    }
}

impl fmt::Debug for StepUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepUp")
            .field("action_type", &self.action_type)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}
