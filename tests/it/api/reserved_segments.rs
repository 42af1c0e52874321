//! Ids that would make one operation's path that of another.

use actix_web_propelauth::{Error, OptionalExt as _, api::Refusal, emulator::Emulator};

use crate::api::org::{ODD, assert_unsent, start_with};

#[track_caller]
fn assert_refused<T, R: Refusal>(result: Result<T, Error<R>>, argument: &str) {
    match result {
        Ok(_) => panic!("it was sent"),
        Err(error) => assert_unsent(&error, argument),
    }
}

#[actix_web::test]
async fn an_id_that_is_part_of_another_path_is_not_sent() {
    let (emulator, auth) = start_with(Emulator::builder()).await;
    let before = emulator.snapshot();
    let user = auth.user();
    for id in [
        "email",
        "username",
        "query",
        "org",
        "emails",
        "usernames",
        "user_ids",
    ] {
        assert_refused(user.fetch_user_metadata_by_user_id(id).await, "user_id");
        assert_refused(user.fetch_user_oauth_tokens(id).await, "user_id");
        assert_refused(user.update_user_metadata(id).await, "user_id");
        assert_refused(user.delete_user(id).await, "user_id");
        assert_refused(user.disable_user(id).await, "user_id");
        assert_refused(auth.mfa().fetch_user_mfa_methods(id).await, "user_id");
    }
    let call = user.fetch_fresh_token_from_provider("mfa", "can_create_orgs");
    assert_refused(call.await, "provider");

    let org = auth.org();
    for id in ["query", "add_user", "remove_user", "change_role"] {
        assert_refused(org.fetch_org(id).await, "org_id");
        assert_refused(org.update_org(id).await, "org_id");
        assert_refused(org.delete_org(id).await, "org_id");
        assert_refused(
            auth.saml().disallow_org_to_setup_saml_connection(id).await,
            "org_id",
        );
    }
    assert_refused(
        auth.saml().delete_saml_connection("go_live").await,
        "org_id",
    );

    let api_key = auth.api_key();
    for id in [
        "archived",
        "usage",
        "import",
        "validate",
        "validate_imported",
    ] {
        assert_refused(api_key.fetch_api_key(id).await, "api_key_id");
        assert_refused(api_key.update_api_key(id).await, "api_key_id");
        assert_refused(api_key.delete_api_key(id).await, "api_key_id");
    }
    assert_eq!(emulator.snapshot(), before);
}

#[actix_web::test]
async fn an_id_that_only_looks_like_one_is_sent() {
    let (_emulator, auth) = start_with(Emulator::builder()).await;
    for id in [
        "Email", "email ", "email/", "%65mail", "archived", "mfa", "api",
    ] {
        let user = auth.user().fetch_user_metadata_by_user_id(id).await;
        assert_eq!(user.optional().unwrap(), None, "{id}");
    }
    // Where no other operation has a literal, nothing is refused.
    for id in ["query", "email", "groups"] {
        let call = auth.scim().fetch_org_scim_groups(id);
        assert!(call.await.unwrap_err().is_not_found(), "{id}");
    }
    let page = auth.org().fetch_users_in_org("query").await.unwrap();
    assert_eq!(page.total_users, 0);
    // In a query or a body, it is text like any other.
    let user = auth.user().fetch_user_metadata_by_username("email").await;
    assert_eq!(user.optional().unwrap(), None);
    assert!(auth.org().fetch_orgs_by_query().name(ODD).await.is_ok());
}
