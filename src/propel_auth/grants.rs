//! Asking PropelAuth about step-up grants.

use futures_util::FutureExt as _;

use crate::{
    access::{AskAboutGrant, GrantFailure},
    api::{MfaApi, VerifyStepUpGrantRefusal},
    call::Error,
    client::Client,
    words::{ids::UserId, secret::Secret},
};

/// Returns the function that asks about grants.
///
/// It belongs to the settings, which the client refers to, so that it must not keep either alive.
pub(super) fn ask_about_grant(
    client: impl Fn() -> Option<Client> + Send + Sync + 'static,
) -> AskAboutGrant {
    Box::new(move |action_type, user_id, grant| match client() {
        Some(client) => verify(client, action_type, user_id, grant).boxed_local(),
        None => async { Err(GrantFailure::Unreachable(None)) }.boxed_local(),
    })
}

/// Asks PropelAuth about a grant, and not again if the answer is lost: a one-time grant may be used up by then.
async fn verify(
    client: Client,
    action_type: String,
    user_id: UserId,
    grant: Secret,
) -> Result<bool, GrantFailure> {
    let call = MfaApi::new(&client).verify_step_up_grant(action_type, user_id, grant);
    match call.await {
        Ok(()) => Ok(true),
        Err(Error::Refused(VerifyStepUpGrantRefusal::GrantNotFound(_)) | Error::BadRequest(_)) => {
            Ok(false)
        }
        Err(Error::Refused(VerifyStepUpGrantRefusal::FeatureGated)) => {
            Err(GrantFailure::FeatureGated)
        }
        Err(Error::InvalidApiKey) => Err(GrantFailure::IntegrationKey),
        Err(Error::RateLimited { retry_after, .. }) => Err(GrantFailure::RateLimited(retry_after)),
        Err(error) => {
            tracing::debug!(%error, "a step-up grant was not verified");
            Err(GrantFailure::Unreachable(error.retry_after()))
        }
    }
}
