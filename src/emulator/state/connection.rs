//! Connections to identity providers, and the links to set them up.

use serde::{Deserialize, Serialize};

use crate::{
    api::{SetOidcIdpMetadata, SetSamlIdpMetadata},
    id::OrgId,
};

/// The connection of an organization to its identity provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) idp: Idp,
    pub(crate) is_live: bool,
}

/// An identity provider: what the backend was told of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Idp {
    Saml(SetSamlIdpMetadata),
    Oidc(SetOidcIdpMetadata),
}

/// A link by which whoever has it may set up a connection, until it expires.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SamlLink {
    pub(crate) org_id: OrgId,
    pub(crate) expires_at: i64,
}
