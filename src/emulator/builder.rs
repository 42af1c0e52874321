//! How an emulator is set up.

use std::sync::Arc;

use super::{
    Emulator, EmulatorError,
    clock::Clock,
    server::{self, Server, Shared},
    store::{Project, Store},
};
use crate::{org_member_info::OrgRoleStructure, secret::Secret};

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
#[derive(Debug)]
#[must_use = "an emulator runs once it is started"]
pub struct EmulatorBuilder {
    port: u16,
    api_key: Secret,
    issuer: Option<String>,
    project: Project,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            api_key: API_KEY.into(),
            issuer: None,
            project: Project::default(),
        }
    }
}

impl EmulatorBuilder {
    /// Sets the port on 127.0.0.1. By default it is any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the integration API key. By default it is one that is the same everywhere.
    pub fn api_key(mut self, api_key: impl Into<Secret>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// Sets the issuer of the tokens. By default it is the emulator's own URL.
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

    /// Puts the login method into tokens. By default it is not in them.
    pub fn include_login_method(mut self) -> Self {
        self.project.includes_login_method = true;
        self
    }

    /// Makes a project without organizations. By default it has them.
    pub fn without_orgs(mut self) -> Self {
        self.project.lacks_orgs = true;
        self
    }

    /// Makes a project whose backend may not create access tokens. By default it may.
    pub fn without_access_token_creation(mut self) -> Self {
        self.project.lacks_access_tokens = true;
        self
    }

    /// Sets where the time comes from, in seconds since 1970. By default it is the system's.
    pub fn clock(mut self, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.project.clock = Clock::new(now);
        self
    }

    /// Starts the emulator in a thread of its own.
    ///
    /// # Errors
    ///
    /// Fails when the port is taken, or when a permission was given to a role that there is not.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let mut project = self.project;
        project.roles.check().map_err(EmulatorError::Project)?;
        let (listener, address) = server::bind(self.port)?;
        let auth_url = format!("http://{address}");
        let issuer = self.issuer.unwrap_or_else(|| auth_url.clone());
        project.issuer.clone_from(&issuer);
        let shared = Arc::new(Shared::new(Store::new(project), self.api_key));
        let server = Server::start(listener, Arc::clone(&shared)).await?;
        Ok(Emulator {
            shared,
            auth_url,
            issuer,
            _server: server,
        })
    }
}
