use std::sync::Arc;

use serde_json::Value;

use super::{NOW, settings};
use crate::{
    access::{Denied, LoginMethod, Requirement, User, token::verify},
    testing::ISSUER,
    words::{org_member_info::OrgMemberInfo, strict_json::StrictMap},
};

/// The payload of a token that is signed: a user only comes of it if it is for us and for now,
/// and the user is then the one that the payload names, in no other organization.
#[must_use]
pub fn claims(payload: &[u8]) -> bool {
    let settings = Arc::new(settings());
    let Ok((claims, validity)) = verify::read_claims(payload, &settings) else {
        return false;
    };
    let now = f64::from(NOW);
    assert!(validity.check(now).is_ok());
    let user = User::verified(claims, settings);

    let json: Value = serde_json::from_slice(payload).unwrap();
    assert!(
        serde_json::from_slice::<StrictMap>(payload).is_ok(),
        "a member comes twice"
    );
    assert_eq!(json["iss"], ISSUER);
    assert!(json["exp"].as_f64().unwrap() > now);
    assert!(
        json.get("nbf")
            .is_none_or(|nbf| nbf.as_f64().is_none_or(|nbf| nbf <= now))
    );
    assert!(user.expires_at >= i64::from(NOW));
    assert!(!user.user_id.is_empty());
    assert_eq!(json["user_id"], user.user_id.as_str());
    assert_eq!(json["email"], user.email);

    check_orgs(&user, &json);
    check_written(&user);
    true
}

fn check_orgs(user: &User, json: &Value) {
    for (org_id, org) in &user.org_id_to_org_member_info {
        assert!(!org_id.is_empty());
        assert_eq!(*org_id, org.org_id);
        let listed = &json["org_id_to_org_member_info"][org_id.as_str()];
        let active = &json["org_member_info"];
        assert!(listed.is_object() || active["org_id"] == org_id.as_str());
        // Let in as themselves, or not at all where the id is none that a request can mean.
        match user.authorize(org_id, &Requirement::Member) {
            Ok(found) => assert_eq!(found, org),
            Err(Denied::Forbidden(why)) => {
                let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '\u{fffd}';
                assert!(org_id.contains(is_odd), "{why}");
            }
            Err(denied) => panic!("{denied}"),
        }
        let stranger = format!("{org_id}x");
        if user.org(&stranger).is_none() {
            assert!(user.authorize(stranger, &Requirement::Member).is_err());
        }
    }
    if let Some(active) = &user.active_org_id {
        assert_eq!(user.orgs().len(), 1, "another organization is in scope");
        assert_eq!(user.active_org().map(|org| &org.org_id), Some(active));
    }
}

/// What a user is written as is read as the same.
fn check_written(user: &User) {
    let written = serde_json::to_value(user).unwrap();
    let login: LoginMethod = serde_json::from_value(written["login_method"].clone()).unwrap();
    assert_eq!(login, user.login_method);
    for org in user.orgs() {
        let written = serde_json::to_string(org).unwrap();
        let read: OrgMemberInfo = serde_json::from_str(&written).unwrap();
        assert_eq!(read, *org);
    }
    assert!(!format!("{user:?}").is_empty());
}
