//! API keys of a seed.

use serde_json::{Map, Value, json};

use super::{Applying, join, take_text};
use crate::api::{CreateApiKey, ImportApiKey};

/// The length of a key that PropelAuth generated, in hexadecimal digits.
const KEY_LEN: usize = 96;

impl Applying<'_> {
    pub(super) fn api_key(&mut self, mut key: Map<String, Value>, at: &str) {
        let names_user = key.contains_key("email") || key.contains_key("user_id");
        let names_org = key.contains_key("org") || key.contains_key("org_id");
        if key.contains_key("email") && key.contains_key("user_id") {
            self.wrong(at, "give an `email` or a `user_id`, not both");
        }
        let (user_id, org_id) = (self.take_user(&mut key, at), self.take_org(&mut key, at));
        if names_user != user_id.is_some() || names_org != org_id.is_some() {
            return; // The owner does not exist, which is reported.
        }
        for (name, id) in [("user_id", json!(user_id)), ("org_id", json!(org_id))] {
            if !id.is_null() {
                key.insert(name.to_owned(), id);
            }
        }
        let created = match take_text(&mut key, "token") {
            None => self.run::<CreateApiKey>(key, at).is_some(),
            Some(token) if is_own_key(&token) => {
                let created = self.run::<CreateApiKey>(key, at);
                created.is_some_and(|created| {
                    let set = self
                        .store
                        .api_keys
                        .keys
                        .set_token(&created.api_key_id, &token);
                    if !set {
                        self.wrong(join(at, "token"), "another API key has this token already");
                    }
                    set
                })
            }
            Some(token) => {
                key.insert("imported_api_key".to_owned(), token.into());
                self.run::<ImportApiKey>(key, at).is_some()
            }
        };
        self.summary.api_keys += usize::from(created);
    }
}

fn is_own_key(token: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    token.len() == KEY_LEN && token.bytes().all(is_digit)
}
