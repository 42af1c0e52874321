//! [`TokenSources`]: the places where a handle or a middleware reads tokens, beside the `Authorization` header.

use std::{iter, sync::Arc};

use actix_web::dev::RequestHead;

use super::token_source::TokenSource;

/// The places where a handle or a middleware reads tokens, beside the `Authorization` header.
///
/// Clones share the list, because requests keep one.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenSources(Arc<[TokenSource]>);

impl TokenSources {
    /// Returns these places and another one.
    pub(crate) fn and(&self, source: TokenSource) -> Self {
        let sources = self.iter().cloned();
        Self(sources.chain(iter::once(source)).collect())
    }

    /// Returns these places and others.
    pub(in crate::access) fn and_all(&self, others: &Self) -> Self {
        if others.is_empty() {
            return self.clone();
        }
        Self(self.iter().chain(others.iter()).cloned().collect())
    }

    /// Returns `true` if only the `Authorization` header is read.
    pub(in crate::access) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::access) fn iter(&self) -> impl Iterator<Item = &TokenSource> {
        self.0.iter()
    }

    /// Returns `true` if a request has something in one of these places that no CORS preflight has.
    pub(in crate::access) fn are_at_odds_with_preflight(&self, head: &RequestHead) -> bool {
        self.iter().any(|it| it.is_at_odds_with_preflight(head))
    }

    pub(super) fn get(&self, index: usize) -> Option<&TokenSource> {
        self.0.get(index)
    }
}
