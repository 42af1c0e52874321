//! The memberships of now in place of those of a token that is from before a change.

use crate::access::{denied::Denied, user::User};

/// Returns the user with the memberships that were fetched, judged by the marks of now.
///
/// # Errors
///
/// Returns `denied` if they cannot be fetched: the old ones do not speak. Returns
/// [`InvalidToken::Stale`](crate::InvalidToken::Stale) if the account does not speak, either.
pub(super) async fn refetched(user: User, denied: Denied) -> Result<User, Denied> {
    let accounts = user.settings().accounts.get();
    let Some(accounts) = accounts else {
        return Err(denied);
    };
    loop {
        let Ok(fetched) = accounts.fetch(&user.user_id).await else {
            return Err(denied);
        };
        let speaking = user.with_account(&fetched)?;
        // The token is for this organization alone.
        if speaking.active_org_id.is_some() && speaking.active_org().is_none() {
            return Err(denied);
        }
        match speaking.judged() {
            Ok(None) => return Ok(speaking),
            Ok(Some(judged)) => return Ok(judged),
            // It was marked again while it was fetched.
            Err(silent) if silent.is_refetchable => {}
            Err(silent) => return Err(silent.denied),
        }
    }
}
