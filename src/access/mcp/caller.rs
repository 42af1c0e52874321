//! [`McpCaller`]: who sends a request to a protected resource, as an argument of a handler.

use std::{
    fmt,
    future::{Ready, ready},
    sync::Arc,
    time::Duration,
};

use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, dev::Payload};

use super::scope::{Scopes, is_scope};
use crate::{
    access::{
        accounts::account::Fetched,
        denial::Denial,
        denied::{Denied, Forbidden, InvalidToken, Unreachable},
        freshness::Cause,
        misconfigured::Misconfigured,
        request::extract::{describe_extractor, error},
        requirement::{Requirement, Standing},
        settings::Settings,
        shortfall::Held,
        unspecified_org::UnspecifiedOrg,
    },
    words::{
        ids::{OrgId, UserId},
        org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    },
};

/// What PropelAuth says of a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    /// The user, by the claim `sub`.
    pub(super) user_id: UserId,
    /// A name for people.
    pub(super) username: Option<String>,
    /// The address.
    pub(super) email: Option<String>,
    /// The client that acts for the user.
    pub(super) client_id: Option<String>,
    /// What the user lets the client do.
    pub(super) scopes: Scopes,
    /// The organization that the token is for.
    pub(super) org_id: Option<OrgId>,
    /// The role of the user in it.
    pub(super) org_role: Option<String>,
    /// A Unix timestamp in seconds.
    pub(super) expires_at: Option<f64>,
}

impl Facts {
    pub(super) fn user_id(&self) -> &UserId {
        &self.user_id
    }
}

/// The caller of a protected resource: a user, and the OAuth client that acts for the user within its scopes.
///
/// [`McpResource::require_scopes`](crate::McpResource::require_scopes) is the only one to create it, from what
/// PropelAuth says of the token. The token itself is not part of it, so that it cannot be passed on to other services,
/// which the token is not for. Cloning it increments reference counts.
///
/// ```
/// use actix_web_propelauth::{Denied, McpCaller};
///
/// async fn add_note(caller: McpCaller, note: String) -> Result<String, Denied> {
///     caller.require_scope("notes:write")?;
///     Ok(format!("{} keeps {} bytes", caller.user_id(), note.len()))
/// }
/// ```
///
/// Without the middleware, the response is 500, and the log says what to add.
#[derive(Clone)]
pub struct McpCaller {
    /// What PropelAuth says of the token.
    facts: Arc<Facts>,
    /// The scopes that the middlewares around the handler require.
    required: Scopes,
    /// Those of the resource, with what the handle knows of accounts.
    settings: Arc<Settings>,
}

impl McpCaller {
    /// Creates the caller of a request. The middleware is the only one to do so.
    pub(super) fn new(facts: Arc<Facts>, required: Scopes, settings: Arc<Settings>) -> Self {
        Self {
            facts,
            required,
            settings,
        }
    }

    /// Returns the id of the user.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, McpCaller, PropelAuth};
    ///
    /// async fn greeting(caller: McpCaller, auth: PropelAuth) -> Result<String, Error> {
    ///     let user = auth.user().fetch_user_metadata_by_user_id(caller.user_id()).await?;
    ///     Ok(format!("Hello, {}", user.email))
    /// }
    /// ```
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.facts.user_id
    }

    /// Returns the user's name for people, if PropelAuth tells it.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.facts.username.as_deref()
    }

    /// Returns the user's email address, if PropelAuth tells it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.facts.email.as_deref()
    }

    /// Returns the OAuth client that acts for the user, such as an editor or a chat program.
    ///
    /// It is an id that PropelAuth gave, or the URL of the client's metadata. Anyone may have registered the client, so
    /// that it is for an audit log, and not for a decision.
    ///
    /// ```
    /// use actix_web_propelauth::McpCaller;
    ///
    /// fn actor(caller: &McpCaller) -> String {
    ///     let client = caller.client_id().unwrap_or("an unknown client");
    ///     format!("{client} for {}", caller.user_id())
    /// }
    /// ```
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.facts.client_id.as_deref()
    }

    /// Returns the scopes of the token, in the order of their names.
    #[must_use]
    pub fn scopes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.facts.scopes.iter()
    }

    /// Returns `true` if the token has a scope. The comparison is case-sensitive.
    ///
    /// It is for what is shown, such as the list of tools. [`require_scope`](Self::require_scope) denies.
    ///
    /// ```
    /// use actix_web_propelauth::McpCaller;
    ///
    /// fn tools(caller: &McpCaller) -> Vec<&'static str> {
    ///     let writes = caller.has_scope("notes:write");
    ///     if writes { vec!["read_notes", "add_note"] } else { vec!["read_notes"] }
    /// }
    /// ```
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.facts.scopes.contains(scope)
    }

    /// Denies the request unless the token has a scope.
    ///
    /// The response is 403 with `error="insufficient_scope"` and the scopes to ask for: those of the route and this
    /// one. An MCP client asks the user for a token with them, and sends the request again.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, McpCaller};
    ///
    /// async fn call(caller: McpCaller, tool: &str) -> Result<String, Denied> {
    ///     if tool == "delete_note" {
    ///         caller.require_scope("notes:write")?;
    ///     }
    ///     Ok(format!("{tool} for {}", caller.user_id()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::InsufficientScope`] if the token lacks it.
    pub fn require_scope(&self, scope: &str) -> Result<(), Denied> {
        if self.has_scope(scope) {
            return Ok(());
        }
        // What is no scope is a mistake of the program, and no token has it. It must not break a header.
        let required = is_scope(scope).then(|| Scopes::of_program([scope]));
        Err(self.lacking(&required.unwrap_or_default()))
    }

    /// Denies a caller who lacks a scope that the middlewares require.
    pub(super) fn check_required(&self) -> Result<(), Denied> {
        if self.required.are_all_in(&self.facts.scopes) {
            return Ok(());
        }
        Err(self.lacking(&Scopes::default()))
    }

    /// Returns the scopes that the middlewares require.
    pub(super) fn required(&self) -> &Scopes {
        &self.required
    }

    /// Returns the denial of a caller who lacks a scope of the route, or one of these.
    fn lacking(&self, more: &Scopes) -> Denied {
        let required = self.required.and(more).to_vec();
        let granted = self.facts.scopes.to_vec();
        Forbidden::InsufficientScope { required, granted }.into()
    }

    /// Returns the organization that the token is for, or `None` if it is for none.
    #[must_use]
    pub fn org_id(&self) -> Option<&OrgId> {
        self.facts.org_id.as_ref()
    }

    /// Returns the user's role in the organization that the token is for, as of when PropelAuth was asked.
    #[must_use]
    pub fn org_role(&self) -> Option<&str> {
        self.facts.org_role.as_deref()
    }

    /// Returns the membership in the organization that the token is for, if it meets a requirement.
    ///
    /// PropelAuth says the id of the organization and the role of the user, and neither inherited roles nor permissions:
    /// [`Requirement::role`] can be met, a minimum role only by exactly this role, and a permission never.
    /// [`authorize_live`](Self::authorize_live) knows all of it.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, McpCaller, Requirement};
    ///
    /// async fn invoices(caller: McpCaller) -> Result<String, Denied> {
    ///     let org = caller.authorize(&Requirement::role("Admin"))?;
    ///     Ok(format!("the invoices of {}", org.org_id))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::OrgUnspecified`] if the token is for no organization, and
    /// [`Forbidden::RequirementNotMet`] if the membership does not meet the requirement.
    pub fn authorize(&self, requirement: &Requirement) -> Result<OrgMemberInfo, Denied> {
        let org_id = self.required_org()?;
        let role = self.org_role().unwrap_or_default();
        let roles = (!role.is_empty()).then(|| role.to_owned());
        let member = OrgMemberInfo::from(OrgMember {
            org_id: org_id.clone(),
            org_name: String::new(),
            url_safe_org_name: String::new(),
            org_metadata: serde_json::Map::new(),
            org_role_structure: OrgRoleStructure::default(),
            user_role: role.to_owned(),
            inherited_user_roles_plus_current_role: roles.into_iter().collect(),
            user_permissions: Vec::new(),
            additional_roles: Vec::new(),
            legacy_org_id: None,
        });
        met(member, requirement)
    }

    /// Returns the membership of now in the organization that the token is for, if it meets a requirement.
    ///
    /// It is fetched from PropelAuth with the backend API, by one call for all requests of the same user that wait for it.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, McpCaller, Requirement};
    ///
    /// async fn pay(caller: McpCaller) -> Result<String, Denied> {
    ///     let org = caller.authorize_live(&Requirement::permission("can_pay")).await?;
    ///     Ok(format!("paid by {}", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`authorize`](Self::authorize), [`Forbidden::UserIsNotInOrg`] if the user has left the
    /// organization, [`InvalidToken::Stale`] if the account is disabled, locked or deleted, and
    /// [`Denied::Unreachable`] if it cannot be fetched.
    pub async fn authorize_live(&self, requirement: &Requirement) -> Result<OrgMemberInfo, Denied> {
        let org_id = self.required_org()?;
        let unreachable = |retry_after| Denied::Unreachable {
            what: Unreachable::Membership,
            retry_after,
        };
        let accounts = self.settings.accounts.get();
        let accounts = accounts.ok_or_else(|| unreachable(Duration::from_secs(1)))?;
        let fetched = accounts.fetch(self.user_id(), Some(org_id)).await;
        met(
            membership(&*fetched.map_err(unreachable)?, org_id)?,
            requirement,
        )
    }

    /// Returns the organization that the token is for, or the denial if it is for none.
    fn required_org(&self) -> Result<&OrgId, Denied> {
        let none = Forbidden::OrgUnspecified(UnspecifiedOrg::NoActiveOrg);
        self.org_id().ok_or_else(|| none.into())
    }
}

/// Returns the membership of an account that may log in.
fn membership(fetched: &Fetched, org_id: &OrgId) -> Result<OrgMemberInfo, Denied> {
    let account = match &fetched.account {
        Some(account) if !account.is_enabled => Err(Cause::UserDisabled),
        Some(account) if account.is_locked => Err(Cause::UserLocked),
        Some(account) => Ok(account),
        None => Err(Cause::UserDeleted),
    };
    let member = account.map_err(InvalidToken::Stale)?.orgs.get(org_id);
    let none = || Forbidden::UserIsNotInOrg(org_id.into()).into();
    member.cloned().ok_or_else(none)
}

/// Returns a membership if it meets a requirement.
fn met(member: OrgMemberInfo, requirement: &Requirement) -> Result<OrgMemberInfo, Denied> {
    // A token of an OAuth client proves no second factor.
    match requirement.check(&member, false, &|_| false) {
        Standing::Met => Ok(member),
        Standing::MetWithAnyOf(_) | Standing::NotMet => Err(Forbidden::RequirementNotMet {
            org_id: member.org_id.clone(),
            requirement: requirement.clone(),
            held: Held(member),
        }
        .into()),
    }
}

impl FromRequest for McpCaller {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| {
            let asker = describe_extractor("McpCaller", request);
            let missing = Misconfigured::NoMcpMiddleware(asker);
            error(Denial::misconfigured(missing), request)
        }))
    }
}

/// Prints who calls, and neither the name nor the address of the user.
impl fmt::Debug for McpCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpCaller")
            .field("user_id", &self.facts.user_id)
            .field("client_id", &self.facts.client_id)
            .field("scopes", &self.facts.scopes.to_string())
            .field("org_id", &self.facts.org_id)
            .finish_non_exhaustive()
    }
}
