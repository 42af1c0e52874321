//! Users who come: from elsewhere, by a link, or not at all.

use std::{collections::BTreeMap, fmt::Debug, time::Duration};

use actix_web_propelauth::{
    Error,
    api::{InviteUserToOrg, Refusal},
    emulator::Emulator,
};
use serde_json::json;

use super::{HASH, ODD, connect, object, start};

#[actix_web::test]
async fn a_user_is_brought_from_elsewhere() {
    let (emulator, auth) = start().await;
    let migrated = auth
        .user()
        .migrate_user_from_external_source("zoë+%2F'&=@exämple.com", true)
        .existing_user_id(ODD)
        .existing_password_hash(HASH)
        .update_password_required(true)
        .enabled(false)
        .first_name(ODD)
        .last_name(ODD)
        .username(ODD)
        .picture_url("https://x.example/ü")
        .properties(object(&json!({ ODD: ODD })))
        .await
        .unwrap();
    let user = emulator.user_metadata(&migrated.user_id).unwrap();
    for text in [
        &user.username,
        &user.first_name,
        &user.last_name,
        &user.legacy_user_id,
    ] {
        assert_eq!(text.as_deref(), Some(ODD));
    }
    assert_eq!(json!(user.properties), json!({ ODD: ODD }));
    assert!(user.email_confirmed && user.has_password && user.update_password_required);
    assert!(!user.enabled && !user.mfa_enabled);

    let plain = auth
        .user()
        .migrate_user_from_external_source("b@example.com", false);
    let plain = emulator
        .user_metadata(plain.await.unwrap().user_id)
        .unwrap();
    assert!(plain.enabled && !plain.email_confirmed && !plain.has_password);

    let call = auth
        .user()
        .migrate_user_from_external_source("B@example.com", true);
    let error = call
        .username(ODD)
        .picture_url(ODD)
        .existing_password_hash("plain text")
        .existing_mfa_base32_encoded_secret(ODD)
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    let expected = [
        "email",
        "existing_mfa_base32_encoded_secret",
        "existing_password_hash",
        "picture_url",
        "username",
    ];
    assert_eq!(fields, expected);
}

#[actix_web::test]
async fn a_magic_link_logs_in_whom_it_says() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    let parameters = BTreeMap::from([(ODD.to_owned(), ODD.to_owned())]);
    let link = auth
        .user()
        .create_magic_link("zoë+%2F'&=@exämple.com")
        .redirect_to_url("https://app.example/r?x=1&y=ü")
        .expires_in_hours(2)
        .create_new_user_if_one_doesnt_exist(true)
        .expire_after_first_use(true)
        .requires_interstitial(true)
        .user_signup_query_parameters(parameters.clone())
        .await
        .unwrap();
    let url = link.url.expose();
    assert!(url.starts_with(&format!(
        "{}/api/fe/v2/login/magic?t=",
        emulator.pages_url()
    )));
    assert!(!format!("{link:?}").contains(url));
    let kept = emulator.magic_links().pop().unwrap();
    assert_eq!((kept.url.as_str(), kept.expires_at), (url, 1_700_007_200));
    assert_eq!(
        kept.redirect_to_url.as_deref(),
        Some("https://app.example/r?x=1&y=ü")
    );
    assert_eq!(kept.user_signup_query_parameters, parameters);
    assert!(kept.requires_interstitial && kept.uses == 0);

    let zoe = emulator.open_magic_link(url).unwrap();
    let user = zoe.metadata().unwrap();
    assert!(user.email_confirmed && user.email == "zoë+%2F'&=@exämple.com");
    assert_eq!(emulator.session_count(&zoe), 1);
    let told = auth
        .user()
        .fetch_user_signup_query_params(&zoe)
        .await
        .unwrap();
    assert_eq!(json!(told.user_signup_query_parameters), json!(parameters));
    assert!(emulator.open_magic_link(url).is_err());

    let link = auth
        .user()
        .create_magic_link(&*user.email)
        .expires_in_hours(1)
        .await
        .unwrap();
    emulator.open_magic_link(link.url.expose()).unwrap();
    emulator.open_magic_link(link.url.expose()).unwrap();
    emulator.advance_clock(Duration::from_secs(3600));
    assert!(emulator.open_magic_link(link.url.expose()).is_err());
    assert!(emulator.open_magic_link(ODD).is_err());

    let call = auth.user().create_magic_link("nobody@example.com");
    let error = call
        .create_new_user_if_one_doesnt_exist(false)
        .expires_in_hours(0)
        .redirect_to_url(ODD)
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .field_errors()
        .unwrap()
        .iter()
        .map(|(it, _)| it)
        .collect();
    assert_eq!(fields, ["email", "expires_in_hours", "redirect_to_url"]);
}

#[actix_web::test]
async fn a_blocked_domain_is_refused_wherever_a_user_gets_an_address() {
    let emulator = Emulator::builder()
        .block_domain("Spam.example")
        .block_domain("exämple.com.")
        .start()
        .await
        .unwrap();
    let auth = connect(&emulator);
    let (user, org) = (auth.user(), auth.org());
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    for email in [
        "a@spam.EXAMPLE",
        "a@spam.example.",
        "a@EXÄMPLE.com",
        "a@xn--exmple-cua.com",
    ] {
        let refused = [
            ("email", fields(user.create_user(email).await)),
            (
                "email",
                fields(user.migrate_user_from_external_source(email, true).await),
            ),
            ("email", fields(user.create_magic_link(email).await)),
            (
                "new_email",
                fields(user.update_user_email(&alice, email, false).await),
            ),
            (
                "new_email",
                fields(user.update_user_email(&alice, email, true).await),
            ),
            (
                "email",
                fields(org.invite_user_to_org(email, &acme, "Member").await),
            ),
        ];
        for (field, named) in refused {
            assert_eq!(named, [field], "{email}");
        }
        assert!(emulator.create_user(email).is_err(), "{email}");
        let invite = InviteUserToOrg::new(email, &acme, "Member");
        emulator.add_user_to_org(&alice, &acme, "Owner").ok();
        assert!(emulator.invite_user_as(&alice, invite).is_err(), "{email}");
    }
    assert_eq!(alice.metadata().unwrap().email, "alice@example.com");
    assert!(emulator.magic_links().is_empty() && emulator.pending_invites().is_empty());

    // The backend lets one in, who then logs in and joins as everybody does.
    let call = user.create_user("a@spam.EXAMPLE");
    let created = call.ignore_domain_restrictions(true).await.unwrap();
    let link = user.create_magic_link("a@spam.example").await.unwrap();
    assert_eq!(
        emulator.open_magic_link(link.url.expose()).unwrap().id(),
        &created.user_id
    );
    let invite = org.invite_user_to_org("a@spam.example", &acme, "Member");
    invite.await.unwrap();
    emulator.accept_invite("a@spam.example", &acme).unwrap();
    user.create_user("a@spam.example.org").await.unwrap();
    user.create_user("a@not-spam.example").await.unwrap();

    // What was promised before the domain was blocked is not kept.
    let open = Emulator::start().await.unwrap();
    let auth = connect(&open);
    let link = auth
        .user()
        .create_magic_link("b@spam.example")
        .await
        .unwrap();
    let bob = open.create_user("bob@example.com").unwrap();
    let change = auth.user().update_user_email(&bob, "c@spam.example", true);
    change.await.unwrap();
    let token = link.url.expose().rsplit_once("?t=").unwrap().1;
    let mut snapshot = open.snapshot();
    let url = format!("{}/api/fe/v2/login/magic?t={token}", emulator.pages_url());
    snapshot["entrance"]["magic_links"][token]["url"] = json!(url);
    emulator.restore(snapshot).unwrap();
    assert!(emulator.open_magic_link(&url).is_err());
    assert!(emulator.confirm_email(bob.id()).is_err());
    assert_eq!(
        emulator.user_metadata(bob.id()).unwrap().email,
        "bob@example.com"
    );
}

fn fields<T: Debug, R: Refusal>(result: Result<T, Error<R>>) -> Vec<String> {
    let error = result.unwrap_err();
    let errors = error.field_errors().unwrap();
    errors.iter().map(|(field, _)| field.to_owned()).collect()
}
