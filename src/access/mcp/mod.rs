//! Protected resources for MCP clients and other OAuth clients: tokens that PropelAuth is asked about, scopes, and
//! the metadata by which a client finds out where to get a token.
//!
//! | file | part |
//! |---|---|
//! | `resource` | the handle of one resource: what it is called, and what challenges say of it |
//! | `resource_url` | its identifier, and the address of its metadata |
//! | `metadata` | the metadata (RFC 9728), as a service |
//! | `scopes` | the middleware: who may continue |
//! | `scope` | the grammar of a scope, and sets of them |
//! | `tokens`, `kept` | asking PropelAuth about a token, within limits; what is kept of the answers |
//! | `reply` | what PropelAuth answers, and what of it is believed |
//! | `caller` | who sends a request, for handlers |

pub(crate) mod caller;
mod kept;
pub(crate) mod metadata;
pub(crate) mod reply;
pub(crate) mod resource;
pub(crate) mod resource_url;
pub(crate) mod scope;
pub(crate) mod scopes;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
