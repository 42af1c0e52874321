//! Users in bulk: a list on the wire, a map for callers.

use std::collections::BTreeMap;

use super::metadata::UserMetadata;
use crate::endpoint::codec::ResponseCodec;

/// A list on the wire. The keys are user ids until [`keyed_by`] replaces them.
impl<K> ResponseCodec for BTreeMap<K, UserMetadata>
where
    K: Ord + for<'a> From<&'a str>,
{
    #[inline]
    fn read(body: &[u8]) -> serde_json::Result<Self> {
        let users: Vec<UserMetadata> = serde_json::from_slice(body)?;
        let keyed = users
            .into_iter()
            .map(|user| (K::from(user.user_id.as_str()), user));
        Ok(keyed.collect())
    }

    #[inline]
    fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.values().collect::<Vec<_>>())
    }
}

/// Returns the users keyed by the requested values, in the spelling of the request.
///
/// Only the server knows whether case matters: an exact match comes first, then one that ignores
/// case.
pub(crate) fn keyed_by<K: Ord + Clone + AsRef<str>>(
    asked: &[K],
    users: &BTreeMap<K, UserMetadata>,
    part: fn(&UserMetadata) -> Option<&str>,
) -> BTreeMap<K, UserMetadata> {
    let exact: BTreeMap<&str, &UserMetadata> = users
        .values()
        .filter_map(|user| Some((part(user)?, user)))
        .collect();
    let folded: BTreeMap<String, &UserMetadata> = exact
        .iter()
        .map(|(text, user)| (text.to_lowercase(), *user))
        .collect();
    let find = |key: &str| exact.get(key).or_else(|| folded.get(&key.to_lowercase()));
    asked
        .iter()
        .filter_map(|key| Some((key.clone(), UserMetadata::clone(find(key.as_ref())?))))
        .collect()
}

#[allow(clippy::unnecessary_wraps)] // not every part of a user is always there
pub(crate) fn user_id(user: &UserMetadata) -> Option<&str> {
    Some(&user.user_id)
}

#[allow(clippy::unnecessary_wraps)] // as above
pub(crate) fn email(user: &UserMetadata) -> Option<&str> {
    Some(&user.email)
}

pub(crate) fn username(user: &UserMetadata) -> Option<&str> {
    user.username.as_deref()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{email, keyed_by, user_id, username};
    use crate::{api::UserMetadata, endpoint::codec::ResponseCodec as _, words::ids::UserId};

    const BODY: &[u8] = br#"[
        {"user_id":"a","email":"Zo\u00eb@x.com","username":"zoe"},
        {"user_id":"b","email":"bob@x.com","username":"Zoe","is_new":true},
        {"user_id":"c","email":"zoe@x.com"}
    ]"#;

    fn ids(users: &BTreeMap<String, UserMetadata>) -> Vec<(&str, &str)> {
        let users = users.iter();
        users
            .map(|(key, user)| (key.as_str(), user.user_id.as_str()))
            .collect()
    }

    #[test]
    fn users_come_under_what_was_asked_for() {
        let users = BTreeMap::<String, UserMetadata>::read(BODY).unwrap();
        let asked = ["ZOË@x.com", "zoë@x.com", "bob@x.com", "zoe", ""].map(str::to_owned);
        let found = keyed_by(&asked, &users, email);
        let expected = [("ZOË@x.com", "a"), ("bob@x.com", "b"), ("zoë@x.com", "a")];
        assert_eq!(ids(&found), expected);

        // Should two differ in case only, each is found by its own.
        let asked = ["zoe", "Zoe"].map(str::to_owned);
        let found = keyed_by(&asked, &users, username);
        assert_eq!(ids(&found), [("Zoe", "b"), ("zoe", "a")]);

        let users = BTreeMap::<UserId, UserMetadata>::read(BODY).unwrap();
        let found = keyed_by(&["c".into(), "d".into()], &users, user_id);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn a_batch_is_a_list_on_the_wire() {
        let users = BTreeMap::<String, UserMetadata>::read(BODY).unwrap();
        let written = users.write().unwrap();
        assert!(written.starts_with(b"[") && written.ends_with(b"]"));
        let again = BTreeMap::<String, UserMetadata>::read(&written).unwrap();
        assert_eq!(again, users);
        assert!(
            BTreeMap::<String, UserMetadata>::read(b"[]")
                .unwrap()
                .is_empty()
        );
        assert!(BTreeMap::<String, UserMetadata>::read(b"{}").is_err());
    }
}
