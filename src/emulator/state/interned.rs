//! Texts that live as long as the process, as the published keys do.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Returns a text that lives as long as the process. It is for the few that are generated instead of
/// published: the keys and the webhook secret of an emulator that others can reach.
pub(crate) fn interned(text: &str) -> &'static str {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let text = String::leak(text.to_owned());
    texts.insert(text);
    text
}
