//! The arguments of `propelauth-dev up`.

use std::{collections::BTreeSet, ffi::OsString, net::IpAddr, path::PathBuf};

use clap::Args;

use crate::emulator::{cli::values::positive_seconds, state::RoleMapping};

#[derive(Debug, Args)]
pub(in crate::emulator::cli) struct UpArgs {
    /// Port; 0 for any free one.
    #[arg(long, default_value_t = 9100)]
    pub(in crate::emulator::cli) port: u16,
    /// Lets other machines reach the emulator at this address of this machine, such as 0.0.0.0 for all of
    /// its addresses. Needs a key of your own; see docs/propelauth-dev.md [default: only this machine, at
    /// 127.0.0.1].
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::emulator::cli) expose: Option<IpAddr>,
    /// A name by which other machines ask, such as that of the container; repeatable.
    #[arg(long = "allow-host", value_name = "NAME", requires = "expose")]
    pub(in crate::emulator::cli) hosts: Vec<String>,
    /// The integration API key that the backend API requires [default:
    /// emulator-integration-api-key].
    #[arg(long, value_name = "KEY")]
    pub(in crate::emulator::cli) api_key: Option<String>,
    /// A file with that key, which other users of this machine cannot see in the list of processes.
    #[arg(long, value_name = "FILE", conflicts_with = "api_key")]
    pub(in crate::emulator::cli) api_key_file: Option<PathBuf>,
    /// The issuer of its tokens [default: the emulator's URL].
    #[arg(long, value_name = "URL")]
    pub(in crate::emulator::cli) issuer: Option<String>,
    /// A role; repeat for each role, the highest first [default: Owner, Admin, Member].
    #[arg(long = "role", value_name = "ROLE")]
    pub(in crate::emulator::cli) roles: Vec<String>,
    /// A permission of a role; repeatable.
    #[arg(long = "permission", value_name = "ROLE=PERMISSION", value_parser = permission)]
    pub(in crate::emulator::cli) permissions: Vec<(String, String)>,
    /// A custom role mapping that organizations may be subscribed to, the highest role first;
    /// repeatable.
    #[arg(
        long = "role-mapping",
        value_name = "NAME=ROLE+PERMISSION+..,ROLE,..",
        value_parser = role_mapping
    )]
    pub(in crate::emulator::cli) role_mappings: Vec<(String, RoleMapping)>,
    /// Users may have multiple roles in an organization, none of which includes another.
    #[arg(long)]
    pub(in crate::emulator::cli) multiple_roles_per_user: bool,
    /// Tokens include the login method.
    #[arg(long)]
    pub(in crate::emulator::cli) include_login_method: bool,
    /// The project has no organizations.
    #[arg(long)]
    pub(in crate::emulator::cli) without_orgs: bool,
    /// The backend API cannot create access tokens.
    #[arg(long)]
    pub(in crate::emulator::cli) without_access_token_creation: bool,
    /// A URL to which an event is sent for every change, as PropelAuth sends webhooks; repeatable.
    #[arg(long = "webhook", value_name = "URL")]
    pub(in crate::emulator::cli) webhooks: Vec<String>,
    /// Derives ids and API keys from this number, so that they are the same in every run [default:
    /// different in every run, except with --seed].
    #[arg(long, value_name = "NUMBER")]
    pub(in crate::emulator::cli) id_seed: Option<u64>,
    /// Starts with what this file contains: a seed in TOML or JSON, or a snapshot. A changed seed is
    /// applied, in place of the whole state.
    #[arg(long, value_name = "FILE")]
    pub(in crate::emulator::cli) seed: Option<PathBuf>,
    /// A changed seed is not applied.
    #[arg(long, requires = "seed")]
    pub(in crate::emulator::cli) no_reload: bool,
    /// Keeps the state and the clock in this file across restarts. A seed is applied only if the file
    /// does not exist yet.
    #[arg(long, value_name = "FILE")]
    pub(in crate::emulator::cli) state: Option<PathBuf>,
    /// Also starts the proxy for PropelAuth's official SDKs, and writes the certificates that they
    /// must trust to this file: the proxy's own and this machine's roots.
    #[arg(long, value_name = "FILE")]
    pub(in crate::emulator::cli) ca_out: Option<PathBuf>,
    /// Port of the proxy on 127.0.0.1; 0 for any free one.
    #[arg(long, value_name = "PORT", default_value_t = 9101, requires = "ca_out")]
    pub(in crate::emulator::cli) proxy_port: u16,
    /// The proxy also tunnels to all other hosts; otherwise it rejects them.
    #[arg(long, requires = "ca_out")]
    pub(in crate::emulator::cli) proxy_leads_on: bool,
    /// Prints one line of JSON when ready, instead of text.
    #[arg(long)]
    pub(in crate::emulator::cli) json: bool,
    /// The time between asking COMMAND to end and killing it.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = positive_seconds)]
    pub(in crate::emulator::cli) grace: u32,
    /// Also starts this command, with the variables that let it find the emulator, and ends with its
    /// exit code. What it started ends with it.
    #[arg(last = true, value_name = "COMMAND")]
    pub(in crate::emulator::cli) command: Vec<OsString>,
}

impl UpArgs {
    /// Returns an error if arguments contradict each other.
    pub(in crate::emulator::cli) fn check(&self) -> Result<(), String> {
        if let Some(file) = &self.ca_out {
            if self.port == self.proxy_port && self.port != 0 {
                return Err(format!(
                    "the emulator and its proxy cannot both have the port {}: choose another with \
                     --port or --proxy-port",
                    self.port
                ));
            }
            let real = |path: &PathBuf| path.canonicalize().ok();
            if self.seed.as_ref() == Some(file)
                || self
                    .seed
                    .as_ref()
                    .and_then(real)
                    .is_some_and(|seed| Some(seed) == real(file))
            {
                return Err("--ca-out names the file of --seed, which it would replace".to_owned());
            }
        }
        let mut names = BTreeSet::new();
        let mut mappings = self.role_mappings.iter().map(|(name, _)| name);
        match mappings.find(|name| !names.insert(*name)) {
            Some(name) => Err(format!("the role mapping {name:?} is given twice")),
            None => Ok(()),
        }
    }
}

fn permission(text: &str) -> Result<(String, String), &'static str> {
    // A permission may contain an equals sign. A role that does cannot be given here.
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
    use clap::Parser;

    use super::{UpArgs, permission, role_mapping};

    #[derive(Parser)]
    struct Up {
        #[command(flatten)]
        up: UpArgs,
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
        let expected = super::RoleMapping::new(["Owner", "Member"])
            .permission("Owner", "a::b")
            .permission("Owner", "c");
        assert_eq!(mapping, expected);
        for text in ["", "Paid", "Paid=", "=Owner", "Paid=Owner,", "Paid=Owner+"] {
            assert!(role_mapping(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_would_replace_or_hide_something_is_refused() {
        let checked = |arguments: &[&str]| {
            let arguments = [&["propelauth-dev"], arguments].concat();
            Up::try_parse_from(arguments).unwrap().up.check()
        };
        assert_eq!(checked(&["--ca-out", "a", "--seed", "b"]), Ok(()));
        for arguments in [
            &["--ca-out", "a", "--seed", "a"][..],
            &["--ca-out", "./Cargo.toml", "--seed", "Cargo.toml"],
            &["--ca-out", "a", "--port", "9101"],
            &["--ca-out", "a", "--port", "7", "--proxy-port", "7"],
            &["--role-mapping", "A=B", "--role-mapping", "A=C"],
        ] {
            assert!(checked(arguments).is_err(), "{arguments:?}");
        }
    }
}
