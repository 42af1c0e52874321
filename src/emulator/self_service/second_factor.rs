//! The second factor of a login: its codes, and setting it up.

use super::{Code, Needs, Refusal, session_user};
use crate::{
    api::SerializableSecret,
    emulator::state::{CodeCheck, LoginStep, SecondFactor, Store, UserRecord, totp},
    words::ids::UserId,
};

/// The number of wrong codes in a row after which no code is accepted for a while.
pub(crate) const MAX_WRONG_CODES: u32 = 5;

/// That while, in seconds.
const LOCK_SECONDS: i64 = 10 * 60;

const BACKUP_CODES: usize = 10;

/// Whether a user has a second factor.
#[derive(Debug)]
pub(crate) enum SecurityStatus {
    Enabled {
        has_password: bool,
        backup_codes: Vec<SerializableSecret>,
    },
    Disabled {
        has_password: bool,
        /// The secret to set up, in base32.
        secret: SerializableSecret,
        /// The same as `otpauth` URL, which apps read from a QR code.
        uri: SerializableSecret,
    },
}

/// Continues a login with a code of the user's app or phone.
pub(crate) fn verify_second_factor(
    store: &mut Store,
    session: &str,
    code: &str,
) -> Result<LoginStep, Refusal> {
    let user_id = waiting_user(store, session)?;
    if is_login_code(store, session, &user_id, code) {
        return finish(store, session);
    }
    note_wrong_code(store, &user_id)?;
    Err(Refusal::field("code", "incorrect", "This code is wrong"))
}

/// Continues a login with one of the codes that were handed out for the loss of the app.
pub(crate) fn verify_backup_code(
    store: &mut Store,
    session: &str,
    code: &str,
) -> Result<LoginStep, Refusal> {
    let user_id = waiting_user(store, session)?;
    if take_backup_code(store, &user_id, code) {
        return finish(store, session);
    }
    note_wrong_code(store, &user_id)?;
    Err(Refusal::new(Code::IncorrectMfa, "This code is wrong"))
}

/// Returns the user of a login that waits for a code.
fn waiting_user(store: &Store, session: &str) -> Result<UserId, Refusal> {
    // A session of a user who was disabled by now is none any more, and has a code of its own.
    let known = store.sessions.get(session);
    let user = known.and_then(|known| store.users.get(&known.user_id));
    if let (Some(known), Some(user)) = (known, user)
        && known.needs_second_factor
        && !user.metadata.enabled
    {
        return Err(Refusal::new(
            Code::AccountDisabled,
            "Your account is disabled",
        ));
    }
    let session = store.browser_session(session);
    let session = session.filter(|it| it.needs_second_factor);
    let Some(session) = session else {
        let message = "Your login took too long. Please log in again";
        return Err(Refusal::new(Code::InvalidMfaCookie, message));
    };
    check_lock(store, &session.user_id)?;
    Ok(session.user_id.clone())
}

fn check_lock(store: &Store, user_id: &UserId) -> Result<(), Refusal> {
    let until = store.users.get(user_id);
    let until = until.and_then(|user| user.account.codes_locked_until);
    match until.is_some_and(|until| store.now() < until) {
        true => Err(Refusal::new(
            Code::AccountMfaLocked,
            "Too many codes were wrong. Please try again later",
        )),
        false => Ok(()),
    }
}

/// Counts a wrong code. Returns the refusal if it was one too many.
fn note_wrong_code(store: &mut Store, user_id: &UserId) -> Result<(), Refusal> {
    let until = store.now().saturating_add(LOCK_SECONDS);
    if let Some(mut user) = store.users.get_mut(user_id) {
        let account = &mut user.account;
        account.wrong_codes = account.wrong_codes.saturating_add(1);
        if account.wrong_codes >= MAX_WRONG_CODES {
            account.wrong_codes = 0;
            account.codes_locked_until = Some(until);
        }
    }
    check_lock(store, user_id)
}

fn finish(store: &mut Store, session: &str) -> Result<LoginStep, Refusal> {
    let completed = store.complete_session(session);
    completed.map_err(|why| Refusal::new(Code::UnexpectedError, why))?;
    let user_id = store
        .session(session)
        .map(|session| session.user_id.clone());
    if let Some(mut user) = user_id.and_then(|user_id| store.users.get_mut(&user_id)) {
        user.account.wrong_codes = 0;
        user.account.codes_locked_until = None;
    }
    Ok(store.login_step(session))
}

/// Returns `true` if this is a code of the app, or the one that was sent to the phone. Each is accepted
/// once.
fn is_login_code(store: &mut Store, session: &str, user_id: &UserId, code: &str) -> bool {
    let now = store.now();
    let challenge = store.sessions.get(session);
    let challenge = challenge.and_then(|session| session.sms_challenge.clone());
    let Some(mut user) = store.users.get_mut(user_id) else {
        return false;
    };
    match &mut user.account.second_factor {
        Some(SecondFactor::Totp { secret, used_step }) => {
            let key = totp::key(secret.expose()).unwrap_or_default();
            let step = totp::step(&key, now, code.trim());
            let step = step.filter(|step| used_step.is_none_or(|used| used < *step));
            *used_step = step.or(*used_step);
            step.is_some()
        }
        Some(SecondFactor::Phones(_)) => {
            drop(user);
            let checked = challenge
                .map(|challenge| store.mfa.check_code(&challenge, user_id, code.trim(), now));
            matches!(checked, Some(CodeCheck::Correct(_)))
        }
        None => false,
    }
}

fn take_backup_code(store: &mut Store, user_id: &UserId, code: &str) -> bool {
    let code = code.trim().to_ascii_lowercase();
    let Some(mut user) = store.users.get_mut(user_id) else {
        return false;
    };
    let codes = &mut user.account.backup_codes;
    let Some(place) = codes.iter().position(|it| it.expose() == code) else {
        return false;
    };
    codes.remove(place);
    true
}

/// Returns whether the user has a second factor, with a secret to set one up if not.
///
/// The secret stays the same until it is used, so that several tabs show the same one.
pub(crate) fn security_status(store: &mut Store, session: &str) -> Result<SecurityStatus, Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    let user = store.users.get(&user_id).ok_or_else(gone)?;
    let has_password = user.metadata.has_password;
    if user.account.second_factor.is_some() {
        return Ok(SecurityStatus::Enabled {
            has_password,
            backup_codes: user.account.backup_codes.clone(),
        });
    }
    let secret = match user.account.offered_totp_secret.clone() {
        Some(secret) => secret,
        None => {
            let hex = store.ids.hex_of(&["totp secret", &user_id], 2).into_bytes();
            let key: Vec<u8> = hex.into_iter().take(20).collect(); // as long as SHA-1's output
            SerializableSecret::from(totp::base32(&key))
        }
    };
    let mut user = store.users.get_mut(&user_id).ok_or_else(gone)?;
    user.account.offered_totp_secret = Some(secret.clone());
    let uri = otpauth_uri(&user, &secret);
    Ok(SecurityStatus::Disabled {
        has_password,
        secret,
        uri,
    })
}

/// Returns the URL that apps read from a QR code.
fn otpauth_uri(user: &UserRecord, secret: &SerializableSecret) -> SerializableSecret {
    let email = percent_encoding::utf8_percent_encode(
        &user.metadata.email,
        percent_encoding::NON_ALPHANUMERIC,
    );
    let secret = secret.expose();
    format!(
        "otpauth://totp/PropelAuth%20emulator:{email}?secret={secret}&issuer=PropelAuth%20emulator"
    )
    .into()
}

/// Sets up the second factor with the secret that was shown, after a code of it.
pub(crate) fn enable_second_factor(
    store: &mut Store,
    session: &str,
    code: &str,
) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    let user = store.users.get(&user_id).ok_or_else(gone)?;
    if user.account.second_factor.is_some() {
        let message = "You have a second factor already";
        return Err(Refusal::new(Code::ActionAlreadyComplete, message));
    }
    let now = store.now();
    let offered = user.account.offered_totp_secret.clone();
    let step = offered.as_ref().and_then(|secret| {
        let key = totp::key(secret.expose())?;
        totp::step(&key, now, code.trim())
    });
    let (Some(secret), Some(step)) = (offered, step) else {
        return Err(Refusal::field("code", "incorrect", "This code is wrong"));
    };
    let codes = (0..BACKUP_CODES).map(|_| {
        let hex = store.ids.hex_of(&["backup code", &user_id], 1);
        SerializableSecret::from(hex.chars().take(10).collect::<String>())
    });
    let codes = codes.collect();
    let mut user = store.users.get_mut(&user_id).ok_or_else(gone)?;
    user.metadata.mfa_enabled = true;
    let account = &mut user.account;
    account.offered_totp_secret = None;
    account.backup_codes = codes;
    account.second_factor = Some(SecondFactor::Totp {
        secret,
        used_step: Some(step),
    });
    Ok(())
}

/// Removes the second factor of the session's user.
pub(crate) fn disable_second_factor(store: &mut Store, session: &str) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    let mut user = store.users.get_mut(&user_id).ok_or_else(gone)?;
    if user.account.second_factor.is_none() {
        let message = "You have no second factor";
        return Err(Refusal::new(Code::ActionAlreadyComplete, message));
    }
    user.metadata.mfa_enabled = false;
    user.account.remove_second_factor();
    drop(user);
    store.mfa.remove_challenges(&user_id);
    Ok(())
}

fn gone() -> Refusal {
    super::not_logged_in()
}
