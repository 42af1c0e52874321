//! All rows of what browsers ask.

use crate::emulator::{
    frontend, oauth,
    state::Store,
    web::{Reply, Table, WebRequest},
};

/// The rows that are answered from the state alone.
pub(crate) static WEB_ROUTES: Table<fn(&mut Store, &WebRequest) -> Reply> =
    Table::new(&[frontend::ROUTES, oauth::ROUTES, oauth::MCP_ROUTES]);
