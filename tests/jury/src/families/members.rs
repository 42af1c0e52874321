//! Members of the header and the claims: which are there, how often, and what they hold.

use crate::{
    AUDIENCE, NOW,
    draft::{Draft, quoted},
    rng::Rng,
};
use actix_web_propelauth::testing::ISSUER;

/// JSON of every type, as members of any name may hold it.
const VALUES: [&str; 22] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1.5",
    "1e400",
    "-0",
    "99999999999999999999",
    r#""""#,
    r#""a""#,
    r#""JWT""#,
    r#""\u0000""#,
    r#"" ""#,
    "[]",
    "[1]",
    r#"["a"]"#,
    r#"["a","a"]"#,
    "{}",
    r#"{"a":1}"#,
    "[null]",
];

pub(super) fn header(rng: &mut Rng, draft: &mut Draft) {
    const NAMES: [&str; 17] = [
        "kid", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "cty", "typ", "url", "nonce", "iss",
        "exp", "epk", "x", "KID", "",
    ];
    const SOME: [&str; 10] = [
        r#""https://attacker.example/jwks.json""#,
        r#""../../../../dev/null""#,
        r#""' OR 1=1 --""#,
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        r#"{"kty":"oct","k":"AA"}"#,
        r#"["MIIB"]"#,
        r#""JWT""#,
        r#""application/json""#,
        r#""at+jwt""#,
        r#""key-1""#,
    ];
    for _ in 0..=rng.below(2) {
        let value = if rng.once_in(2) {
            rng.pick(&SOME)
        } else {
            rng.pick(&VALUES)
        };
        draft.set(0, rng.pick(&NAMES), value);
    }
}

pub(super) fn critical(rng: &mut Rng, draft: &mut Draft) {
    const CRIT: [&str; 10] = [
        "[]",
        r#"["exp"]"#,
        r#"["b64"]"#,
        r#"["b64","b64"]"#,
        r#"["alg"]"#,
        r#"["x"]"#,
        "null",
        r#""b64""#,
        "{}",
        "[1]",
    ];
    match rng.below(4) {
        0 => draft.set(0, "crit", rng.pick(&CRIT)),
        1 => {
            draft.set(0, "crit", rng.pick(&CRIT));
            draft.set(
                0,
                rng.pick(&["b64", "exp", "x"]),
                rng.pick(&["true", "false", "1"]),
            );
        }
        2 => draft.set(
            0,
            "b64",
            rng.pick(&["true", "false", "null", "0", r#""false""#]),
        ),
        _ => {
            let value = rng.pick(&[r#""DEF""#, r#""A128GCM""#, "null", "1", r#""""#]);
            draft.set(0, rng.pick(&["zip", "enc", "Crit", "CRIT"]), value);
        }
    }
}

pub(super) fn algorithm(rng: &mut Rng, draft: &mut Draft) {
    const ALGS: [&str; 14] = [
        r#""RS256""#,
        r#""rs256""#,
        r#""RS256 ""#,
        r#""RS384""#,
        r#""PS256""#,
        r#""HS256""#,
        r#""ES256""#,
        r#""none""#,
        r#""""#,
        r#"["RS256"]"#,
        "null",
        "256",
        "",
        r#""\u0052S256""#,
    ];
    const TYPS: [&str; 12] = [
        r#""JWT""#,
        r#""jwt""#,
        r#""Jwt""#,
        r#""JWT ""#,
        r#""at+jwt""#,
        r#""secevent+jwt""#,
        r#""application/jwt""#,
        r#""JWS""#,
        r#""""#,
        "null",
        "1",
        "",
    ];
    if rng.once_in(2) {
        draft.set(0, "alg", rng.pick(&ALGS));
    } else {
        draft.set(0, "typ", rng.pick(&TYPS));
    }
}

/// Any claim, of any type or absent.
pub(super) fn claim(rng: &mut Rng, draft: &mut Draft) {
    const NAMES: [&str; 21] = [
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "user_id",
        "email",
        "first_name",
        "last_name",
        "username",
        "properties",
        "metadata",
        "legacy_user_id",
        "impersonator_user_id",
        "org_id_to_org_member_info",
        "org_member_info",
        "login_method",
        "scope",
        "active_org_id",
    ];
    let value = if rng.once_in(8) {
        ""
    } else {
        rng.pick(&VALUES)
    };
    draft.set(1, rng.pick(&NAMES), value);
}

pub(super) fn orgs(rng: &mut Rng, draft: &mut Draft) {
    const FIELDS: [&str; 10] = [
        "org_id",
        "org_name",
        "url_safe_org_name",
        "org_metadata",
        "org_role_structure",
        "user_role",
        "inherited_user_roles_plus_current_role",
        "user_permissions",
        "additional_roles",
        "legacy_org_id",
    ];
    let field = format!("{}:{}", quoted(rng.pick(&FIELDS)), rng.pick(&VALUES));
    let more = format!("{}:{}", quoted(rng.pick(&FIELDS)), rng.pick(&VALUES));
    let ids = ["O", "", "a b", "\\u004f", "\u{fffd}", "o", "é"];
    let (one, two) = (rng.pick(&ids), rng.pick(&ids));
    let member = match rng.below(3) {
        0 => format!("{{{field}}}"),
        1 => format!("{{{field},{more}}}"),
        _ => format!(r#"{{"org_id":"{one}",{field}}}"#),
    };
    match rng.below(4) {
        0 => draft.set(1, "org_member_info", &member),
        1 => draft.set(
            1,
            "org_id_to_org_member_info",
            &format!(r#"{{"{one}":{member}}}"#),
        ),
        2 => {
            let map = format!(r#"{{"{one}":{member},"{two}":{{}}}}"#);
            draft.set(1, "org_id_to_org_member_info", &map);
        }
        _ => {
            draft.set(
                1,
                "org_id_to_org_member_info",
                &format!(r#"{{"O":{member}}}"#),
            );
            draft.set(1, "org_member_info", &member);
        }
    }
}

/// Moments around now and far from it, in every form of a number, and in some that are none.
pub(super) fn time(rng: &mut Rng, draft: &mut Draft) {
    let name = rng.pick(&["exp", "exp", "nbf", "iat"]);
    let near = i128::from(NOW) + rng.pick(&[-3600, -61, -60, -2, -1, 0, 1, 2, 60, 61, 3600]);
    let far = rng.pick(&[
        0,
        1,
        -1,
        253_402_300_799, // the end of the year 9999
        253_402_300_800,
        9_007_199_254_740_993, // no f64
        i128::from(i64::MAX),
        i128::from(u64::MAX),
        i128::from(u64::MAX) + 1,
        i128::from(NOW) * 1000, // milliseconds
    ]);
    let seconds = if rng.once_in(3) { far } else { near };
    let value = match rng.below(12) {
        0..=4 => seconds.to_string(),
        5 => format!("{seconds}.0"),
        6 => format!(
            "{seconds}.{}",
            rng.pick(&["5", "25", "75", "000001", "999999"])
        ),
        7 => format!("{seconds}e0"),
        8 => format!(
            "{}.{:09}E9",
            seconds / 1_000_000_000,
            (seconds % 1_000_000_000).abs()
        ),
        9 => format!("{seconds}0e-1"),
        10 => format!("\"{seconds}\""),
        _ => rng
            .pick(&[
                "1e30",
                "1e400",
                "-1e30",
                "Infinity",
                "NaN",
                "+1",
                "02",
                "0x7fffffff",
                "1.",
                ".5",
            ])
            .to_owned(),
    };
    draft.set(1, name, &value);
}

pub(super) fn issuer(rng: &mut Rng, draft: &mut Draft) {
    let url = ISSUER;
    let host = "auth.propelauth.test";
    let value = match rng.below(16) {
        0 => String::new(),
        1 => quoted(&format!("{url}/")),
        2 => quoted(&format!(" {url}")),
        3 => quoted(&format!("{url} ")),
        4 => quoted(&url.to_uppercase()),
        5 => quoted(&format!("http://{host}")),
        6 => quoted(&format!("{url}:443")),
        7 => quoted(&format!("{url}.evil.example")),
        8 => quoted(&format!("{url}\0")),
        9 => quoted(&format!("https://{}", host.replace('a', "\u{430}"))),
        10 => format!("[{}]", quoted(url)),
        11 => format!("[{},{}]", quoted(url), quoted("https://evil.example")),
        12 => format!("{{{}:1}}", quoted(url)),
        13 => quoted(host),
        14 => quoted(&url.replace('t', "\\t")),
        _ => format!("\"{}\"", url.replace('a', "\\u0061").replace('/', "\\/")),
    };
    draft.set(1, "iss", &value);
}

pub(super) fn audience(rng: &mut Rng, draft: &mut Draft) {
    let ours = quoted(AUDIENCE);
    let escaped = format!("\"{}\"", AUDIENCE.replace('a', "\\u0061"));
    let values = [
        String::new(),
        ours.clone(),
        escaped.clone(),
        format!("[{ours}]"),
        format!("[{escaped}]"),
        format!(r#"["other",{ours}]"#),
        format!("[{ours},{ours}]"),
        format!(r#"["",{ours}]"#),
        format!("[{ours},1]"),
        format!("[{ours},null]"),
        format!("[[{ours}]]"),
        format!("{{{ours}:{ours}}}"),
        quoted(&format!("{AUDIENCE}/")),
        quoted(&format!("{AUDIENCE} ")),
        quoted(&format!("{AUDIENCE},other")),
        quoted(&format!("{AUDIENCE}.evil.example")),
        quoted(&AUDIENCE.to_uppercase()),
        r#""""#.to_owned(),
        r#"["other"]"#.to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "1".to_owned(),
        "true".to_owned(),
        "{}".to_owned(),
    ];
    let at = rng.below(values.len());
    draft.set(1, "aud", &values[at]);
}

/// A member that comes twice: with the same value, another, or by another spelling of its name.
pub(super) fn duplicate(rng: &mut Rng, draft: &mut Draft) {
    let part = rng.below(4).min(1);
    let members = draft.part(part);
    let (mut name, mut value) = members[rng.below(members.len())].clone();
    if rng.once_in(2) {
        rng.pick(&VALUES).clone_into(&mut value);
    }
    match rng.below(4) {
        0 => name = format!("\"\\u{:04x}{}", name.as_bytes()[1], &name[2..]),
        1 => name = name.to_uppercase(), // another name, then
        _ => {}
    }
    let at = rng.below(members.len() + 1);
    members.insert(at, (name, value));
}
