//! PropelAuth for actix-web.

mod access;
pub mod api;
mod auth;
mod client;
#[cfg(feature = "emulator")]
pub mod emulator;
mod id;
mod org_member_info;
mod secret;
mod strict;
#[cfg(any(feature = "test-util", test))]
pub mod testing;
mod wire_enum;

pub use crate::{
    access::{
        ActiveOrg, Authentication, Denied, Forbidden, InOrg, InOrgWithAllPermissions,
        InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole, InvalidToken, KeyError,
        LoginMethod, MalformedHeader, RequiredOrg, Requirement, SamlLoginProvider,
        SocialLoginProvider, Unauthorized, User, UserClaims, org_id,
    },
    auth::{InitError, PropelAuth, PropelAuthBuilder, UserAndOrgMemberInfo},
    client::{Call, DecodeError, Error, Found, Sent},
    id::{EmployeeId, OrgId, UserId},
    org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    secret::Secret,
};
