//! The settings of the emulated project.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    dev_keys::WEBHOOK_SECRET,
    emulator::state::{
        Clock, NewOauthClient, NewWebhook, OauthClient, RoleMapping, Settings, WebhookEndpoint,
    },
    words::secret::Secret,
};

/// The settings of the emulated project.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) auth_url: String,
    pub(crate) issuer: String,
    /// The default role mapping.
    pub(crate) roles: RoleMapping,
    pub(crate) custom_role_mappings: BTreeMap<String, RoleMapping>,
    pub(crate) max_orgs_per_user: Option<usize>,
    pub(crate) clock: Clock,
    pub(crate) includes_login_method: bool,
    pub(crate) orgs_enabled: bool,
    pub(crate) access_tokens_enabled: bool,
    pub(crate) step_up_mfa_enabled: bool,
    pub(crate) blocked_domains: Vec<String>,
    /// What concerns browsers only.
    pub(crate) settings: Settings,
    /// In the order in which they were added.
    pub(crate) webhooks: Vec<WebhookEndpoint>,
    /// In the order in which they were added.
    pub(crate) oauth_clients: Vec<OauthClient>,
    /// Of webhook endpoints that have no secret of their own.
    pub(crate) webhook_secret: Secret,
    /// Whether others than this machine can reach the emulator. Nothing that is published protects it then, and
    /// no page may let its visitor be any user.
    pub(crate) is_exposed: bool,
}

impl Default for Project {
    fn default() -> Self {
        Self {
            auth_url: String::new(),
            issuer: String::new(),
            roles: RoleMapping::default(),
            custom_role_mappings: BTreeMap::new(),
            max_orgs_per_user: None,
            clock: Clock::default(),
            includes_login_method: false,
            orgs_enabled: true,
            access_tokens_enabled: true,
            step_up_mfa_enabled: true,
            blocked_domains: Vec::new(),
            settings: Settings::default(),
            webhooks: Vec::new(),
            oauth_clients: Vec::new(),
            webhook_secret: WEBHOOK_SECRET.into(),
            is_exposed: false,
        }
    }
}

impl Project {
    /// Returns the auth URL as browsers are sent to it: with the host name of the application, if that is on
    /// this machine, too.
    ///
    /// A cookie of `127.0.0.1` is none of `localhost`: a frontend on the one that calls the other would
    /// find its user logged out.
    pub(crate) fn pages_url(&self) -> String {
        let host = Url::parse(&self.settings.application_url).ok();
        let host = host.as_ref().and_then(Url::host_str);
        let host = host.filter(|host| ["localhost", "127.0.0.1"].contains(host));
        match self.auth_url.strip_prefix("http://127.0.0.1:").zip(host) {
            Some((port, host)) => format!("http://{host}:{port}"),
            None => self.auth_url.clone(),
        }
    }

    /// Adds a webhook endpoint, or returns the reason if it is invalid or exists already.
    pub(crate) fn add_webhook(&mut self, webhook: NewWebhook) -> Result<WebhookEndpoint, String> {
        let endpoint = webhook.build(&self.webhook_secret)?;
        if self.webhooks.iter().any(|it| it.id == endpoint.id) {
            let url = &endpoint.url;
            return Err(format!("there is a webhook with the URL {url:?} already"));
        }
        self.webhooks.push(endpoint.clone());
        Ok(endpoint)
    }

    /// Adds a client of OAuth, or returns the reason if it is invalid or exists already.
    pub(crate) fn add_oauth_client(
        &mut self,
        client: NewOauthClient,
    ) -> Result<OauthClient, String> {
        let client = client.build()?;
        let client_id = &client.client_id;
        if self.oauth_client(client_id).is_some() {
            return Err(format!(
                "there is an OAuth client with the id {client_id:?} already"
            ));
        }
        self.oauth_clients.push(client.clone());
        Ok(client)
    }

    /// Returns the client of OAuth with an id.
    pub(crate) fn oauth_client(&self, client_id: &str) -> Option<&OauthClient> {
        let mut clients = self.oauth_clients.iter();
        clients.find(|client| client.client_id == client_id)
    }

    /// Returns the webhook endpoint with an id or URL, or the reason if there is none.
    pub(crate) fn webhook_mut(&mut self, name: &str) -> Result<&mut WebhookEndpoint, String> {
        let mut webhooks = self.webhooks.iter_mut();
        let found = webhooks.find(|it| it.id == name || it.url == name);
        found.ok_or_else(|| format!("there is no webhook with the id or URL {name:?}"))
    }

    /// Returns the reason if a setting is invalid or two settings contradict each other.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.roles.check()?;
        for (name, mapping) in &self.custom_role_mappings {
            if name.trim().is_empty() {
                return Err("a custom role mapping has no name".to_owned());
            }
            let named = |why| format!("the custom role mapping {name:?}: {why}");
            mapping.check().map_err(named)?;
        }
        let settings = [
            (!self.roles.is_default(), "roles or permissions"),
            (!self.custom_role_mappings.is_empty(), "a role mapping"),
            (
                self.max_orgs_per_user.is_some(),
                "a limit of organizations per user",
            ),
        ];
        if let (false, Some((_, what))) = (self.orgs_enabled, settings.iter().find(|it| it.0)) {
            return Err(format!(
                "a project without organizations cannot have {what}: remove one of the two settings"
            ));
        }
        if self.max_orgs_per_user == Some(0) {
            return Err(
                "a limit of 0 organizations per user excludes all users: create a project without \
                 organizations instead"
                    .to_owned(),
            );
        }
        let Settings {
            default_role,
            default_owner_role,
            ..
        } = &self.settings;
        let mut defaults = [default_role, default_owner_role].into_iter().flatten();
        if let Some(role) = defaults.find(|role| !self.roles.has(role)) {
            let names = self.roles.names().join(", ");
            return Err(format!(
                "the default role {role:?} is none of the roles: they are {names}"
            ));
        }
        self.settings.check()?;
        let mut blocked = self.blocked_domains.iter();
        match blocked.find(|domain| !is_domain(domain)) {
            Some(domain) => Err(format!(
                "the blocked domain {domain:?} is not a domain: write it like spam.example, without \
                 an address before it or a path after it"
            )),
            None => Ok(()),
        }
    }
}

/// Returns `true` for labels of letters (of any script), digits and hyphens, separated by dots, with
/// or without the dot of the DNS root at the end.
fn is_domain(text: &str) -> bool {
    text.strip_suffix('.')
        .unwrap_or(text)
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|it| it.is_alphanumeric() || it == '-'))
}
