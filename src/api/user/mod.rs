//! Users.

mod batch;
mod change;
mod fetch;
mod lifecycle;
mod magic_link;
mod metadata;
mod migration;
mod social;

pub(crate) use self::batch::{email, keyed_by, user_id, username};
pub use self::{
    change::*, fetch::*, lifecycle::*, magic_link::*, metadata::*, migration::*, social::*,
};
use crate::api::declare::endpoints;

endpoints! {
    /// Operations on users: fetch, create, change, disable, migrate and delete them.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{OptionalExt as _, PropelAuth, api::UserMetadata};
    ///
    /// async fn find_or_create(
    ///     auth: &PropelAuth,
    ///     email: &str,
    /// ) -> Result<UserMetadata, Box<dyn std::error::Error>> {
    ///     let users = auth.user();
    ///     let known = users.fetch_user_metadata_by_email(email).include_orgs(true).await;
    ///     if let Some(user) = known.optional()? {
    ///         return Ok(user);
    ///     }
    ///     let created = users.create_user(email).email_confirmed(true).await?;
    ///     Ok(users.fetch_user_metadata_by_user_id(created.user_id).await?)
    /// }
    /// ```
    pub group UserApi: fetch, social, change, lifecycle, migration, magic_link;
}
