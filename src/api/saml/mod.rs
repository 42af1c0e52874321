//! Logins by way of an organization's own identity provider, over SAML or OIDC.

mod idp;

pub(crate) use self::idp::OidcIdpType;
pub use self::idp::{OidcIdp, OidcIdpMetadata, SamlIdpProvider};
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, response::entity},
    id::OrgId,
};

endpoints! {
    /// Sets up logins by way of the identity providers of organizations.
    pub group SamlApi;

    /// Lets the members of an organization set up SAML.
    #[doc(alias = "allow_org_to_enable_saml")]
    Idempotent POST "/api/backend/v1/org/{org_id}/allow_saml"
    allow_org_to_setup_saml_connection:
        AllowOrgToSetupSamlConnection(org_id: OrgId) -> () | NotFound;

    /// Keeps the members of an organization from setting up SAML.
    #[doc(alias = "disallow_saml")]
    Idempotent POST "/api/backend/v1/org/{org_id}/disallow_saml"
    disallow_org_to_setup_saml_connection:
        DisallowOrgToSetupSamlConnection(org_id: OrgId) -> () | NotFound;

    /// Creates a link by which whoever has it can set up SAML for an organization.
    #[doc(alias = "create_saml_connection_link")]
    Create POST "/api/backend/v1/org/{org_id}/create_saml_connection_link"
    create_org_saml_connection_link: CreateOrgSamlConnectionLink(org_id: OrgId) {
        /// Sets how long the link works, in seconds. By default PropelAuth decides.
        expires_in_seconds: u64,
    } -> SamlConnectionLink | NotFound;

    /// Fetches what the identity provider of an organization needs to know of PropelAuth.
    Read GET "/api/backend/v1/saml_sp_metadata/{org_id}"
    fetch_saml_sp_metadata: FetchSamlSpMetadata(org_id: OrgId) -> SamlSpMetadata | NotFound;

    /// Sets the identity provider of an organization, one that speaks SAML.
    ///
    /// A new connection is in test mode until it [goes live](SamlApi::saml_go_live).
    Idempotent POST "/api/backend/v1/saml_idp_metadata"
    set_saml_idp_metadata: SetSamlIdpMetadata(args SamlIdpMetadata {
        /// The id of the organization.
        org_id: OrgId,
        /// The name by which the identity provider goes.
        idp_entity_id: String,
        /// The URL to which users are sent to log in.
        idp_sso_url: String,
        /// The certificate by which the identity provider's answers are checked, as PEM text.
        idp_certificate: String,
        /// Whose product it is.
        provider: SamlIdpProvider,
    }) -> () | NotFound;

    /// Sets the identity provider of an organization, one that speaks OIDC.
    ///
    /// A new connection is in test mode until it [goes live](SamlApi::saml_go_live).
    Idempotent POST "/api/backend/v1/oidc_idp_metadata"
    set_oidc_idp_metadata: SetOidcIdpMetadata(from OidcIdpMetadata {
        org_id: OrgId,
        client_id: String,
        client_secret: SerializableSecret,
        uses_pkce: bool,
        idp_type: OidcIdpType,
    }) {
        auth_url: String,
        token_url: String,
        userinfo_url: String,
        okta_sso_domain: String,
        entra_tenant_id: String,
    } -> () | NotFound;

    /// Takes the connection of an organization out of test mode, so that members log in by it.
    Idempotent POST "/api/backend/v1/saml_idp_metadata/go_live/{org_id}"
    saml_go_live: SamlGoLive(org_id: OrgId) -> () | NotFound;

    /// Deletes the connection of an organization, be it SAML or OIDC.
    Idempotent DELETE "/api/backend/v1/saml_idp_metadata/{org_id}"
    delete_saml_connection: DeleteSamlConnection(org_id: OrgId) -> () | NotFound;
}

entity! {
    /// A link by which SAML can be set up; whoever has it may.
    pub struct SamlConnectionLink {
        required {
            /// The address of the page.
            url: SerializableSecret,
        }
    }
}

entity! {
    /// What an identity provider needs to know of PropelAuth, its service provider.
    #[derive(PartialEq, Eq)]
    pub struct SamlSpMetadata {
        required {
            /// The name by which PropelAuth goes.
            entity_id: String,
            /// The URL to which the identity provider sends its answers.
            acs_url: String,
            /// The URL for logging out.
            logout_url: String,
        }
    }
}
