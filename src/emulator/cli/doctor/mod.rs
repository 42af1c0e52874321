//! `propelauth-dev doctor`: names the cause of common mistakes, with the line to change.
//!
//! | file | what it looks at |
//! | --- | --- |
//! | `environment`, `diagnosis`, `variables` | the variables, as `PropelAuth::from_env` reads them |
//! | `metadata`, `verifier_key`, `clock` | PropelAuth's response to the request for its verifier key |
//! | `project`, `token` | the project's roles, and an access token |
//! | `service`, `route`, `other_port`, `cors`, `header_size` | the responses of the service |
//! | `source`, `roles`, `cargo` | the service's source and its build |
//! | `finding`, `report`, `explanations` | what was found, and how it is told |
//!
//! It changes nothing: PropelAuth is asked for what it has, and a token is created only for the user
//! that was named, or by the emulator.

mod args;
mod cargo;
mod clock;
mod cors;
mod diagnosis;
mod environment;
mod examine;
mod explanations;
mod finding;
mod header_size;
mod http;
mod metadata;
mod other_port;
mod project;
mod report;
mod roles;
mod route;
mod service;
mod source;
mod token;
mod variables;
mod verifier_key;

pub(super) use self::{args::DoctorArgs, examine::run, explanations::EXPLANATIONS};
