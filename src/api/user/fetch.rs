//! Users found by id, e-mail address, username and query.

use std::collections::BTreeMap;

use super::{
    UserApi,
    metadata::{UserMetadata, UserOrderBy, UsersPage},
};
use crate::{
    api::declare::endpoints,
    endpoint::{List, Never, NotFound},
    id::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Fetches one user by id.
    #[doc(alias = "fetch_user")]
    #[doc(alias = "fetch_user_by_id")]
    #[doc(alias = "get_user")]
    Read GET "/api/backend/v1/user/{user_id}"
    fetch_user_metadata_by_user_id: FetchUserMetadataByUserId(user_id: UserId) {
        /// Also fetches the organizations of the user. By default it does not.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches one user by e-mail address, whose case does not count.
    #[doc(alias = "fetch_user_by_email")]
    Read GET "/api/backend/v1/user/email"
    fetch_user_metadata_by_email: FetchUserMetadataByEmail(email: String) {
        /// Also fetches the organizations of the user. By default it does not.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches one user by username.
    #[doc(alias = "fetch_user_by_username")]
    Read GET "/api/backend/v1/user/username"
    fetch_user_metadata_by_username: FetchUserMetadataByUsername(username: String) {
        /// Also fetches the organizations of the user. By default it does not.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Fetches users by id: a map with the ids that were asked for, less those that no user has.
    #[doc(alias = "fetch_users_by_ids")]
    Read POST "/api/backend/v1/user/user_ids{?include_orgs}"
    fetch_batch_user_metadata_by_user_ids:
    FetchBatchUserMetadataByUserIds(user_ids: List<UserId>) {
        /// Also fetches the organizations of the users. By default it does not.
        include_orgs: bool,
    } -> BTreeMap<UserId, UserMetadata> | Never, keyed by user_ids as user_id;

    /// Fetches users by e-mail address: a map with the addresses that were asked for, written
    /// as they were, less those that no user has.
    #[doc(alias = "fetch_users_by_emails")]
    Read POST "/api/backend/v1/user/emails{?include_orgs}"
    fetch_batch_user_metadata_by_emails: FetchBatchUserMetadataByEmails(emails: List<String>) {
        /// Also fetches the organizations of the users. By default it does not.
        include_orgs: bool,
    } -> BTreeMap<String, UserMetadata> | Never, keyed by emails as email;

    /// Fetches users by username: a map with the usernames that were asked for, less those that
    /// no user has.
    #[doc(alias = "fetch_users_by_usernames")]
    Read POST "/api/backend/v1/user/usernames{?include_orgs}"
    fetch_batch_user_metadata_by_usernames:
    FetchBatchUserMetadataByUsernames(usernames: List<String>) {
        /// Also fetches the organizations of the users. By default it does not.
        include_orgs: bool,
    } -> BTreeMap<String, UserMetadata> | Never, keyed by usernames as username;

    /// Fetches a page of the users, all of them or those that are searched for.
    Read GET "/api/backend/v1/user/query"
    fetch_users_by_query: FetchUsersByQuery() {
        /// Sets how many users a page has, from 1 to 100. By default it is 10.
        page_size: u32,
        /// Sets which page; by default it is the first, 0.
        page_number: u32,
        /// Sets the order. By default those come first who were created first.
        order_by: UserOrderBy,
        /// Finds only users whose e-mail address or username has this in it. By default it
        /// finds all.
        email_or_username: String,
        /// Also fetches the organizations of the users. By default it does not.
        include_orgs: bool,
        /// Finds only users who had this id elsewhere. By default it finds all.
        legacy_user_id: String,
    } -> UsersPage | Never;
}
