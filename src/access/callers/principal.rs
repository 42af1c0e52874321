//! [`Principal`]: who sends a request, whichever credential says so.

use std::sync::Arc;

use super::{org_by_key::OrgByKey, validated_key::ValidatedKey};
use crate::{
    access::{
        authorized::Authorized,
        denied::{Denied, Forbidden},
        required_org::RequiredOrg,
        requirement::Requirement,
        settings::Settings,
        user::User,
    },
    words::org_member_info::OrgMemberInfo,
};

/// The caller of a request: a user by token, a user by API key, or an organization by API key.
///
/// It is for handlers that serve every kind of caller. One that needs a person takes a [`User`], which is a
/// user by token or by key. Only the middleware creates a principal; API keys are an opt-in of
/// the middleware.
///
/// What a caller can do is decided by what stands behind the credential, and the guards check all of them
/// alike:
///
/// | | user by token | personal key | key of an organization with a user | … without a user |
/// | --- | --- | --- | --- | --- |
/// | organizations in scope | those of the token | those of the user | the key's | the key's |
/// | `InOrg` | if a member | if a member | of the key's | of the key's |
/// | a role or a permission | as the token says | the user's | the user's in it | never |
/// | `org_id::active()`, `ActiveOrg` | the token's, if any | none | the key's | the key's |
/// | a [step-up grant](crate::Requirement::step_up) | with a code | never | never | never |
/// | `User`, `OptionalUser` | the user | the user | the user | 403 |
/// | `OrgMemberInfo` behind a guard | the membership | the membership | the membership | without a role |
/// | `PropelAuthExt::propelauth_user` | the user | the user | the user | `None` |
///
/// ```
/// use actix_web_propelauth::Principal;
///
/// async fn whoami(caller: Principal) -> String {
///     match &caller {
///         Principal::User(user) => format!("{} in a browser", user.email),
///         Principal::UserByKey(by_key) => format!("a program of {}", by_key.user().email),
///         Principal::Org(org) => format!("a program of {}", org.org_name()),
///         _ => "unknown".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Principal {
    /// A user, by an access token.
    User(User),
    /// A user, by a personal API key, or by a key of an organization that is bound to the user.
    UserByKey(UserByKey),
    /// An organization, by an API key that has no user.
    Org(OrgByKey),
}

/// A user who sent an API key.
///
/// ```
/// use actix_web_propelauth::{ApiKeyKind, Principal};
///
/// async fn upload(caller: Principal) -> String {
///     let Principal::UserByKey(by_key) = &caller else {
///         return "uploaded".to_owned();
///     };
///     match by_key.key().kind() {
///         ApiKeyKind::Personal => format!("uploaded by a program of {}", by_key.user().email),
///         _ => format!("uploaded for an organization, by {}", by_key.user().email),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserByKey {
    user: User,
    key: ValidatedKey,
}

impl Principal {
    /// Returns the user, or `None` for an organization.
    ///
    /// ```
    /// use actix_web_propelauth::Principal;
    ///
    /// /// Returns whom an entry of an audit log names.
    /// fn actor(caller: &Principal) -> String {
    ///     match (caller.user(), caller.org()) {
    ///         (Some(user), _) => format!("user {}", user.user_id),
    ///         (None, Some(org)) => format!("organization {}", org.org_id()),
    ///         (None, None) => "unknown".to_owned(),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) | Self::UserByKey(UserByKey { user, .. }) => Some(user),
            Self::Org(_) => None,
        }
    }

    /// Returns the organization that sent an API key without a user, or `None` for a user.
    #[must_use]
    pub fn org(&self) -> Option<&OrgByKey> {
        match self {
            Self::Org(org) => Some(org),
            _ => None,
        }
    }

    /// Returns the API key, without its text, or `None` for a user by token.
    #[must_use]
    pub fn key(&self) -> Option<&ValidatedKey> {
        match self {
            Self::User(_) => None,
            Self::UserByKey(by_key) => Some(by_key.key()),
            Self::Org(org) => Some(org.key()),
        }
    }

    /// Returns the organization that the credential is for: the active organization of a token, or the
    /// organization of an API key.
    #[must_use]
    pub fn active_org(&self) -> Option<&OrgMemberInfo> {
        match self {
            Self::User(user) | Self::UserByKey(UserByKey { user, .. }) => user.active_org(),
            Self::Org(org) => Some(org.org_member_info()),
        }
    }

    /// Returns the caller's membership in an organization if it meets the requirement.
    ///
    /// This is the check that the guards make. The [table](Requirement#what-each-kind-of-caller-meets) of
    /// requirements says what each kind of caller meets.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, Principal, Requirement};
    ///
    /// async fn export(caller: Principal, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
    ///     let org = caller.authorize(org_id.as_str(), &Requirement::member())?;
    ///     Ok(format!("exporting {}", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`User::authorize`]. For an organization by key, they are
    /// [`Forbidden::KeyOfAnotherOrg`] and [`Forbidden::KeyWithoutUser`].
    pub fn authorize(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
    ) -> Result<&OrgMemberInfo, Denied> {
        self.decide(&required_org.into(), requirement, &|_| false)?
            .without_step_up(requirement)
    }

    /// Decides what of a requirement the caller meets, given the actions that were proven by a grant.
    pub(in crate::access) fn decide(
        &self,
        required_org: &RequiredOrg,
        requirement: &Requirement,
        is_proven: &dyn Fn(&str) -> bool,
    ) -> Result<Authorized<'_>, Denied> {
        match self {
            Self::User(user) | Self::UserByKey(UserByKey { user, .. }) => {
                user.decide(required_org, requirement, is_proven)
            }
            Self::Org(org) => org.decide(required_org, requirement),
        }
    }

    /// Returns the user.
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::NotAUser`] for an organization.
    pub(in crate::access) fn into_user(self) -> Result<User, Forbidden> {
        match self {
            Self::User(user) | Self::UserByKey(UserByKey { user, .. }) => Ok(user),
            Self::Org(org) => Err(Forbidden::NotAUser(org.org_id().clone())),
        }
    }

    /// Returns the settings of the project that authenticated the caller.
    pub(in crate::access) fn settings(&self) -> &Arc<Settings> {
        match self {
            Self::User(user) | Self::UserByKey(UserByKey { user, .. }) => user.settings(),
            Self::Org(org) => org.settings(),
        }
    }

    /// Returns `true` if both are from the same authentication.
    pub(in crate::access) fn is_same(&self, other: &Self) -> bool {
        match (self.user(), other.user()) {
            (Some(user), Some(other)) => user.is_same(other),
            _ => matches!((self, other), (Self::Org(org), Self::Org(other)) if org.is_same(other)),
        }
    }
}

/// A [`User`] knows whether it sent a token or a key.
impl From<User> for Principal {
    fn from(user: User) -> Self {
        match user.api_key().cloned() {
            Some(key) => Self::UserByKey(UserByKey { user, key }),
            None => Self::User(user),
        }
    }
}

impl UserByKey {
    /// Returns the user.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Returns the API key, without its text.
    #[must_use]
    pub fn key(&self) -> &ValidatedKey {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Map;

    use super::Principal;
    use crate::access::{
        callers::{
            key_answer::KeyOrg,
            org_by_key::OrgByKey,
            validated_key::{ApiKeyKind, ValidatedKey, Validation},
        },
        denied::{Denied, Forbidden},
        required_org::RequiredOrg,
        requirement::Requirement,
        settings::Settings,
    };

    fn acme() -> Principal {
        let key = ValidatedKey::new(ApiKeyKind::Org, Map::new(), false, Validation::endless());
        let org = KeyOrg {
            org_id: "o-1".into(),
            org_name: "Acme Inc".to_owned(),
            metadata: Map::new(),
            legacy_org_id: None,
        };
        Principal::Org(OrgByKey::validated(org, key, Settings::fallback()))
    }

    fn denial(org: impl Into<RequiredOrg>, requirement: &Requirement) -> Forbidden {
        match acme().authorize(org, requirement) {
            Err(Denied::Forbidden(denied)) => denied,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_organization_is_a_member_of_itself_and_nothing_more() {
        let acme = acme();
        let org = acme.authorize("o-1", &Requirement::member()).unwrap();
        assert_eq!(org.org_name, "Acme Inc");
        for requirement in [
            Requirement::role("Member"),
            Requirement::role(""),
            Requirement::minimum_role("Member"),
            Requirement::minimum_role(""),
            Requirement::permission("read"),
            Requirement::all_permissions(["read"]),
            Requirement::all_permissions([""; 0]),
        ] {
            let denied = denial("o-1", &requirement);
            assert!(
                matches!(denied, Forbidden::KeyWithoutUser { .. }),
                "{denied}"
            );
        }
    }

    #[test]
    fn an_organization_is_not_in_another_one_and_not_found_by_a_name() {
        for org in ["o-2", "O-1", "o-1 "] {
            let denied = denial(org, &Requirement::member());
            let is_other = matches!(denied, Forbidden::KeyOfAnotherOrg(_));
            assert!(is_other || org.ends_with(' '), "{denied}");
        }
        for name in ["Acme Inc", "acme-inc", ""] {
            let denied = denial(RequiredOrg::name(name), &Requirement::member());
            assert_ne!(denied.code(), "key_without_user", "{denied}");
        }
    }

    #[test]
    fn an_organization_is_no_user() {
        assert_eq!(acme().user(), None);
        assert_eq!(acme().into_user(), Err(Forbidden::NotAUser("o-1".into())));
        assert_eq!(
            acme().active_org().unwrap().org_id,
            *acme().org().unwrap().org_id()
        );
        let (one, same) = (acme(), acme());
        assert!(one.is_same(&one.clone()) && !one.is_same(&same));
        assert!(Arc::ptr_eq(one.settings(), same.settings()));
    }
}
