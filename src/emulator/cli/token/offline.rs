//! A token that the program signs itself, for a user that only the token knows.
//!
//! The signing key is published, so no server is needed. The claims are those of an emulator whose
//! state has this one user.

use serde_json::{Value, json};

use super::args::TokenArgs;
use crate::emulator::{
    cli::output::items,
    seed::{Given, Seed},
    state::{self, Ids, RoleMapping, SigningKey, Store, ids::is_uuid},
};

/// The project of a token, as far as it is known.
pub(super) struct Project<'a> {
    auth_url: String,
    issuer: String,
    roles: RoleMapping,
    signing_key: SigningKey,
    /// The time, as a Unix timestamp in seconds. `None` for that of this machine.
    now: Option<i64>,
    orgs: &'a [Value],
}

impl<'a> Project<'a> {
    /// Creates a project of which only the URL and the issuer are known.
    pub(super) fn new(auth_url: &str, issuer: &str) -> Self {
        Self {
            auth_url: auth_url.to_owned(),
            issuer: issuer.to_owned(),
            roles: RoleMapping::default(),
            signing_key: SigningKey::default(),
            now: None,
            orgs: &[],
        }
    }

    /// Returns the project of a running emulator, from its status and its organizations.
    pub(super) fn of(status: &Value, orgs: &'a [Value]) -> Result<Self, String> {
        let text = |name| status.get(name).and_then(Value::as_str).unwrap_or_default();
        let names = items(status.get("roles").unwrap_or(&Value::Null));
        let mut roles = RoleMapping::new(names.iter().filter_map(Value::as_str));
        let permissions = status.get("permissions").and_then(Value::as_object);
        for (role, all) in permissions.into_iter().flatten() {
            for permission in items(all).iter().filter_map(Value::as_str) {
                roles = roles.permission(role, permission);
            }
        }
        let mut keys = (0..).map_while(|number| SigningKey::try_from(number).ok());
        let signing_key = keys
            .find(|key| key.verifier_key() == text("verifier_key_pem"))
            .ok_or("the emulator is exposed, and only it has its signing key: create the user in it first")?;
        Ok(Self {
            auth_url: text("auth_url").to_owned(),
            issuer: text("issuer").to_owned(),
            roles,
            signing_key,
            now: status.get("now").and_then(Value::as_i64),
            orgs,
        })
    }
}

/// Signs a token.
pub(super) fn create(args: &TokenArgs, project: &Project<'_>) -> Result<Value, String> {
    let (email, user_id) = match (args.user.contains('@'), is_uuid(&args.user)) {
        (true, _) => (args.user.clone(), None),
        (_, true) => (
            format!("{}@example.com", args.user),
            Some(args.user.as_str()),
        ),
        _ => {
            return Err(format!(
                "{:?} is no user of a running emulator: write an email address or a UUID, or start \
                 the emulator with `propelauth-dev up`",
                args.user
            ));
        }
    };
    if args.orgs().is_empty() && args.has_membership() {
        return Err("a role or permission is one in an organization: add --org".to_owned());
    }
    let mut roles = project.roles.clone();
    // A role of the service's own project, of which the program knows nothing else.
    if let Some(role) = args.role.as_ref().filter(|role| !roles.has(role)) {
        roles = RoleMapping::new([role]);
    }
    let role = match (&args.role, roles.names()) {
        (Some(role), _) => role.clone(),
        (None, names) => names.last().cloned().unwrap_or_default(),
    };
    let mut store = Store {
        project: state::Project {
            auth_url: project.auth_url.clone(),
            issuer: project.issuer.clone(),
            roles,
            ..state::Project::default()
        },
        // The ids of an emulator that was started with a seed file.
        ids: Ids::default(),
        signing_key: project.signing_key.clone(),
        ..Store::default()
    };
    if let Some(now) = project.now {
        store.project.clock.freeze(now);
    }
    let mut user = json!({ "email": email });
    if let (Some(user), Some(user_id)) = (user.as_object_mut(), user_id) {
        user.insert("user_id".to_owned(), user_id.into());
    }
    let orgs = args.orgs().into_iter().map(|name| {
        let (name, org_id) = org(name, project.orgs);
        let mut org = json!({ "name": name, "members": [{ "email": email, "role": role }] });
        if let (Some(org), Some(org_id)) = (org.as_object_mut(), org_id) {
            org.insert("org_id".to_owned(), org_id.into());
        }
        org
    });
    let orgs: Value = orgs.collect();
    let seed = Seed::from(json!({ "users": [user], "orgs": orgs }));
    let applied = seed.apply(&mut store, &mut Given::default());
    applied.map_err(|mistakes| mistakes.to_string())?;
    let token = store.create_token(&args.options(&email))?;
    let mut token = serde_json::to_value(&token).map_err(|error| error.to_string())?;
    if let Some(token) = token.as_object_mut() {
        let key = project.signing_key.verifier_key();
        token.insert("verifier_key_pem".to_owned(), key.into());
    }
    Ok(token)
}

/// Returns the name and, if there is one to keep, the id of an organization.
fn org<'a>(name: &'a str, known: &'a [Value]) -> (&'a str, Option<&'a str>) {
    let text = |org: &'a Value, key| org.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut orgs = known.iter();
    let found = orgs
        .find(|org| text(org, "name") == name || text(org, "org_id").eq_ignore_ascii_case(name));
    match found {
        Some(org) => (text(org, "name"), Some(text(org, "org_id"))),
        None => (name, is_uuid(name).then_some(name)),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::{Value, json};

    use super::{Project, create};
    use crate::{
        access::User,
        dev_keys::PUBLIC_KEY_PEMS,
        emulator::{cli::token::TokenArgs, state::SigningKey},
        propel_auth::PropelAuth,
    };

    #[derive(Parser)]
    struct Token {
        #[command(flatten)]
        token: TokenArgs,
    }

    const URL: &str = "http://127.0.0.1:9100";

    fn created(arguments: &[&str], project: &Project<'_>) -> Result<Value, String> {
        let parsed = Token::try_parse_from([&["token"], arguments].concat()).unwrap();
        create(&parsed.token, project)
    }

    fn verified(token: &Value) -> Option<User> {
        let pem = token["verifier_key_pem"].as_str().unwrap();
        let auth = PropelAuth::builder(URL, "key").verifier_key(pem).emulator();
        let header = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let auth = auth.build().unwrap();
        auth.validate_access_token_and_get_user(header.as_str())
            .ok()
    }

    fn user(arguments: &[&str]) -> Option<User> {
        verified(&created(arguments, &Project::new(URL, URL)).unwrap())
    }

    #[test]
    fn a_service_accepts_a_user_that_only_the_token_knows() {
        let alice = user(&["alice@x.y"]).unwrap();
        assert_eq!(alice.email, "alice@x.y");
        assert_eq!(user(&["alice@x.y"]).unwrap().user_id, alice.user_id);
        assert_ne!(user(&["bob@x.y"]).unwrap().user_id, alice.user_id);
        let id = "f0e00000-0000-4000-8000-000000000001";
        assert_eq!(user(&[id]).unwrap().user_id, id);
    }

    #[test]
    fn its_organizations_are_those_of_the_arguments() {
        let alice = user(&[
            "a@x.y",
            "--org",
            "Acme",
            "--role",
            "Admin",
            "--permission",
            "pay",
        ]);
        let alice = alice.unwrap();
        let acme = alice.orgs().next().unwrap();
        assert_eq!(acme.org_name, "Acme");
        assert!(acme.is_role("Admin") && acme.has_permission("pay"));
        assert!(acme.is_at_least_role("Member"));
        let chef = user(&["a@x.y", "--active-org", "Kitchen", "--role", "Chef"]).unwrap();
        assert!(chef.orgs().next().unwrap().is_role("Chef"));
        let both = user(&["a@x.y", "--org", "Acme", "--active-org", "Beta"]).unwrap();
        assert_eq!(both.orgs().next().unwrap().org_name, "Beta");
    }

    #[test]
    fn a_token_that_is_wrong_is_rejected() {
        for arguments in [
            &["a@x.y", "--expires-in", "-5m"][..],
            &["a@x.y", "--forged"],
            &["a@x.y", "--issuer", "https://other.example"],
        ] {
            assert!(user(arguments).is_none(), "{arguments:?}");
        }
        let by = user(&["a@x.y", "--impersonated-by", "boss@x.y"]).unwrap();
        assert!(by.impersonator_user_id.is_some());
    }

    #[test]
    fn a_running_emulator_lends_its_key_time_roles_and_organizations() {
        let id = "f0e00000-0000-4000-8000-000000000002";
        let orgs = [json!({ "org_id": id, "name": "Acme" })];
        let status = json!({
            "auth_url": URL, "issuer": URL, "now": 1_700_000_000,
            "verifier_key_pem": PUBLIC_KEY_PEMS[2],
            "roles": ["Chef", "Cook"], "permissions": { "Cook": ["can_cook"] },
        });
        let project = Project::of(&status, &orgs).unwrap();
        assert_eq!(project.signing_key, SigningKey::try_from(2).unwrap());
        let token = created(&["a@x.y", "--org", "Acme"], &project).unwrap();
        assert_eq!(token["expires_at"], 1_700_001_800);
        let member = &token["claims"]["org_id_to_org_member_info"][id];
        assert_eq!(member["user_role"], "Cook");
        assert_eq!(member["user_permissions"], json!(["can_cook"]));
    }

    #[test]
    fn an_emulator_that_generated_its_key_lends_none() {
        let status = json!({ "verifier_key_pem": "-----BEGIN PUBLIC KEY-----" });
        let Err(error) = Project::of(&status, &[]) else {
            panic!("a published key was taken for another one");
        };
        assert!(error.contains("exposed"), "{error}");
    }

    #[test]
    fn what_cannot_be_is_said() {
        let project = Project::new(URL, URL);
        let error = |arguments: &[&str]| created(arguments, &project).unwrap_err();
        assert!(error(&["alice"]).contains("email address"));
        assert!(error(&["a@x.y", "--role", "Admin"]).contains("--org"));
    }
}
