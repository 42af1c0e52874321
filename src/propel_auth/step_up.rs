//! Step-up grants: the middleware, and its setting.

use super::{builder::PropelAuthBuilder, handle::PropelAuth};
use crate::access::StepUp;

impl PropelAuthBuilder {
    /// Sets the header in which clients send step-up grants. By default, `X-Step-Up-Grant`.
    ///
    /// It is read by [`require_step_up`](PropelAuth::require_step_up), by guards with
    /// [`Requirement::step_up`](crate::Requirement::step_up), and by
    /// [`User::verify_step_up`](crate::User::verify_step_up). For browser apps of another origin, the CORS middleware
    /// has to allow it.
    pub fn step_up_header(mut self, name: impl Into<String>) -> Self {
        self.step_up_header = Some(name.into());
        self
    }
}

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
    /// | sent with an API key in place of a token | 403: a program has no second factor |
    /// | the tenth unknown one of the user within a minute, or one of more than 20 at a time | 429 with `Retry-After` |
    /// | cannot be verified now, as PropelAuth does not answer or limits the calls of this backend | 503 with `Retry-After`; a one-time grant may be used up |
    /// | the project's plan has no step-up | 500, and the log says so |
    ///
    /// A caller with a token can send grants that do not exist, and each costs a call. So four of a user are verified at
    /// a time, and 32 of all users; a few more wait for up to a second. A grant that PropelAuth does not know is denied
    /// for five seconds without a call.
    ///
    /// `POST /api/backend/v1/mfa/step-up/verify-grant`
    ///
    /// # Panics
    ///
    /// Panics if the type of action is empty.
    #[track_caller]
    pub fn require_step_up(&self, action_type: impl Into<String>) -> StepUp {
        StepUp::new(self.project(), action_type.into())
    }
}
