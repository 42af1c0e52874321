//! Validating API keys: lookup by token, validity, rate limit and owner.

use crate::{
    api::{
        ApiKey, ApiKeyOrg, ApiKeyOwner, ApiKeyRateLimit, ApiKeyValidation, OrgApiKeyValidation,
        PersonalApiKeyValidation, ValidateApiKey, ValidateApiKeyRefusal as Refusal,
        ValidateImportedApiKey, ValidateOrgApiKey, ValidateOrgApiKeyRefusal as OrgRefusal,
        ValidatePersonalApiKey, ValidatePersonalApiKeyRefusal as PersonalRefusal,
    },
    emulator::{
        operations::handler::{Handler, Rejection},
        state::{ApiKeyRecord, Store, date},
    },
    words::ids::ApiKeyId,
};

impl Handler<ValidateApiKey> for Store {
    fn handle(&mut self, request: ValidateApiKey) -> Result<ApiKeyValidation, Rejection<Refusal>> {
        let token = request.api_key_token.expose();
        if token.len() != 96 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Rejection::Field("api_key_token", "Not an API key"));
        }
        self.validate(token, false)
    }
}

impl Handler<ValidateImportedApiKey> for Store {
    fn handle(
        &mut self,
        request: ValidateImportedApiKey,
    ) -> Result<ApiKeyValidation, Rejection<Refusal>> {
        let token = request.api_key_token.expose();
        if token.is_empty() {
            return Err(Rejection::Field("api_key_token", "Cannot be empty"));
        }
        self.validate(token, true)
    }
}

// Over HTTP, the next two arrive as a `ValidateApiKey`, so only calls from Rust reach them. They
// check the owner of the key as the client does.

impl Handler<ValidatePersonalApiKey> for Store {
    fn handle(
        &mut self,
        request: ValidatePersonalApiKey,
    ) -> Result<PersonalApiKeyValidation, Rejection<PersonalRefusal>> {
        let request = ValidateApiKey::new(request.api_key_token.expose());
        let validation = self.handle(request).map_err(|rejection| {
            rejection.map(|refusal| match refusal {
                Refusal::NotFound => PersonalRefusal::NotFound,
                Refusal::RateLimited(limit) => PersonalRefusal::RateLimited(limit),
            })
        })?;
        let owner = ApiKeyOwner::from(validation.clone());
        validation
            .try_into()
            .map_err(|_| Rejection::Refused(PersonalRefusal::NotPersonal(owner)))
    }
}

impl Handler<ValidateOrgApiKey> for Store {
    fn handle(
        &mut self,
        request: ValidateOrgApiKey,
    ) -> Result<OrgApiKeyValidation, Rejection<OrgRefusal>> {
        let request = ValidateApiKey::new(request.api_key_token.expose());
        let validation = self.handle(request).map_err(|rejection| {
            rejection.map(|refusal| match refusal {
                Refusal::NotFound => OrgRefusal::NotFound,
                Refusal::RateLimited(limit) => OrgRefusal::RateLimited(limit),
            })
        })?;
        let owner = ApiKeyOwner::from(validation.clone());
        validation
            .try_into()
            .map_err(|_| Rejection::Refused(OrgRefusal::NotOfOrg(owner)))
    }
}

impl Store {
    fn validate(
        &mut self,
        token: &str,
        imported: bool,
    ) -> Result<ApiKeyValidation, Rejection<Refusal>> {
        let key = self
            .api_keys
            .keys
            .with_token(token)
            .find(|it| it.is_imported == imported && self.is_valid(it))
            .map(|record| record.key.clone())
            .ok_or(Rejection::Refused(Refusal::NotFound))?;
        self.count_use(&key.api_key_id)
            .map_err(|limit| Rejection::Refused(Refusal::RateLimited(limit)))?;
        Ok(self.validation(key))
    }

    /// Returns `true` if a key is valid: it has not expired, its owner exists and is enabled, and its
    /// user is still a member of its organization.
    fn is_valid(&self, record: &ApiKeyRecord) -> bool {
        let key = &record.key;
        let user = key.user_id.as_ref().and_then(|it| self.users.get(it));
        let may_act = user.is_none_or(|user| {
            let is_member = |org_id| user.memberships.contains_key(org_id);
            let is_left = !key.org_id.as_ref().is_none_or(is_member);
            let settings = &self.project.settings;
            let ends_with_membership = settings.invalidate_org_api_key_upon_user_removal;
            user.metadata.enabled && !(is_left && ends_with_membership)
        });
        may_act && self.exists(record) && !self.is_expired(key)
    }

    fn count_use(&mut self, id: &ApiKeyId) -> Result<(), ApiKeyRateLimit> {
        let now = self.now();
        self.count_use_of_owner(id, now)?;
        let Some(record) = self.api_keys.keys.get_mut(id) else {
            return Ok(());
        };
        if let Some(limit) = &mut record.limit {
            limit.take(now)?;
        }
        let today = date::write(date::day_of(now));
        *record.used.entry(today).or_default() += 1;
        Ok(())
    }

    /// Counts one validation of any key of the same owner, if the project limits them.
    fn count_use_of_owner(&mut self, id: &ApiKeyId, now: i64) -> Result<(), ApiKeyRateLimit> {
        let settings = &self.project.settings;
        let Some(ApiKeyRecord { key, .. }) = self.api_keys.keys.get(id) else {
            return Ok(());
        };
        let (owner, limit) = match (&key.org_id, &key.user_id) {
            (Some(org_id), _) => (org_id.to_string(), settings.org_api_key_rate_limit),
            (None, Some(user_id)) => (user_id.to_string(), settings.personal_api_key_rate_limit),
            (None, None) => return Ok(()),
        };
        let Some(limit) = limit else {
            return Ok(());
        };
        let of_owner = self.api_keys.of_owners.entry(owner).or_default();
        of_owner.validations = limit.allow_per_period;
        of_owner.per_seconds = limit.period_seconds();
        of_owner.take(now)
    }

    fn validation(&self, key: ApiKey) -> ApiKeyValidation {
        let user = key.user_id.as_ref().and_then(|it| self.users.get(it));
        let org = key.org_id.as_ref().and_then(|it| self.orgs.get(it));
        let user_in_org = match (user, &key.org_id) {
            (Some(user), Some(org_id)) => self.org_info(user, org_id),
            _ => None,
        };
        ApiKeyValidation {
            user: key
                .user_id
                .as_ref()
                .and_then(|it| self.user_metadata_by_id(it, true)),
            org: org.map(|org| ApiKeyOrg {
                org_id: org.org_id.clone(),
                org_name: org.name.clone(),
                can_setup_saml: org.can_setup_saml,
                max_users: org.max_users,
                metadata: org.metadata.clone().unwrap_or_default(),
                is_saml_configured: org.is_saml_configured,
                legacy_org_id: org.legacy_org_id.clone(),
                custom_role_mapping_name: org.custom_role_mapping_name.clone(),
            }),
            user_in_org,
            metadata: key.metadata,
            user_id: key.user_id,
            org_id: key.org_id,
        }
    }
}
