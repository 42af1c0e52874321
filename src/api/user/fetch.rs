//! Fetching users by id, email address, username and query.

use std::collections::BTreeMap;

use super::{
    UserApi,
    metadata::{UserMetadata, UserOrderBy, UsersPage},
};
use crate::{
    api::declare::endpoints,
    endpoint::{List, Never, NotFound},
    words::ids::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Fetches one user by id.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    #[doc(alias = "fetch_user")]
    #[doc(alias = "fetch_user_by_id")]
    #[doc(alias = "get_user")]
    Read GET "/api/backend/v1/user/{user_id}"
    fetch_user_metadata_by_user_id: FetchUserMetadataByUserId(user_id: UserId) {
        /// Sets whether to fetch the organizations of the user as well. By default, `false`.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches one user by email address, ignoring case.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if no user has this email address.
    #[doc(alias = "fetch_user_by_email")]
    Read GET "/api/backend/v1/user/email"
    fetch_user_metadata_by_email: FetchUserMetadataByEmail(email: String) {
        /// Sets whether to fetch the organizations of the user as well. By default, `false`.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches one user by username.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if no user has this username.
    #[doc(alias = "fetch_user_by_username")]
    Read GET "/api/backend/v1/user/username"
    fetch_user_metadata_by_username: FetchUserMetadataByUsername(username: String) {
        /// Sets whether to fetch the organizations of the user as well. By default, `false`.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches users by id.
    ///
    /// Returns a map from id to user. Ids that no user has are omitted.
    #[doc(alias = "fetch_users_by_ids")]
    Read POST "/api/backend/v1/user/user_ids{?include_orgs}"
    fetch_batch_user_metadata_by_user_ids:
    FetchBatchUserMetadataByUserIds(user_ids: List<UserId>) {
        /// Sets whether to fetch the organizations of the users as well. By default, `false`.
        include_orgs: bool,
    } -> BTreeMap<UserId, UserMetadata> | Never, keyed_by(user_ids, user_id);

    /// Fetches users by email address.
    ///
    /// Returns a map from email address to user. The keys are spelled as in the list of
    /// arguments, whatever their case; addresses that no user has are omitted.
    #[doc(alias = "fetch_users_by_emails")]
    Read POST "/api/backend/v1/user/emails{?include_orgs}"
    fetch_batch_user_metadata_by_emails: FetchBatchUserMetadataByEmails(emails: List<String>) {
        /// Sets whether to fetch the organizations of the users as well. By default, `false`.
        include_orgs: bool,
    } -> BTreeMap<String, UserMetadata> | Never, keyed_by(emails, email);

    /// Fetches users by username.
    ///
    /// Returns a map from username to user. The keys are spelled as in the list of arguments;
    /// usernames that no user has are omitted.
    #[doc(alias = "fetch_users_by_usernames")]
    Read POST "/api/backend/v1/user/usernames{?include_orgs}"
    fetch_batch_user_metadata_by_usernames:
    FetchBatchUserMetadataByUsernames(usernames: List<String>) {
        /// Sets whether to fetch the organizations of the users as well. By default, `false`.
        include_orgs: bool,
    } -> BTreeMap<String, UserMetadata> | Never, keyed_by(usernames, username);

    /// Fetches one page of the users that match a query; without arguments, of all users.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument), and sends nothing, if
    /// the page size is not 1 to 100.
    Read GET "/api/backend/v1/user/query"
    fetch_users_by_query: FetchUsersByQuery() {
        /// Sets the number of users per page, 1 to 100. By default, 10.
        page_size: u32,
        /// Sets the page number, starting at 0. By default, 0.
        page_number: u32,
        /// Sets the order. By default, [`UserOrderBy::CreatedAtAsc`].
        order_by: UserOrderBy,
        /// Only returns users whose email address or username contains this text.
        email_or_username: String,
        /// Sets whether to fetch the organizations of the users as well. By default, `false`.
        include_orgs: bool,
        /// Only returns users that were migrated with this id.
        legacy_user_id: String,
    } -> UsersPage | Never;
}
