//! The client against servers that do what they should not.

mod api_keys;
mod classes;
mod connecting;
mod conversions;
mod custom;
mod faults;
mod framing;
mod matrix;
mod paging;
mod pool;
mod replies;
mod retries;
mod runtimes;
mod server;
mod storm;
#[cfg(any(
    feature = "rustls",
    feature = "rustls-native-roots",
    feature = "openssl"
))]
mod tls;

use std::time::Duration;

use super::Error;
use crate::{
    a_canary::{KEY, watch},
    api::{AccessTokenApi, ApiKeyApi, NotFound, OrgApi, UserApi},
    client::{Client, ClientSettings},
};

fn settings(url: &str) -> ClientSettings {
    watch();
    ClientSettings::new(url.parse().unwrap(), "auth.example.com", KEY.into()).with(|it| {
        it.max_retries = 0;
        it.max_response_size = 1000;
    })
}

fn client(url: &str) -> Client {
    Client::new(settings(url)).unwrap()
}

/// A client that tries again.
fn retrying(url: &str) -> Client {
    Client::new(settings(url).with(|it| {
        it.max_retries = 2;
    }))
    .unwrap()
}

/// A client that tries again, and is quick to give an attempt up.
fn impatient(url: &str) -> Client {
    Client::new(settings(url).with(|it| {
        it.max_retries = 2;
        it.attempt_timeout = Some(Duration::from_millis(400));
        it.request_timeout = Duration::from_millis(1500);
    }))
    .unwrap()
}

// As methods, so that the tests read as callers' code does.
impl Client {
    fn user(&self) -> UserApi<'_> {
        UserApi::new(self)
    }

    fn org(&self) -> OrgApi<'_> {
        OrgApi::new(self)
    }

    fn api_key(&self) -> ApiKeyApi<'_> {
        ApiKeyApi::new(self)
    }

    fn access_token(&self) -> AccessTokenApi<'_> {
        AccessTokenApi::new(self)
    }
}

/// What a failed fetch of a user gives.
async fn failure(url: &str) -> Error<NotFound> {
    let client = client(url);
    let call = client.user().fetch_user_metadata_by_user_id("some-id");
    call.await.unwrap_err()
}

/// A reply to a fetch of a user.
const USER: &str = r#"{"user_id":"u","email":"u@example.com"}"#;
