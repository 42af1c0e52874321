//! Setting up the identity provider of an organization by a link.

use super::{Code, Fields, Refusal};
use crate::{
    api::{SamlGoLive, SetSamlIdpMetadata},
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
    words::ids::OrgId,
};

/// The settings of a SAML identity provider, as they were typed.
#[derive(Debug)]
pub(crate) struct NewSaml {
    pub(crate) idp_entity_id: String,
    pub(crate) idp_sso_url: String,
    pub(crate) idp_certificate: String,
    pub(crate) provider: String,
}

/// Returns the organization that a link is for, by the token in its URL.
pub(crate) fn linked_org(store: &Store, token: &str) -> Result<OrgId, Refusal> {
    // Links are kept by their URL, which ends in the token.
    let mut links = store.saml_links.iter();
    let link = links.find(|(url, _)| url.rsplit('/').next() == Some(token));
    let link = link.map(|(_, link)| link);
    let link = link.filter(|link| store.now() < link.expires_at);
    let org = link.and_then(|link| store.orgs.get(&link.org_id));
    org.map(|org| org.org_id.clone()).ok_or_else(|| {
        let message = "This link has expired. Please ask for another one";
        Refusal::new(Code::NotFound, message)
    })
}

/// Sets up the identity provider of the organization that a link is for. Its members can log in at once.
pub(crate) fn set_up_saml(store: &mut Store, token: &str, new: NewSaml) -> Result<OrgId, Refusal> {
    let org_id = linked_org(store, token)?;
    let set = SetSamlIdpMetadata {
        org_id: org_id.clone(),
        idp_entity_id: new.idp_entity_id,
        idp_sso_url: new.idp_sso_url,
        idp_certificate: new.idp_certificate,
        provider: new.provider.into(),
    };
    store.handle(set).map_err(refusal)?;
    let live = SamlGoLive {
        org_id: org_id.clone(),
    };
    store.handle(live).map_err(refusal)?;
    Ok(org_id)
}

fn refusal<R: std::fmt::Display>(rejection: Rejection<R>) -> Refusal {
    let Rejection::Fields(errors) = rejection else {
        return Refusal::new(Code::UnexpectedError, rejection.to_string());
    };
    let mut fields = Fields::default();
    for (field, messages) in errors.iter() {
        fields.add(field, "invalid", messages.join(". "));
    }
    match fields.check() {
        Err(refusal) => refusal,
        Ok(()) => Refusal::new(Code::UnexpectedError, "Something is not right"),
    }
}
