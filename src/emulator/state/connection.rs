//! Connections to identity providers, and links for setting them up.

use serde::{Deserialize, Serialize};

use crate::{
    api::{OidcIdpType, SamlIdpProvider, SerializableSecret},
    words::ids::OrgId,
};

/// The connection of an organization to its identity provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) idp: Idp,
    pub(crate) is_live: bool,
}

/// The settings of an identity provider, as they were sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Idp {
    Saml(SamlIdp),
    Oidc(OidcIdp),
}

/// A SAML identity provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SamlIdp {
    pub(crate) org_id: OrgId,
    pub(crate) idp_entity_id: String,
    pub(crate) idp_sso_url: String,
    pub(crate) idp_certificate: String,
    pub(crate) provider: SamlIdpProvider,
}

/// An OIDC identity provider. Its type decides which of the optional fields it has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OidcIdp {
    pub(crate) org_id: OrgId,
    pub(crate) client_id: String,
    pub(crate) client_secret: SerializableSecret,
    pub(crate) uses_pkce: bool,
    pub(crate) idp_type: OidcIdpType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) userinfo_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) okta_sso_domain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entra_tenant_id: Option<String>,
}

/// A link that lets anyone who has it set up a connection, until it expires.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SamlLink {
    pub(crate) org_id: OrgId,
    pub(crate) expires_at: i64,
}
