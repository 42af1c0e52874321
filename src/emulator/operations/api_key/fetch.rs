//! Fetching API keys and their usage.

use crate::{
    api::{
        ApiKey, ApiKeyType, ApiKeyUsage, ApiKeysPage, FetchApiKey, FetchApiKeyUsage,
        FetchArchivedApiKeys, FetchCurrentApiKeys, FieldErrors, Never, NotFound,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
            page::{Page, PageSlice},
        },
        state::{ApiKeyRecord, Store, date},
    },
    endpoint::field_errors::{not_one_of, quoted},
    words::ids::{OrgId, UserId},
};

/// The filter and page of a request for keys.
struct Filter {
    archived: bool,
    org_id: Option<OrgId>,
    user_id: Option<UserId>,
    user_email: Option<String>,
    api_key_type: Option<ApiKeyType>,
    page_size: Option<u32>,
    page_number: Option<u32>,
}

impl Handler<FetchApiKey> for Store {
    fn handle(&mut self, request: FetchApiKey) -> Result<ApiKey, Rejection<NotFound>> {
        self.api_key(&request.api_key_id)
            .map(|record| record.key.clone())
            .ok_or(Rejection::Null)
    }
}

impl Handler<FetchCurrentApiKeys> for Store {
    fn handle(&mut self, request: FetchCurrentApiKeys) -> Result<ApiKeysPage, Rejection<Never>> {
        self.list(&Filter {
            archived: false,
            org_id: request.org_id,
            user_id: request.user_id,
            user_email: request.user_email,
            api_key_type: request.api_key_type,
            page_size: request.page_size,
            page_number: request.page_number,
        })
    }
}

impl Handler<FetchArchivedApiKeys> for Store {
    fn handle(&mut self, request: FetchArchivedApiKeys) -> Result<ApiKeysPage, Rejection<Never>> {
        self.list(&Filter {
            archived: true,
            org_id: request.org_id,
            user_id: request.user_id,
            user_email: request.user_email,
            api_key_type: request.api_key_type,
            page_size: request.page_size,
            page_number: request.page_number,
        })
    }
}

impl Handler<FetchApiKeyUsage> for Store {
    fn handle(&mut self, request: FetchApiKeyUsage) -> Result<ApiKeyUsage, Rejection<NotFound>> {
        let mut errors = FieldErrors::default();
        if date::read(&request.date).is_none() {
            let date = quoted(&request.date);
            errors.add("date", format!("Must be a day as YYYY-MM-DD, not {date}"));
        }
        check_owner(
            &mut errors,
            request.org_id.as_ref(),
            request.user_id.as_ref(),
        );
        Rejection::check(errors)?;
        let keys = match &request.api_key_id {
            None => &*self.api_keys.keys,
            Some(id) => {
                let record = self.api_keys.keys.get(id);
                let record = record.ok_or_else(|| Rejection::missing("API key", id))?;
                std::slice::from_ref(record)
            }
        };
        let counts = |key: &ApiKey| {
            is_wanted(request.org_id.as_ref(), key.org_id.as_ref())
                && is_wanted(request.user_id.as_ref(), key.user_id.as_ref())
        };
        let counted = keys.iter().filter(|record| counts(&record.key));
        let count = counted
            .filter_map(|record| record.used.get(&request.date))
            .sum();
        Ok(ApiKeyUsage { count })
    }
}

impl Store {
    fn list(&self, filter: &Filter) -> Result<ApiKeysPage, Rejection<Never>> {
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, filter.page_size, filter.page_number);
        check_owner(&mut errors, filter.org_id.as_ref(), filter.user_id.as_ref());
        let is_of_type: fn(&ApiKey) -> bool = match &filter.api_key_type {
            None => |_| true,
            Some(wanted) => match wanted.as_str().to_lowercase().as_str() {
                "personal" => |key| key.user_id.is_some() && key.org_id.is_none(),
                "org" => |key| key.org_id.is_some(),
                "generic" => |key| key.user_id.is_none() && key.org_id.is_none(),
                _ => {
                    let reason = not_one_of(wanted.as_str(), "type", ApiKeyType::TEXTS);
                    errors.add("api_key_type", reason);
                    |_| false
                }
            },
        };
        Rejection::check(errors)?;
        let is_listed = |record: &&ApiKeyRecord| {
            self.exists(record)
                && self.is_expired(&record.key) == filter.archived
                && is_of_type(&record.key)
                && is_wanted(filter.org_id.as_ref(), record.key.org_id.as_ref())
                && is_wanted(filter.user_id.as_ref(), record.key.user_id.as_ref())
                && self.belongs_to(filter.user_email.as_deref(), record.key.user_id.as_ref())
        };
        let keys = self.api_keys.keys.iter().filter(is_listed);
        let PageSlice {
            items,
            total,
            has_more,
        } = page.slice(keys.map(|record| record.key.clone()).collect());
        Ok(ApiKeysPage {
            api_keys: items,
            total_api_keys: total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: has_more,
        })
    }

    fn belongs_to(&self, email: Option<&str>, user_id: Option<&UserId>) -> bool {
        let Some(email) = email else { return true };
        let user = user_id.and_then(|user_id| self.users.get(user_id));
        user.is_some_and(|user| user.metadata.email.to_lowercase() == email.to_lowercase())
    }
}

fn is_wanted<T: PartialEq>(wanted: Option<&T>, found: Option<&T>) -> bool {
    wanted.is_none() || wanted == found
}

fn check_owner(errors: &mut FieldErrors, org_id: Option<&OrgId>, user_id: Option<&UserId>) {
    if let Some(org_id) = org_id {
        check_uuid(errors, "org_id", org_id);
    }
    if let Some(user_id) = user_id {
        check_uuid(errors, "user_id", user_id);
    }
}
