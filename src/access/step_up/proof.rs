//! [`Proof`]: that a request has to prove one of several actions by its grant.

use actix_web::{HttpRequest, http::header::HeaderName};

use super::{
    grant,
    grants::unreachable,
    proven::{is_proven, remember},
};
use crate::access::{
    denied::{Denied, Forbidden, MissingStepUp, Unauthorized},
    user::User,
};

/// What a user has yet to prove: one of these actions.
pub(in crate::access) struct Proof {
    user: User,
    actions: Vec<String>,
    /// Where the grant is, if not where it is by the settings of the project.
    header: Option<HeaderName>,
}

impl Proof {
    /// Creates the proof of one of several actions.
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::KeyWithoutStepUp`] for a user by API key: a program has no second factor, and a grant
    /// that it sends was meant for something else.
    pub(in crate::access) fn new(user: &User, actions: Vec<String>) -> Result<Self, Forbidden> {
        if user.api_key().is_some() {
            return Err(by_key(&actions));
        }
        Ok(Self {
            user: user.clone(),
            actions,
            header: None,
        })
    }

    /// Sets the header in which the grant is.
    pub(in crate::access) fn in_header(self, header: Option<HeaderName>) -> Self {
        Self { header, ..self }
    }

    /// Asks PropelAuth about the grant of a request, unless one of the actions is proven already.
    ///
    /// # Errors
    ///
    /// Returns [`Unauthorized::StepUpRequired`] for the first of the actions if no grant is good for any of them,
    /// and [`Denied::Unreachable`] if that cannot be known.
    pub(in crate::access) async fn require(self, request: &HttpRequest) -> Result<(), Denied> {
        let mut actions = self.actions.iter();
        if actions.any(|action| is_proven(request, &self.user, action)) {
            return Ok(());
        }
        let settings = self.user.settings();
        let header = self.header.as_ref().unwrap_or(&settings.step_up_header);
        let grant = grant::find(request.headers(), header);
        let grant = grant.map_err(|problem| self.required(problem))?;
        let grants = settings.grants.get().ok_or_else(|| unreachable(None))?;
        let user_id = &self.user.user_id;
        let proven = grants.verify(&self.actions, user_id, grant).await?;
        remember(request, &self.user, proven);
        Ok(())
    }

    fn required(&self, problem: MissingStepUp) -> Denied {
        Unauthorized::StepUpRequired {
            action_type: first(&self.actions),
            problem,
        }
        .into()
    }
}

/// Returns the denial for a caller by API key.
pub(in crate::access) fn by_key(actions: &[String]) -> Forbidden {
    Forbidden::KeyWithoutStepUp {
        action_type: first(actions),
    }
}

fn first(actions: &[String]) -> String {
    actions.first().cloned().unwrap_or_default()
}
