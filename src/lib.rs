//! PropelAuth for actix-web.

pub mod api;
mod client;
#[cfg(feature = "emulator")]
pub mod emulator;
mod id;
mod org_member_info;
mod secret;
mod strict;
#[cfg(feature = "test-util")]
mod testing;
mod wire_enum;

pub use crate::{
    client::{Call, DecodeError, Error, Found, Sent},
    id::{EmployeeId, OrgId, UserId},
    org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    secret::Secret,
};
