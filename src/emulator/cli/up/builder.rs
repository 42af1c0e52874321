//! From the arguments to the emulator that they describe.

use super::args::UpArgs;
use crate::emulator::{
    cli::key_file::read_key,
    control::{Emulator, EmulatorBuilder},
};

/// Returns the builder, or the reason if the file of the key cannot be read.
pub(super) fn builder(args: &UpArgs) -> Result<EmulatorBuilder, String> {
    let mut builder = Emulator::builder().port(args.port);
    if let Some(key) = &args.api_key {
        builder = builder.api_key(key.as_str());
    }
    if let Some(path) = &args.api_key_file {
        builder = builder.api_key(read_key(path)?);
    }
    if let Some(address) = args.expose {
        builder = builder.expose(address);
    }
    for name in &args.hosts {
        builder = builder.allow_host(name);
    }
    if let Some(issuer) = &args.issuer {
        builder = builder.issuer(issuer);
    }
    if !args.roles.is_empty() {
        builder = builder.roles(&args.roles);
    }
    for (role, permission) in &args.permissions {
        builder = builder.permission(role, permission);
    }
    for (name, mapping) in &args.role_mappings {
        let mapping = match args.multiple_roles_per_user {
            true => mapping.clone().multiple_roles_per_user(),
            false => mapping.clone(),
        };
        builder = builder.custom_role_mapping(name, mapping);
    }
    if args.multiple_roles_per_user {
        builder = builder.multiple_roles_per_user();
    }
    if let Some(seed) = args.id_seed {
        builder = builder.id_seed(seed);
    }
    if args.include_login_method {
        builder = builder.include_login_method();
    }
    for url in &args.webhooks {
        builder = builder.webhook(url);
    }
    if args.without_orgs {
        builder = builder.without_orgs();
    }
    if args.without_access_token_creation {
        builder = builder.without_access_token_creation();
    }
    Ok(builder)
}
