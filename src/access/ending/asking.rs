//! What has changed for a connection, asked of PropelAuth after a mark that does not say it.

use std::time::Duration;

use tokio::time;

use super::{access_ended::AccessEnded, watched::Watched};
use crate::access::{
    denied::{Denied, InvalidToken, Unauthorized},
    freshness::Since,
    user::User,
};

/// How long a connection goes on without an answer.
const LONGEST: Duration = Duration::from_secs(1);

impl Watched {
    /// Asks whether the access goes on after a change, by one call for all that wait for the same user.
    ///
    /// # Errors
    ///
    /// Returns `ended` if what is needed was taken away, or if there is no answer. Returns
    /// [`AccessEnded::Stale`] if the account is disabled, locked or deleted.
    pub(super) async fn ask(&mut self, ended: AccessEnded) -> Result<(), AccessEnded> {
        let Some(user) = self.user.take() else {
            return Err(ended);
        };
        let now = time::timeout(LONGEST, self.refetched(&user, &ended)).await;
        let now = now.unwrap_or_else(|_| Err(ended.clone()))?;
        if let Some(org) = &self.org
            && !org.kept.is_kept_by(&now, &org.org_id)
        {
            let (org_id, cause) = (org.org_id.clone(), ended.into_cause());
            return Err(
                cause.map_or(AccessEnded::NotInOrg(org_id.clone()), |cause| {
                    AccessEnded::MembershipChanged { org_id, cause }
                }),
            );
        }
        self.since = Since::Token(now.age());
        self.user = Some(now);
        Ok(())
    }

    /// Returns the user with the memberships of now.
    async fn refetched(&self, user: &User, ended: &AccessEnded) -> Result<User, AccessEnded> {
        let Some(cause) = ended.clone().into_cause() else {
            return Err(ended.clone());
        };
        let org_id = self.org.as_ref().map(|org| &org.org_id);
        let unanswered = Denied::from(InvalidToken::Stale(cause));
        let now = user.refetched(org_id, unanswered.clone()).await;
        now.map_err(|denied| match denied {
            Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(of_account)))
                if unanswered != InvalidToken::Stale(of_account.clone()).into() =>
            {
                AccessEnded::Stale(of_account)
            }
            _ => ended.clone(),
        })
    }
}
