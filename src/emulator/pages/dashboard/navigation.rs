//! The links between screens.

/// The screens that every screen leads to, with their labels.
pub(super) const LINKS: &[(&str, &str)] = &[
    ("/dashboard", "Overview"),
    ("/dashboard/users", "Users"),
    ("/dashboard/orgs", "Organizations"),
    ("/dashboard/roles", "Roles"),
    ("/dashboard/sessions", "Sessions"),
    ("/dashboard/settings", "Settings"),
    ("/dashboard/tokens", "Tokens"),
    ("/dashboard/outbox", "Outbox"),
    ("/dashboard/webhooks", "Webhooks"),
    ("/dashboard/requests", "Requests"),
    ("/dashboard/faults", "Faults"),
    ("/dashboard/server", "Clock and state"),
];
