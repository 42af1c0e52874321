//! Identity providers of organizations: each operation over the wire.

use actix_web_propelauth::{
    api::{OidcIdp, OidcIdpMetadata, SamlIdpMetadata, SamlIdpProvider, UpdateOrg},
    emulator::Emulator,
};

use crate::{
    api::org::{Clock, NOBODY, ODD, assert_fields, start_with},
    api::sdk_recordings::Captures,
};

const ORG: &str = "1189c444-8a2d-4c41-8b4b-ae43ce79a492";

fn okta(org_id: &str) -> SamlIdpMetadata {
    SamlIdpMetadata {
        org_id: org_id.into(),
        idp_entity_id: "https://idp/e?x=1&ü".to_owned(),
        idp_sso_url: "https://idp/sso".to_owned(),
        idp_certificate: "-----BEGIN CERTIFICATE-----\nMII+/=\n-----END CERTIFICATE-----"
            .to_owned(),
        provider: SamlIdpProvider::Okta,
    }
}

fn oidc(org_id: &str, idp: OidcIdp) -> OidcIdpMetadata {
    OidcIdpMetadata {
        org_id: org_id.into(),
        client_id: "cl & id+".to_owned(),
        client_secret: "s3cr€t".into(),
        uses_pkce: true,
        idp,
    }
}

fn generic() -> OidcIdp {
    OidcIdp::Generic {
        auth_url: "https://i/a".to_owned(),
        token_url: "https://i/t".to_owned(),
        userinfo_url: "https://i/u".to_owned(),
    }
}

#[actix_web::test]
async fn requests_are_those_of_the_official_library() {
    let mut captures = Captures::new(include_str!("../../captures/saml.jsonl")).await;
    captures
        .assert_same(
            "allow_org_to_setup_saml_connection",
            "minimal",
            async |auth| auth.saml().allow_org_to_setup_saml_connection(ORG).await,
        )
        .await;
    captures
        .assert_same(
            "disallow_org_to_setup_saml_connection",
            "minimal",
            async |auth| auth.saml().disallow_org_to_setup_saml_connection(ORG).await,
        )
        .await;
    captures
        .assert_same("create_org_saml_connection_link", "minimal", async |auth| {
            auth.saml().create_org_saml_connection_link(ORG).await
        })
        .await;
    captures
        .assert_same("create_org_saml_connection_link", "full", async |auth| {
            let call = auth.saml().create_org_saml_connection_link(ORG);
            call.expires_in_seconds(3600).await
        })
        .await;
    captures
        .assert_same("fetch_saml_sp_metadata", "minimal", async |auth| {
            auth.saml().fetch_saml_sp_metadata(ORG).await
        })
        .await;
    captures
        .assert_same("set_saml_idp_metadata", "minimal", async |auth| {
            auth.saml().set_saml_idp_metadata(okta(ORG)).await
        })
        .await;
    let idps = [
        ("minimal", generic()),
        (
            "full",
            OidcIdp::Okta {
                okta_sso_domain: "acme.okta.com".to_owned(),
            },
        ),
        (
            "full2",
            OidcIdp::Azure {
                entra_tenant_id: "ten ant".to_owned(),
            },
        ),
    ];
    for (variant, idp) in idps {
        captures
            .assert_same("set_oidc_idp_metadata", variant, async |auth| {
                auth.saml().set_oidc_idp_metadata(oidc(ORG, idp)).await
            })
            .await;
    }
    captures
        .assert_same("saml_go_live", "minimal", async |auth| {
            auth.saml().saml_go_live(ORG).await
        })
        .await;
    captures
        .assert_same("delete_saml_connection", "minimal", async |auth| {
            auth.saml().delete_saml_connection(ORG).await
        })
        .await;
    captures.finish().await;
}

#[actix_web::test]
async fn a_connection_is_set_up_tested_used_and_deleted() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let saml = auth.saml();
    let state = || {
        let org = emulator.org(&org_id).unwrap();
        (org.is_saml_configured, org.is_saml_in_test_mode)
    };
    let mut metadata = okta(&org_id);
    metadata.idp_entity_id = ODD.to_owned();
    metadata.idp_certificate = ODD.to_owned();
    let odd = OidcIdp::Azure {
        entra_tenant_id: ODD.to_owned(),
    };
    let mut second = oidc(&org_id, odd);
    second.client_id = ODD.to_owned();
    second.client_secret = format!("{ODD}hunter2").into();
    assert!(!format!("{second:?}").contains("hunter2"));
    let call = saml.set_oidc_idp_metadata(second.clone());
    assert!(!format!("{call:?}").contains("hunter2"));

    assert_eq!(state(), (false, false));
    let error = saml.saml_go_live(&org_id).await.unwrap_err();
    assert!(error.is_not_found());
    saml.set_saml_idp_metadata(metadata).await.unwrap();
    assert_eq!(state(), (true, true));
    saml.saml_go_live(&org_id).await.unwrap();
    assert_eq!(state(), (true, false));
    saml.set_oidc_idp_metadata(second).await.unwrap();
    assert_eq!(state(), (true, false));
    let listed = auth.org().fetch_orgs_by_query().await.unwrap();
    assert!(listed.orgs[0].is_saml_configured);
    saml.delete_saml_connection(&org_id).await.unwrap();
    assert_eq!(state(), (false, false));
    let error = saml.delete_saml_connection(&org_id).await.unwrap_err();
    assert!(error.is_not_found());
    for idp in [
        generic(),
        OidcIdp::Okta {
            okta_sso_domain: "acme.okta.com".to_owned(),
        },
    ] {
        let metadata = oidc(&org_id, idp);
        saml.set_oidc_idp_metadata(metadata).await.unwrap();
        assert_eq!(state(), (true, true));
    }
}

#[actix_web::test]
async fn members_are_allowed_to_set_saml_up_or_not() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let saml = auth.saml();
    let is_allowed = || emulator.org(&org_id).unwrap().can_setup_saml;
    assert!(!is_allowed());
    saml.allow_org_to_setup_saml_connection(&org_id)
        .await
        .unwrap();
    assert!(is_allowed());
    saml.disallow_org_to_setup_saml_connection(&org_id)
        .await
        .unwrap();
    assert!(!is_allowed());
    emulator
        .update_org(UpdateOrg::new(&org_id).can_setup_saml(true))
        .unwrap();
    assert!(is_allowed());
}

#[actix_web::test]
async fn a_link_works_for_as_long_as_it_was_told() {
    let (clock, builder) = Clock::at(1_000);
    let (emulator, auth) = start_with(builder).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let saml = auth.saml();
    let call = saml.create_org_saml_connection_link(&org_id);
    let short = call.expires_in_seconds(60).await.unwrap();
    let long = saml.create_org_saml_connection_link(&org_id).await.unwrap();
    assert!(short.url.expose().starts_with(&emulator.pages_url()));
    assert_ne!(short.url.expose(), long.url.expose());
    assert_eq!(
        emulator.saml_connection_link_org(short.url.expose()),
        Some(org_id.clone())
    );
    clock.set(1_060);
    assert_eq!(emulator.saml_connection_link_org(short.url.expose()), None);
    assert_eq!(
        emulator.saml_connection_link_org(long.url.expose()),
        Some(org_id.clone())
    );
    assert_eq!(emulator.saml_connection_link_org(ODD), None);

    let call = saml.create_org_saml_connection_link(&org_id);
    let error = call.expires_in_seconds(0).await.unwrap_err();
    assert_fields(&error, &["expires_in_seconds"]);
    let call = saml.create_org_saml_connection_link(&org_id);
    call.expires_in_seconds(u64::MAX).await.unwrap();
}

#[actix_web::test]
async fn an_identity_provider_is_told_where_to_answer() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let metadata = auth.saml().fetch_saml_sp_metadata(&org_id).await.unwrap();
    for url in [&metadata.entity_id, &metadata.acs_url, &metadata.logout_url] {
        assert!(url.starts_with(emulator.auth_url()), "{url}");
        assert!(url.contains(org_id.as_str()), "{url}");
    }
}

#[actix_web::test]
async fn wrong_metadata_is_named() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let saml = auth.saml();
    let wrong = SamlIdpMetadata {
        org_id: ODD.into(),
        idp_entity_id: String::new(),
        idp_sso_url: ODD.to_owned(),
        idp_certificate: " ".to_owned(),
        provider: "Keycloak".into(),
    };
    let error = saml.set_saml_idp_metadata(wrong).await.unwrap_err();
    let fields = [
        "idp_certificate",
        "idp_entity_id",
        "idp_sso_url",
        "org_id",
        "provider",
    ];
    assert_fields(&error, &fields);

    let nowhere = || OidcIdp::Generic {
        auth_url: "ftp://i/a".to_owned(),
        token_url: "/t".to_owned(),
        userinfo_url: String::new(),
    };
    let mut wrong = oidc(&org_id, nowhere());
    (wrong.client_id, wrong.client_secret) = (String::new(), "".into());
    let error = saml.set_oidc_idp_metadata(wrong).await.unwrap_err();
    let fields = [
        "auth_url",
        "client_id",
        "client_secret",
        "token_url",
        "userinfo_url",
    ];
    assert_fields(&error, &fields);
    let empty = |name: &str| match name {
        "okta_sso_domain" => OidcIdp::Okta {
            okta_sso_domain: String::new(),
        },
        _ => OidcIdp::Azure {
            entra_tenant_id: String::new(),
        },
    };
    for field in ["okta_sso_domain", "entra_tenant_id"] {
        let metadata = oidc(&org_id, empty(field));
        let error = saml.set_oidc_idp_metadata(metadata).await.unwrap_err();
        assert_fields(&error, &[field]);
    }
    assert!(!emulator.org(&org_id).unwrap().is_saml_configured);
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found() {
    let (_emulator, auth) = start_with(Emulator::builder()).await;
    let saml = auth.saml();
    macro_rules! assert_missing {
        ($($call:expr),* $(,)?) => {$(
            assert!($call.await.unwrap_err().is_not_found(), stringify!($call));
        )*};
    }
    assert_missing![
        saml.allow_org_to_setup_saml_connection(NOBODY),
        saml.disallow_org_to_setup_saml_connection("Zoë/%2F"),
        saml.create_org_saml_connection_link(NOBODY),
        saml.fetch_saml_sp_metadata("org/x"),
        saml.set_saml_idp_metadata(okta(NOBODY)),
        saml.set_oidc_idp_metadata(oidc(NOBODY, generic())),
        saml.saml_go_live(NOBODY),
        saml.delete_saml_connection("a?b#c"),
    ];
}
