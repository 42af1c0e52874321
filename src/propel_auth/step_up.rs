//! Step-up grants: the middleware, and asking PropelAuth about a grant.

use std::sync::Arc;

use futures_util::FutureExt as _;

use super::handle::{Inner, PropelAuth};
use crate::{
    access::{GrantFailure, Handle, StepUp},
    api::{MfaApi, VerifyStepUpGrantRefusal},
    call::Error,
    client::Client,
    words::{ids::UserId, secret::Secret},
};

impl PropelAuth {
    /// Returns middleware that requires a step-up grant for a type of action: the user has just entered a code of
    /// the second factor.
    ///
    /// The client sends the grant in the header [`X-Step-Up-Grant`](StepUp::header), and PropelAuth is asked about
    /// each. It is good for this user and this type of action only, and a one-time grant for one request.
    /// [`auth.mfa()`](Self::mfa) has the calls by which a client gets one.
    ///
    /// Wrap it first, so that it is the innermost: actix-web runs the last `.wrap` first, and a grant is used up
    /// although a middleware inside, or the handler, denies the request.
    ///
    /// ```
    /// use actix_web::web;
    /// use actix_web_propelauth::{InOrgWithRole, PropelAuth, User, org_id};
    ///
    /// async fn delete(user: User) -> String {
    ///     format!("deleted by {}", user.email)
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let resource = web::resource("/orgs/{org_id}")
    ///     .wrap(auth.require_step_up("DELETE_ORG"))
    ///     .wrap(InOrgWithRole::new("Owner", org_id::path("org_id")))
    ///     .delete(delete);
    /// # }
    /// ```
    ///
    /// | grant | response |
    /// | --- | --- |
    /// | missing, malformed, unknown, used up, expired, of another user or action | 401 with `error="insufficient_user_authentication"` ([RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)): ask the user for a code, and send the request again |
    /// | PropelAuth does not answer | 503 with `Retry-After`; a one-time grant may be used up |
    /// | the project's plan has no step-up | 500, and the log says so |
    ///
    /// A caller with an API key is denied with 401: a program has no second factor.
    ///
    /// # Panics
    ///
    /// Panics if the type of action is empty.
    #[track_caller]
    pub fn require_step_up(&self, action_type: impl Into<String>) -> StepUp {
        let handle: Handle = Arc::<Inner>::clone(&self.0);
        let client = self.0.client.clone();
        let verify = move |action_type, user_id, grant| {
            verify(client.clone(), action_type, user_id, grant).boxed_local()
        };
        let auth = Arc::clone(self.authenticator());
        StepUp::new(auth, handle, Arc::new(verify), action_type.into())
    }
}

/// Asks PropelAuth about a grant, and not again if the answer is lost: a one-time grant may be used up by then.
async fn verify(
    client: Client,
    action_type: String,
    user_id: UserId,
    grant: Secret,
) -> Result<(), GrantFailure> {
    let call = MfaApi::new(&client).verify_step_up_grant(action_type, user_id, grant);
    call.await.map_err(|error| match error {
        Error::Refused(VerifyStepUpGrantRefusal::GrantNotFound(_)) | Error::BadRequest(_) => {
            GrantFailure::NotFound
        }
        Error::Refused(VerifyStepUpGrantRefusal::FeatureGated) => GrantFailure::FeatureGated,
        Error::InvalidApiKey => GrantFailure::IntegrationKey,
        error => {
            tracing::debug!(%error, "a step-up grant was not verified");
            GrantFailure::Unreachable(error.retry_after())
        }
    })
}
