//! Invitations: sent, listed, revoked, expired, accepted.

use actix_web_propelauth::{
    api::{InviteUserToOrg, UpdateOrg},
    emulator::Emulator,
};

use super::{Clock, NOBODY, ODD, assert_fields, assert_unsent, start_with};

const DAY: i64 = 24 * 60 * 60;
const EMAIL: &str = "zoë+%2F'&=@exämple.com";

#[actix_web::test]
async fn an_invitation_is_sent_listed_and_revoked() {
    let (_clock, builder) = Clock::at(1_000);
    let builder = builder.roles([ODD, "B"]).multiple_roles_per_user();
    let (emulator, auth) = start_with(builder).await;
    let org_id = emulator.create_org(ODD).unwrap();
    let org = auth.org();
    let call = org.invite_user_to_org(EMAIL, &org_id, ODD);
    call.additional_roles(["B"]).await.unwrap();

    let page = org.fetch_pending_invites().org_id(&org_id).await.unwrap();
    assert_eq!(page.invites, emulator.pending_invites());
    assert_eq!(
        (page.total_invites, page.current_page, page.page_size),
        (1, 0, 10)
    );
    let invite = &page.invites[0];
    assert_eq!(
        (invite.invitee_email.as_str(), &invite.org_id),
        (EMAIL, &org_id)
    );
    assert_eq!(
        (invite.org_name.as_str(), invite.role_in_org.as_str()),
        (ODD, ODD)
    );
    assert_eq!(invite.additional_roles_in_org, ["B"]);
    assert_eq!(
        (invite.created_at, invite.expires_at),
        (1_000, 1_000 + 5 * DAY)
    );
    assert_eq!(
        (&invite.inviter_email, &invite.inviter_user_id),
        (&None, &None)
    );
    let elsewhere = org.fetch_pending_invites().org_id(NOBODY).await.unwrap();
    assert_eq!(elsewhere.total_invites, 0);

    let upper = EMAIL.to_uppercase();
    org.revoke_pending_org_invite(&org_id, upper).await.unwrap();
    assert_eq!(org.fetch_pending_invites().await.unwrap().total_invites, 0);
    for (org_id, email) in [(org_id.as_str(), EMAIL), (NOBODY, EMAIL)] {
        let error = org.revoke_pending_org_invite(org_id, email).await;
        assert!(error.unwrap_err().is_not_found());
    }
    let error = org.revoke_pending_org_invite(ODD, ODD).await.unwrap_err();
    assert_fields(&error, &["invitee_email", "org_id"]);
}

#[actix_web::test]
async fn a_user_is_invited_by_id_and_accepts() {
    let builder = Emulator::builder().permission("Admin", "can_view_billing");
    let (emulator, auth) = start_with(builder).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let org = auth.org();
    org.invite_user_to_org_by_user_id(&alice, &org_id, "Admin")
        .await
        .unwrap();
    assert_eq!(
        emulator.pending_invites()[0].invitee_email,
        "alice@example.com"
    );

    let member = emulator
        .accept_invite("Alice@example.com", &org_id)
        .unwrap();
    assert_eq!(member.id(), alice.id());
    assert!(member.metadata().unwrap().email_confirmed);
    let token = format!("Bearer {}", alice.log_in().unwrap());
    let user = auth
        .validate_access_token_and_get_user(token.as_str())
        .unwrap();
    assert!(
        user.org(&org_id)
            .unwrap()
            .has_permission("can_view_billing")
    );
    assert_eq!(emulator.pending_invites(), []);
    emulator
        .accept_invite("alice@example.com", &org_id)
        .unwrap_err();
}

#[actix_web::test]
async fn whoever_has_no_account_signs_up_by_accepting() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let org = auth.org();
    org.invite_user_to_org(EMAIL, &org_id, "Member")
        .await
        .unwrap();
    // Signing up otherwise leaves the invitation where it is.
    org.invite_user_to_org("bob@b.com", &org_id, "Owner")
        .await
        .unwrap();
    let bob = emulator.create_user("bob@b.com").unwrap();
    assert_eq!(bob.metadata().unwrap().org_id_to_org_info.unwrap().len(), 0);
    assert_eq!(emulator.pending_invites().len(), 2);

    let zoe = emulator.accept_invite(EMAIL, &org_id).unwrap();
    let user = zoe.metadata().unwrap();
    assert_eq!((user.email.as_str(), user.email_confirmed), (EMAIL, true));
    assert_eq!(
        user.org_id_to_org_info.unwrap()[&org_id].user_role,
        "Member"
    );
    // Being added uses an invitation up as well.
    org.add_user_to_org(&bob, &org_id, "Member").await.unwrap();
    assert_eq!(emulator.pending_invites(), []);
}

#[actix_web::test]
async fn an_invitation_lasts_five_days_from_when_it_was_sent_last() {
    let (clock, builder) = Clock::at(0);
    let (emulator, auth) = start_with(builder).await;
    let org_id = emulator.create_org("Acme").unwrap();
    let org = auth.org();
    let invite = async |role| org.invite_user_to_org(EMAIL, &org_id, role).await;
    invite("Member").await.unwrap();
    clock.set(DAY);
    invite("Owner").await.unwrap();
    let pending = emulator.pending_invites();
    assert_eq!(
        (pending.len(), pending[0].role_in_org.as_str()),
        (1, "Owner")
    );

    clock.set(6 * DAY - 1);
    assert_eq!(org.fetch_pending_invites().await.unwrap().total_invites, 1);
    clock.set(6 * DAY);
    assert_eq!(org.fetch_pending_invites().await.unwrap().total_invites, 0);
    emulator.accept_invite(EMAIL, &org_id).unwrap_err();
    let revoked = org.revoke_pending_org_invite(&org_id, EMAIL).await;
    assert!(revoked.unwrap_err().is_not_found());
}

#[actix_web::test]
async fn a_member_invites_in_its_own_name() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let invite = || InviteUserToOrg::new("bob@b.com", &org_id, "Member");
    emulator.invite_user_as(&alice, invite()).unwrap_err();
    emulator.add_user_to_org(&alice, &org_id, "Owner").unwrap();
    emulator.invite_user_as(&alice, invite()).unwrap();
    let page = auth.org().fetch_pending_invites().await.unwrap();
    let invite = &page.invites[0];
    assert_eq!(invite.inviter_email.as_deref(), Some("alice@example.com"));
    assert_eq!(invite.inviter_user_id.as_ref(), Some(alice.id()));
}

#[actix_web::test]
async fn an_invitation_that_cannot_be_is_refused() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme").unwrap();
    let org = auth.org();
    let call = org.invite_user_to_org(ODD, ODD, ODD);
    let error = call.additional_roles([ODD]).await.unwrap_err();
    assert_fields(&error, &["additional_roles", "email", "org_id", "role"]);
    let call = org.invite_user_to_org_by_user_id(ODD, &org_id, "Owner");
    let error = call.additional_roles(["Admin"]).await.unwrap_err();
    assert_fields(&error, &["additional_roles", "user_id"]);
    let error = org.fetch_pending_invites().org_id(ODD).await;
    assert_fields(&error.unwrap_err(), &["org_id"]);
    let error = org.fetch_pending_invites().page_size(0).await;
    assert_unsent(&error.unwrap_err(), "page_size");

    let error = org.invite_user_to_org(EMAIL, NOBODY, "Owner").await;
    assert!(error.unwrap_err().is_not_found());
    let error = org.invite_user_to_org_by_user_id(NOBODY, &org_id, "Owner");
    assert!(error.await.unwrap_err().is_not_found());

    emulator.add_user_to_org(&alice, &org_id, "Owner").unwrap();
    let error = org.invite_user_to_org("alice@example.com", &org_id, "Owner");
    assert_fields(&error.await.unwrap_err(), &["email"]);
    let error = org.invite_user_to_org_by_user_id(&alice, &org_id, "Owner");
    assert_fields(&error.await.unwrap_err(), &["user_id"]);

    // What was fine when it was sent may not be any more, and the invitation stays.
    org.invite_user_to_org(EMAIL, &org_id, "Owner")
        .await
        .unwrap();
    emulator
        .update_org(UpdateOrg::new(&org_id).max_users(1))
        .unwrap();
    emulator.accept_invite(EMAIL, &org_id).unwrap_err();
    assert_eq!(emulator.pending_invites().len(), 1);
    emulator
        .update_org(UpdateOrg::new(&org_id).max_users(2))
        .unwrap();
    emulator.accept_invite(EMAIL, &org_id).unwrap();
}
