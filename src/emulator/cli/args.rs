//! What the program is told.

use std::path::PathBuf;

use clap::{Args as ArgsDerive, Parser, Subcommand};
use url::Url;

use crate::emulator::RoleMapping;

/// Emulates PropelAuth on this machine: the backend API with state in memory, and signed tokens.
///
/// It protects nothing: everybody has the key that its tokens are signed with.
#[derive(Debug, Parser)]
#[command(
    name = "propelauth-dev",
    version,
    args_conflicts_with_subcommands = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Prints a file for `node --require` that sends the Node SDK's requests to the emulator.
    NodePreload {
        /// Where the emulator is.
        #[arg(long, default_value = "http://127.0.0.1:9100")]
        url: Url,
    },
}

#[derive(Debug, ArgsDerive)]
pub(super) struct ServeArgs {
    /// Port on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 9100)]
    pub(super) port: u16,
    /// The integration API key that the backend API asks for [default: one that is the same
    /// everywhere].
    #[arg(long, value_name = "KEY")]
    pub(super) api_key: Option<String>,
    /// The issuer that tokens name [default: the emulator's URL].
    #[arg(long, value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// A role; repeat it for every role, highest first [default: Owner, Admin, Member].
    #[arg(long = "role", value_name = "ROLE")]
    pub(super) roles: Vec<String>,
    /// A permission that a role has; repeatable.
    #[arg(long = "permission", value_name = "ROLE=PERMISSION", value_parser = permission)]
    pub(super) permissions: Vec<(String, String)>,
    /// Roles and permissions that organizations may be subscribed to in place of the project's,
    /// highest role first; repeatable.
    #[arg(
        long = "role-mapping",
        value_name = "NAME=ROLE+PERMISSION+..,ROLE,..",
        value_parser = role_mapping
    )]
    pub(super) role_mappings: Vec<(String, RoleMapping)>,
    /// Users may have several roles in an organization, none of which includes another.
    #[arg(long)]
    pub(super) multiple_roles_per_user: bool,
    /// Tokens tell how the user logged in.
    #[arg(long)]
    pub(super) include_login_method: bool,
    /// The project has no organizations.
    #[arg(long)]
    pub(super) without_orgs: bool,
    /// The backend may not create access tokens.
    #[arg(long)]
    pub(super) without_access_token_creation: bool,
    /// Starts with what is in this file: users and organizations, or a snapshot.
    #[arg(long, value_name = "FILE")]
    pub(super) seed: Option<PathBuf>,
    /// Also starts the proxy for PropelAuth's own SDKs, and writes the certificate that they
    /// must trust to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) ca_out: Option<PathBuf>,
    /// Port of the proxy on 127.0.0.1; 0 for any free one.
    #[arg(long, value_name = "PORT", default_value_t = 9101, requires = "ca_out")]
    pub(super) proxy_port: u16,
    /// When ready, prints one line of JSON instead of a text.
    #[arg(long)]
    pub(super) json: bool,
}

fn permission(text: &str) -> Result<(String, String), &'static str> {
    // A permission may hold an equals sign, a role that does cannot be named here.
    match text.split_once('=') {
        Some((role, permission)) if !role.is_empty() && !permission.is_empty() => {
            Ok((role.to_owned(), permission.to_owned()))
        }
        _ => Err("write ROLE=PERMISSION, such as Admin=can_view_billing"),
    }
}

fn role_mapping(text: &str) -> Result<(String, RoleMapping), &'static str> {
    const HELP: &str = "write NAME=ROLE,ROLE, such as Paid=Owner+can_export,Member";
    let (name, roles) = text.split_once('=').ok_or(HELP)?;
    let (mut names, mut permissions) = (Vec::new(), Vec::new());
    for role in roles.split(',') {
        let mut parts = role.split('+');
        let role = parts.next().unwrap_or_default();
        names.push(role);
        permissions.extend(parts.map(|permission| (role, permission)));
    }
    let mut texts = names.iter().chain(permissions.iter().map(|(_, it)| it));
    if name.is_empty() || texts.any(|text| text.is_empty()) {
        return Err(HELP);
    }
    let mapping = RoleMapping::new(names);
    let mapping = permissions
        .into_iter()
        .fold(mapping, |it, (role, permission)| {
            it.permission(role, permission)
        });
    Ok((name.to_owned(), mapping))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Args, permission, role_mapping};

    #[test]
    fn the_definition_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_permission_belongs_to_a_role() {
        let parsed = permission("Admin=Product::can=it").unwrap();
        assert_eq!(parsed, ("Admin".to_owned(), "Product::can=it".to_owned()));
        for text in ["", "Admin", "Admin=", "=can"] {
            assert!(permission(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_role_mapping_is_a_name_and_roles() {
        let (name, mapping) = role_mapping("Paid Plan=Owner+a::b+c,Member").unwrap();
        assert_eq!(name, "Paid Plan");
        assert_eq!(mapping.with_inherited("Owner"), ["Owner", "Member"]);
        assert_eq!(mapping.permissions(["Owner"].into_iter()), ["a::b", "c"]);
        for text in ["", "Paid", "Paid=", "=Owner", "Paid=Owner,", "Paid=Owner+"] {
            assert!(role_mapping(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_needs_a_file_for_its_certificate() {
        assert!(Args::try_parse_from(["propelauth-dev"]).is_ok());
        assert!(Args::try_parse_from(["propelauth-dev", "--proxy-port", "1"]).is_err());
    }
}
