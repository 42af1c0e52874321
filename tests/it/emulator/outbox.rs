//! Every e-mail that PropelAuth would have sent is where a test can read it.

use actix_web_propelauth::{
    PropelAuth,
    api::CreateUser,
    emulator::{EmailKind, Emulator},
};

/// E14.
#[actix_web::test]
async fn each_kind_of_e_mail_is_in_the_outbox() {
    let emulator = Emulator::start().await.unwrap();
    let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key());
    let auth = auth.emulator().fetch_and_init().await.unwrap();
    let alice = CreateUser::new("alice@example.com").send_email_to_confirm_email_address(true);
    let alice = emulator.create_user(alice).unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    let (users, orgs) = (auth.user(), auth.org());
    users.resend_email_confirmation(alice.id()).await.unwrap();
    users
        .update_user_email(alice.id(), "new@example.com", true)
        .await
        .unwrap();
    for _ in 0..2 {
        // The second replaces the first, and is sent as well.
        let invited = orgs.invite_user_to_org("bob@example.com", &acme, "Member");
        invited.await.unwrap();
    }
    let invited = orgs.invite_user_to_org_by_user_id(alice.id(), &acme, "Admin");
    invited.await.unwrap();
    // This one is not sent: nobody may be invited into what is not there.
    let refused = orgs.invite_user_to_org("bob@example.com", &acme, "Nobody");
    assert!(refused.await.is_err());

    let mails = emulator.email_outbox();
    let told: Vec<_> = mails
        .iter()
        .map(|mail| {
            let (user, org) = (mail.user_id.as_ref(), mail.org_id.as_ref());
            let is_hers = user == Some(alice.id());
            (
                mail.kind,
                mail.to.as_str(),
                is_hers,
                org == Some(&acme),
                mail.role.as_deref(),
            )
        })
        .collect();
    let to_bob = (
        EmailKind::InviteToOrg,
        "bob@example.com",
        false,
        true,
        Some("Member"),
    );
    let to_alice = "alice@example.com";
    assert_eq!(
        told,
        [
            (EmailKind::ConfirmEmail, to_alice, true, false, None),
            (EmailKind::ConfirmEmail, to_alice, true, false, None),
            (
                EmailKind::ConfirmNewEmail,
                "new@example.com",
                true,
                false,
                None
            ),
            to_bob,
            to_bob,
            (EmailKind::InviteToOrg, to_alice, true, true, Some("Admin")),
        ]
    );

    // The links are those of the emulator that has the emails now.
    let restored = Emulator::builder().snapshot(emulator.snapshot());
    let restored = restored.start().await.unwrap();
    for (before, after) in mails.iter().zip(restored.email_outbox()) {
        let link = after.link.clone().unwrap();
        let link = link.replace(&restored.pages_url(), &emulator.pages_url());
        assert_eq!(Some(&link), before.link.as_ref());
        assert_eq!(format!("{after:?}"), format!("{before:?}"));
    }
}
