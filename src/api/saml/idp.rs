//! Identity providers, as they are described to the backend API.

use super::SetOidcIdpMetadata;
use crate::{endpoint::SerializableSecret, id::OrgId, wire_enum::wire_enum};

wire_enum! {
    /// Whose product an identity provider is that speaks SAML.
    pub enum SamlIdpProvider {
        /// Google Workspace.
        Google = "Google",
        /// Rippling.
        Rippling = "Rippling",
        /// OneLogin.
        OneLogin = "OneLogin",
        /// JumpCloud.
        JumpCloud = "JumpCloud",
        /// Okta.
        Okta = "Okta",
        /// Microsoft Entra ID, once named Azure Active Directory.
        Azure = "Azure",
        /// Duo.
        Duo = "Duo",
        /// Any other.
        Generic = "Generic",
    }

    /// The text of an [`OidcIdp`] on the wire.
    pub(crate) enum OidcIdpType {
        /// Any that is not named.
        Generic = "Generic",
        /// Okta.
        Okta = "Okta",
        /// Microsoft Entra ID.
        Azure = "Azure",
    }
}

/// An identity provider that speaks OIDC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OidcIdp {
    /// Any that is not named below.
    Generic {
        /// The URL to which users are sent to log in.
        auth_url: String,
        /// The URL that gives tokens.
        token_url: String,
        /// The URL that tells of the user.
        userinfo_url: String,
    },
    /// Okta.
    Okta {
        /// The domain of the organization there, such as `acme.okta.com`.
        okta_sso_domain: String,
    },
    /// Microsoft Entra ID, once named Azure Active Directory.
    #[doc(alias = "Entra")]
    Azure {
        /// The id of the organization's tenant there.
        entra_tenant_id: String,
    },
}

/// The required arguments of
/// [`SamlApi::set_oidc_idp_metadata`](super::SamlApi::set_oidc_idp_metadata).
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // it is written out where it is used
pub struct OidcIdpMetadata {
    /// The id of the organization.
    pub org_id: OrgId,
    /// The id by which the identity provider knows PropelAuth.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: SerializableSecret,
    /// Whether logins are bound to the browser that began them, by PKCE.
    pub uses_pkce: bool,
    /// Which identity provider it is, and where.
    pub idp: OidcIdp,
}

impl From<OidcIdpMetadata> for SetOidcIdpMetadata {
    fn from(metadata: OidcIdpMetadata) -> Self {
        let OidcIdpMetadata {
            org_id,
            client_id,
            client_secret,
            uses_pkce,
            idp,
        } = metadata;
        let idp_type = match idp {
            OidcIdp::Generic { .. } => OidcIdpType::Generic,
            OidcIdp::Okta { .. } => OidcIdpType::Okta,
            OidcIdp::Azure { .. } => OidcIdpType::Azure,
        };
        let request = Self::build(org_id, client_id, client_secret, uses_pkce, idp_type);
        match idp {
            OidcIdp::Generic {
                auth_url,
                token_url,
                userinfo_url,
            } => Self {
                auth_url: Some(auth_url),
                token_url: Some(token_url),
                userinfo_url: Some(userinfo_url),
                ..request
            },
            OidcIdp::Okta { okta_sso_domain } => Self {
                okta_sso_domain: Some(okta_sso_domain),
                ..request
            },
            OidcIdp::Azure { entra_tenant_id } => Self {
                entra_tenant_id: Some(entra_tenant_id),
                ..request
            },
        }
    }
}
