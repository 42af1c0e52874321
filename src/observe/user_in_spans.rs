//! The user in spans: a pseudonym, the id, or nothing.

use std::{fmt, sync::LazyLock};

use aws_lc_rs::{hmac, rand};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tracing::Span;

use crate::words::secret::Secret;

/// The field for the pseudonym.
const PSEUDONYM: &str = "enduser.pseudo.id";
/// The field for the user id.
const ID: &str = "enduser.id";

/// The length of a pseudonym in bytes, before base64: enough that no two users share one.
const PSEUDONYM_LEN: usize = 16;

/// How spans name the user of a request.
///
/// Set it with [`PropelAuthBuilder::user_in_spans`](crate::PropelAuthBuilder::user_in_spans):
///
/// ```
/// use actix_web_propelauth::{PropelAuth, UserInSpans};
///
/// let builder = PropelAuth::builder("https://auth.example.com", "key")
///     .user_in_spans(UserInSpans::Id);
/// ```
///
/// Email addresses and names are never recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserInSpans {
    /// A keyed hash of the user id, as `enduser.pseudo.id`. This is the default.
    ///
    /// It tells users apart, and says who a user is only to those who have the key.
    #[default]
    Pseudonym,
    /// The user id, as `enduser.id`. It is personal data wherever the account can be looked up.
    Id,
    /// Nothing about the user, roles included. The organization is still recorded.
    Nothing,
}

/// Records users in spans as one handle's settings say.
#[derive(Clone)]
pub(crate) struct SpanUsers {
    mode: UserInSpans,
    /// `None` if the random number generator failed: then there are no pseudonyms.
    key: Option<hmac::Key>,
}

impl SpanUsers {
    /// Creates the recorder with this key of pseudonyms, or else with the one of the process.
    pub(crate) fn new(mode: UserInSpans, key: Option<&Secret>) -> Self {
        let key = match key {
            Some(key) => Some(hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes())),
            None => random_key(),
        };
        Self { mode, key }
    }

    /// Returns `true` if spans may say anything about the user.
    pub(crate) fn are_recorded(&self) -> bool {
        self.mode != UserInSpans::Nothing
    }

    /// Records a user in a span that declares the field. A hash is made only if it does.
    pub(crate) fn record(&self, span: &Span, user_id: &str) {
        match (self.mode, &self.key) {
            (UserInSpans::Pseudonym, Some(key)) if span.has_field(PSEUDONYM) => {
                span.record(PSEUDONYM, pseudonym(key, user_id));
            }
            (UserInSpans::Id, _) => {
                span.record(ID, user_id);
            }
            _ => {}
        }
    }
}

impl fmt::Debug for SpanUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SpanUsers").field(&self.mode).finish()
    }
}

/// Returns the random key of this process, so that all handles of an application agree on pseudonyms.
fn random_key() -> Option<hmac::Key> {
    static KEY: LazyLock<Option<[u8; 32]>> = LazyLock::new(|| {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).ok().map(|()| bytes)
    });
    KEY.map(|bytes| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

/// Returns the pseudonym of a user: 22 characters.
fn pseudonym(key: &hmac::Key, user_id: &str) -> String {
    let tag = hmac::sign(key, user_id.as_bytes());
    let bytes = tag.as_ref().get(..PSEUDONYM_LEN).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;

    use super::{SpanUsers, UserInSpans, pseudonym, random_key};

    fn key(text: &str) -> Option<hmac::Key> {
        SpanUsers::new(UserInSpans::Pseudonym, Some(&text.into())).key
    }

    #[test]
    fn a_pseudonym_depends_on_the_user_and_the_key() {
        let alice = "00000000-0000-4000-8000-000000000001";
        let keys = ["one key of this test", "another key"].map(|text| key(text).unwrap());
        let of_alice = pseudonym(&keys[0], alice);
        assert_eq!(of_alice.len(), 22);
        assert_eq!(of_alice, pseudonym(&keys[0], alice));
        assert_ne!(of_alice, pseudonym(&keys[1], alice));
        assert_ne!(of_alice, pseudonym(&keys[0], "bob"));
        assert!(!of_alice.contains("0000"));
    }

    #[test]
    fn without_a_key_all_handles_of_a_process_agree() {
        let [first, second] = [random_key().unwrap(), random_key().unwrap()];
        assert_eq!(pseudonym(&first, "alice"), pseudonym(&second, "alice"));
        assert_ne!(
            pseudonym(&first, "alice"),
            pseudonym(&key("").unwrap(), "alice")
        );
    }

    #[test]
    fn the_key_is_not_printed() {
        let users = SpanUsers::new(UserInSpans::Id, Some(&"a-key-of-pseudonyms".into()));
        assert_eq!(format!("{users:?}"), "SpanUsers(Id)");
    }
}
