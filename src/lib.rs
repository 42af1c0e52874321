//! PropelAuth for actix-web.

mod id;
mod secret;

pub use crate::{
    id::{EmployeeId, OrgId, UserId},
    secret::Secret,
};
