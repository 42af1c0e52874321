//! Logins through an organization's own identity provider, by SAML or OIDC.

mod idp;

pub use self::idp::*;
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, response::entity},
    words::ids::OrgId,
};

endpoints! {
    /// Operations on the identity providers of organizations, by SAML or OIDC.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{
    ///     OrgId, PropelAuth,
    ///     api::{SamlIdpMetadata, SamlIdpProvider},
    /// };
    ///
    /// async fn connect_okta(
    ///     auth: &PropelAuth,
    ///     org_id: OrgId,
    ///     certificate: String,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     auth.saml().allow_org_to_setup_saml_connection(&org_id).await?;
    ///     let metadata = SamlIdpMetadata {
    ///         org_id: org_id.clone(),
    ///         idp_entity_id: "https://idp.example.com".to_owned(),
    ///         idp_sso_url: "https://idp.example.com/sso".to_owned(),
    ///         idp_certificate: certificate,
    ///         provider: SamlIdpProvider::Okta,
    ///     };
    ///     auth.saml().set_saml_idp_metadata(metadata).await?;
    ///     auth.saml().saml_go_live(&org_id).await?;
    ///     Ok(())
    /// }
    /// ```
    pub group SamlApi;

    /// Allows the members of an organization to set up SAML.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    #[doc(alias = "allow_org_to_enable_saml")]
    Idempotent POST "/api/backend/v1/org/{org_id}/allow_saml"
    allow_org_to_setup_saml_connection:
        AllowOrgToSetupSamlConnection(org_id: OrgId) -> () | NotFound;

    /// Prevents the members of an organization from setting up SAML.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    #[doc(alias = "disallow_saml")]
    Idempotent POST "/api/backend/v1/org/{org_id}/disallow_saml"
    disallow_org_to_setup_saml_connection:
        DisallowOrgToSetupSamlConnection(org_id: OrgId) -> () | NotFound;

    /// Creates a link that lets anyone who has it set up SAML for an organization.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    #[doc(alias = "create_saml_connection_link")]
    Create POST "/api/backend/v1/org/{org_id}/create_saml_connection_link"
    create_org_saml_connection_link: CreateOrgSamlConnectionLink(org_id: OrgId) {
        /// Sets how long the link is valid, in seconds. By default, PropelAuth decides.
        expires_in_seconds: u64,
    } -> SamlConnectionLink | NotFound;

    /// Fetches the service provider metadata that an organization's identity provider needs.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization.
    Read GET "/api/backend/v1/saml_sp_metadata/{org_id}"
    fetch_saml_sp_metadata: FetchSamlSpMetadata(org_id: OrgId) -> SamlSpMetadata | NotFound;

    /// Sets a SAML identity provider for an organization.
    ///
    /// A new connection is in test mode until [`saml_go_live`](SamlApi::saml_go_live).
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if an argument is invalid.
    Idempotent POST "/api/backend/v1/saml_idp_metadata"
    set_saml_idp_metadata: SetSamlIdpMetadata(args SamlIdpMetadata {
        /// The id of the organization.
        org_id: OrgId,
        /// The entity id of the identity provider.
        idp_entity_id: String,
        /// The URL of the identity provider's login page.
        idp_sso_url: String,
        /// The certificate that the identity provider's responses are verified with, as PEM text.
        idp_certificate: String,
        /// The product that the identity provider runs.
        provider: SamlIdpProvider,
    }) -> () | NotFound;

    /// Sets an OIDC identity provider for an organization.
    ///
    /// A new connection is in test mode until [`saml_go_live`](SamlApi::saml_go_live).
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if an argument is invalid.
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

    /// Takes the connection of an organization out of test mode, so that members can log in by
    /// it.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, or it has no connection.
    Idempotent POST "/api/backend/v1/saml_idp_metadata/go_live/{org_id}"
    saml_go_live: SamlGoLive(org_id: OrgId) -> () | NotFound;

    /// Deletes the SAML or OIDC connection of an organization.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such organization, or it has no connection.
    Idempotent DELETE "/api/backend/v1/saml_idp_metadata/{org_id}"
    delete_saml_connection: DeleteSamlConnection(org_id: OrgId) -> () | NotFound;
}

entity! {
    /// A link that lets anyone who has it set up SAML.
    pub struct SamlConnectionLink {
        required {
            /// The URL of the link.
            url: SerializableSecret,
        }
    }
}

entity! {
    /// The metadata of PropelAuth as a SAML service provider, for an identity provider.
    #[derive(PartialEq, Eq)]
    pub struct SamlSpMetadata {
        required {
            /// The entity id of PropelAuth.
            entity_id: String,
            /// The URL that the identity provider sends its responses to.
            acs_url: String,
            /// The URL for logouts.
            logout_url: String,
        }
    }
}
