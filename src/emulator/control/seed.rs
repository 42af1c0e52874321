//! Seeds: users and organizations written by hand, created at startup. Unknown fields are errors.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    api::{AddUserToOrg, CreateOrg, CreateUser, Endpoint, List},
    emulator::{
        operations::handler::Handler as _,
        state::{
            Store, case_fold,
            ids::is_uuid,
            json_document::{as_list, as_object, unknown_name},
        },
    },
    endpoint::{Field, ReceivedFields},
    words::ids::{OrgId, UserId},
};

/// The places of values that must be unique, by kind and value.
type Seen = BTreeMap<(&'static str, String), String>;

impl Store {
    /// Creates the users and organizations of a seed, as the backend API does.
    pub(crate) fn apply_seed(&mut self, seed: Value) -> Result<(), String> {
        let mut seen = Seen::new();
        let mut seed = as_object(seed, "", "a seed", &["users", "orgs"]).map_err(in_seed)?;
        for (at, user) in as_list(seed.remove("users"), "users").map_err(in_seed)? {
            self.seed_user(user, &at, &mut seen).map_err(in_seed)?;
        }
        for (at, org) in as_list(seed.remove("orgs"), "orgs").map_err(in_seed)? {
            self.seed_org(org, &at, &mut seen).map_err(in_seed)?;
        }
        Ok(())
    }

    fn seed_user(&mut self, user: Value, at: &str, seen: &mut Seen) -> Result<(), String> {
        let known = [CreateUser::REQUIRED, CreateUser::OPTIONAL, &["user_id"]].concat();
        let mut user = as_object(user, at, "a user", &known)?;
        let user_id = own_id(&mut user, "user_id", at, seen)?;
        if let Some(user_id) = &user_id
            && self.users.contains_key(&UserId::from(user_id.as_str()))
        {
            return Err(format!("{at}.user_id: there is a user {user_id:?} already"));
        }
        for (kind, name) in [("email address", "email"), ("username", "username")] {
            let text = user.get(name).and_then(Value::as_str);
            note_once(seen, kind, text.map(case_fold), at, name)?;
        }
        let mut user: CreateUser = read_request(user, at)?;
        // Seeded users did not sign up, so they get no email by default.
        user.send_email_to_confirm_email_address
            .get_or_insert(false);
        let email = user.email.clone();
        self.ids.set_next(user_id);
        let created = self.handle(user);
        self.ids.set_next(None);
        created.map_err(|why| format!("{at}, the user {email:?}: {why}"))?;
        Ok(())
    }

    fn seed_org(&mut self, org: Value, at: &str, seen: &mut Seen) -> Result<(), String> {
        let known = [
            CreateOrg::REQUIRED,
            CreateOrg::OPTIONAL,
            &["org_id", "members"],
        ]
        .concat();
        let mut org = as_object(org, at, "an organization", &known)?;
        let org_id = own_id(&mut org, "org_id", at, seen)?;
        if let Some(org_id) = &org_id
            && self.orgs.contains_key(&OrgId::from(org_id.as_str()))
        {
            return Err(format!(
                "{at}.org_id: there is an organization {org_id:?} already"
            ));
        }
        let name = org.get("name").and_then(Value::as_str);
        note_once(seen, "name", name.map(str::to_owned), at, "name")?;
        let members = as_list(org.remove("members"), &format!("{at}.members"))?;
        let org: CreateOrg = read_request(org, at)?;
        let name = org.name.clone();
        self.ids.set_next(org_id);
        let created = self.handle(org);
        self.ids.set_next(None);
        let created = created.map_err(|why| format!("{at}, the organization {name:?}: {why}"))?;
        for (at, member) in members {
            self.seed_member(member, &at, &created.org_id)?;
        }
        Ok(())
    }

    fn seed_member(&mut self, member: Value, at: &str, org_id: &OrgId) -> Result<(), String> {
        let known = ["email", "user_id", "role", "additional_roles"];
        let mut member = as_object(member, at, "a member", &known)?;
        let email = text(member.remove("email"), at, "email")?;
        let user_id = text(member.remove("user_id"), at, "user_id")?;
        let (user, name) = match (&email, &user_id) {
            (Some(email), None) => (self.users.by_email(email), email),
            (None, Some(id)) => {
                let user_id = UserId::from(id.to_ascii_lowercase());
                (self.users.get(&user_id), id)
            }
            (Some(_), Some(_)) => {
                return Err(format!(
                    "{at}: a member has an `email` or a `user_id`, not both"
                ));
            }
            (None, None) => {
                return Err(format!("{at}: a member needs an `email` or a `user_id`"));
            }
        };
        let user = user.ok_or_else(|| format!("{at}: there is no user {name:?}"))?;
        let user_id = user.metadata.user_id.clone();
        let role = text(member.remove("role"), at, "role")?;
        let role = role.ok_or_else(|| format!("{at}: a member needs a `role`"))?;
        let place = format!("{at}.additional_roles");
        let mut others = Vec::new();
        for (at, role) in as_list(member.remove("additional_roles"), &place)? {
            let role = role.as_str().ok_or(format!("{at}: a role is a string"))?;
            others.push(role.to_owned());
        }
        let roles = self.roles_of(org_id);
        if let Some(unknown) = std::iter::once(&role)
            .chain(&others)
            .find(|it| !roles.has(it))
        {
            let known: Vec<&str> = roles.names().iter().map(String::as_str).collect();
            return Err(format!(
                "{at}: {}",
                unknown_name("role", unknown, "the roles", &known)
            ));
        }
        let mut request = AddUserToOrg::new(&user_id, org_id, role);
        if !others.is_empty() {
            request = request.additional_roles(List::<String>::from(others));
        }
        self.handle(request)
            .map_err(|why| format!("{at}, the user {name:?}: {why}"))
    }
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` hands it over
fn in_seed(why: String) -> String {
    format!("the seed's {}", why.trim_start_matches(": "))
}

/// Reads a request from the fields of an entry.
fn read_request<E: Endpoint>(entry: Map<String, Value>, at: &str) -> Result<E, String> {
    let fields = entry.into_iter().filter(|(_, value)| !value.is_null());
    let fields = fields.map(|(name, value)| Field::json(name, value));
    E::decode(&mut ReceivedFields::new(fields.collect())).map_err(|errors| {
        let wrong = errors.iter().map(|(field, reasons)| match field {
            // The reason repeats the value, which is secret here.
            "password" => format!("{at}.{field}: this is not a string"),
            _ => format!("{at}.{field}: {}", reasons.join(", ")),
        });
        wrong.collect::<Vec<_>>().join(", ")
    })
}

/// Removes and returns the id that an entry sets for itself.
fn own_id(
    entry: &mut Map<String, Value>,
    field: &'static str,
    at: &str,
    seen: &mut Seen,
) -> Result<Option<String>, String> {
    let id = text(entry.remove(field), at, field)?.map(|id| id.to_ascii_lowercase());
    if let Some(id) = id.as_deref().filter(|id| !is_uuid(id)) {
        return Err(format!(
            "{at}.{field}: {id:?} is not a UUID such as 31c41c16-c281-44ae-9602-8a047e3bf33d"
        ));
    }
    note_once(seen, field, id.clone(), at, field)?;
    Ok(id)
}

fn text(value: Option<Value>, at: &str, field: &str) -> Result<Option<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("{at}.{field}: this is not a string")),
    }
}

/// Returns an error if two entries have the same value.
fn note_once(
    seen: &mut Seen,
    kind: &'static str,
    text: Option<String>,
    at: &str,
    field: &str,
) -> Result<(), String> {
    let Some(text) = text else { return Ok(()) };
    match seen.insert((kind, text.clone()), at.to_owned()) {
        Some(before) => Err(format!(
            "{at}.{field}: {before} has the {kind} {text:?} already"
        )),
        None => Ok(()),
    }
}
