//! What a token says: each claim, present once, of its type, for this issuer and this moment.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_web_propelauth::{
    LoginMethod, OrgRoleStructure, PropelAuth, SocialLoginProvider, User,
    testing::{ISSUER, propel_auth, propel_auth_builder},
};

use crate::fixtures::{HEADER, accepts, claims, claims_and, claims_with, refuses, sign, token};

fn with(name: &str, json: &str) -> String {
    sign(HEADER, claims_with(name, json))
}

fn user(auth: &PropelAuth, token: &str) -> User {
    auth.validate_access_token_and_get_user(format!("Bearer {token}").as_str())
        .unwrap()
}

#[actix_web::test]
async fn a_claim_of_the_wrong_shape_is_refused() {
    let auth = propel_auth();
    let table = [
        ("C01 past", "exp", "1700000000"),
        ("C01 zero", "exp", "0"),
        ("C01 one", "exp", "1"),
        ("C01 negative", "exp", "-1"),
        ("C01 missing", "exp", ""),
        ("C01 null", "exp", "null"),
        ("C01 string", "exp", r#""9000000000""#),
        ("C01 bool", "exp", "true"),
        ("C01 array", "exp", "[9000000000]"),
        ("C01 object", "exp", "{}"),
        ("C03 1e30", "exp", "1e30"),
        ("C03 1e400", "exp", "1e400"),
        ("C03 Infinity", "exp", "Infinity"),
        ("C03 NaN", "exp", "NaN"),
        ("C03 u64::MAX", "exp", "18446744073709551615"),
        ("C03 beyond u64", "exp", "18446744073709551616"),
        ("C03 year 10000", "exp", "253402300800"),
        ("C05 future", "nbf", "9000000000"),
        ("C05 string", "nbf", r#""0""#),
        ("C05 bool", "nbf", "false"),
        ("C05 array", "nbf", "[0]"),
        ("C05 far future", "nbf", "1e30"),
        ("C05 null", "nbf", "null"),
        ("C06 string", "iat", r#""0""#),
        ("C06 null", "iat", "null"),
        ("sub is a number", "sub", "1"),
        ("sub is null", "sub", "null"),
        ("sub is an array", "sub", r#"["a"]"#),
        ("jti is a number", "jti", "1"),
        ("jti is null", "jti", "null"),
        ("jti is an object", "jti", "{}"),
        ("C07 missing", "iss", ""),
        ("C07 null", "iss", "null"),
        ("C07 number", "iss", "123"),
        ("C07 empty", "iss", r#""""#),
        ("C07 other", "iss", r#""https://evil.example.com""#),
        (
            "C07 trailing slash",
            "iss",
            r#""https://auth.propelauth.test/""#,
        ),
        (
            "C07 trailing space",
            "iss",
            r#""https://auth.propelauth.test ""#,
        ),
        (
            "C07 leading space",
            "iss",
            r#"" https://auth.propelauth.test""#,
        ),
        ("C07 upper case", "iss", r#""https://AUTH.propelauth.test""#),
        ("C07 http", "iss", r#""http://auth.propelauth.test""#),
        ("C07 port", "iss", r#""https://auth.propelauth.test:443""#),
        (
            "C07 suffix",
            "iss",
            r#""https://auth.propelauth.test.evil.com""#,
        ),
        ("C07 prefix", "iss", r#""https://auth.propelauth.tes""#),
        ("C07 NUL", "iss", r#""https://auth.propelauth.test\u0000""#),
        (
            "C07 homoglyph",
            "iss",
            r#""https://\u0430uth.propelauth.test""#,
        ),
        (
            "C07 array of one",
            "iss",
            r#"["https://auth.propelauth.test"]"#,
        ),
        (
            "C07 object",
            "iss",
            r#"{"0":"https://auth.propelauth.test"}"#,
        ),
        ("C09 missing", "user_id", ""),
        ("C09 null", "user_id", "null"),
        ("C09 number", "user_id", "1"),
        ("C09 empty", "user_id", r#""""#),
        ("C09 array", "user_id", r#"["a"]"#),
        ("C09 sub does not stand in for it", "user_id", ""),
        ("C10 array", "org_id_to_org_member_info", "[]"),
        ("C10 string", "org_id_to_org_member_info", r#""a""#),
        (
            "C10 member is null",
            "org_id_to_org_member_info",
            r#"{"a":null}"#,
        ),
        (
            "C10 other id inside",
            "org_id_to_org_member_info",
            r#"{"a":{"org_id":"b"}}"#,
        ),
        (
            "C10 empty id",
            "org_id_to_org_member_info",
            r#"{"":{"org_id":""}}"#,
        ),
        (
            "C10 twice",
            "org_id_to_org_member_info",
            r#"{"a":{"org_id":"a","user_role":"Member"},"a":{"org_id":"a","user_role":"Owner"}}"#,
        ),
        (
            "C10 twice by escape",
            "org_id_to_org_member_info",
            r#"{"a":{"org_id":"a"},"\u0061":{"org_id":"a"}}"#,
        ),
        (
            "C10 role twice",
            "org_id_to_org_member_info",
            r#"{"a":{"user_role":"a","user_role":"b"}}"#,
        ),
        (
            "C10 active org without id",
            "org_member_info",
            r#"{"user_role":"Owner"}"#,
        ),
        ("C11 properties are a list", "properties", "[]"),
        ("C11 login method is a list", "login_method", "[]"),
    ];
    for (case, name, json) in table {
        refuses(&auth, &with(name, json), case).await;
    }
}

#[actix_web::test]
async fn a_claim_that_comes_twice_is_refused_in_either_order() {
    let auth = propel_auth();
    for more in [
        r#""exp":1"#,
        r#""exp":9000000000"#,
        r#""\u0065xp":9000000000"#,
        r#""iss":"https://evil.example.com""#,
        r#""iss":"https://auth.propelauth.test""#,
        r#""i\u0073s":"https://auth.propelauth.test""#,
        r#""user_id":"b""#,
        r#""user\u005fid":"b""#,
        r#""x":1,"x":2"#,
        r#""x":1,"\u0078":2"#,
        r#""x":{"y":{"z":1,"z":1}}"#,
        r#""org_id_to_org_member_info":{}"#,
    ] {
        refuses(
            &auth,
            &sign(HEADER, claims_and(more)),
            &format!("C04 {more}"),
        )
        .await;
        let first = claims().replacen('{', &format!("{{{more},"), 1);
        refuses(&auth, &sign(HEADER, first), &format!("C04 first {more}")).await;
    }
}

#[actix_web::test]
async fn what_is_unusual_and_right_is_accepted() {
    let auth = propel_auth();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    for (case, name, json) in [
        ("C03 float", "exp", format!("{}.5", now + 60)),
        ("C03 exponent", "exp", "1e10".to_owned()),
        (
            "C03 the last second of 9999",
            "exp",
            "253402300799".to_owned(),
        ),
        ("C05 now", "nbf", now.to_string()),
        // Verdict differs for negative nbf: a time before 1970 is a number like any other, and past.
        ("C05 negative", "nbf", "-1".to_owned()),
        // Policy: iat is told and never judged. Clocks differ, and exp and nbf bound a token.
        ("C06 in an hour", "iat", (now + 3600).to_string()),
        ("C06 missing", "iat", String::new()),
        ("sub missing", "sub", String::new()),
        ("sub is any text", "sub", r#""""#.to_owned()),
        ("jti", "jti", r#""a""#.to_owned()),
        (
            "C10 null is no orgs",
            "org_id_to_org_member_info",
            "null".to_owned(),
        ),
        (
            "C10 missing is no orgs",
            "org_id_to_org_member_info",
            String::new(),
        ),
        (
            "C10 id by its key alone",
            "org_id_to_org_member_info",
            r#"{"a":{}}"#.to_owned(),
        ),
        ("C11 unknown claim", "x", r#"{"y":[1,null,"z"]}"#.to_owned()),
        ("C11 aud", "aud", r#"["a",1]"#.to_owned()),
        (
            "C11 __proto__",
            "__proto__",
            r#"{"isAdmin":true}"#.to_owned(),
        ),
        ("C11 login method null", "login_method", "null".to_owned()),
        ("C11 email may be empty", "email", r#""""#.to_owned()),
    ] {
        accepts(&auth, &with(name, &json), case).await;
    }
    let orgs = user(&auth, &with("org_id_to_org_member_info", "null"));
    assert_eq!(orgs.orgs().len(), 0, "C10");
}

#[actix_web::test]
async fn extensions_of_the_header_are_refused_and_pointers_ignored() {
    let auth = propel_auth();
    for (case, member) in [
        ("C08 unknown extension", r#""crit":["x"],"x":1"#),
        ("C08 empty list", r#""crit":[]"#),
        ("C08 a claim", r#""crit":["exp"],"exp":9000000000"#),
        ("C08 missing member", r#""crit":["x"]"#),
        ("C08 a standard member", r#""crit":["alg"]"#),
        ("C08 string", r#""crit":"x""#),
        ("C08 null", r#""crit":null"#),
        ("C08 b64=false, critical", r#""crit":["b64"],"b64":false"#),
        ("C08 b64=false", r#""b64":false"#),
        ("C08 b64=true, critical", r#""crit":["b64"],"b64":true"#),
        ("C08 b64=true", r#""b64":true"#),
        ("C08 enc", r#""enc":"A256GCM""#),
        ("C08 zip", r#""zip":"DEF""#),
        ("C08 at+jwt", r#""typ":"at+jwt""#),
        ("C08 secevent+jwt", r#""typ":"secevent+jwt""#),
        ("C08 typ is a number", r#""typ":123"#),
        ("C08 kid is a number", r#""kid":1"#),
        ("C08 kid twice", r#""kid":"a","kid":"a""#),
        ("C08 unknown member twice", r#""x":1,"x":1"#),
    ] {
        refuses(
            &auth,
            &sign(format!(r#"{{"alg":"RS256",{member}}}"#), claims()),
            case,
        )
        .await;
    }
    for member in [
        r#""typ":"jwt""#,
        r#""kid":"../../etc/passwd""#,
        r#""kid":"x\r\nSet-Cookie: a=b""#,
        r#""jku":"http://127.0.0.1:1/""#,
        r#""cty":"JWT""#,
        r#""x":[{}]"#,
    ] {
        accepts(
            &auth,
            &sign(format!(r#"{{"alg":"RS256",{member}}}"#), claims()),
            member,
        )
        .await;
    }
}

#[actix_web::test]
async fn what_is_not_known_yet_is_kept() {
    let auth = propel_auth();
    let login = |json: &str| {
        user(&auth, &with("login_method", json))
            .login_method
            .clone()
    };
    assert!(matches!(
        login(r#"{"login_method":"social_sso","provider":"Apple"}"#),
        LoginMethod::SocialSso { provider: Some(SocialLoginProvider::Other(name)), .. } if name == "Apple"
    ));
    assert!(matches!(
        login(r#"{"login_method":"social_sso"}"#),
        LoginMethod::SocialSso { provider: None, .. }
    ));
    assert!(matches!(
        login(r#"{"login_method":"saml_sso","provider":"Keycloak"}"#),
        LoginMethod::SamlSso { org_id: None, .. }
    ));
    assert!(matches!(
        login(r#"{"login_method":"passkey"}"#),
        LoginMethod::Other { login_method, .. } if login_method == "passkey"
    ));
    assert_eq!(login("null"), LoginMethod::Unknown);
    let org = r#"{"a":{"org_role_structure":"lattice","user_role":"Admin"}}"#;
    let structured = user(&auth, &with("org_id_to_org_member_info", org));
    let structure = structured.org("a").unwrap().org_role_structure.clone();
    assert_eq!(structure, OrgRoleStructure::Other("lattice".to_owned()));
}

#[test]
fn only_the_active_org_of_a_token_is_seen() {
    let both = claims_with("org_id_to_org_member_info", r#"{"a":{},"b":{}}"#);
    let payload = format!(
        r#"{},"org_member_info":{{"org_id":"b"}}}}"#,
        both.strip_suffix('}').unwrap()
    );
    let user = user(&propel_auth(), &sign(HEADER, payload));
    assert_eq!(user.active_org_id.as_deref(), Some("b"));
    assert!(user.org("a").is_none());
    assert_eq!(user.orgs().len(), 1);
}

#[actix_web::test]
async fn a_token_is_for_one_issuer_only() {
    let elsewhere = propel_auth_builder()
        .issuer("https://auth.example.com")
        .build()
        .unwrap();
    refuses(&elsewhere, &token(), "another issuer").await;
    accepts(&propel_auth(), &token(), ISSUER).await;
}
