//! Snapshots hold what organizations have, and are refused where that does not fit.

use actix_web_propelauth::{
    api::{CreateOrg, OidcIdp, OidcIdpMetadata},
    emulator::{Emulator, EmulatorBuilder, NewScimGroup, RoleMapping},
};
use serde_json::{Value, json};

use super::{ODD, start_with};

fn builder() -> EmulatorBuilder {
    Emulator::builder().custom_role_mapping(ODD, RoleMapping::new([ODD]))
}

async fn snapshot() -> Value {
    let (emulator, auth) = start_with(builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = CreateOrg::new("Acme").custom_role_mapping_name(ODD);
    let org_id = emulator.create_org(org_id).unwrap();
    emulator.add_user_to_org(&alice, &org_id, ODD).unwrap();
    let org = auth.org();
    org.invite_user_to_org("bob@b.com", &org_id, ODD)
        .await
        .unwrap();
    let group = NewScimGroup::new(ODD).members([&alice]);
    emulator.add_scim_group(&org_id, group).unwrap();
    let metadata = OidcIdpMetadata {
        org_id: org_id.clone(),
        client_id: ODD.to_owned(),
        client_secret: ODD.into(),
        uses_pkce: false,
        idp: OidcIdp::Okta {
            okta_sso_domain: ODD.to_owned(),
        },
    };
    let saml = auth.saml();
    saml.set_oidc_idp_metadata(metadata).await.unwrap();
    saml.create_org_saml_connection_link(&org_id).await.unwrap();
    emulator.snapshot()
}

#[actix_web::test]
async fn what_was_written_is_restored() {
    let snapshot = snapshot().await;
    let (emulator, auth) = start_with(builder().snapshot(snapshot.clone())).await;
    assert_eq!(emulator.snapshot(), snapshot);

    let listed = auth.org().fetch_orgs_by_query().await.unwrap();
    let org_id = &listed.orgs[0].org_id;
    auth.saml().saml_go_live(org_id).await.unwrap();
    let groups = auth.scim().fetch_org_scim_groups(org_id).await.unwrap();
    assert_eq!(groups.groups[0].display_name, ODD);
    let bob = emulator.accept_invite("bob@b.com", org_id).unwrap();
    let orgs = bob.metadata().unwrap().org_id_to_org_info.unwrap();
    assert_eq!(orgs[org_id].user_role, ODD);
}

#[actix_web::test]
async fn snapshot_with_dangling_references_is_rejected() {
    let snapshot = snapshot().await;
    // The mapping is a setting of the project, and this project has none.
    let error = Emulator::builder().snapshot(snapshot.clone());
    error.start().await.unwrap_err();

    let emulator = builder().start().await.unwrap();
    emulator.restore(snapshot.clone()).unwrap();
    for list in ["invites", "scim_groups"] {
        let mut broken = snapshot.clone();
        broken[list][0]["org_id"] = json!("nowhere");
        emulator.restore(broken).unwrap_err();
    }
    assert_eq!(emulator.snapshot(), snapshot);
}
