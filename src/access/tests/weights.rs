//! What a user in the cache is counted as, after marks.

use std::sync::Arc;

use serde_json::json;

use crate::access::{Settings, freshness::Mark, token::weight, user::User};

#[test]
fn memberships_for_which_a_token_no_longer_speaks_count_as_before() {
    let orgs = (0..40).map(|number| {
        let id = format!("org-{number}");
        let org = json!({
            "org_id": id, "org_name": "x".repeat(100), "user_role": "Member",
            "inherited_user_roles_plus_current_role": ["Member"], "user_permissions": [],
        });
        (id, org)
    });
    let claims = json!({
        "iss": "", "exp": 9_999_999_999_u64, "iat": 1, "user_id": "u", "email": "a@b.c",
        "org_id_to_org_member_info": orgs.collect::<serde_json::Map<_, _>>(),
    });
    let settings = Arc::new(Settings::new(""));
    let claims = serde_json::from_value(claims).unwrap();
    let user = User::verified(claims, Arc::clone(&settings));
    for number in 0..20 {
        let org_id = format!("org-{number}").into();
        settings
            .freshness
            .apply(&Mark::member(&"u".into(), &org_id));
    }
    let judged = user.judged().ok().flatten().unwrap();
    assert_eq!(judged.orgs().len(), 20);
    assert!(weight::user(&judged) >= weight::user(&user));
    assert!(weight::user(&judged) < weight::user(&user) * 2);
}
