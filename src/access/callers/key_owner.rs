//! From PropelAuth's answer about a key to the caller: who owns the key, and what is in scope.
//!
//! | user | org | membership of the user in it | caller |
//! |---|---|---|---|
//! | yes | no | | the user, with all organizations of the user |
//! | yes | yes | yes | the user, with this organization only |
//! | yes | yes | no, or in another one | denied with 403 |
//! | no | yes | | the organization |
//! | no | no | | denied with 403 |
//!
//! An id of a user or an organization without its data counts as neither of these: such a key is not taken
//! for one of another kind, which could open more.

use std::{collections::BTreeMap, mem, sync::Arc};

use super::{
    invalid_api_key::InvalidApiKey,
    key_answer::{KeyOrg, KeyOwner, KeyUser},
    org_by_key::OrgByKey,
    principal::Principal,
    validated_key::{ApiKeyKind, ValidatedKey, Validation},
};
use crate::{
    access::{
        denied::{Denied, Forbidden},
        login_method::LoginMethod,
        settings::Settings,
        user::User,
        user_claims::UserClaims,
    },
    words::{ids::OrgId, org_member_info::OrgMemberInfo},
};

impl KeyOwner {
    /// Returns the caller, or the denial if the answer names none.
    pub(crate) fn into_principal(
        self,
        validation: Validation,
        settings: &Arc<Settings>,
    ) -> Result<Principal, Denied> {
        self.check_ids()?;
        if self.user.as_ref().is_some_and(|user| !user.is_enabled) {
            return Err(InvalidApiKey::UserDisabled.into());
        }
        let settings = Arc::clone(settings);
        let (is_imported, metadata) = (self.is_imported, self.metadata.unwrap_or_default());
        let key = |kind| ValidatedKey::new(kind, metadata, is_imported, validation);
        let expires_at = validation.expires_at;
        match (self.user, self.org) {
            (Some(mut user), None) => {
                let orgs = mem::take(&mut user.orgs);
                if orgs.iter().any(|(id, org)| *id != org.org_id) {
                    return Err(Forbidden::UnclearKeyOwner.into());
                }
                let claims = user.into_claims(None, orgs, expires_at);
                Ok(User::by_key(claims, key(ApiKeyKind::Personal), settings).into())
            }
            (Some(user), Some(KeyOrg { org_id, .. })) => {
                let membership = self.user_in_org.filter(|member| member.org_id == org_id);
                let membership =
                    membership.ok_or_else(|| Forbidden::KeyUserNotInOrg(org_id.clone()))?;
                let orgs = BTreeMap::from([(org_id.clone(), membership)]);
                let claims = user.into_claims(Some(org_id), orgs, expires_at);
                Ok(User::by_key(claims, key(ApiKeyKind::Member), settings).into())
            }
            (None, Some(org)) => {
                let key = key(ApiKeyKind::Org);
                Ok(Principal::Org(OrgByKey::validated(org, key, settings)))
            }
            (None, None) => Err(Forbidden::UnclearKeyOwner.into()),
        }
    }

    /// Denies an answer whose ids are empty, or are not those of the user and the organization in it.
    fn check_ids(&self) -> Result<(), Forbidden> {
        let user_id = self.user.as_ref().map(|user| &user.user_id);
        let org_id = self.org.as_ref().map(|org| &org.org_id);
        let is_clear = user_id.is_none_or(|id| !id.is_empty())
            && org_id.is_none_or(|id| !id.is_empty())
            && self.user_id.as_ref().is_none_or(|id| user_id == Some(id))
            && self.org_id.as_ref().is_none_or(|id| org_id == Some(id))
            && (self.user_in_org.is_none() || org_id.is_some());
        if is_clear {
            Ok(())
        } else {
            Err(Forbidden::UnclearKeyOwner)
        }
    }
}

impl KeyUser {
    /// Returns the claims that a token of the user would have. The login method is unknown, because there was no login.
    fn into_claims(
        self,
        active_org_id: Option<OrgId>,
        orgs: BTreeMap<OrgId, OrgMemberInfo>,
        expires_at: i64,
    ) -> UserClaims {
        UserClaims {
            user_id: self.user_id,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            username: self.username,
            legacy_user_id: self.legacy_user_id,
            // A program sent the key, and not an employee.
            impersonator_user_id: None,
            properties: self.properties.unwrap_or_default(),
            metadata: self.metadata.unwrap_or_default(),
            org_id_to_org_member_info: orgs,
            active_org_id,
            login_method: LoginMethod::default(),
            issued_at: None,
            expires_at,
        }
    }
}
