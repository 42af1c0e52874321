//! The arguments of `propelauth-dev token`.

use clap::Args;
use serde_json::{Map, Value};

use crate::emulator::{
    cli::{target::Target, values::seconds},
    state::TokenOptions,
};

/// What is in a token, and what is wrong with it.
#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct TokenArgs {
    /// The email address, username or id of the user.
    pub(super) user: String,
    /// The organization, by name or id, that --role and --permission are about [default: the user's
    /// only one].
    #[arg(long)]
    pub(super) org: Option<String>,
    /// The role in the organization [default: the user's, or the lowest one].
    #[arg(long)]
    pub(super) role: Option<String>,
    /// A permission besides those of the role; repeatable.
    #[arg(long = "permission", value_name = "PERMISSION")]
    pub(super) permissions: Vec<String>,
    /// The active organization, by name or id.
    #[arg(long, value_name = "ORG")]
    pub(super) active_org: Option<String>,
    /// The lifetime; -5m creates a token that expired five minutes ago [default: 30m].
    #[arg(long, value_name = "DURATION", value_parser = seconds, allow_hyphen_values = true)]
    pub(super) expires_in: Option<i64>,
    /// The issuer, to test that a service rejects any but its own [default: the emulator's].
    #[arg(long, value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// Makes the signature invalid.
    #[arg(long)]
    pub(super) forged: bool,
    /// The id or email address of the employee who impersonates the user.
    #[arg(long, value_name = "EMPLOYEE")]
    pub(super) impersonated_by: Option<String>,
    #[command(flatten)]
    pub(super) target: Target,
}

impl TokenArgs {
    /// Returns `true` if the arguments say what the user is in an organization.
    pub(super) fn has_membership(&self) -> bool {
        self.org.is_some() || self.role.is_some() || !self.permissions.is_empty()
    }

    /// Returns the organizations that the arguments name, each once.
    pub(super) fn orgs(&self) -> Vec<&str> {
        let mut orgs: Vec<&str> = self.org.iter().map(String::as_str).collect();
        orgs.extend(
            self.active_org
                .as_deref()
                .filter(|it| self.org.as_deref() != Some(it)),
        );
        orgs
    }

    /// Returns the arguments as the body of a request to the emulator.
    pub(super) fn body(&self) -> Value {
        let mut body = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            body.extend(value.map(|value| (name.to_owned(), value)));
        };
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        set("user", Some(self.user.as_str().into()));
        set("org", text(&self.org));
        set("role", text(&self.role));
        let has_permissions = !self.permissions.is_empty();
        set(
            "permissions",
            has_permissions.then(|| self.permissions.clone().into()),
        );
        set("active_org", text(&self.active_org));
        set("expires_in", self.expires_in.map(Value::from));
        set("issuer", text(&self.issuer));
        set("forged", self.forged.then_some(Value::Bool(true)));
        set("impersonated_by", text(&self.impersonated_by));
        Value::Object(body)
    }

    /// Returns the arguments as the options of a token, for another name of the same user.
    pub(super) fn options(&self, user: &str) -> TokenOptions {
        let mut options = TokenOptions::new(user);
        if let Some(org) = &self.org {
            options = options.org(org);
        }
        if let Some(role) = &self.role {
            options = options.role(role);
        }
        for permission in &self.permissions {
            options = options.permission(permission);
        }
        if let Some(org) = &self.active_org {
            options = options.active_org(org);
        }
        if let Some(seconds) = self.expires_in {
            options = options.expires_in(seconds);
        }
        if let Some(issuer) = &self.issuer {
            options = options.issuer(issuer);
        }
        if let Some(employee) = &self.impersonated_by {
            options = options.impersonated_by(employee);
        }
        match self.forged {
            true => options.forged(),
            false => options,
        }
    }
}
