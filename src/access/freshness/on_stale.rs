//! [`OnStale`]: what happens to a token that a mark is about.

/// What happens to a request whose token is from before a change.
///
/// [`PropelAuthBuilder::on_stale`](crate::PropelAuthBuilder::on_stale) sets it.
///
/// ```
/// use actix_web_propelauth::{PropelAuth, freshness::OnStale};
///
/// let builder = PropelAuth::builder("https://auth.example.com", "key").on_stale(OnStale::Refetch);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnStale {
    /// The token does not speak for what changed. The response is 401, so that frontends refresh the token.
    #[default]
    Refuse,
    /// The memberships are fetched from PropelAuth, by one call for all requests that wait for them, and replace
    /// those of the token until it expires or something else changes.
    ///
    /// If the user is disabled, locked or deleted, if the active organization of the token is lost, or if the
    /// call fails, the response is 401 as with [`Refuse`](Self::Refuse). So it is if no account shows what changed:
    /// after a logout, after a mark of a user or of everyone that the application set or that is from a call of
    /// its own, and after the history of a fleet was lost.
    ///
    /// If the user joins an organization, a guard in `.wrap(…)` that is asked for it by its id fetches the membership.
    /// [`User::authorize`](crate::User::authorize), which cannot wait, denies with 401, and a token that is for one
    /// organization stays for this one.
    ///
    /// What was fetched is kept in the cache of tokens. Without a [cache](crate::PropelAuthBuilder::token_cache_bytes),
    /// it is fetched again, once a second for each user at most.
    ///
    /// Code that cannot wait, which is a guard in `.guard(…)` without middleware around it and the `validate_…`
    /// methods, denies as with [`Refuse`](Self::Refuse), and denies the whole token.
    Refetch,
}
