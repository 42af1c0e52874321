//! PropelAuth for actix-web.

mod id;
mod org_member_info;
mod secret;
mod strict;
mod wire_enum;

pub use crate::{
    id::{EmployeeId, OrgId, UserId},
    org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    secret::Secret,
};
