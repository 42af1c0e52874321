//! An access token for the requests to the service, and what it shows of the settings.

use serde_json::json;

use super::{
    clock, diagnosis::shown, finding::Report, metadata::Server, project::Project,
    variables::Variables,
};
use crate::{
    access::{Denied, InvalidToken, Unauthorized, is_same_loopback_origin},
    dev_keys,
    propel_auth::{
        PropelAuth,
        env::{AUTH_URL, ISSUER},
    },
};

/// The lifetime of the token, in minutes and in seconds.
const MINUTES: u32 = 5;
const SECONDS: f64 = 300.0;

/// The time in seconds that passes between the creation of the token and the look at it, at most.
const AGE: u64 = 5;

/// Creates a token for the user with this email address, or, of an emulator, for any user.
///
/// # Errors
///
/// Returns why there is none.
pub(super) async fn create(
    server: &Server,
    project: &Project,
    email: Option<&str>,
) -> Result<String, String> {
    let user_id = match email {
        Some(email) => {
            let user = server.auth.user().fetch_user_metadata_by_email(email).await;
            user.map_err(|error| format!("the user of --user: {error}"))?
                .user_id
        }
        None if !server.is_emulator => {
            return Err(
                "it needs an access token: name a test user with --user EMAIL, for whom one is \
                 created that is valid for 5 minutes"
                    .to_owned(),
            );
        }
        None => match project.users.first() {
            Some(user) => user.user_id.clone(),
            None => return sign(server, project),
        },
    };
    let call = server
        .auth
        .access_token()
        .create_access_token(&user_id, MINUTES);
    match call.await {
        Ok(token) => Ok(token.access_token.expose().to_owned()),
        Err(_) if server.is_emulator && email.is_none() => sign(server, project),
        Err(error) => Err(format!("no access token could be created: {error}")),
    }
}

/// Signs a token for a user that the emulator does not have, with the key that it signs with.
fn sign(server: &Server, project: &Project) -> Result<String, String> {
    let key = dev_keys::PUBLIC_KEY_PEMS
        .iter()
        .position(|pem| pem.trim() == server.pem.trim())
        .ok_or("the emulator has no users, and its key is not a development key")?;
    let issuer = match &project.status {
        Some(status) => &status.issuer,
        None => server.auth.issuer(),
    };
    let (id, now) = ("d0c70200-0000-4000-8000-000000000000", clock::now().floor());
    #[allow(clippy::cast_possible_truncation)] // seconds since the Unix epoch
    let (iat, exp) = (now as i64, (now + SECONDS) as i64);
    let claims = json!({
        "sub": id,
        "user_id": id,
        "email": "doctor@example.com",
        "iss": issuer,
        "iat": iat,
        "exp": exp,
        "org_id_to_org_member_info": {},
    });
    dev_keys::sign_with(key, &claims).map_err(|error| error.to_string())
}

/// Verifies the token as the service would, and explains a denial.
pub(super) fn check(
    token: &str,
    server: &Server,
    variables: &Variables,
    leeway: u64,
    report: &mut Report,
) {
    let Some(auth) = server.handle(variables, report) else {
        return;
    };
    let header = format!("Bearer {token}");
    let Err(denied) = auth.validate_access_token_and_get_user(header.as_str()) else {
        check_loopback_name(token, &auth, variables, report);
        check_issued_at(token, leeway, report);
        return;
    };
    let Denied::Unauthorized(Unauthorized::InvalidToken(problem)) = &denied else {
        report.unchecked("the access token", denied.to_string());
        return;
    };
    match problem {
        InvalidToken::Issuer { found, expected } => {
            issuer(found, expected, server, variables, report);
        }
        InvalidToken::Expired | InvalidToken::NotYetValid => {
            let ahead = issued_at(token).map_or(SECONDS, |iat| clock::now() - iat);
            clock::is_wrong("this machine's clock", "that of the issuer", ahead, report);
        }
        problem => report.unchecked("the access token", problem.to_string()),
    }
}

/// Names the setting behind an issuer that is not the expected one.
fn issuer(
    found: &str,
    expected: &str,
    server: &Server,
    variables: &Variables,
    report: &mut Report,
) {
    if expected.trim_end_matches('/') == found {
        // Named from the variables already.
        return;
    }
    let seen = format!(
        "a new access token of {} names the issuer {found:?}; the service expects {expected:?}",
        shown(&server.url)
    );
    if variables.text(ISSUER).is_empty() {
        let finding = report.find("auth_url_of_another_environment", seen);
        finding.change(variables.place(AUTH_URL), format!("{AUTH_URL}={found}"));
        finding.change(
            variables.place(ISSUER),
            format!("{ISSUER}={found}, if the environment has a domain of its own"),
        );
    } else {
        let finding = report.find("issuer_of_another_environment", seen);
        finding.change(variables.place(ISSUER), format!("{ISSUER}={found}"));
    }
}

/// Names an issuer that is this machine by another name. This crate accepts it; others do not.
fn check_loopback_name(token: &str, auth: &PropelAuth, variables: &Variables, report: &mut Report) {
    let found = claim(token, "iss");
    let found = found
        .as_ref()
        .and_then(|it| it.as_str())
        .unwrap_or_default();
    if found != auth.issuer() && is_same_loopback_origin(found, auth.issuer()) {
        let seen = format!(
            "{AUTH_URL} is {}, and tokens name the issuer {found}",
            variables.text(AUTH_URL)
        );
        let finding = report.find("auth_url_with_other_loopback_name", seen);
        finding.change(variables.place(AUTH_URL), format!("{AUTH_URL}={found}"));
    } else {
        report.fine("a new access token is accepted with these variables");
    }
}

/// Names an issuer whose clock differs, such as an emulator whose clock was moved.
fn check_issued_at(token: &str, leeway: u64, report: &mut Report) {
    if let Some(iat) = issued_at(token) {
        let ahead = iat - clock::now();
        // A token that was created a moment ago is that old.
        if clock::is_off(ahead, leeway + AGE) {
            let than = "that of the issuer, which an emulator's is if it was moved";
            clock::is_wrong("this machine's clock", than, -ahead, report);
        }
    }
}

fn issued_at(token: &str) -> Option<f64> {
    claim(token, "iat")?.as_f64()
}

/// Returns a claim of a token that was created here.
fn claim(token: &str, name: &str) -> Option<serde_json::Value> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    claims.get(name).cloned()
}
