//! The configuration of an emulator.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    emulator::{
        control::{
            Emulator, EmulatorError, commands, first_state::FirstState, origin::Origin, settings,
        },
        http::{Exposure, PagesHandler, Server, Shared, server},
        seed::{Given, Seed, set_settings},
        state::{Clock, Ids, NewOauthClient, NewWebhook, Project, RoleMapping},
    },
    words::{org_member_info::OrgRoleStructure, secret::Secret},
};

/// What answers requests for pages.
#[cfg(feature = "pages")]
pub(super) const PAGES: Option<PagesHandler> = Some(crate::emulator::pages::answer);
#[cfg(not(feature = "pages"))]
pub(super) const PAGES: Option<PagesHandler> = None;

/// The default integration API key. It gives access to nothing but an emulator.
pub(super) const API_KEY: &str = "emulator-integration-api-key";

impl Emulator {
    /// Starts the emulator on a thread of its own.
    ///
    /// # Errors
    ///
    /// Returns
    ///
    /// - [`EmulatorError::Serve`] if the port is in use or no thread can be spawned;
    /// - [`EmulatorError::Project`] if a setting is invalid, such as an issuer that is not an origin,
    ///   if a permission belongs to an unknown role, or if the snapshot or a seed is invalid.
    pub async fn start() -> Result<Self, EmulatorError> {
        Self::builder().start().await
    }

    /// Returns a builder, to choose the port, the API key, the roles and more.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }
}

/// The configuration of an [`Emulator`], made by [`Emulator::builder`].
///
/// ```
/// use actix_web_propelauth::emulator::Emulator;
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder()
///     .roles(["Owner", "Admin", "Member"])
///     .permission("Admin", "can_view_billing")
///     .include_login_method()
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an emulator runs once it is started"]
pub struct EmulatorBuilder {
    port: u16,
    pub(super) api_key: Secret,
    issuer: Option<String>,
    pub(super) project: Project,
    /// The settings that were made by a method.
    given: Given,
    /// Those that were made by name.
    settings: Map<String, Value>,
    id_seed: Option<u64>,
    snapshot: Option<Value>,
    seeds: Vec<Seed>,
    webhooks: Vec<NewWebhook>,
    oauth_clients: Vec<NewOauthClient>,
    /// A kept state, and the name of its file.
    kept: Option<(Value, String)>,
    pub(super) exposure: Option<Exposure>,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            api_key: API_KEY.into(),
            issuer: None,
            project: Project::default(),
            given: Given::default(),
            settings: Map::new(),
            id_seed: None,
            snapshot: None,
            seeds: Vec::new(),
            webhooks: Vec::new(),
            oauth_clients: Vec::new(),
            kept: None,
            exposure: None,
        }
    }
}

impl EmulatorBuilder {
    /// Sets the port. By default, any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the integration API key, which consists of visible ASCII characters. By default,
    /// `emulator-integration-api-key`.
    pub fn api_key(mut self, api_key: impl Into<Secret>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// Sets the issuer of access tokens: an origin in lower case, without a trailing slash, such as
    /// `https://auth.localhost`. By default, the auth URL of the emulator.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the roles, highest first. By default, `Owner`, `Admin` and `Member`.
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        let names = roles.into_iter().map(Into::into).collect();
        self.project.roles.set_names(names);
        self.given.add("roles");
        self
    }

    /// Adds a permission to a role. Roles do not inherit the permissions of other roles.
    pub fn permission(mut self, role: impl Into<String>, permission: impl Into<String>) -> Self {
        let roles = &mut self.project.roles;
        roles.add_permission(role.into(), permission.into());
        self.given.add("roles");
        self
    }

    /// Enables several roles per user in an organization, none of which includes another. By
    /// default, a user has one role, and roles form a hierarchy.
    pub fn multiple_roles_per_user(mut self) -> Self {
        self.project
            .roles
            .set_structure(OrgRoleStructure::MultiRole);
        self.given.add("multiple_roles_per_user");
        self
    }

    /// Adds a custom role mapping: roles and permissions that replace the project's in the
    /// organizations that are subscribed to it.
    pub fn custom_role_mapping(mut self, name: impl Into<String>, mapping: RoleMapping) -> Self {
        let name = name.into();
        self.given.add(format!("role_mappings.{name}"));
        let mappings = &mut self.project.custom_role_mappings;
        mappings.insert(name, mapping);
        self
    }

    /// Sets the maximum number of organizations a user can be in. By default, unlimited.
    pub fn max_orgs_per_user(mut self, max_orgs: usize) -> Self {
        self.project.max_orgs_per_user = Some(max_orgs);
        self.given.add("max_num_orgs_users_can_be_in");
        self
    }

    /// Includes the login method in access tokens.
    pub fn include_login_method(mut self) -> Self {
        self.project.includes_login_method = true;
        self.given.add("include_login_method");
        self
    }

    /// Disables organizations for the project.
    pub fn without_orgs(mut self) -> Self {
        self.project.orgs_enabled = false;
        self.given.add("has_orgs");
        self
    }

    /// Prevents the backend from creating access tokens.
    pub fn without_access_token_creation(mut self) -> Self {
        self.project.access_tokens_enabled = false;
        self.given.add("access_token_creation");
        self
    }

    /// Emulates a plan that does not include step-up MFA.
    pub fn without_step_up_mfa(mut self) -> Self {
        self.project.step_up_mfa_enabled = false;
        self.given.add("step_up_mfa");
        self
    }

    /// Blocks an email domain: no operation accepts its addresses for a new user or as the new
    /// address of a user. May be called more than once.
    ///
    /// Only [`create_user`](crate::api::UserApi::create_user) can skip the check:
    /// [`ignore_domain_restrictions`](crate::api::CreateUser::ignore_domain_restrictions).
    pub fn block_domain(mut self, domain: impl Into<String>) -> Self {
        self.project.blocked_domains.push(domain.into());
        self.given.add("signup_domain_blocklist");
        self
    }

    /// Sets a setting of the project, by its name in a seed's `project`: how users log in and sign up, and what
    /// they may do. docs/seeds.md lists them. An unknown name or a wrong value prevents the emulator from starting.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::builder()
    ///     .setting("require_email_confirmation", true)
    ///     .setting("signup_domain_allowlist", vec!["acme.com"])
    ///     .start()
    ///     .await?;
    /// assert_eq!(emulator.project_settings()["require_email_confirmation"], true);
    /// # Ok(())
    /// # }
    /// ```
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// Adds a webhook endpoint, from a URL or a whole [`NewWebhook`], to which the emulator sends events. May be
    /// called more than once. See [`Emulator::add_webhook`].
    ///
    /// What the builder, a snapshot and seeds create at the start is no event.
    pub fn webhook(mut self, webhook: impl Into<NewWebhook>) -> Self {
        self.webhooks.push(webhook.into());
        self.given.add("webhooks");
        self
    }

    /// Adds a client of OAuth 2. May be called more than once. See [`Emulator::add_oauth_client`].
    pub fn oauth_client(mut self, client: NewOauthClient) -> Self {
        self.oauth_clients.push(client);
        self.given.add("oauth_clients");
        self
    }

    /// Sets the scopes that MCP clients may ask for. By default, any.
    pub fn mcp_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.project.settings.mcp_scopes = scopes.into_iter().map(Into::into).collect();
        self.given.add("mcp_scopes");
        self
    }

    /// Sets the source of the time, as a Unix timestamp in seconds. By default, the system clock.
    pub fn clock(mut self, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.project.clock = Clock::new(now);
        self
    }

    /// Sets the seed of ids and API keys, so that runs with the same seed produce the same ones. By
    /// default, a random seed, or 0 with [`seed`](Self::seed).
    ///
    /// The id of a user depends on the seed and the email address the user is created with, the id
    /// of an organization on the seed and its name. So a token from an earlier run with the same
    /// seed belongs to the same email address, or to no user. A user who is created again after a
    /// deletion gets another id.
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
        self.id_seed = Some(seed);
        self
    }

    /// Starts with the state of a snapshot, which [`Emulator::snapshot`] returned. New ids continue
    /// the sequence of the snapshot, and [`id_seed`](Self::id_seed) has no effect.
    ///
    /// A snapshot does not contain the settings of this builder or the time.
    pub fn snapshot(mut self, snapshot: Value) -> Self {
        self.snapshot = Some(snapshot);
        self
    }

    /// Starts with what a seed contains: settings, roles, users, organizations and more. A seed is
    /// applied after the snapshot if one is set. May be called more than once.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{Emulator, Seed};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let file = std::env::temp_dir().join("seed-of-the-documentation.toml");
    /// # std::fs::write(&file, "users = []")?;
    /// let emulator = Emulator::builder().seed(Seed::file(file)).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An unknown field, or a setting that a method of this builder made to another value, prevents the
    /// emulator from starting. The error names every mistake and its place.
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seeds.push(seed.into());
        self
    }

    /// Starts with what a seed contains, as [`seed`](Self::seed) does.
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
    pub fn seed_json(self, seed: Value) -> Self {
        self.seed(seed)
    }

    /// Continues with what [`Emulator::keep`] returned. Settings of this builder replace kept ones.
    #[cfg(feature = "cli")]
    pub(crate) fn kept(mut self, kept: Value, file: String) -> Self {
        self.kept = Some((kept, file));
        self
    }

    /// Starts the emulator in a thread of its own.
    ///
    /// # Errors
    ///
    /// Fails when the port is taken, when a setting cannot work, such as an issuer that is no
    /// origin or a permission of a role that there is not, and when the snapshot or a seed cannot
    /// be.
    pub async fn start(mut self) -> Result<Emulator, EmulatorError> {
        self.check_exposure().map_err(EmulatorError::Project)?;
        let (mut project, mut given) = (self.project, self.given);
        set_settings(&mut project, &self.settings, &mut given)
            .map_err(|mistakes| EmulatorError::Project(mistakes.to_string()))?;
        // If there is a seed, its contradictions to the settings explain more than the settings alone.
        let settings = project.check();
        let first = if self.seeds.is_empty() {
            settings.clone()
        } else {
            Ok(())
        };
        first
            .and_then(|()| settings::check_api_key(&self.api_key))
            .and_then(|()| {
                self.issuer
                    .as_deref()
                    .map_or(Ok(()), settings::check_issuer)
            })
            .map_err(EmulatorError::Project)?;
        for webhook in self.webhooks {
            project
                .add_webhook(webhook)
                .map_err(EmulatorError::Project)?;
        }
        for client in self.oauth_clients {
            project
                .add_oauth_client(client)
                .map_err(EmulatorError::Project)?;
        }
        let (listener, address) = server::bind(self.port, self.exposure.as_ref())?;
        let auth_url = format!("http://{address}");
        let issuer = self.issuer.unwrap_or_else(|| auth_url.clone());
        project.issuer.clone_from(&issuer);
        project.auth_url.clone_from(&auth_url);
        let origin = Origin {
            project,
            given,
            // A seed is meant to produce the same ids in every run.
            ids: match (self.id_seed, self.seeds.is_empty()) {
                (Some(seed), _) => Ids::new(seed),
                (None, false) => Ids::default(),
                (None, true) => Ids::random(),
            },
        };
        let (store, snapshots) = FirstState {
            kept: self.kept,
            snapshot: self.snapshot,
            seeds: self.seeds,
        }
        .read(&origin)
        .map_err(EmulatorError::Project)?;
        settings.map_err(EmulatorError::Project)?;
        let shared = Shared::new(store, self.api_key, commands::answer, PAGES);
        let shared = Arc::new(shared.exposed(self.exposure));
        *shared.snapshots() = snapshots;
        let server = Server::start(listener, Arc::clone(&shared)).await?;
        Ok(Emulator::new(shared, auth_url, issuer, origin, server))
    }
}

// Not derived, because snapshots and seeds contain passwords and API keys.
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
