//! How an emulator is set up.

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::{
    emulator::{
        control::{Emulator, EmulatorError, settings},
        http::{FallbackHandler, Server, Shared, server},
        state::{Clock, Project, RoleMapping, Store, ids::Ids},
    },
    org_member_info::OrgRoleStructure,
    secret::Secret,
};

/// The integration API key of an emulator that was given no other. It opens nothing else.
const API_KEY: &str = "emulator-integration-api-key";

/// Sets up an [`Emulator`].
///
/// ```
/// use actix_web_propelauth::emulator::Emulator;
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder()
///     .permission("Admin", "can_view_billing")
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an emulator runs once it is started"]
pub struct EmulatorBuilder {
    port: u16,
    api_key: Secret,
    issuer: Option<String>,
    project: Project,
    seed: Option<u64>,
    snapshot: Option<Value>,
    seeds: Vec<Value>,
    fallback_handler: Option<FallbackHandler>,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            api_key: API_KEY.into(),
            issuer: None,
            project: Project::default(),
            seed: None,
            snapshot: None,
            seeds: Vec::new(),
            fallback_handler: None,
        }
    }
}

impl EmulatorBuilder {
    /// Sets the port on 127.0.0.1. By default it is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the integration API key, of visible ASCII characters. By default it is one that is
    /// the same everywhere.
    pub fn api_key(mut self, api_key: impl Into<Secret>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// Sets the issuer of the tokens: an origin, such as `https://auth.localhost`, in lower case
    /// and without a slash at its end. By default it is the emulator's own URL.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the roles, highest first. By default they are `Owner`, `Admin` and `Member`.
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        let names = roles.into_iter().map(Into::into).collect();
        self.project.roles.set_names(names);
        self
    }

    /// Gives a role a permission. By default no role has any, and none inherits another's.
    pub fn permission(mut self, role: impl Into<String>, permission: impl Into<String>) -> Self {
        let roles = &mut self.project.roles;
        roles.add_permission(role.into(), permission.into());
        self
    }

    /// Lets users have several roles in an organization, none of which includes another. By
    /// default they have one, and roles form a hierarchy.
    pub fn multiple_roles_per_user(mut self) -> Self {
        self.project
            .roles
            .set_structure(OrgRoleStructure::MultiRole);
        self
    }

    /// Adds a custom role mapping, roles and permissions that organizations may be subscribed to in
    /// place of the project's. By default there is none.
    pub fn custom_role_mapping(mut self, name: impl Into<String>, mapping: RoleMapping) -> Self {
        let mappings = &mut self.project.custom_role_mappings;
        mappings.insert(name.into(), mapping);
        self
    }

    /// Sets how many organizations a user may be in. By default there is no limit.
    pub fn max_orgs_per_user(mut self, max_orgs: usize) -> Self {
        self.project.max_orgs_per_user = Some(max_orgs);
        self
    }

    /// Puts the login method into tokens. By default it is not in them.
    pub fn include_login_method(mut self) -> Self {
        self.project.includes_login_method = true;
        self
    }

    /// Makes a project without organizations. By default it has them.
    pub fn without_orgs(mut self) -> Self {
        self.project.orgs_enabled = false;
        self
    }

    /// Makes a project whose backend may not create access tokens. By default it may.
    pub fn without_access_token_creation(mut self) -> Self {
        self.project.access_tokens_enabled = false;
        self
    }

    /// Makes a project whose plan does not include step-up MFA. By default it does.
    pub fn without_step_up_mfa(mut self) -> Self {
        self.project.step_up_mfa_enabled = false;
        self
    }

    /// Keeps e-mail addresses of this domain out: those of new users, by whatever operation, and
    /// those that users change theirs to. By default, no domain is kept out.
    ///
    /// Only [`create_user`](crate::api::UserApi::create_user) can ignore it:
    /// [`ignore_domain_restrictions`](crate::api::CreateUser::ignore_domain_restrictions).
    pub fn block_domain(mut self, domain: impl Into<String>) -> Self {
        self.project.blocked_domains.push(domain.into());
        self
    }

    /// Sets where the time comes from, in seconds since 1970. By default it is the system's.
    pub fn clock(mut self, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.project.clock = Clock::new(now);
        self
    }

    /// Sets what ids and API keys are made from, so that runs with the same seed agree. By default
    /// each run has another seed, except that runs with a [seed file](Self::seed_json) have the
    /// same.
    ///
    /// A user's id is made from the seed and the e-mail address that the user is created with, an
    /// organization's from the seed and its name: a token of an earlier run with the same seed is
    /// that of the same address, or of nobody. Who is created after a deletion gets another id.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let one = Emulator::builder().id_seed(7).start().await?;
    /// let two = Emulator::builder().id_seed(7).start().await?;
    /// let alice = one.create_user("alice@example.com")?;
    /// assert_eq!(alice.id(), two.create_user("alice@example.com")?.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn id_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Starts with the state that [`Emulator::snapshot`] wrote; its ids go on where they were,
    /// whatever the seed is. By default there is nothing.
    ///
    /// The settings of this builder are not in it, and neither is the time.
    pub fn snapshot(mut self, snapshot: Value) -> Self {
        self.snapshot = Some(snapshot);
        self
    }

    /// Creates users and organizations at the start, after the snapshot if there is one. May be
    /// called several times.
    ///
    /// ```
    /// # use actix_web_propelauth::emulator::Emulator;
    /// # use serde_json::json;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let seed = json!({
    ///     "users": [{ "email": "alice@example.com", "first_name": "Alice" }],
    ///     "orgs": [{
    ///         "name": "Acme Inc",
    ///         "members": [{ "email": "alice@example.com", "role": "Owner" }],
    ///     }],
    /// });
    /// let emulator = Emulator::builder().seed_json(seed).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A user has the fields of [`create_user`](crate::api::UserApi::create_user), an organization
    /// those of [`create_org`](crate::api::OrgApi::create_org) and its `members`, which are named
    /// by `email` or `user_id`. Either may have an id of its own, `user_id` and `org_id`, which are
    /// UUIDs. No e-mail is sent to a user, unless `send_email_to_confirm_email_address` is true.
    ///
    /// Whatever else is there keeps the emulator from starting, with the place and the name in the
    /// error.
    pub fn seed_json(mut self, seed: Value) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Sets who answers what no operation does. By default nobody.
    #[cfg(feature = "cli")]
    pub(crate) fn fallback_handler(mut self, handler: FallbackHandler) -> Self {
        self.fallback_handler = Some(handler);
        self
    }

    /// Starts the emulator in a thread of its own.
    ///
    /// # Errors
    ///
    /// Fails when the port is taken, when a setting cannot work, such as an issuer that is no
    /// origin or a permission of a role that there is not, and when the snapshot or a seed cannot
    /// be.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let mut project = self.project;
        project
            .check()
            .and_then(|()| settings::check_api_key(&self.api_key))
            .and_then(|()| {
                self.issuer
                    .as_deref()
                    .map_or(Ok(()), settings::check_issuer)
            })
            .map_err(EmulatorError::Project)?;
        let (listener, address) = server::bind(self.port)?;
        let auth_url = format!("http://{address}");
        let issuer = self.issuer.unwrap_or_else(|| auth_url.clone());
        project.issuer.clone_from(&issuer);
        project.auth_url.clone_from(&auth_url);
        let mut store = match self.snapshot {
            Some(snapshot) => {
                Store::from_snapshot(project, snapshot).map_err(EmulatorError::Project)?
            }
            None => Store {
                project,
                // What is written down is meant to be the same in every run.
                ids: match (self.seed, self.seeds.is_empty()) {
                    (Some(seed), _) => Ids::new(seed),
                    (None, false) => Ids::default(),
                    (None, true) => Ids::random(),
                },
                ..Store::default()
            },
        };
        for seed in self.seeds {
            store.apply_seed(seed).map_err(EmulatorError::Project)?;
        }
        store.start_activity_log();
        let shared = Arc::new(Shared::new(store, self.api_key, self.fallback_handler));
        let server = Server::start(listener, Arc::clone(&shared)).await?;
        Ok(Emulator {
            shared,
            auth_url,
            issuer,
            _server: server,
        })
    }
}

// By hand, as snapshots and seeds have passwords and API keys in them.
impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("port", &self.port)
            .field("api_key", &self.api_key)
            .field("issuer", &self.issuer)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}
