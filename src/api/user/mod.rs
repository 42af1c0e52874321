//! Users.

mod batch;
mod change;
mod enter;
mod fetch;
mod lifecycle;
mod metadata;
mod social;

pub(crate) use self::batch::{email, keyed_by, user_id, username};
pub use self::{
    change::{
        ClearUserPassword, CreateUser, CreatedUser, UpdateUserEmail, UpdateUserMetadata,
        UpdateUserPassword,
    },
    enter::{CreateMagicLink, MagicLink, MigrateUserFromExternalSource, MigrateUserPassword},
    fetch::{
        FetchBatchUserMetadataByEmails, FetchBatchUserMetadataByUserIds,
        FetchBatchUserMetadataByUsernames, FetchUserMetadataByEmail, FetchUserMetadataByUserId,
        FetchUserMetadataByUsername, FetchUsersByQuery,
    },
    lifecycle::{
        DeleteUser, DisableUser, DisableUser2fa, DisableUserCanCreateOrgs, EnableUser,
        EnableUserCanCreateOrgs, LogoutAllUserSessions, ResendEmailConfirmation,
        ResendEmailConfirmationRefusal, UserFacing,
    },
    metadata::{UserMetadata, UserOrderBy, UsersPage},
    social::{
        FetchFreshTokenFromProvider, FetchUserOauthTokens, FetchUserSignupQueryParams,
        SocialLoginToken, SocialLoginTokenProvider, UserSignupQueryParams,
    },
};
use crate::api::declare::endpoints;

endpoints! {
    /// Fetches, creates and changes users.
    pub group UserApi: fetch, social, change, lifecycle, enter;
}
