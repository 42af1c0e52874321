//! Fetching users by id, email address, username and query.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    api::{
        FetchBatchUserMetadataByEmails, FetchBatchUserMetadataByUserIds,
        FetchBatchUserMetadataByUsernames, FetchUserMetadataByEmail, FetchUserMetadataByUserId,
        FetchUserMetadataByUsername, FetchUsersByQuery, FieldErrors, Never, NotFound, UserMetadata,
        UserOrderBy, UsersPage,
    },
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            page::Page,
        },
        state::{Store, UserRecord},
    },
    endpoint::field_errors::not_one_of,
    words::ids::UserId,
};

impl Handler<FetchUserMetadataByUserId> for Store {
    fn handle(
        &mut self,
        request: FetchUserMetadataByUserId,
    ) -> Result<UserMetadata, Rejection<NotFound>> {
        self.user_metadata_by_id(&request.user_id, request.include_orgs.unwrap_or(false))
            .ok_or_else(|| Rejection::missing("user", &request.user_id))
    }
}

impl Handler<FetchUserMetadataByEmail> for Store {
    fn handle(
        &mut self,
        request: FetchUserMetadataByEmail,
    ) -> Result<UserMetadata, Rejection<NotFound>> {
        self.users
            .by_email(&request.email)
            .map(|user| self.user_metadata(user, request.include_orgs.unwrap_or(false)))
            .ok_or_else(|| Rejection::missing("user with the email", &request.email))
    }
}

impl Handler<FetchUserMetadataByUsername> for Store {
    fn handle(
        &mut self,
        request: FetchUserMetadataByUsername,
    ) -> Result<UserMetadata, Rejection<NotFound>> {
        self.users
            .by_username(&request.username)
            .map(|user| self.user_metadata(user, request.include_orgs.unwrap_or(false)))
            .ok_or_else(|| Rejection::missing("user with the username", &request.username))
    }
}

impl Handler<FetchBatchUserMetadataByUserIds> for Store {
    fn handle(
        &mut self,
        request: FetchBatchUserMetadataByUserIds,
    ) -> Result<BTreeMap<UserId, UserMetadata>, Rejection<Never>> {
        let users = request.user_ids.iter().filter_map(|id| self.users.get(id));
        Ok(users
            .map(|user| self.user_metadata(user, request.include_orgs.unwrap_or(false)))
            .map(|user| (user.user_id.clone(), user))
            .collect())
    }
}

impl Handler<FetchBatchUserMetadataByEmails> for Store {
    fn handle(
        &mut self,
        request: FetchBatchUserMetadataByEmails,
    ) -> Result<BTreeMap<String, UserMetadata>, Rejection<Never>> {
        let FetchBatchUserMetadataByEmails {
            emails,
            include_orgs,
        } = request;
        let users = emails.iter().filter_map(|email| self.users.by_email(email));
        // Keyed by id, so that a user who is asked for twice is listed once.
        Ok(users
            .map(|user| self.user_metadata(user, include_orgs.unwrap_or(false)))
            .map(|user| (user.user_id.to_string(), user))
            .collect())
    }
}

impl Handler<FetchBatchUserMetadataByUsernames> for Store {
    fn handle(
        &mut self,
        request: FetchBatchUserMetadataByUsernames,
    ) -> Result<BTreeMap<String, UserMetadata>, Rejection<Never>> {
        let FetchBatchUserMetadataByUsernames {
            usernames,
            include_orgs,
        } = request;
        let users = usernames
            .iter()
            .filter_map(|username| self.users.by_username(username));
        Ok(users
            .map(|user| self.user_metadata(user, include_orgs.unwrap_or(false)))
            .map(|user| (user.user_id.to_string(), user))
            .collect())
    }
}

impl Handler<FetchUsersByQuery> for Store {
    fn handle(&mut self, request: FetchUsersByQuery) -> Result<UsersPage, Rejection<Never>> {
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, request.page_size, request.page_number);
        Rejection::check(errors)?;
        let searched = request.email_or_username.map(|it| it.to_lowercase());
        let is_searched = |user: &UserMetadata| {
            searched.as_ref().is_none_or(|part| {
                let mut names = [Some(&user.email), user.username.as_ref()].into_iter();
                names.any(|name| name.is_some_and(|it| it.to_lowercase().contains(part)))
            })
        };
        let has_legacy_id = |user: &UserMetadata| {
            request.legacy_user_id.is_none() || user.legacy_user_id == request.legacy_user_id
        };
        let users = self.users.values();
        let mut users: Vec<&UserRecord> = users
            .filter(|user| is_searched(&user.metadata) && has_legacy_id(&user.metadata))
            .collect();
        sort(&mut users, request.order_by)?;
        let part = page.slice(users);
        let users = part.items.into_iter();
        Ok(UsersPage {
            users: users
                .map(|user| self.user_metadata(user, request.include_orgs.unwrap_or(false)))
                .collect(),
            total_users: part.total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: part.has_more,
        })
    }
}

fn sort(users: &mut [&UserRecord], by: Option<UserOrderBy>) -> Result<(), Rejection<Never>> {
    let age = |user: &&UserRecord| user.age();
    let last_seen = |user: &&UserRecord| (user.metadata.last_active_at, user.account.number);
    match by.unwrap_or(UserOrderBy::CreatedAtAsc) {
        UserOrderBy::CreatedAtAsc => users.sort_by_key(age),
        UserOrderBy::CreatedAtDesc => users.sort_by_key(|user| Reverse(age(user))),
        UserOrderBy::LastActiveAtAsc => users.sort_by_key(last_seen),
        UserOrderBy::LastActiveAtDesc => users.sort_by_key(|user| Reverse(last_seen(user))),
        UserOrderBy::Email => {
            users.sort_by_key(|user| (user.metadata.email.to_lowercase(), age(user)));
        }
        // Users without a username come last.
        UserOrderBy::Username => users.sort_by_key(|user| {
            let username = user.metadata.username.as_ref().map(|it| it.to_lowercase());
            (username.is_none(), username, age(user))
        }),
        UserOrderBy::Other(order) => {
            let reason = not_one_of(&order, "order", UserOrderBy::TEXTS);
            let errors = FieldErrors::one("order_by", reason);
            return Err(Rejection::Fields(errors));
        }
    }
    Ok(())
}
