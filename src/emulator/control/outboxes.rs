//! Outboxes: emails and SMS that PropelAuth would have sent.

use crate::emulator::{
    control::Emulator,
    state::{EmulatedEmail, EmulatedSms},
};

impl Emulator {
    /// Returns every email that PropelAuth would have sent, oldest first.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{EmailKind, Emulator};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.create_user("alice@example.com")?;
    ///
    /// let email = &emulator.email_outbox()[0];
    /// assert_eq!(email.to, "alice@example.com");
    /// assert_eq!(email.kind, EmailKind::ConfirmEmail);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn email_outbox(&self) -> Vec<EmulatedEmail> {
        self.store().outbox()
    }

    /// Returns every SMS that PropelAuth would have sent, oldest first.
    ///
    /// ```
    /// use actix_web_propelauth::{api::{SendSmsMfaCodeArgs, StepUpGrantType}, emulator::Emulator};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let phone = emulator.add_mfa_phone(&alice, "+1 555 0100")?;
    ///
    /// let auth = emulator.propel_auth().await?;
    /// let code = SendSmsMfaCodeArgs {
    ///     action_type: "DELETE_ACCOUNT".into(),
    ///     user_id: alice.into(),
    ///     mfa_phone_id: phone,
    ///     grant_type: StepUpGrantType::OneTimeUse,
    ///     valid_for_seconds: 60,
    /// };
    /// auth.mfa().send_sms_mfa_code(code).await?;
    /// assert_eq!(emulator.sms_outbox()[0].to, "+1 555 0100");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sms_outbox(&self) -> Vec<EmulatedSms> {
        self.store().mfa.sent.clone()
    }
}
