//! Users found, one by one, many at once, and page by page.

use actix_web_propelauth::{
    Error, OptionalExt as _, PropelAuth,
    api::{CreateUser, SocialLoginTokenProvider, UserOrderBy, UsersPage},
    emulator::Emulator,
};
use serde_json::json;

use crate::api::user::{NOBODY, ODD, start};

#[actix_web::test]
async fn a_user_is_found_by_address_and_name_whatever_their_case() {
    let (emulator, auth) = start().await;
    let user = CreateUser::new("Zoë+%2F'&=@exämple.com").username(ODD);
    let zoe = emulator.create_user(user).unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&zoe, &acme, "Admin").unwrap();

    for email in ["Zoë+%2F'&=@exämple.com", "ZOË+%2f'&=@EXÄMPLE.com"] {
        let call = auth.user().fetch_user_metadata_by_email(email);
        let user = call.include_orgs(true).await.unwrap();
        assert_eq!(user, emulator.user_metadata(&zoe).unwrap());
        assert_eq!(user.org_id_to_org_info.unwrap()[&acme].user_role, "Admin");
    }
    for username in [ODD.to_owned(), ODD.to_uppercase()] {
        let user = auth.user().fetch_user_metadata_by_username(username).await;
        let user = user.unwrap();
        assert_eq!((&user.user_id, user.org_id_to_org_info), (zoe.id(), None));
    }
    for odd in ["", ODD, "zoë@exämple.com", NOBODY] {
        let found = auth.user().fetch_user_metadata_by_email(odd).await;
        assert_eq!(found.optional().unwrap(), None, "{odd}");
    }
    let found = auth.user().fetch_user_metadata_by_username("nobody").await;
    assert_eq!(found.optional().unwrap(), None);
}

#[actix_web::test]
async fn a_batch_is_a_map_of_what_was_asked_for() {
    let (emulator, auth) = start().await;
    let alice = CreateUser::new("Alice@Example.com").username("Alice");
    let alice = emulator.create_user(alice).unwrap();
    let bob = emulator.create_user(CreateUser::new("bob@example.com").username(ODD));
    let bob = bob.unwrap();
    let carol = emulator.create_user("carol@example.com").unwrap();

    let ids = [alice.id().as_str(), bob.id(), bob.id(), NOBODY, ODD, ""];
    let users = auth.user().fetch_batch_user_metadata_by_user_ids(ids);
    let users = users.include_orgs(true).await.unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(users[alice.id()], emulator.user_metadata(&alice).unwrap());
    assert_eq!(users[bob.id()].username.as_deref(), Some(ODD));

    let emails = [
        "alice@EXAMPLE.com",
        "ALICE@example.com",
        "Bob@example.com",
        "x@y",
        ODD,
    ];
    let users = auth.user().fetch_batch_user_metadata_by_emails(emails);
    let users = users.await.unwrap();
    let keys: Vec<&str> = users.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["ALICE@example.com", "Bob@example.com", "alice@EXAMPLE.com"]
    );
    assert_eq!(users["ALICE@example.com"], users["alice@EXAMPLE.com"]);
    assert_eq!(users["Bob@example.com"].user_id, *bob.id());
    assert_eq!(users["Bob@example.com"].org_id_to_org_info, None);

    let usernames = ["alice".to_owned(), ODD.to_owned(), "nobody".to_owned()];
    let users = auth
        .user()
        .fetch_batch_user_metadata_by_usernames(usernames);
    let users = users.await.unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(
        (&users["alice"].user_id, &users[ODD].user_id),
        (alice.id(), bob.id())
    );
    assert!(users.values().all(|user| user.user_id != *carol.id()));

    let none = auth
        .user()
        .fetch_batch_user_metadata_by_emails(Vec::<String>::new());
    assert!(none.await.unwrap().is_empty());
    let far_too_many = (0..100_000).map(|n| format!("user-{n}@example.com"));
    let call = auth
        .user()
        .fetch_batch_user_metadata_by_emails(far_too_many);
    let error = call.await.unwrap_err();
    assert!(matches!(error, Error::PayloadTooLarge), "{error}");
}

#[actix_web::test]
async fn a_query_is_sorted_searched_and_cut() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    for (n, email) in ["d@x.com", "A@x.com", "c@x.com", "b@y.com", "e@y.com"]
        .into_iter()
        .enumerate()
    {
        let mut user = CreateUser::new(email);
        if n % 2 == 0 {
            user = user.username(format!("User {}", 9 - n));
        }
        emulator.create_user(user).unwrap();
    }
    let names = |page: &UsersPage| -> String {
        page.users
            .iter()
            .filter_map(|user| user.email.chars().next())
            .collect()
    };
    let sorted = async |order: UserOrderBy| {
        let page = auth.user().fetch_users_by_query().order_by(order).await;
        names(&page.unwrap())
    };
    // All were created in one second, and still it is known who came first.
    assert_eq!(sorted(UserOrderBy::CreatedAtAsc).await, "dAcbe");
    assert_eq!(sorted(UserOrderBy::CreatedAtDesc).await, "ebcAd");
    assert_eq!(sorted(UserOrderBy::Email).await, "Abcde");
    assert_eq!(sorted(UserOrderBy::Username).await, "ecdAb");
    emulator.advance_clock(std::time::Duration::from_secs(60));
    let c = auth
        .user()
        .fetch_user_metadata_by_email("c@x.com")
        .await
        .unwrap();
    emulator.access_token(&c.user_id).unwrap();
    assert_eq!(sorted(UserOrderBy::LastActiveAtDesc).await, "cebAd");
    assert_eq!(sorted(UserOrderBy::LastActiveAtAsc).await, "dAbec");

    let page = |number| {
        auth.user()
            .fetch_users_by_query()
            .page_size(2)
            .page_number(number)
    };
    let mut all = String::new();
    for (number, has_more) in [
        (0, true),
        (1, true),
        (2, false),
        (3, false),
        (u32::MAX, false),
    ] {
        let page = page(number).await.unwrap();
        assert_eq!((page.total_users, page.page_size), (5, 2));
        assert_eq!(
            (page.current_page, page.has_more_results),
            (number, has_more)
        );
        all += &names(&page);
    }
    assert_eq!(all, "dAcbe");

    for (part, found) in [
        ("@X.COM", "dAc"),
        ("user 7", "c"),
        ("ser", "dce"),
        (ODD, ""),
        ("", "dAcbe"),
    ] {
        let page = auth.user().fetch_users_by_query().email_or_username(part);
        assert_eq!(names(&page.await.unwrap()), found, "{part}");
    }
    auth.user()
        .update_user_metadata(&c.user_id)
        .legacy_user_id(ODD)
        .await
        .unwrap();
    let page = auth.user().fetch_users_by_query().legacy_user_id(ODD);
    assert_eq!(names(&page.include_orgs(true).await.unwrap()), "c");

    let error = auth
        .user()
        .fetch_users_by_query()
        .order_by(ODD)
        .await
        .unwrap_err();
    assert!(!error.field_errors().unwrap().get("order_by").is_empty());
}

#[actix_web::test]
async fn what_a_signup_and_other_providers_left_is_told() {
    let (emulator, auth) = start().await;
    emulator.freeze_clock(1_700_000_000);
    let alice = emulator.create_user("alice@example.com").unwrap();
    let parameters = [(ODD.to_owned(), ODD.to_owned())];
    emulator
        .set_signup_query_parameters(&alice, parameters)
        .unwrap();
    let told = auth
        .user()
        .fetch_user_signup_query_params(&alice)
        .await
        .unwrap();
    assert_eq!(
        json!(told.user_signup_query_parameters),
        json!({ ODD: ODD })
    );

    let tokens = auth.user().fetch_user_oauth_tokens(&alice).await.unwrap();
    assert!(tokens.is_empty());
    let google = SocialLoginTokenProvider::Google;
    let token = emulator
        .add_oauth_token(&alice, google.clone(), &["openid", ODD])
        .unwrap();
    emulator.add_oauth_token(&alice, "a new one", &[]).unwrap();
    let tokens = auth.user().fetch_user_oauth_tokens(&alice).await.unwrap();
    assert_eq!(tokens.len(), 2);
    let told = &tokens[&google];
    assert_eq!(told.access_token.expose(), token.access_token.expose());
    assert_eq!(told.authorized_scopes.as_ref().unwrap()[1], ODD);
    assert_eq!(told.token_expiration, Some(1_700_003_600));
    assert!(!format!("{told:?}").contains(token.access_token.expose()));

    let fresh = async |auth: &PropelAuth, provider: &str| {
        let call = auth
            .user()
            .fetch_fresh_token_from_provider(&alice, provider);
        call.await.optional().unwrap()
    };
    let same = fresh(&auth, "google").await.unwrap();
    assert_eq!(same.access_token.expose(), token.access_token.expose());
    emulator.advance_clock(std::time::Duration::from_secs(3600));
    let renewed = fresh(&auth, "google").await.unwrap();
    assert_ne!(renewed.access_token.expose(), token.access_token.expose());
    assert_eq!(renewed.token_expiration, Some(1_700_007_200));
    assert!(fresh(&auth, "a new one").await.is_some());
    for provider in ["github", ODD, "..%2f"] {
        assert!(fresh(&auth, provider).await.is_none(), "{provider}");
    }
    assert!(
        auth.user()
            .fetch_user_oauth_tokens(NOBODY)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        auth.user()
            .fetch_user_signup_query_params(NOBODY)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[actix_web::test]
async fn an_employee_is_told() {
    let (emulator, auth) = start().await;
    let id = emulator.add_employee("staff+%2F'&=@exämple.com").unwrap();
    let employee = auth.employee().fetch_employee_by_id(&id).await.unwrap();
    assert_eq!(employee.email, "staff+%2F'&=@exämple.com");
    for id in [NOBODY, ODD] {
        let call = auth.employee().fetch_employee_by_id(id);
        assert_eq!(call.await.optional().unwrap(), None, "{id}");
    }
    assert!(emulator.add_employee("nobody").is_err());
    let again = Emulator::builder()
        .snapshot(emulator.snapshot())
        .start()
        .await
        .unwrap();
    assert_eq!(again.snapshot(), emulator.snapshot());
}
