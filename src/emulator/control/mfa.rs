//! Second factors: set up for a user, and their codes.

use crate::{
    api::SerializableSecret,
    emulator::{
        control::{Emulator, EmulatorError, users::with_user},
        state::{Phone, SecondFactor, Store, ids::canonical, totp},
    },
    words::ids::{MfaPhoneId, UserId},
};

impl Emulator {
    /// Sets up an authenticator app for a user and returns its secret in base32, which a real app
    /// could scan. The app replaces any other second factor.
    ///
    /// ```
    /// # use actix_web_propelauth::emulator::Emulator;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// emulator.set_up_totp(&alice)?;
    /// assert_eq!(emulator.totp_code(&alice)?.len(), 6);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn set_up_totp(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        set_up_totp(&mut self.store(), &canonical(user_id))
    }

    /// Returns the code that a user's authenticator app shows now, by the emulator's clock.
    ///
    /// Each code is accepted once. The next one appears at most 30 seconds later.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist or has no authenticator app.
    pub fn totp_code(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        totp_code(&self.store(), &canonical(user_id))
    }

    /// Adds a phone as a second factor of a user and returns its id. The phone is added to the
    /// user's other phones and replaces an authenticator app.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn add_mfa_phone(
        &self,
        user_id: impl Into<UserId>,
        number: impl Into<String>,
    ) -> Result<MfaPhoneId, EmulatorError> {
        add_phone(&mut self.store(), &canonical(user_id), number.into())
    }
}

/// Sets up an authenticator app, and returns its secret in base32.
pub(super) fn set_up_totp(store: &mut Store, user_id: &UserId) -> Result<String, EmulatorError> {
    // First, because a refused request draws no ids.
    with_user(store, user_id, |_| ())?;
    let bytes = store.ids.hex(2).into_bytes();
    let key: Vec<u8> = bytes.into_iter().take(20).collect(); // as long as SHA-1's output
    let secret = totp::base32(&key);
    let factor = SecondFactor::Totp {
        secret: SerializableSecret::from(secret.as_str()),
        used_step: None,
    };
    with_user(store, user_id, |user| {
        user.account.second_factor = Some(factor);
        user.metadata.mfa_enabled = true;
    })?;
    Ok(secret)
}

/// Returns the code that an authenticator app shows now.
pub(super) fn totp_code(store: &Store, user_id: &UserId) -> Result<String, EmulatorError> {
    let user = store.users.get(user_id);
    let user = user.ok_or_else(|| EmulatorError::missing("user", user_id))?;
    let code = match &user.account.second_factor {
        Some(SecondFactor::Totp { secret, .. }) => totp::key(secret.expose()),
        _ => None,
    };
    let code = code.map(|key| totp::code(&key, store.now()));
    code.ok_or_else(|| EmulatorError::rejected("the user has no authenticator app"))
}

/// Adds a phone, and returns its id.
pub(super) fn add_phone(
    store: &mut Store,
    user_id: &UserId,
    number: String,
) -> Result<MfaPhoneId, EmulatorError> {
    // First, because a refused request draws no ids.
    with_user(store, user_id, |_| ())?;
    let id = MfaPhoneId::from(store.ids.uuid());
    let phone = Phone {
        id: id.clone(),
        number,
    };
    with_user(store, user_id, |user| {
        user.metadata.mfa_enabled = true;
        match &mut user.account.second_factor {
            Some(SecondFactor::Phones(phones)) => phones.push(phone),
            other => *other = Some(SecondFactor::Phones(vec![phone])),
        }
    })?;
    Ok(id)
}
