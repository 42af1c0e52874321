//! [`Requirement`]: what is required of a member, as a value that guards and handlers share.

/// A requirement on a member of an organization.
///
/// The guards, [`User::authorize`](crate::User::authorize) and the `validate_…` methods of
/// [`PropelAuth`](crate::PropelAuth) all check one. Roles and permissions are compared byte by byte.
///
/// A [step-up grant](Self::step_up), for which PropelAuth is asked, is checked by guards in `.wrap(…)` and by
/// [`User::authorize_with_step_up`](crate::User::authorize_with_step_up).
///
/// Requirements are combined with [`and`](Self::and) and [`or`](Self::or).
///
/// # What each kind of caller meets
///
/// | requirement | user by token | user by API key | organization by API key |
/// | --- | --- | --- | --- |
/// | [`member`](Self::member) | in the organizations of the token | in those of the user, or that of the key | in its own |
/// | a role, a permission | as the token says | as PropelAuth said of the user | never |
/// | [`not_impersonated`](Self::not_impersonated) | unless the token names an impersonator | always | always |
/// | [`step_up`](Self::step_up) | with a grant | never | never |
///
/// # Empty requirements
///
/// No member meets an empty requirement, such as an empty role or an empty list of permissions,
/// because it is most likely a setting that was not read. Neither does any member meet a combination with an
/// empty part, so that such a setting opens no route that has an alternative. Creating a guard with one panics.
///
/// ```
/// use actix_web_propelauth::{Denied, Requirement, User};
///
/// async fn invite(user: User, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
///     let requirement = Requirement::all_permissions(["members::read", "members::invite"]);
///     let org = user.authorize(org_id.as_str(), &requirement)?;
///     Ok(format!("inviting to {}", org.org_name))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Requirement {
    /// The user is a member, with any role.
    Member,
    /// The user has exactly this role. A higher role does not meet it.
    Role(String),
    /// The user has this role or a higher one. In projects with multiple roles per user, roles have
    /// no order, so this is the same as [`Role`](Self::Role).
    MinimumRole(String),
    /// The user has this permission.
    Permission(String),
    /// The user has all of these permissions.
    AllPermissions(Vec<String>),
    /// The user has at least one of these roles.
    AnyRole(Vec<String>),
    /// The user has at least one of these permissions.
    AnyPermission(Vec<String>),
    /// No employee is impersonating the user.
    NotImpersonated,
    /// The request has a step-up grant of the user for this type of action.
    StepUp(String),
    /// The user meets all of these.
    All(Vec<Self>),
    /// The user meets at least one of these.
    Any(Vec<Self>),
}

impl Requirement {
    /// Creates a requirement that every member meets.
    #[must_use]
    pub fn member() -> Self {
        Self::Member
    }

    /// Creates a requirement for exactly this role.
    ///
    /// In most cases [`minimum_role`](Self::minimum_role) is what a route needs: with `role`, an
    /// owner is denied where an admin is required.
    #[must_use]
    #[doc(alias = "exact_role")]
    pub fn role(role: impl Into<String>) -> Self {
        Self::Role(role.into())
    }

    /// Creates a requirement for this role or a higher one, in the order of the project's roles.
    ///
    /// ```
    /// use actix_web_propelauth::Requirement;
    ///
    /// let requirement = Requirement::minimum_role("Admin");
    /// assert_eq!(requirement.to_string(), r#"the role "Admin" or a higher one"#);
    /// ```
    #[must_use]
    #[doc(alias = "at_least_role")]
    pub fn minimum_role(minimum_required_role: impl Into<String>) -> Self {
        Self::MinimumRole(minimum_required_role.into())
    }

    /// Creates a requirement for this permission.
    ///
    /// Permissions survive changes of the project's roles better than role names do: a new role
    /// between two others gets its permissions in the dashboard, and the program stays as it is.
    #[must_use]
    pub fn permission(permission: impl Into<String>) -> Self {
        Self::Permission(permission.into())
    }

    /// Creates a requirement for all of these permissions.
    #[must_use]
    pub fn all_permissions<P: Into<String>>(permissions: impl IntoIterator<Item = P>) -> Self {
        Self::AllPermissions(permissions.into_iter().map(Into::into).collect())
    }

    /// Creates a requirement for at least one of these roles.
    ///
    /// A higher role does not meet it, as with [`role`](Self::role).
    ///
    /// ```
    /// use actix_web_propelauth::{InOrg, Requirement, org_id};
    ///
    /// let finance = Requirement::any_role(["Accountant", "Controller"]);
    /// let guard = InOrg::new(org_id::path("org_id")).and(finance);
    /// ```
    #[must_use]
    #[doc(alias = "one_of_roles")]
    pub fn any_role<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self::AnyRole(roles.into_iter().map(Into::into).collect())
    }

    /// Creates a requirement for at least one of these permissions.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, Requirement, User};
    ///
    /// fn may_see_costs(user: &User, org_id: &str) -> Result<(), Denied> {
    ///     let either = Requirement::any_permission(["billing::read", "reports::read"]);
    ///     user.authorize(org_id, &either).map(drop)
    /// }
    /// ```
    #[must_use]
    pub fn any_permission<P: Into<String>>(permissions: impl IntoIterator<Item = P>) -> Self {
        Self::AnyPermission(permissions.into_iter().map(Into::into).collect())
    }

    /// Creates a requirement that no employee is impersonating the user.
    ///
    /// It is for what only the user should do, such as to pay or to delete. A caller with an API key meets it,
    /// as a key is never sent by an impersonator. For routes without an organization,
    /// there is [`not_impersonated`](crate::Authentication::not_impersonated) of the middleware.
    #[must_use]
    pub fn not_impersonated() -> Self {
        Self::NotImpersonated
    }

    /// Creates a requirement for a step-up grant: the user has just entered a code of the second factor to do this.
    ///
    /// The client sends the grant in the header
    /// [`X-Step-Up-Grant`](crate::PropelAuthBuilder::step_up_header), and PropelAuth is asked about it, as with
    /// [`require_step_up`](crate::PropelAuth::require_step_up), which needs no organization and has the table of
    /// responses. PropelAuth is asked last, and only if the grant decides:
    ///
    /// - after [`and`](Self::and), only if all else is met, so that a request which is denied anyway uses up no
    ///   one-time grant;
    /// - after [`or`](Self::or), only if the alternatives are not met;
    /// - once for each request, with however many guards.
    ///
    /// A request has one grant, which is for one action, so that no request meets a requirement of two different actions.
    ///
    /// ```
    /// use actix_web_propelauth::{InOrgWithRole, Requirement, org_id};
    ///
    /// // Owners, who confirm it with a code.
    /// let delete = InOrgWithRole::new("Owner", org_id::path("org_id"))
    ///     .and(Requirement::step_up("DELETE_ORG"));
    ///
    /// // Owners, and admins who confirm it with a code.
    /// let admins = Requirement::role("Admin").and(Requirement::step_up("INVITE"));
    /// let invite = Requirement::role("Owner").or(admins);
    /// ```
    ///
    /// It is for guards in `.wrap(…)`, and for
    /// [`authorize_with_step_up`](crate::User::authorize_with_step_up). What cannot wait for PropelAuth fails closed:
    /// [`is_met_by`](Self::is_met_by) is `false`, [`authorize`](crate::User::authorize) and the `validate_…` methods
    /// return [`Misconfigured::StepUpNotAwaited`](crate::Misconfigured::StepUpNotAwaited), a guard in `.guard(…)`
    /// selects nothing, and [`access_ended_requiring`](crate::User::access_ended_requiring) resolves at once.
    #[must_use]
    #[doc(alias = "mfa")]
    #[doc(alias = "second_factor")]
    pub fn step_up(action_type: impl Into<String>) -> Self {
        Self::StepUp(action_type.into())
    }

    /// Creates a requirement that all of these are met, such as a list from a configuration.
    ///
    /// No member meets an empty list, because it is most likely one that was not read. With a known number of
    /// requirements, [`and`](Self::and) reads better.
    #[must_use]
    pub fn all(requirements: impl IntoIterator<Item = Self>) -> Self {
        Self::All(requirements.into_iter().collect())
    }

    /// Creates a requirement that at least one of these is met. No member meets an empty list.
    ///
    /// ```
    /// use actix_web_propelauth::Requirement;
    ///
    /// let any = Requirement::any(["Owner", "Admin"].map(Requirement::role));
    /// assert_eq!(any, Requirement::role("Owner").or(Requirement::role("Admin")));
    /// ```
    #[must_use]
    pub fn any(requirements: impl IntoIterator<Item = Self>) -> Self {
        Self::Any(requirements.into_iter().collect())
    }

    /// Requires the other one as well.
    ///
    /// ```
    /// use actix_web_propelauth::Requirement;
    ///
    /// let requirement = Requirement::minimum_role("Admin")
    ///     .or(Requirement::permission("billing::pay"))
    ///     .and(Requirement::not_impersonated());
    /// assert_eq!(
    ///     requirement.to_string(),
    ///     "(the role \"Admin\" or a higher one or the permission \"billing::pay\") and no impersonation"
    /// );
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            // Every requirement is one on a member.
            (Self::Member, other) => other,
            (this, Self::Member) => this,
            // An empty list stays a part, so that no member meets the whole.
            (Self::All(mut all), other) if !all.is_empty() => {
                all.push(other);
                Self::All(all)
            }
            (this, other) => Self::All(vec![this, other]),
        }
    }

    /// Accepts the other one in place of this one.
    ///
    /// If either is empty, such as a role that was not read from the configuration, no member meets the whole.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            // An empty list stays a part, so that no member meets the whole.
            Self::Any(mut any) if !any.is_empty() => {
                any.push(other);
                Self::Any(any)
            }
            this => Self::Any(vec![this, other]),
        }
    }
}
