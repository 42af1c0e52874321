//! What tests, the program and its users do beyond the backend API.

mod activity;
mod api_key;
mod builder;
mod employee;
mod emulated_user;
mod emulator;
mod error;
mod mfa;
mod org;
mod scim;
mod seed;
mod settings;
mod user;

pub use self::{
    builder::EmulatorBuilder, emulated_user::EmulatedUser, emulator::Emulator,
    error::EmulatorError, scim::NewScimGroup,
};
