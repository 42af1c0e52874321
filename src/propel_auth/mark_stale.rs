//! Marks that the application sets, and how long they hold.

use std::time::Duration;

use super::{builder::PropelAuthBuilder, handle::PropelAuth};
use crate::access::{
    Accounts,
    freshness::{FreshnessStats, Mark, OnStale, Recorded},
};

impl PropelAuthBuilder {
    /// Sets how long the longest access token lives, as the project's settings in PropelAuth say. By default,
    /// 30 minutes.
    ///
    /// [Marks](crate::freshness) are kept as long, and the [`leeway`](Self::leeway) more. A token that lives longer
    /// is denied with 401, and a warning with the cause `forgotten`, once a mark was dropped that it may have been
    /// about: which one it was is not known any more. So set it to the longest
    /// [`duration_in_minutes`](crate::api::AccessTokenApi::create_access_token) that your programs create tokens with.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Sets what happens to a request whose token is from before a change. By default, [`OnStale::Refuse`]: the
    /// response is 401, so that frontends refresh the token.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, freshness::OnStale};
    ///
    /// // For callers that cannot refresh a token when they are told to.
    /// let builder = PropelAuth::builder("https://auth.example.com", "key").on_stale(OnStale::Refetch);
    /// ```
    pub fn on_stale(mut self, on_stale: OnStale) -> Self {
        self.on_stale = on_stale;
        self
    }
}

impl PropelAuth {
    /// Records that tokens which were issued until now do not speak for a subject, such as a user whose role
    /// was taken away.
    ///
    /// It holds for every request that begins after this returns, without awaiting the result. The result
    /// says whether a fleet has the mark, if the handle is in one.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, UserId, freshness::{Cause, Mark}};
    ///
    /// # fn example(auth: &PropelAuth, user_id: &UserId) {
    /// auth.mark_stale(Mark::user(user_id).because(Cause::UserDisabled));
    /// # }
    /// ```
    pub fn mark_stale(&self, mark: impl Into<Mark>) -> Recorded {
        self.authenticator().settings().record(mark.into())
    }
    /// Returns counts of marks, of stale tokens, and of what was fetched in place of those.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// /// Returns whether PropelAuth answers when memberships are needed.
    /// fn is_answered(auth: &PropelAuth) -> bool {
    ///     let stats = auth.freshness_stats();
    ///     stats.unanswered * 10 < stats.fetches.max(1)
    /// }
    /// ```
    #[must_use]
    pub fn freshness_stats(&self) -> FreshnessStats {
        let settings = self.authenticator().settings();
        let of_accounts = settings.accounts.get().map(|it| Accounts::stats(it));
        of_accounts.unwrap_or_else(|| settings.freshness.stats())
    }
}
