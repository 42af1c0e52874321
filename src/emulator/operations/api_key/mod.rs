//! End users' API keys.

mod fetch;
mod manage;
mod validate;
