//! The user that an audit becomes, step by step, to see what is behind a guard.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::sample::SAMPLE_ORG;
use crate::{
    access::{RequiredOrg, Requirement, Settings},
    dev_keys,
    testing::TestUser,
};

/// The minimum lifetime of an audit's tokens, in seconds. Times are multiples of it, so that a token can be
/// sent again: signing one costs more than the rest of a request.
const LIFETIME: i64 = 600;

/// The id of the user.
const USER_ID: &str = "5a3b1e00-0000-4000-8000-00000000a0d2";

/// A user with the claims that were asked for so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Identity {
    /// The development key that signs: the emulator rotates through them.
    key: usize,
    issuer: String,
    audience: Option<String>,
    now: i64,
    orgs: BTreeMap<String, Membership>,
    /// The active organization of the token.
    active_org: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Membership {
    name: Option<String>,
    roles: Vec<String>,
    permissions: Vec<String>,
}

impl Identity {
    /// Creates a user of the project with these settings, in no organization.
    pub(super) fn new(settings: &Arc<Settings>) -> Self {
        Self {
            key: 0,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            #[allow(clippy::cast_possible_truncation)] // a time of this millennium
            now: settings.clock.unix_seconds() as i64 / LIFETIME * LIFETIME,
            orgs: BTreeMap::new(),
            active_org: None,
        }
    }

    /// Signs the next token with another development key, if there is one.
    pub(super) fn try_next_key(&mut self) {
        if self.key + 1 < dev_keys::PUBLIC_KEY_PEMS.len() {
            self.key += 1;
        }
    }

    /// Makes the user a member of an organization who meets a requirement.
    pub(super) fn join(&mut self, org: &RequiredOrg, requirement: &Requirement) {
        let org_id = org.org_id().map_or(SAMPLE_ORG, |org_id| org_id.as_str());
        let member = self.orgs.entry(org_id.to_owned()).or_default();
        if let Some(name) = org.org_name() {
            member.name = Some(name.to_owned());
        }
        let (roles, permissions): (&[String], &[String]) = match requirement {
            Requirement::Member => (&[], &[]),
            Requirement::Role(role) | Requirement::MinimumRole(role) => {
                (std::slice::from_ref(role), &[])
            }
            Requirement::Permission(permission) => (&[], std::slice::from_ref(permission)),
            Requirement::AllPermissions(permissions) => (&[], permissions),
            // One is enough.
            Requirement::AnyRole(roles) => (roles.get(..1).unwrap_or_default(), &[]),
            Requirement::AnyPermission(list) => (&[], list.get(..1).unwrap_or_default()),
            Requirement::All(parts) => {
                for part in parts {
                    self.join(org, part);
                }
                return;
            }
            Requirement::Any(parts) => {
                // One that needs no grant, as an audit has none.
                let part = parts.iter().find(|part| !part.has_step_up());
                if let Some(part) = part.or(parts.first()) {
                    self.join(org, part);
                }
                return;
            }
            // The user of an audit is never impersonated, and has no second factor.
            Requirement::NotImpersonated | Requirement::StepUp(_) => (&[], &[]),
        };
        add_missing(&mut member.roles, roles);
        add_missing(&mut member.permissions, permissions);
    }

    /// Makes an organization the active one of the next tokens. The user joins it.
    pub(super) fn activate(&mut self, org_id: &str) {
        self.join(&RequiredOrg::id(org_id), &Requirement::Member);
        self.active_org = Some(org_id.to_owned());
    }

    /// Returns an access token, from a list of those that were signed before.
    pub(super) fn token(&self, signed: &RefCell<Vec<(Self, String)>>) -> String {
        let known = signed.borrow().iter().find(|(of, _)| of == self).cloned();
        if let Some((_, token)) = known {
            return token;
        }
        let token = self.sign();
        signed.borrow_mut().push((self.clone(), token.clone()));
        token
    }

    fn sign(&self) -> String {
        let mut user = TestUser::new("route-audit@example.com")
            .claim("iss", self.issuer.as_str())
            .claim("iat", self.now)
            .claim("exp", self.now.saturating_add(2 * LIFETIME));
        if let Some(audience) = &self.audience {
            user = user.claim("aud", audience.as_str());
        }
        let active_org = self.active_org.as_ref();
        user = match active_org.and_then(|org_id| Some((org_id, self.orgs.get(org_id)?))) {
            Some((org_id, member)) => user.claim("org_member_info", member.claim(org_id)),
            None => {
                let orgs = self.orgs.iter();
                let orgs = orgs.map(|(org_id, member)| (org_id.clone(), member.claim(org_id)));
                user.claim("org_id_to_org_member_info", Value::Object(orgs.collect()))
            }
        };
        let claims = user
            .claim("sub", USER_ID)
            .claim("user_id", USER_ID)
            .claims();
        dev_keys::sign_with(self.key, &claims).unwrap_or_default()
    }
}

impl Membership {
    /// Returns the claim of a member in all of these roles, none of which includes another.
    fn claim(&self, org_id: &str) -> Value {
        let name = self.name.as_deref().unwrap_or("route-audit");
        let (role, additional_roles) = match self.roles.split_first() {
            Some((role, others)) => (role.as_str(), others),
            None => ("route-audit", [].as_slice()),
        };
        json!({
            "org_id": org_id,
            "org_name": name,
            "url_safe_org_name": name,
            "org_metadata": {},
            "org_role_structure": "multi_role",
            "user_role": role,
            "inherited_user_roles_plus_current_role": [role],
            "additional_roles": additional_roles,
            "user_permissions": self.permissions,
        })
    }
}

fn add_missing(list: &mut Vec<String>, items: &[String]) {
    for item in items {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}
