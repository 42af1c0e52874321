//! Identity providers, as requests describe them.

use super::SetOidcIdpMetadata;
use crate::{
    endpoint::SerializableSecret,
    words::{ids::OrgId, open_string_enum::open_string_enum},
};

open_string_enum! {
    /// The product that a SAML identity provider runs.
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
        /// Any other product.
        Generic = "Generic",
    }

    /// The text of an [`OidcIdp`] on the wire.
    pub(crate) enum OidcIdpType {
        /// Any other product.
        Generic = "Generic",
        /// Okta.
        Okta = "Okta",
        /// Microsoft Entra ID.
        Azure = "Azure",
    }
}

/// An OIDC identity provider.
///
/// ```
/// use actix_web_propelauth::api::OidcIdp;
///
/// let idp = OidcIdp::Okta { okta_sso_domain: "acme.okta.com".to_owned() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OidcIdp {
    /// Any other product.
    Generic {
        /// The URL of the authorization endpoint, where users log in.
        auth_url: String,
        /// The URL of the token endpoint.
        token_url: String,
        /// The URL of the user info endpoint.
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
#[allow(clippy::exhaustive_structs)] // callers construct it
pub struct OidcIdpMetadata {
    /// The id of the organization.
    pub org_id: OrgId,
    /// The client id of PropelAuth at the identity provider.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SerializableSecret,
    /// Whether logins use PKCE, which binds them to the browser that started them.
    pub uses_pkce: bool,
    /// The identity provider.
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
