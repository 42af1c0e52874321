//! The client against servers that do what they should not.

mod api_keys;
mod faults;
mod replies;
mod server;

use std::time::Duration;

use super::{Client, ClientSettings, Error};
use crate::api::{AccessTokenApi, ApiKeyApi, NotFound, OrgApi, UserApi};

const KEY: &str = "canary-d0a1b2c3";

fn settings(url: &str) -> ClientSettings {
    ClientSettings {
        request_timeout: Duration::from_secs(5),
        max_reply_size: 1000,
        ..ClientSettings::new(url.parse().unwrap(), "auth.example.com", KEY.into())
    }
}

fn client(url: &str) -> Client {
    Client::new(settings(url)).unwrap()
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
