//! `propelauth-dev token`: an access token on standard output.

mod args;
mod create;
mod offline;

pub(super) use self::{args::TokenArgs, create::token};
