//! What only the pages reach: the links in emails.

use serde_json::Map;

use super::{
    Code, Entered, SignUp, accept_invite, check_reset_link, confirm_email, enter, forgot_password,
    log_in, open_magic_link, reset_password, send_magic_link, sign_up, update_email,
};
use crate::{
    LoginMethod,
    api::{CreateOrg, InviteUserToOrg, UpdateUserEmail},
    emulator::{
        operations::handler::Handler,
        state::{LoginStep, Membership, SecondFactor, Store},
    },
    words::ids::{OrgId, UserId},
};

const ALICE: &str = "alice@acme.example";

fn store() -> Store {
    let mut store = Store::default();
    let settings = &mut store.project.settings;
    settings.has_passwordless_login = true;
    settings.require_email_confirmation = true;
    store
}

fn signed_up(store: &mut Store, email: &str) -> (UserId, Entered) {
    let form = SignUp {
        email: email.to_owned(),
        password: "wonderland".into(),
        username: None,
        first_name: None,
        last_name: None,
        properties: Map::new(),
        invite_token: None,
        query_parameters: Map::from_iter([("utm".to_owned(), "x".into())]),
    };
    let signed_up = sign_up(store, form).unwrap();
    (signed_up.user_id, signed_up.entered)
}

/// Returns the token in the link of the last email.
fn token(store: &Store) -> String {
    let email = store.outbox().pop().unwrap();
    let link = email.link.unwrap();
    link.split("?t=").nth(1).unwrap().to_owned()
}

fn advance(store: &mut Store, seconds: i64) {
    let now = store.now();
    store.project.clock.freeze(now + seconds);
}

#[test]
fn a_link_confirms_the_address_it_was_sent_to_once() {
    let mut store = store();
    let (user_id, entered) = signed_up(&mut store, ALICE);
    assert_eq!(entered.step, LoginStep::ConfirmEmailRequired);
    let account = &store.users.get(&user_id).unwrap().account;
    assert_eq!(account.signup_query_parameters["utm"], "x");
    let first = token(&store);
    let shorter: String = first.chars().skip(1).collect();
    for wrong in ["", "x", &shorter, &first.to_uppercase()] {
        assert_eq!(
            confirm_email(&mut store, wrong).unwrap_err().code,
            Code::NotFound
        );
    }
    assert_eq!(confirm_email(&mut store, &first).unwrap(), user_id);
    let session = entered.refresh_token.expose();
    assert_eq!(store.login_step(session), LoginStep::Finished);
    assert!(
        confirm_email(&mut store, &first).is_err(),
        "a link is used once"
    );

    // A changed address is confirmed by its own link, after which the older one is of no use.
    let password = Some("wonderland");
    update_email(&mut store, session, "first@acme.example", password).unwrap();
    let first = token(&store);
    advance(&mut store, 60);
    update_email(&mut store, session, "second@acme.example", password).unwrap();
    assert!(confirm_email(&mut store, &first).is_err());
    let second = token(&store);
    confirm_email(&mut store, &second).unwrap();
    let email = &store.users.get(&user_id).unwrap().metadata.email;
    assert_eq!(email, "second@acme.example");
}

/// Who receives emails at an address that the account had earlier may be another person.
#[test]
fn a_link_to_an_address_that_the_account_had_earlier_sets_no_password() {
    for is_confirmed_by_link in [true, false] {
        let mut store = store();
        let (user_id, entered) = signed_up(&mut store, ALICE);
        let confirmation = token(&store);
        confirm_email(&mut store, &confirmation).unwrap();
        forgot_password(&mut store, ALICE).unwrap();
        let reset = token(&store);
        assert_eq!(check_reset_link(&store, &reset).unwrap(), user_id);
        if is_confirmed_by_link {
            let (session, password) = (entered.refresh_token.expose(), Some("wonderland"));
            update_email(&mut store, session, "new@acme.example", password).unwrap();
            assert_eq!(
                check_reset_link(&store, &reset).unwrap(),
                user_id,
                "not yet"
            );
            let second = token(&store);
            confirm_email(&mut store, &second).unwrap();
        } else {
            let update = UpdateUserEmail {
                user_id: user_id.clone(),
                new_email: "new@acme.example".to_owned(),
                require_email_confirmation: false,
            };
            store.handle(update).unwrap();
        }
        let before = store.snapshot();
        assert!(check_reset_link(&store, &reset).is_err());
        let refused = reset_password(&mut store, &reset, &"x".into()).unwrap_err();
        assert_eq!((refused.code, store.snapshot()), (Code::NotFound, before));
        // Neither is it a link of another account that has the address since.
        signed_up(&mut store, ALICE);
        assert!(reset_password(&mut store, &reset, &"x".into()).is_err());
        forgot_password(&mut store, "new@acme.example").unwrap();
        let reset = token(&store);
        reset_password(&mut store, &reset, &"y".into()).unwrap();
    }
}

#[test]
fn links_expire() {
    let mut store = store();
    let (user_id, _) = signed_up(&mut store, ALICE);
    let confirmation = token(&store);
    forgot_password(&mut store, ALICE).unwrap();
    let reset = token(&store);
    advance(&mut store, 60 * 60 - 1);
    assert_eq!(check_reset_link(&store, &reset).unwrap(), user_id);
    assert!(
        check_reset_link(&store, &confirmation).is_err(),
        "a link is for one purpose"
    );
    assert!(confirm_email(&mut store, &reset).is_err());
    advance(&mut store, 1);
    assert!(check_reset_link(&store, &reset).is_err());
    let refused = reset_password(&mut store, &reset, &"new".into()).unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    advance(&mut store, 23 * 60 * 60);
    assert!(confirm_email(&mut store, &confirmation).is_err());
}

#[test]
fn a_new_password_ends_all_sessions_and_unlocks() {
    let mut store = store();
    let (user_id, entered) = signed_up(&mut store, ALICE);
    for _ in 0..10 {
        log_in(&mut store, ALICE, "x").unwrap_err();
    }
    assert_eq!(
        log_in(&mut store, ALICE, "wonderland").unwrap_err().code,
        Code::AccountLocked
    );
    forgot_password(&mut store, ALICE).unwrap();
    let older = token(&store);
    forgot_password(&mut store, ALICE).unwrap();
    let reset = token(&store);
    let refused = reset_password(&mut store, &reset, &"".into()).unwrap_err();
    assert!(refused.of("password").is_some());
    let again = reset_password(&mut store, &reset, &"new".into()).unwrap();
    assert_eq!(
        again.step,
        LoginStep::Finished,
        "the link confirms the address, too"
    );
    assert_eq!(
        store.login_step(entered.refresh_token.expose()),
        LoginStep::LoginRequired
    );
    for token in [&older, &reset] {
        assert!(reset_password(&mut store, token, &"other".into()).is_err());
    }
    log_in(&mut store, ALICE, "new").unwrap();

    // A second factor is needed all the same, and a disabled account stays closed.
    forgot_password(&mut store, ALICE).unwrap();
    let reset = token(&store);
    store.users.get_mut(&user_id).unwrap().account.second_factor = Some(SecondFactor::Totp {
        secret: "MZXW6YTB".into(),
        used_step: None,
    });
    let entered = reset_password(&mut store, &reset, &"third".into()).unwrap();
    assert_eq!(entered.step, LoginStep::TwoFactorRequired);
    forgot_password(&mut store, ALICE).unwrap();
    let reset = token(&store);
    store.users.get_mut(&user_id).unwrap().metadata.enabled = false;
    let before = store.snapshot();
    let refused = reset_password(&mut store, &reset, &"fourth".into()).unwrap_err();
    assert_eq!(
        (refused.code, store.snapshot()),
        (Code::AccountDisabled, before)
    );
}

#[test]
fn a_magic_link_logs_in_and_needs_the_second_factor() {
    let mut store = store();
    send_magic_link(&mut store, ALICE, true, None).unwrap();
    let link = token(&store);
    let entered = open_magic_link(&mut store, &link).unwrap();
    assert_eq!(entered.step, LoginStep::Finished);
    let user_id = store
        .users
        .by_email(ALICE)
        .unwrap()
        .metadata
        .user_id
        .clone();
    let session = store.session(entered.refresh_token.expose()).unwrap();
    assert_eq!(session.login_method, LoginMethod::MagicLink);
    store.users.get_mut(&user_id).unwrap().account.second_factor = Some(SecondFactor::Totp {
        secret: "MZXW6YTB".into(),
        used_step: None,
    });
    let entered = open_magic_link(&mut store, &link).unwrap();
    assert_eq!(entered.step, LoginStep::TwoFactorRequired);
    store.users.get_mut(&user_id).unwrap().metadata.locked = true;
    assert_eq!(
        open_magic_link(&mut store, &link).unwrap_err().code,
        Code::AccountLocked
    );
    assert_eq!(
        open_magic_link(&mut store, "x").unwrap_err().code,
        Code::NotFound
    );
    advance(&mut store, 24 * 60 * 60);
    assert_eq!(
        open_magic_link(&mut store, &link).unwrap_err().code,
        Code::NotFound
    );
}

fn org(store: &mut Store) -> OrgId {
    store.handle(CreateOrg::new("Acme")).unwrap().org_id
}

#[test]
fn an_invitation_is_accepted_by_who_has_the_address() {
    let mut store = store();
    let org_id = org(&mut store);
    let (alice, entered) = signed_up(&mut store, ALICE);
    let (_, other) = signed_up(&mut store, "bob@acme.example");
    let invite = InviteUserToOrg::new("ALICE@acme.example", org_id.clone(), "Admin");
    store.handle(invite).unwrap();
    let link = token(&store);
    let refused = accept_invite(&mut store, other.refresh_token.expose(), &link).unwrap_err();
    assert_eq!(refused.code, Code::OrgNotFound, "a link that was passed on");
    let refused = accept_invite(&mut store, "", &link).unwrap_err();
    assert_eq!(refused.code, Code::NotLoggedIn);
    let session = entered.refresh_token.expose();
    let joined = accept_invite(&mut store, session, &link).unwrap();
    assert_eq!((joined.org_id, joined.first_org), (org_id.clone(), true));
    let user = store.users.get(&alice).unwrap();
    assert_eq!(user.memberships[&org_id].role, "Admin");
    assert!(user.metadata.email_confirmed);
    assert!(
        accept_invite(&mut store, session, &link).is_err(),
        "it is used up"
    );
}

#[test]
fn an_invitation_into_a_full_organization_changes_nothing() {
    let mut store = store();
    let mut create = CreateOrg::new("Acme");
    create.max_users = Some(1);
    let org_id = store.handle(create).unwrap().org_id;
    let (alice, entered) = signed_up(&mut store, ALICE);
    let invite = InviteUserToOrg::new(ALICE, org_id.clone(), "Admin");
    store.handle(invite).unwrap();
    let link = token(&store);
    let bob = enter_new(&mut store, "bob@acme.example");
    let membership = Membership {
        role: "Owner".to_owned(),
        additional_roles: Vec::new(),
    };
    store.join(&bob, &org_id, membership, "org_id").unwrap();
    let before = store.snapshot();
    let refused = accept_invite(&mut store, entered.refresh_token.expose(), &link).unwrap_err();
    assert_eq!(refused.code, Code::OrgMaxUsersLimitExceeded);
    assert_eq!(store.snapshot(), before);
    assert!(store.users.get(&alice).unwrap().memberships.is_empty());
}

fn enter_new(store: &mut Store, email: &str) -> UserId {
    let user = store.new_user(email.to_owned());
    let user_id = store.insert_user(user);
    enter(store, &user_id, LoginMethod::Password, false).unwrap();
    user_id
}
