//! The events of organizations and their connections to identity providers.

use serde_json::Value;

use crate::{
    emulator::state::{Connection, Event, OrgRecord},
    words::ids::OrgId,
};

/// Adds the events of an organization that was changed.
pub(super) fn changed(
    before: Option<&OrgRecord>,
    now: Option<&OrgRecord>,
    events: &mut Vec<Event>,
) {
    match (before, now) {
        (None, None) => {}
        (None, Some(now)) => {
            events.push(about("org.created", &now.org_id).with("name", now.name.as_str()));
        }
        (Some(before), None) => events.push(about("org.deleted", &before.org_id)),
        (Some(before), Some(now)) => updated(before, now, events),
    }
}

fn updated(before: &OrgRecord, now: &OrgRecord, events: &mut Vec<Event>) {
    let mut rest = before.org.clone();
    // These two follow the connection, which has events of its own.
    rest.is_saml_configured = now.is_saml_configured;
    rest.is_saml_in_test_mode = now.is_saml_in_test_mode;
    if rest != now.org || before.requires_2fa_by != now.requires_2fa_by {
        events.push(about("org.updated", &now.org_id).with("name", now.name.as_str()));
    }
    let settings = |it: &Option<Connection>| {
        let connection = it.as_ref();
        connection.map(|it| serde_json::to_value(&it.idp).unwrap_or(Value::Null))
    };
    let is_live = |it: &Option<Connection>| it.as_ref().is_some_and(|it| it.is_live);
    let (old, new) = (&before.connection, &now.connection);
    let steps = [
        (
            new.is_some() && settings(old) != settings(new),
            "org.saml_setup",
        ),
        (!is_live(old) && is_live(new), "org.saml_went_live"),
        (old.is_some() && new.is_none(), "org.saml_removed"),
    ];
    let taken = steps.into_iter().filter(|(is_it, _)| *is_it);
    events.extend(taken.map(|(_, event_type)| about(event_type, &now.org_id)));
}

fn about(event_type: &str, org_id: &OrgId) -> Event {
    Event::new(event_type).with("org_id", org_id.as_str())
}
