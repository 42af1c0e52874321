//! Applies a seed: settings first, then what refers to them, each entry as the backend API would.
//!
//! A mistake in one entry does not keep the others from being checked.

mod api_keys;
mod orgs;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    check::check_object,
    fields::SEED,
    mistakes::Mistakes,
    place::join,
    settings::{self, Given},
};
use crate::{
    api::Endpoint,
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
    endpoint::{Field, FieldErrors, ReceivedFields},
};

/// What a seed created.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) roles: Vec<String>,
    pub(crate) role_mappings: Vec<String>,
    /// Email addresses.
    pub(crate) employees: Vec<String>,
    /// Email addresses.
    pub(crate) users: Vec<String>,
    /// Names.
    pub(crate) orgs: Vec<String>,
    pub(crate) members: usize,
    pub(crate) invites: usize,
    pub(crate) api_keys: usize,
    /// URLs.
    pub(crate) webhooks: Vec<String>,
    /// Ids.
    pub(crate) oauth_clients: Vec<String>,
}

/// A seed that is being applied.
pub(super) struct Applying<'a> {
    store: &'a mut Store,
    mistakes: Mistakes,
    /// The places of values that must be unique, by kind and value.
    seen: BTreeMap<(&'static str, String), String>,
    /// The users and organizations of the seed, by everything that identifies one. What is here and
    /// does not exist was not created because of a mistake that is reported already.
    declared: BTreeSet<(&'static str, String)>,
    summary: Summary,
}

/// Applies the value of a seed.
pub(super) fn apply(
    store: &mut Store,
    seed: Value,
    given: &mut Given,
) -> Result<Summary, Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some(mut seed) = check_object(seed, &SEED, "", &mut mistakes) else {
        return Err(mistakes);
    };
    let webhooks_before = store.project.webhooks.len();
    let clients_before = store.project.oauth_clients.len();
    settings::apply(&mut store.project, &seed, given, &mut mistakes);
    let webhooks = store.project.webhooks.iter().skip(webhooks_before);
    let clients = store.project.oauth_clients.iter().skip(clients_before);
    let mut applying = Applying {
        summary: Summary {
            roles: store.project.roles.names().to_vec(),
            role_mappings: store.project.custom_role_mappings.keys().cloned().collect(),
            webhooks: webhooks.map(|webhook| webhook.url.clone()).collect(),
            oauth_clients: clients.map(|client| client.client_id.clone()).collect(),
            ..Summary::default()
        },
        store,
        mistakes,
        seen: BTreeMap::new(),
        declared: BTreeSet::new(),
    };
    let mut section = |name| entries(&mut seed, name, "");
    let (employees, users) = (section("employees"), section("users"));
    let (orgs, api_keys) = (section("orgs"), section("api_keys"));
    for (at, employee) in employees {
        applying.employee(&employee, &at);
    }
    for (at, user) in users {
        applying.user(user, &at);
    }
    for (at, org) in orgs {
        applying.org(org, &at);
    }
    for (at, api_key) in api_keys {
        applying.api_key(api_key, &at);
    }
    match applying.mistakes.is_empty() {
        true => Ok(applying.summary),
        false => Err(applying.mistakes),
    }
}

impl Applying<'_> {
    /// Runs an operation of the backend API, and reports its rejection with the place of the field.
    fn run<E: Endpoint>(&mut self, fields: Map<String, Value>, at: &str) -> Option<E::Response>
    where
        Store: Handler<E>,
    {
        let fields = fields
            .into_iter()
            .map(|(name, value)| Field::json(name, value));
        let rejection = match E::decode(&mut ReceivedFields::new(fields.collect())) {
            Err(errors) => Rejection::Fields(errors),
            Ok(request) => match self.store.handle(request) {
                Ok(response) => return Some(response),
                Err(rejection) => rejection,
            },
        };
        match rejection {
            Rejection::Fields(errors) => self.wrong_fields(&errors, at),
            Rejection::Field(field, reason) => self.wrong(join(at, field), reason),
            other => self.wrong(at, other.to_string()),
        }
        None
    }

    fn wrong_fields(&mut self, errors: &FieldErrors, at: &str) {
        for (field, reasons) in errors.iter() {
            let field = match field {
                "imported_api_key" => "token",
                field => field,
            };
            self.wrong(join(at, field), reasons.join(", "));
        }
        if let Some(sentence) = errors.user_facing_error() {
            self.wrong(at, sentence);
        }
    }

    /// Reports a mistake, unless one is reported for this place already.
    fn wrong(&mut self, at: impl Into<String>, why: impl Into<String>) {
        let at = at.into();
        if at.is_empty() || !self.mistakes.concern(&at) {
            self.mistakes.add(at, why);
        }
    }

    /// Notes a value that identifies one user or organization, and reports it if another entry has it.
    fn note(&mut self, kind: &'static str, value: Option<String>, at: &str, field: &str) {
        let Some(value) = value else { return };
        self.declared.insert((kind, value.clone()));
        let before = self.seen.insert((kind, value.clone()), at.to_owned());
        if let Some(before) = before {
            self.wrong(
                join(at, field),
                format!("{before} has the {kind} {value:?} already"),
            );
        }
    }
}

/// Removes a list from an entry, and returns its objects with their places.
fn entries(
    entry: &mut Map<String, Value>,
    name: &str,
    at: &str,
) -> Vec<(String, Map<String, Value>)> {
    let at = join(at, name);
    let items = match entry.remove(name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let items = items.into_iter().enumerate();
    let items = items.filter_map(|(number, item)| match item {
        Value::Object(members) => Some((format!("{at}[{number}]"), members)),
        _ => None,
    });
    items.collect()
}

/// Removes these fields from an entry, and returns them.
fn take(entry: &mut Map<String, Value>, names: &[&[&str]]) -> Map<String, Value> {
    let names = names.iter().copied().flatten();
    let taken = names.filter_map(|name| entry.remove_entry(*name));
    taken.collect()
}

fn take_text(entry: &mut Map<String, Value>, name: &str) -> Option<String> {
    match entry.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn take_flag(entry: &mut Map<String, Value>, name: &str) -> Option<bool> {
    entry.remove(name).as_ref().and_then(Value::as_bool)
}
