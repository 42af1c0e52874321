//! Second factors, and step-up authentication before sensitive actions.

mod methods;
mod refusal;

pub use self::{methods::*, refusal::*};
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, response::entity},
    words::{
        ids::{MfaChallengeId, MfaPhoneId, UserId},
        open_string_enum::open_string_enum,
    },
};

endpoints! {
    /// Operations on second factors, and step-up authentication before sensitive actions.
    ///
    /// A code, from an authenticator app or an SMS, is exchanged for a *grant*, which is bound to
    /// the user and to a type of action. Before performing the action, verify the grant.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{
    ///     PropelAuth, UserId,
    ///     api::{StepUpGrantType, VerifyStepUpTotpChallengeArgs},
    /// };
    ///
    /// async fn confirm_payout(
    ///     auth: &PropelAuth,
    ///     user_id: &UserId,
    ///     code: &str,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     let challenge = VerifyStepUpTotpChallengeArgs {
    ///         action_type: "PAYOUT".to_owned(),
    ///         user_id: user_id.clone(),
    ///         code: code.into(),
    ///         grant_type: StepUpGrantType::OneTimeUse,
    ///         valid_for_seconds: 60,
    ///     };
    ///     let grant = auth.mfa().verify_step_up_totp_challenge(challenge).await?.step_up_grant;
    ///     // Often in another request, which the browser sends with the grant:
    ///     auth.mfa().verify_step_up_grant("PAYOUT", user_id, grant).await?;
    ///     Ok(())
    /// }
    /// ```
    pub group MfaApi;

    /// Fetches the second factor that a user has set up, if any.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Read GET "/api/backend/v1/user/{user_id}/mfa"
    fetch_user_mfa_methods: FetchUserMfaMethods(user_id: UserId) -> UserMfaMethods | NotFound;

    /// Exchanges a code from the user's authenticator app for a grant.
    ///
    /// # Errors
    ///
    /// Returns [`VerifyTotpChallengeRefusal`] if there is no such user, the user has no
    /// authenticator app, or the code is incorrect.
    #[doc(alias = "verify_totp_challenge")]
    Create POST "/api/backend/v1/mfa/step-up/verify-totp"
    verify_step_up_totp_challenge: VerifyStepUpTotpChallenge(args VerifyStepUpTotpChallengeArgs {
        /// The type of action that the grant is for: any text of your own.
        action_type: String,
        /// The id of the user.
        user_id: UserId,
        /// The six digits that the app shows.
        code: SerializableSecret,
        /// How often the grant can be used.
        grant_type: StepUpGrantType,
        /// How long the grant is valid, in seconds.
        valid_for_seconds: u64,
    }) -> StepUpGrant | VerifyTotpChallengeRefusal;

    /// Verifies a grant for this user and type of action, and consumes it if it is one-time.
    ///
    /// # Errors
    ///
    /// Returns [`VerifyStepUpGrantRefusal::GrantNotFound`] if the grant does not exist, has
    /// expired, is already consumed, or is for another user or type of action.
    Create POST "/api/backend/v1/mfa/step-up/verify-grant"
    verify_step_up_grant: VerifyStepUpGrant(
        action_type: String,
        user_id: UserId,
        grant: SerializableSecret,
    ) -> () | VerifyStepUpGrantRefusal;

    /// Sends a code to a user's phone, for [`verify_sms_challenge`](Self::verify_sms_challenge).
    ///
    /// # Errors
    ///
    /// Returns [`SendSmsMfaCodeRefusal`] if there is no such user, or the user has no phone as
    /// second factor.
    Create POST "/api/backend/v1/mfa/step-up/phone/send"
    send_sms_mfa_code: SendSmsMfaCode(args SendSmsMfaCodeArgs {
        /// The type of action that the grant is for: any text of your own.
        action_type: String,
        /// The id of the user.
        user_id: UserId,
        /// The id of the phone, from
        /// [`fetch_user_mfa_methods`](MfaApi::fetch_user_mfa_methods).
        mfa_phone_id: MfaPhoneId,
        /// How often the grant can be used.
        grant_type: StepUpGrantType,
        /// How long the grant is valid, in seconds.
        valid_for_seconds: u64,
    }) -> SmsChallenge | SendSmsMfaCodeRefusal;

    /// Exchanges a code that was sent to a user's phone for a grant.
    ///
    /// # Errors
    ///
    /// Returns [`VerifySmsChallengeRefusal`] if there is no such user, the user has no phone as
    /// second factor, or the code is incorrect or has expired.
    Create POST "/api/backend/v1/mfa/step-up/phone/verify"
    verify_sms_challenge: VerifySmsChallenge(
        challenge_id: MfaChallengeId,
        user_id: UserId,
        code: SerializableSecret,
    ) -> StepUpGrant | VerifySmsChallengeRefusal;
}

open_string_enum! {
    /// How often a grant can be used.
    pub enum StepUpGrantType {
        /// Once.
        OneTimeUse = "ONE_TIME_USE",
        /// Any number of times until it expires.
        TimeBased = "TIME_BASED",
    }
}

entity! {
    /// The proof that a user has presented the second factor.
    pub struct StepUpGrant {
        required {
            /// The grant, for [`MfaApi::verify_step_up_grant`].
            step_up_grant: SerializableSecret,
        }
    }
}

entity! {
    /// A code that was sent to a phone.
    #[derive(PartialEq, Eq)]
    pub struct SmsChallenge {
        required {
            /// The id of the challenge, for [`MfaApi::verify_sms_challenge`].
            challenge_id: MfaChallengeId,
        }
    }
}
