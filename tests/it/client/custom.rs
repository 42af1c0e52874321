//! Operations that the crate does not have, against the emulator.

use actix_web::http::Method;
use actix_web_propelauth::{Error, OptionalExt as _, api::UserMetadata};
use serde_json::Value;

use crate::fixtures::world::{NOBODY, start};

#[actix_web::test]
async fn a_path_of_the_backend_api_is_called_by_method_and_path() {
    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let path = "/api/backend/v1/user/{user_id}";
    let call = |id: &str| auth.request(Method::GET, path).path_field("user_id", id);
    let user: UserMetadata = call(alice.id())
        .query("include_orgs", true)
        .send()
        .await
        .unwrap();
    assert_eq!(user.email, "alice@example.com");

    let missing: Error = call(NOBODY).send::<Value>().await.unwrap_err().into();
    assert_eq!(missing.status(), Some(404));

    let call = auth
        .request(Method::PUT, path)
        .path_field("user_id", alice.id());
    let call = call.json(&serde_json::json!({ "first_name": "Alice" }));
    call.send_and_discard().await.unwrap();
    let user = auth
        .user()
        .fetch_user_metadata_by_user_id(alice.id())
        .await
        .optional();
    assert_eq!(user.unwrap().unwrap().first_name.as_deref(), Some("Alice"));
}

#[actix_web::test]
async fn the_emulator_answers_an_operation_that_it_does_not_have_with_501() {
    let (_emulator, auth) = start().await;
    let call = auth
        .request(Method::POST, "/api/backend/v1/plan/{plan}")
        .path_field("plan", "x");
    let error = call.send_and_discard().await.unwrap_err();
    let Error::UnexpectedStatus {
        status, error_code, ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(
        (status, error_code.as_deref()),
        (501, Some("not_implemented"))
    );
}
