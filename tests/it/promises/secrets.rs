//! Every public type that ever holds a secret, printed in every way that it can be.
//!
//! What is logged, and what tests panic with, is watched by `a_canary`.

use std::{
    error::Error as StdError,
    fmt::Debug,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use actix_web_propelauth::{
    InOrg, PropelAuth, PropelAuthBuilder, Secret,
    api::{
        ApiKeyToken, CreateAccessToken, CreateApiKey, CreateUser, OidcIdp, OidcIdpMetadata,
        SerializableSecret, StepUpGrantType, VerifyStepUpTotpChallengeArgs,
    },
    emulator::Emulator,
    testing::{DEV_PUBLIC_KEY_PEM, HasAccessToken as _, TestUser},
};

use crate::{
    a_canary::{KEY, find, watch},
    api::user::NOBODY,
};

#[track_caller]
fn hides(value: &impl Debug, secrets: &[&str]) {
    is_clean(&format!("{value:?} {value:#?}"), secrets);
}

/// An error, with whatever caused it.
#[track_caller]
fn error_hides(error: &(impl StdError + 'static), secrets: &[&str]) {
    hides(error, secrets);
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        is_clean(&format!("{error} {error:?} {error:#?}"), secrets);
        next = error.source();
    }
}

#[track_caller]
fn is_clean(text: &str, secrets: &[&str]) {
    // Without the text: a panic that shows it is what the watch is for.
    assert_eq!(find(text), None);
    let leaked = secrets.iter().position(|secret| text.contains(secret));
    assert_eq!(leaked, None, "which secret of the list");
}

pub(crate) fn builder(url: &str) -> PropelAuthBuilder {
    PropelAuth::builder(url, KEY)
        .verifier_key(DEV_PUBLIC_KEY_PEM)
        .emulator()
}

#[actix_web::test]
async fn handles_and_what_they_make() {
    watch();
    let emulator = Emulator::builder().api_key(KEY).start().await.unwrap();
    let auth = crate::fixtures::world::connect(&emulator);
    hides(&builder(emulator.auth_url()), &[]);
    hides(&(auth.clone(), auth.require_user(), InOrg::default()), &[]);
    hides(&(auth.user(), auth.org(), auth.saml(), auth.scim()), &[]);
    hides(&(auth.access_token(), auth.api_key(), auth.mfa()), &[]);
    hides(&(auth.employee(), auth.user_insights()), &[]);
    hides(
        &(
            Secret::from(KEY),
            SerializableSecret::from(KEY),
            ApiKeyToken::from(KEY),
        ),
        &[],
    );
    hides(&(&emulator, Emulator::builder().api_key(KEY)), &[]);

    let alice = TestUser::new("alice@example.com");
    let user = alice.user();
    hides(&(alice.clone(), user), &[]);
    let user = emulator
        .create_user(CreateUser::new("bob@example.com").password(KEY))
        .unwrap();
    hides(&user, &[]);
    hides(&emulator.user_metadata(&user), &[]);
    hides(
        &auth.validate_access_token_and_get_user(user.log_in().unwrap().as_str()),
        &[],
    );
}

#[actix_web::test]
async fn arguments_and_replies() {
    watch();
    let emulator = Emulator::start().await.unwrap();
    let auth = crate::fixtures::world::connect(&emulator);
    let (alice, acme) = (
        "alice@example.com",
        emulator.create_org("Acme Inc").unwrap(),
    );
    let user = auth.user();
    hides(&user.create_user(alice).password(KEY), &[]);
    hides(&CreateUser::new(alice).password(KEY), &[]);
    hides(&user.update_user_password(NOBODY, KEY), &[]);
    hides(&user.migrate_user_password(NOBODY, KEY), &[]);
    let migrate = user.migrate_user_from_external_source(alice, true);
    let migrate = migrate.existing_password_hash(KEY);
    hides(&migrate.existing_mfa_base32_encoded_secret(KEY), &[]);
    let api_key = auth.api_key();
    hides(&api_key.validate_api_key(KEY), &[]);
    hides(&api_key.validate_personal_api_key(KEY), &[]);
    hides(&api_key.validate_org_api_key(KEY), &[]);
    hides(&api_key.validate_imported_api_key(KEY), &[]);
    hides(&api_key.import_api_key(KEY), &[]);
    hides(&auth.mfa().verify_sms_challenge("c", NOBODY, KEY), &[]);
    hides(&auth.mfa().verify_step_up_grant("a", NOBODY, KEY), &[]);
    hides(
        &auth
            .mfa()
            .verify_step_up_totp_challenge(VerifyStepUpTotpChallengeArgs {
                action_type: "a".to_owned(),
                user_id: NOBODY.into(),
                code: KEY.into(),
                grant_type: StepUpGrantType::OneTimeUse,
                valid_for_seconds: 1,
            }),
        &[],
    );
    hides(
        &auth.saml().set_oidc_idp_metadata(OidcIdpMetadata {
            org_id: acme.clone(),
            client_id: "c".to_owned(),
            client_secret: KEY.into(),
            uses_pkce: true,
            idp: OidcIdp::Okta {
                okta_sso_domain: "acme.okta.com".to_owned(),
            },
        }),
        &[],
    );

    let alice = emulator.create_user(alice).unwrap();
    let token = auth
        .access_token()
        .create_access_token(&alice, 10)
        .await
        .unwrap();
    hides(&token, &[token.access_token.expose()]);
    let request = CreateAccessToken::new(&alice, 10);
    hides(&request, &[]);
    let link = user.create_magic_link("alice@example.com").await.unwrap();
    hides(&link, &[link.url.expose()]);
    let link = auth
        .saml()
        .create_org_saml_connection_link(&acme)
        .await
        .unwrap();
    hides(&link, &[link.url.expose()]);
    let key = api_key.create_api_key().user_id(&alice).await.unwrap();
    let secret = key.api_key_token.expose();
    hides(&key, &[secret]);
    hides(&api_key.fetch_api_key(&key.api_key_id).await, &[secret]);
    hides(&api_key.fetch_current_api_keys().await, &[secret]);
    hides(&api_key.validate_api_key(secret).await, &[secret]);
    hides(&emulator.create_api_key(CreateApiKey::new()), &[secret]);
    let restored = Emulator::builder()
        .snapshot(emulator.snapshot())
        .seed_json(emulator.snapshot());
    hides(&restored, &[secret]);
}

/// Answers every request with this status, headers and body, and closes.
pub(crate) fn answering(status: &str, headers: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    url
}

#[actix_web::test]
async fn errors_and_their_causes() {
    watch();
    let nowhere = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let to_key = format!("location: http://user:{KEY}@other.example/{KEY}?{KEY}\r\n");
    let long = KEY.repeat(200_000);
    let quoted = format!("\"{KEY}\"");
    let in_fields = format!(r#"{{"user_id": ["{KEY}"], "error_code": ["{KEY}"]}}"#);
    let mut kinds = Vec::new();
    for url in [
        format!("http://{nowhere}"),
        format!("https://{nowhere}"),
        answering("200 OK", "", KEY),
        answering("200 OK", "", &quoted),
        answering("200 OK", "", &in_fields),
        answering("200 OK", "", &long),
        answering("307 Temporary Redirect", &to_key, ""),
        answering("400 Bad Request", "", KEY),
        answering("401 Unauthorized", "", KEY),
        answering("403 Forbidden", "", KEY),
        answering("404 Not Found", "", KEY),
        answering("413 Payload Too Large", "", KEY),
        answering("426 Upgrade Required", "", KEY),
        answering(
            "429 Too Many Requests",
            &format!("retry-after: {KEY}\r\n"),
            KEY,
        ),
        answering("503 Service Unavailable", "", KEY),
        answering("599 Odd", &format!("x: {KEY}\r\n"), KEY),
        answering(&format!("200 OK\r\n{KEY}"), "", KEY),
        answering("200 OK", "content-length: 0\r\n", KEY),
    ] {
        let auth = builder(&url).max_retries(0).build().unwrap();
        let call = auth.user().create_user("a@example.com").password(KEY);
        let error = call.await.unwrap_err();
        error_hides(&error, &[]);
        kinds.push(
            format!("{error:?}")
                .split([' ', '('])
                .next()
                .unwrap()
                .to_owned(),
        );
        let call = auth.api_key().validate_api_key(KEY);
        error_hides(&call.await.unwrap_err(), &[]);
        let error = PropelAuth::builder(&url, KEY).emulator().max_retries(0);
        error_hides(&error.fetch_and_init().await.unwrap_err(), &[]);
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 9, "each kind of error was had: {kinds:?}");

    let auth = builder("https://auth.localhost").build().unwrap();
    for user_id in [format!("../{KEY}"), format!("{KEY}\r\n")] {
        let call = auth.user().fetch_user_metadata_by_user_id(user_id.as_str());
        error_hides(&call.await.unwrap_err(), &[]);
    }
}

#[test]
fn refused_configurations_and_tokens() {
    watch();
    let url = "https://auth.example.com";
    for builder in [
        PropelAuth::builder(KEY, url),
        PropelAuth::builder(format!("https://user:{KEY}@example.com"), KEY),
        PropelAuth::builder(format!("http://example.com/{KEY}"), KEY),
        PropelAuth::builder(url, format!("{KEY}\n")),
        PropelAuth::builder(url, KEY),
        PropelAuth::builder(url, KEY).verifier_key(KEY),
        PropelAuth::builder(url, KEY).verifier_key(DEV_PUBLIC_KEY_PEM),
        PropelAuth::builder(url, KEY).base_url(format!("https://{KEY}@example.com")),
        PropelAuth::builder(url, KEY).verifier_key(include_str!("../../keys/other_private.pem")),
    ] {
        hides(&builder, &[]);
        error_hides(&builder.build().unwrap_err(), &[]);
    }
    let auth = builder("https://auth.localhost").build().unwrap();
    let token = TestUser::new("alice@example.com").access_token();
    for header in [format!("Bearer {token}"), format!("Bearer {token}x"), token] {
        let denied = auth.validate_access_token_and_get_user(header.as_str());
        error_hides(&denied.unwrap_err(), &[]);
    }
}
