//! [`StepUp`]: middleware that requires a grant which the user got by a second factor.
//!
//! The grant is verified last, by the innermost middleware, because a one-time grant is used up by it: a request
//! that is denied for another reason must not cost the user another code.

use std::{fmt, rc::Rc, sync::Arc, time::Duration};

use actix_service::{Service, Transform};
use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName},
};
use futures_util::{
    FutureExt as _,
    future::{LocalBoxFuture, Ready, ready},
};

use super::{
    preflight::was_passed,
    service::{AccessCheck, AccessService},
};
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer};
use crate::{
    access::{
        callers::principal::Principal,
        denial::Denial,
        denied::{
            Denied, InvalidToken, MissingStepUp, Unauthorized, UnexpectedCredential, Unreachable,
        },
        misconfigured::Misconfigured,
        outcome::Outcome,
        request::{
            authenticate::authenticate_for,
            cached_result::{AuthResult, cache_found_result},
        },
        settings::Handle,
        token::authenticator::Authenticator,
    },
    words::{ids::UserId, secret::Secret},
};

/// The header of the grant.
const DEFAULT_HEADER: HeaderName = HeaderName::from_static("x-step-up-grant");

/// The length of the longest grant, in bytes. PropelAuth's have 64.
const MAX_GRANT_LEN: usize = 512;

/// Asks PropelAuth whether a grant is good for an action of a user, and uses it up if it is a one-time grant.
pub(crate) type VerifyGrant = Arc<
    dyn Fn(String, UserId, Secret) -> LocalBoxFuture<'static, Result<(), GrantFailure>>
        + Send
        + Sync,
>;

/// Why a grant was not verified.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GrantFailure {
    /// There is no such grant for this action of this user, or no longer.
    NotFound,
    /// The plan of the project does not include grants.
    FeatureGated,
    /// PropelAuth does not accept the integration key of this backend.
    IntegrationKey,
    /// PropelAuth did not answer. It may be asked again after this time.
    Unreachable(Option<Duration>),
}

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
/// Guards around it are checked before, so that a request that they deny uses up no grant. It has no part in
/// [`Requirement`](crate::Requirement), which is decided without a call.
#[derive(Clone)]
#[must_use = "middleware does nothing until it is handed to `.wrap(…)`"]
pub struct StepUp {
    auth: Arc<Authenticator>,
    /// The handle, which the calls of `verify` need.
    _handle: Handle,
    verify: VerifyGrant,
    action_type: String,
    header: HeaderName,
}

impl StepUp {
    #[track_caller]
    pub(crate) fn new(
        auth: Arc<Authenticator>,
        handle: Handle,
        verify: VerifyGrant,
        action_type: String,
    ) -> Self {
        assert!(
            !action_type.trim().is_empty(),
            "require_step_up was given an empty type of action"
        );
        Self {
            auth,
            _handle: handle,
            verify,
            action_type,
            header: DEFAULT_HEADER,
        }
    }

    /// Sets the header in which clients send the grant. By default, `X-Step-Up-Grant`.
    ///
    /// # Panics
    ///
    /// Panics if it is not the name of a header.
    #[track_caller]
    pub fn header(mut self, name: &str) -> Self {
        let parsed = HeaderName::try_from(name);
        assert!(parsed.is_ok(), "{name:?} is not the name of a header");
        self.header = parsed.unwrap_or(DEFAULT_HEADER);
        self
    }

    /// Returns the grant of a request.
    fn find(&self, headers: &HeaderMap) -> Result<Secret, MissingStepUp> {
        let mut values = headers.get_all(&self.header);
        let value = values.next().ok_or(MissingStepUp::NoGrant)?;
        let text = value.to_str().ok().filter(|text| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
            is_plain && (1..=MAX_GRANT_LEN).contains(&text.len())
        });
        match (text, values.next()) {
            (Some(text), None) => Ok(text.to_owned().into()),
            _ => Err(MissingStepUp::MalformedGrant),
        }
    }

    fn required(&self, problem: MissingStepUp) -> Denied {
        Unauthorized::StepUpRequired {
            action_type: self.action_type.clone(),
            problem,
        }
        .into()
    }

    fn denied(&self, failure: GrantFailure) -> Denied {
        match failure {
            GrantFailure::NotFound => self.required(MissingStepUp::GrantNotFound),
            GrantFailure::FeatureGated => Misconfigured::StepUpNotIncluded.into(),
            GrantFailure::IntegrationKey => Misconfigured::IntegrationKeyRejected.into(),
            GrantFailure::Unreachable(retry_after) => Denied::Unreachable {
                what: Unreachable::StepUpGrant,
                retry_after: retry_after.unwrap_or(Duration::from_secs(1)),
            },
        }
    }

    /// Verifies the grant of a request whose user is known.
    async fn verify(self, result: AuthResult, grant: Result<Secret, MissingStepUp>) -> AuthResult {
        let principal = result?;
        let denial = |denied| Denial {
            denied,
            settings: Arc::clone(self.auth.settings()),
        };
        // A middleware outside may accept API keys. A key is sent by a program, which has no second factor.
        let Principal::User(user) = &principal else {
            let by_key = InvalidToken::NotAnAccessToken(UnexpectedCredential::ApiKey);
            return Err(denial(by_key.into()));
        };
        let user_id = user.user_id.clone();
        let grant = grant.map_err(|problem| denial(self.required(problem)))?;
        let verified = (self.verify)(self.action_type.clone(), user_id, grant).await;
        verified.map_err(|failure| denial(self.denied(failure)))?;
        Ok(principal)
    }
}

impl AccessCheck for StepUp {
    fn name(&self) -> &'static str {
        "require_step_up"
    }

    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        let grant = self.find(request.headers());
        let this = self.clone();
        Outcome::Pending(match authenticate_for(&self.auth, request) {
            Outcome::Ready(result) => this.verify(result, grant).boxed_local(),
            Outcome::Pending(later) => {
                async move { this.verify(later.await, grant).await }.boxed_local()
            }
        })
    }

    fn authorize_request(&self, request: &HttpRequest, result: AuthResult) -> Result<(), Denial> {
        #[cfg(feature = "audit")]
        probe::record(request, || {
            Decision::of(Layer::Middleware("step-up grant", true), &result)
        });
        cache_found_result(request, &Ok(result?));
        Ok(())
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
