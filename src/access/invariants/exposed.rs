//! Access for `tests/grammars` to private functions, which it compares with grammars of its own.

use actix_web::{
    dev::{Path, RequestHead, Url},
    http::header::HeaderMap,
};

use crate::access::{
    callers::principal::Principal,
    denied::Denied,
    request::org_id::{OrgRequest, PathParams},
    token::header,
};

/// Returns the bearer token of a request with these headers, if it is no longer than this.
///
/// # Errors
///
/// As a request with these headers is denied.
pub fn bearer_token(headers: &HeaderMap, max_token_len: usize) -> Result<&str, Denied> {
    header::parse(header::authorization(headers)?, max_token_len)
}

/// Returns the bearer token in the value of an `Authorization` header, if it is no longer than this.
///
/// # Errors
///
/// As a request with this header is denied.
pub fn bearer_token_in(value: &[u8], max_token_len: usize) -> Result<&str, Denied> {
    header::parse(value, max_token_len)
}

/// Returns what a guard's closure sees of a request that was matched to a route.
#[must_use]
pub fn org_request<'a>(
    head: &'a RequestHead,
    path: &'a Path<Url>,
    principal: &'a Principal,
) -> OrgRequest<'a> {
    OrgRequest::new(head, PathParams::Route(path), principal)
}
