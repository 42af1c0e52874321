//! The `validate_…` functions, which need no framework: each succeeds, and refuses with the
//! status that a middleware would have answered.

use actix_web_propelauth::{
    Denied, Forbidden, InvalidToken, MalformedHeader, Misconfigured, PropelAuth, RequiredOrg,
    Unauthorized, UserAndOrgMemberInfo,
    testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth},
};

use crate::fixtures::alice;

type Validate = fn(&PropelAuth, Option<&str>, RequiredOrg) -> Result<UserAndOrgMemberInfo, Denied>;

/// The five with an organization: the name, one that alice meets, and one that she does not.
const FUNCTIONS: &[(&str, Validate, Option<Validate>)] = &[
    (
        "with_org_info",
        |auth, header, org| auth.validate_access_token_and_get_user_with_org_info(header, org),
        None,
    ),
    (
        "with_exact_role",
        |auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_exact_role(
                header, org, "Admin",
            )
        },
        Some(|auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_exact_role(
                header, org, "Member",
            )
        }),
    ),
    (
        "with_minimum_role",
        |auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_minimum_role(
                header, org, "Member",
            )
        },
        Some(|auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_minimum_role(
                header, org, "Owner",
            )
        }),
    ),
    (
        "with_permission",
        |auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_permission(
                header, org, "read",
            )
        },
        Some(|auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_permission(
                header, org, "write",
            )
        }),
    ),
    (
        "with_all_permissions",
        |auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_all_permissions(
                header,
                org,
                ["read"],
            )
        },
        Some(|auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_all_permissions(
                header,
                org,
                ["read", "write"],
            )
        }),
    ),
    (
        "with_all_permissions, an empty list",
        |auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_all_permissions(
                header,
                org,
                ["read", "read"],
            )
        },
        Some(|auth, header, org| {
            auth.validate_access_token_and_get_user_with_org_info_with_all_permissions::<&str>(
                header,
                org,
                [],
            )
        }),
    ),
];

fn bearer(user: &TestUser) -> String {
    format!("Bearer {}", user.access_token())
}

#[test]
fn each_function_succeeds_is_401_and_is_403() {
    let auth = propel_auth();
    let acme = TestOrg::new("Acme Inc").permission("Admin", "read");
    let user = alice().in_org(&acme, "Admin");
    let (good, old) = (bearer(&user), bearer(&user.clone().expires_in(-1)));
    let id = || RequiredOrg::id(acme.org_id());
    for (name, met, unmet) in FUNCTIONS {
        let both = met(&auth, Some(&good), id()).unwrap();
        assert_eq!(both.user.email, "alice@example.com", "{name}");
        assert_eq!(both.org_member_info.org_name, "Acme Inc", "{name}");
        met(&auth, Some(&good), RequiredOrg::name("acme-inc")).unwrap();

        for header in [None, Some(""), Some("Bearer x"), Some(old.as_str())] {
            let denied = met(&auth, header, id()).unwrap_err();
            assert_eq!(denied.status_code(), 401, "{name} {header:?}");
        }
        for org in [
            RequiredOrg::id("other"),
            RequiredOrg::default(),
            RequiredOrg::name("Beta"),
        ] {
            let denied = met(&auth, Some(&good), org).unwrap_err();
            assert_eq!(denied.status_code(), 403, "{name}");
        }
        if let Some(unmet) = unmet {
            let denied = unmet(&auth, Some(&good), id()).unwrap_err();
            assert!(
                matches!(
                    denied,
                    Denied::Forbidden(Forbidden::RequirementNotMet { .. })
                ),
                "{name} {denied:?}"
            );
            // Who is not known is told nothing about what is required.
            assert_eq!(
                unmet(&auth, None, id()).unwrap_err().status_code(),
                401,
                "{name}"
            );
        }
    }
}

#[test]
fn the_user_alone_succeeds_or_says_what_is_wrong() {
    let auth = propel_auth();
    let user = auth
        .validate_access_token_and_get_user(bearer(&alice()).as_str())
        .unwrap();
    assert_eq!(user.email, "alice@example.com");
    let expired = bearer(&alice().expires_in(-1));
    let foreign = bearer(&alice().claim("iss", "https://x"));
    let four_segments = bearer(&alice()).replacen('.', ".e30.", 1);
    for (header, expected) in [
        (None, Unauthorized::NoCredentials),
        (Some("Basic eA=="), Unauthorized::NoCredentials),
        (Some("Bearer a b"), MalformedHeader::NotOneToken.into()),
        (Some("Bearer é"), MalformedHeader::InvalidBytes.into()),
        (Some("Bearer x"), InvalidToken::NotCompactJws.into()),
        (
            Some(four_segments.as_str()),
            InvalidToken::NotCompactJws.into(),
        ),
        (Some(expired.as_str()), InvalidToken::Expired.into()),
    ] {
        let denied = auth.validate_access_token_and_get_user(header).unwrap_err();
        assert_eq!(denied, Denied::from(expected), "{header:?}");
    }
    let denied = auth
        .validate_access_token_and_get_user(foreign.as_str())
        .unwrap_err();
    let text = denied.to_string();
    assert!(text.contains("\"https://x\"") && text.contains("\"https://auth.propelauth.test\""));
}

#[actix_web::test]
async fn a_denial_says_of_what_kind_it_is_and_is_of_the_same_as_an_error_of_actix() {
    let lazy = PropelAuth::builder("http://localhost:1", "key").emulator();
    let no_key_yet = lazy
        .build_lazy()
        .unwrap()
        .validate_access_token_and_get_user("Bearer x")
        .unwrap_err();
    let stranger = Forbidden::UserIsNotInOrg("acme".into());
    for (denied, status, kinds) in [
        // (…, …, [is_unauthorized, is_forbidden, is_anonymous])
        (
            Denied::from(Unauthorized::NoCredentials),
            401,
            [true, false, true],
        ),
        (InvalidToken::Expired.into(), 401, [true, false, false]),
        (stranger.into(), 403, [false, true, false]),
        (
            Misconfigured::NoGuard("x".to_owned()).into(),
            500,
            [false; 3],
        ),
        (no_key_yet, 503, [false; 3]),
    ] {
        let found = [
            denied.is_unauthorized(),
            denied.is_forbidden(),
            denied.is_anonymous(),
        ];
        assert_eq!(found, kinds, "{denied:?}");
        assert_eq!(denied.status_code(), status, "{denied:?}");
        let error = actix_web::Error::from(denied);
        let of_error = error.as_response_error().status_code();
        assert_eq!(of_error, status, "{error:?}, for whoever logs it");
        assert_eq!(error.error_response().status(), status, "{error:?}");
    }
}
