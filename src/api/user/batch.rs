//! Many users at once: a list on the wire, a map for callers.

use std::collections::BTreeMap;

use super::metadata::UserMetadata;
use crate::api::reply::wire::Body;

/// A list on the wire. The keys are the users' ids until [`keyed_by`] has put in what was asked.
impl<K> Body for BTreeMap<K, UserMetadata>
where
    K: Ord + for<'a> From<&'a str>,
{
    fn read(body: &[u8]) -> serde_json::Result<Self> {
        let users: Vec<UserMetadata> = serde_json::from_slice(body)?;
        let keyed = users
            .into_iter()
            .map(|user| (K::from(user.user_id.as_str()), user));
        Ok(keyed.collect())
    }

    fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.values().collect::<Vec<_>>())
    }
}

/// Puts each user under what it was asked for by, written as it was then.
///
/// Whether upper and lower case differ is the server's business: what is equal comes first, and
/// else what is equal but for that.
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
