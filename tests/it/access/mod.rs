//! Authentication and authorization of requests.

mod api_keys;
mod audience;
mod cache;
mod callers;
mod claims;
mod clock;
mod extract;
mod fail_closed;
mod guards;
mod header;
mod issuers;
mod log_lines;
mod log_texts;
mod middleware;
mod org_id;
mod org_request;
mod own_errors;
mod preflight;
mod raw_requests;
mod required_org;
mod roles;
mod routing_guards;
mod static_files;
mod token_structure;
mod too_long;
mod wrap_and_guard;
