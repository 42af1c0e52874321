//! The client against servers that do what they should not.

mod faults;
mod server;

use std::time::Duration;

use super::{Client, ClientSettings};
use crate::api::{AccessTokenApi, OrgApi, UserApi};

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

    fn access_token(&self) -> AccessTokenApi<'_> {
        AccessTokenApi::new(self)
    }
}
