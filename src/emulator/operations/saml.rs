//! SAML and OIDC connections of organizations.

use url::Url;

use crate::{
    api::{
        AllowOrgToSetupSamlConnection, CreateOrgSamlConnectionLink, DeleteSamlConnection,
        DisallowOrgToSetupSamlConnection, FetchSamlSpMetadata, FieldErrors, NotFound, OidcIdpType,
        SamlConnectionLink, SamlGoLive, SamlIdpProvider, SamlSpMetadata, SetOidcIdpMetadata,
        SetSamlIdpMetadata,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
        },
        state::{Idp, OidcIdp, OrgRecord, SamlIdp, SamlLink, Store},
    },
    endpoint::field_errors::{not_one_of, quoted},
    words::ids::OrgId,
};

/// The default time until a link expires, in seconds: one day.
const LINK_LIFETIME: u64 = 24 * 60 * 60;

impl Handler<AllowOrgToSetupSamlConnection> for Store {
    fn handle(
        &mut self,
        request: AllowOrgToSetupSamlConnection,
    ) -> Result<(), Rejection<NotFound>> {
        self.org_mut(&request.org_id)?.can_setup_saml = true;
        Ok(())
    }
}

impl Handler<DisallowOrgToSetupSamlConnection> for Store {
    fn handle(
        &mut self,
        request: DisallowOrgToSetupSamlConnection,
    ) -> Result<(), Rejection<NotFound>> {
        self.org_mut(&request.org_id)?.can_setup_saml = false;
        Ok(())
    }
}

impl Handler<CreateOrgSamlConnectionLink> for Store {
    fn handle(
        &mut self,
        request: CreateOrgSamlConnectionLink,
    ) -> Result<SamlConnectionLink, Rejection<NotFound>> {
        let CreateOrgSamlConnectionLink {
            org_id,
            expires_in_seconds,
        } = request;
        self.org_mut(&org_id)?;
        let lifetime = expires_in_seconds.unwrap_or(LINK_LIFETIME);
        if lifetime == 0 {
            return Err(Rejection::Fields(FieldErrors::one(
                "expires_in_seconds",
                "Must be at least 1",
            )));
        }
        let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
        let expires_at = self.now().saturating_add(lifetime);
        let token = self.ids.hex_of(&["saml link", &org_id], 4);
        let url = saml_url(&self.project.pages_url(), &["saml", "setup", &token]);
        let link = SamlLink { org_id, expires_at };
        self.saml_links.insert(url.clone(), link);
        Ok(SamlConnectionLink { url: url.into() })
    }
}

impl Handler<FetchSamlSpMetadata> for Store {
    fn handle(
        &mut self,
        request: FetchSamlSpMetadata,
    ) -> Result<SamlSpMetadata, Rejection<NotFound>> {
        let org_id = self.org_mut(&request.org_id)?.org_id.clone();
        let url = |page| saml_url(&self.project.auth_url, &["saml", &org_id, page]);
        Ok(SamlSpMetadata {
            entity_id: url("metadata"),
            acs_url: url("acs"),
            logout_url: url("logout"),
        })
    }
}

impl Handler<SetSamlIdpMetadata> for Store {
    fn handle(&mut self, request: SetSamlIdpMetadata) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "org_id", &request.org_id);
        check_given(&mut errors, "idp_entity_id", &request.idp_entity_id);
        check_url(&mut errors, "idp_sso_url", Some(&request.idp_sso_url));
        check_given(&mut errors, "idp_certificate", &request.idp_certificate);
        if let SamlIdpProvider::Other(provider) = &request.provider {
            let reason = not_one_of(provider, "provider", SamlIdpProvider::TEXTS);
            errors.add("provider", reason);
        }
        Rejection::check(errors)?;
        let org = self.org_mut(&request.org_id)?;
        org.set_connection(Idp::Saml(SamlIdp {
            org_id: request.org_id,
            idp_entity_id: request.idp_entity_id,
            idp_sso_url: request.idp_sso_url,
            idp_certificate: request.idp_certificate,
            provider: request.provider,
        }));
        Ok(())
    }
}

impl Handler<SetOidcIdpMetadata> for Store {
    fn handle(&mut self, request: SetOidcIdpMetadata) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "org_id", &request.org_id);
        check_given(&mut errors, "client_id", &request.client_id);
        check_given(&mut errors, "client_secret", request.client_secret.expose());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match &request.idp_type {
            OidcIdpType::Generic => {
                check_url(&mut errors, "auth_url", request.auth_url.as_deref());
                check_url(&mut errors, "token_url", request.token_url.as_deref());
                check_url(&mut errors, "userinfo_url", request.userinfo_url.as_deref());
            }
            OidcIdpType::Okta => {
                check_given(
                    &mut errors,
                    "okta_sso_domain",
                    &text(&request.okta_sso_domain),
                );
            }
            OidcIdpType::Azure => {
                check_given(
                    &mut errors,
                    "entra_tenant_id",
                    &text(&request.entra_tenant_id),
                );
            }
            OidcIdpType::Other(idp_type) => {
                let reason = not_one_of(idp_type, "type", OidcIdpType::TEXTS);
                errors.add("idp_type", reason);
            }
        }
        Rejection::check(errors)?;
        let org = self.org_mut(&request.org_id)?;
        org.set_connection(Idp::Oidc(OidcIdp {
            org_id: request.org_id,
            client_id: request.client_id,
            client_secret: request.client_secret,
            uses_pkce: request.uses_pkce,
            idp_type: request.idp_type,
            auth_url: request.auth_url,
            token_url: request.token_url,
            userinfo_url: request.userinfo_url,
            okta_sso_domain: request.okta_sso_domain,
            entra_tenant_id: request.entra_tenant_id,
        }));
        Ok(())
    }
}

impl Handler<SamlGoLive> for Store {
    fn handle(&mut self, request: SamlGoLive) -> Result<(), Rejection<NotFound>> {
        let org = self.org_mut(&request.org_id)?;
        let connection = org.connection.as_mut();
        let connection = connection.ok_or_else(|| no_connection(&request.org_id))?;
        connection.is_live = true;
        org.update_connection_flags();
        Ok(())
    }
}

impl Handler<DeleteSamlConnection> for Store {
    fn handle(&mut self, request: DeleteSamlConnection) -> Result<(), Rejection<NotFound>> {
        let org = self.org_mut(&request.org_id)?;
        let connection = org.connection.take();
        connection.ok_or_else(|| no_connection(&request.org_id))?;
        org.update_connection_flags();
        Ok(())
    }
}

impl Store {
    fn org_mut(&mut self, org_id: &OrgId) -> Result<&mut OrgRecord, Rejection<NotFound>> {
        self.check_orgs()?;
        let org = self.orgs.get_mut(org_id);
        org.ok_or_else(|| Rejection::missing("organization", org_id))
    }
}

fn saml_url(auth_url: &str, segments: &[&str]) -> String {
    format!("{auth_url}/{}", segments.join("/"))
}

fn no_connection(org_id: &OrgId) -> Rejection<NotFound> {
    Rejection::missing("connection of the organization", org_id)
}

fn check_given(errors: &mut FieldErrors, field: &str, text: &str) {
    if text.trim().is_empty() {
        errors.add(field, "Cannot be empty");
    }
}

fn check_url(errors: &mut FieldErrors, field: &str, text: Option<&str>) {
    let url = text.and_then(|text| Url::parse(text).ok());
    if !url.is_some_and(|url| url.has_host() && matches!(url.scheme(), "http" | "https")) {
        let given = text.map_or_else(|| "nothing".to_owned(), quoted);
        errors.add(field, format!("Not a valid URL: {given}"));
    }
}
