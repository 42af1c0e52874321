//! Creating, importing, updating and deleting API keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    api::{
        ApiKey, CreateApiKey, CreatedApiKey, DeleteApiKey, FieldErrors, ImportApiKey,
        ImportedApiKey, Never, NotFound, SerializableSecret, UpdateApiKey,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
        },
        state::{ApiKeyRecord, Store},
    },
    endpoint::field_errors::quoted,
    words::ids::{ApiKeyId, OrgId, UserId},
};

/// The fields of a new key, created or imported.
struct Draft {
    org_id: Option<OrgId>,
    user_id: Option<UserId>,
    expires_at_seconds: Option<i64>,
    metadata: Option<Map<String, Value>>,
    display_name: Option<String>,
}

impl Handler<CreateApiKey> for Store {
    fn handle(&mut self, request: CreateApiKey) -> Result<CreatedApiKey, Rejection<Never>> {
        let draft = Draft {
            org_id: request.org_id,
            user_id: request.user_id,
            expires_at_seconds: request.expires_at_seconds,
            metadata: request.metadata,
            display_name: request.display_name,
        };
        self.check_draft(&draft, FieldErrors::default())?;
        let api_key_id = self.new_api_key_id("api key", &draft);
        let token = self.ids.hex_of(&["api key token", &api_key_id], 4);
        let token = SerializableSecret::from(format!("{api_key_id}{token}"));
        self.add(api_key_id.clone(), token.clone(), false, draft);
        Ok(CreatedApiKey {
            api_key_id,
            api_key_token: token,
        })
    }
}

impl Handler<ImportApiKey> for Store {
    fn handle(&mut self, request: ImportApiKey) -> Result<ImportedApiKey, Rejection<Never>> {
        let text = request.imported_api_key.expose();
        let mut errors = FieldErrors::default();
        if text.is_empty() {
            errors.add("imported_api_key", "Cannot be empty");
        }
        let is_imported = |it: &ApiKeyRecord| it.is_imported && self.exists(it);
        if self.api_keys.keys.with_token(text).any(is_imported) {
            errors.add("imported_api_key", "Was imported already");
        }
        let draft = Draft {
            org_id: request.org_id,
            user_id: request.user_id,
            expires_at_seconds: request.expires_at_seconds,
            metadata: request.metadata,
            display_name: request.display_name,
        };
        self.check_draft(&draft, errors)?;
        let api_key_id = self.new_api_key_id("imported api key", &draft);
        self.add(api_key_id.clone(), request.imported_api_key, true, draft);
        Ok(ImportedApiKey { api_key_id })
    }
}

impl Handler<UpdateApiKey> for Store {
    fn handle(&mut self, request: UpdateApiKey) -> Result<(), Rejection<NotFound>> {
        let never = request.set_to_never_expire.unwrap_or(false);
        let key = self.api_key(&request.api_key_id).map(|record| &record.key);
        if key.is_none_or(|key| self.is_expired(key)) {
            return Err(Rejection::missing("API key", &request.api_key_id));
        }
        let expires_at = request.expires_at_seconds.filter(|_| !never);
        let mut errors = FieldErrors::default();
        check_expiry(&mut errors, expires_at, self.now());
        Rejection::check(errors)?;
        let record = self.api_keys.keys.get_mut(&request.api_key_id);
        let record = record.ok_or_else(|| Rejection::missing("API key", &request.api_key_id))?;
        let key = &mut record.key;
        if never {
            key.expires_at_seconds = None;
        } else if expires_at.is_some() {
            key.expires_at_seconds = expires_at;
        }
        if request.metadata.is_some() {
            key.metadata = request.metadata;
        }
        Ok(())
    }
}

impl Handler<DeleteApiKey> for Store {
    fn handle(&mut self, request: DeleteApiKey) -> Result<(), Rejection<NotFound>> {
        if self.api_key(&request.api_key_id).is_none() {
            return Err(Rejection::missing("API key", &request.api_key_id));
        }
        self.api_keys.keys.delete(&request.api_key_id);
        Ok(())
    }
}

impl Store {
    /// Returns an id that no key of another owner has in any run with the same seed.
    fn new_api_key_id(&mut self, kind: &str, draft: &Draft) -> ApiKeyId {
        let user_id = draft.user_id.as_deref().unwrap_or_default();
        let org_id = draft.org_id.as_deref().unwrap_or_default();
        ApiKeyId::from(self.ids.hex_of(&[kind, user_id, org_id], 2))
    }

    fn check_draft(&self, draft: &Draft, mut errors: FieldErrors) -> Result<(), Rejection<Never>> {
        if let Some(org_id) = &draft.org_id {
            self.check_orgs()?;
            check_uuid(&mut errors, "org_id", org_id);
            if errors.get("org_id").is_empty() && !self.orgs.contains_key(org_id) {
                errors.add(
                    "org_id",
                    format!("There is no organization {}", quoted(org_id)),
                );
            }
        }
        if let Some(user_id) = &draft.user_id {
            check_uuid(&mut errors, "user_id", user_id);
            let user = self.users.get(user_id);
            if errors.get("user_id").is_empty() && user.is_none() {
                errors.add("user_id", format!("There is no user {}", quoted(user_id)));
            }
            if let (Some(user), Some(org_id)) = (user, &draft.org_id)
                && !user.memberships.contains_key(org_id)
            {
                let user_id = quoted(user_id);
                errors.add(
                    "user_id",
                    format!("User {user_id} is not in this organization"),
                );
            }
        }
        check_expiry(&mut errors, draft.expires_at_seconds, self.now());
        Rejection::check(errors)
    }

    fn add(
        &mut self,
        api_key_id: ApiKeyId,
        token: SerializableSecret,
        is_imported: bool,
        draft: Draft,
    ) {
        let key = ApiKey {
            api_key_id,
            created_at: self.now(),
            expires_at_seconds: draft.expires_at_seconds,
            metadata: draft.metadata,
            user_id: draft.user_id,
            org_id: draft.org_id,
            display_name: draft.display_name,
        };
        self.api_keys.keys.push(ApiKeyRecord {
            key,
            token,
            is_imported,
            is_deleted: false,
            limit: None,
            used: BTreeMap::new(),
        });
    }
}

fn check_expiry(errors: &mut FieldErrors, expires_at: Option<i64>, now: i64) {
    if let Some(at) = expires_at.filter(|at| *at <= now) {
        let reason = format!("Must be in the future: {at} is not after {now}");
        errors.add("expires_at_seconds", reason);
    }
}
