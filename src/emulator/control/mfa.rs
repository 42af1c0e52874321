//! Second factors set up from Rust, and codes read.

use crate::{
    api::SerializableSecret,
    emulator::{
        control::{Emulator, EmulatorError},
        state::{EmulatedSms, Phone, SecondFactor, ids::canonical, totp},
    },
    id::{MfaPhoneId, UserId},
};

impl Emulator {
    /// Sets up an authenticator app for a user, in place of any other second factor, and returns
    /// the secret that a real app could be given, in base32.
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
    /// Fails when there is no such user.
    pub fn set_up_totp(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        let bytes = self.store().ids.hex(2).into_bytes();
        let key: Vec<u8> = bytes.into_iter().take(20).collect(); // as long as SHA-1's output
        let secret = totp::base32(&key);
        let factor = SecondFactor::Totp {
            secret: SerializableSecret::from(secret.as_str()),
            used_step: None,
        };
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.account.second_factor = Some(factor);
            user.metadata.mfa_enabled = true;
        })?;
        Ok(secret)
    }

    /// Returns the code that a user's authenticator app shows now, by the emulator's clock.
    ///
    /// No code is taken twice: the next one is there half a minute later.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user, or the user has no such app.
    pub fn totp_code(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        let now = self.store().now();
        let user_id: UserId = canonical(user_id);
        let code = self.with_user(&user_id, |user| match &user.account.second_factor {
            Some(SecondFactor::Totp { secret, .. }) => {
                Some(totp::code(&totp::key(secret.expose())?, now))
            }
            _ => None,
        })?;
        code.ok_or_else(|| EmulatorError::Rejected("the user has no authenticator app".to_owned()))
    }

    /// Sets up a phone as a user's second factor, besides other phones and in place of an
    /// authenticator app, and returns its id.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn add_mfa_phone(
        &self,
        user_id: impl Into<UserId>,
        number: impl Into<String>,
    ) -> Result<MfaPhoneId, EmulatorError> {
        let phone = Phone {
            id: MfaPhoneId::from(self.store().ids.uuid()),
            number: number.into(),
        };
        let id = phone.id.clone();
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.metadata.mfa_enabled = true;
            match &mut user.account.second_factor {
                Some(SecondFactor::Phones(phones)) => phones.push(phone),
                other => *other = Some(SecondFactor::Phones(vec![phone])),
            }
        })?;
        Ok(id)
    }

    /// Returns every SMS that would have been sent, the oldest first.
    #[must_use]
    pub fn sms_outbox(&self) -> Vec<EmulatedSms> {
        self.store().mfa.sent.clone()
    }
}
