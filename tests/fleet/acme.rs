//! What changes: the users of an organization, one for each change, with their tokens and marks.

use actix_web_propelauth::{
    OrgId, UserId,
    freshness::{Cause, Mark},
    testing::{HasAccessToken as _, TestOrg, TestUser},
};
use serde_json::Value;

use crate::history::{Change, now};

/// Whether a change is about the whole user. The others are about a membership.
pub(crate) fn is_of_user(change: Change) -> bool {
    change.is_multiple_of(2)
}

pub(crate) fn user_id(change: Change) -> String {
    format!("user-{change}")
}

/// The organization of all users, which is the same in every process.
pub(crate) struct Acme {
    pub(crate) org_id: OrgId,
    /// The claim of its members.
    memberships: Value,
}

impl Acme {
    pub(crate) fn new() -> Self {
        let org_id = OrgId::from("1189c444-8a2d-4c41-8b4b-ae43ce79a492");
        let org = TestOrg::new("Acme Inc");
        let member = TestUser::new("someone@example.com").in_org(&org, "Member");
        // Ids of test organizations are counted, and another process has counted others.
        let claims = member.claims().to_string();
        let claims = claims.replace(org.org_id().as_str(), &org_id);
        let claims: Value = serde_json::from_str(&claims).unwrap();
        Self {
            org_id,
            memberships: claims["org_id_to_org_member_info"].clone(),
        }
    }

    /// Signs the token of a user, as a header.
    pub(crate) fn token(&self, change: Change, issued_at: i64) -> String {
        TestUser::new("someone@example.com")
            .claim("user_id", user_id(change))
            .claim("sub", user_id(change))
            .claim("iat", issued_at)
            .claim("org_id_to_org_member_info", self.memberships.clone())
            .expires_in(3600)
            .authorization_header()
    }

    pub(crate) fn mark(&self, change: Change) -> Mark {
        let user = UserId::from(user_id(change));
        let mark = if is_of_user(change) {
            Mark::user(&user)
        } else {
            Mark::member(&user, &self.org_id)
        };
        mark.because(Cause::ByHand)
    }
}

pub(crate) fn unix_seconds() -> i64 {
    now() / 1_000_000
}
