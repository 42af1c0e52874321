//! Second factors: which a user has, and asking for one again before something dangerous.

mod methods;
mod refusal;

pub use self::{
    methods::{MfaPhone, MfaSetup, UserMfaMethods},
    refusal::{
        SendSmsMfaCodeRefusal, UnknownGrant, VerifySmsChallengeRefusal, VerifyStepUpGrantRefusal,
        VerifyTotpChallengeRefusal,
    },
};
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, response::entity},
    id::{MfaChallengeId, MfaPhoneId, UserId},
    wire_enum::wire_enum,
};

endpoints! {
    /// Asks users for their second factor before something dangerous (step-up).
    ///
    /// A code, of an app or an SMS, is exchanged for a grant, which is bound to the user and to
    /// the kind of action. Whoever then does the action asks whether the grant is good.
    pub group MfaApi;

    /// Fetches which second factor a user has set up, if any.
    Read GET "/api/backend/v1/user/{user_id}/mfa"
    fetch_user_mfa_methods: FetchUserMfaMethods(user_id: UserId) -> UserMfaMethods | NotFound;

    /// Exchanges a code of the user's authenticator app for a grant.
    #[doc(alias = "verify_totp_challenge")]
    Create POST "/api/backend/v1/mfa/step-up/verify-totp"
    verify_step_up_totp_challenge: VerifyStepUpTotpChallenge(args VerifyStepUpTotpChallengeArgs {
        /// The kind of action that the grant is for, in words of your own.
        action_type: String,
        /// The user.
        user_id: UserId,
        /// The six digits that the app shows.
        code: SerializableSecret,
        /// How often the grant may be used.
        grant_type: StepUpGrantType,
        /// For how long the grant is good, in seconds.
        valid_for_seconds: u64,
    }) -> StepUpGrant | VerifyTotpChallengeRefusal;

    /// Tells whether a grant is good for this user and kind of action, and uses it up if it is
    /// good once only.
    ///
    /// One that is not is "not found".
    Create POST "/api/backend/v1/mfa/step-up/verify-grant"
    verify_step_up_grant: VerifyStepUpGrant(
        action_type: String,
        user_id: UserId,
        grant: SerializableSecret,
    ) -> () | VerifyStepUpGrantRefusal;

    /// Sends a code to a user's phone; [`verify_sms_challenge`](Self::verify_sms_challenge)
    /// exchanges it for a grant.
    Create POST "/api/backend/v1/mfa/step-up/phone/send"
    send_sms_mfa_code: SendSmsMfaCode(args SendSmsMfaCodeArgs {
        /// The kind of action that the grant will be for, in words of your own.
        action_type: String,
        /// The user.
        user_id: UserId,
        /// The phone, one of those that
        /// [`fetch_user_mfa_methods`](MfaApi::fetch_user_mfa_methods) tells.
        mfa_phone_id: MfaPhoneId,
        /// How often the grant may be used.
        grant_type: StepUpGrantType,
        /// For how long the grant will be good, in seconds.
        valid_for_seconds: u64,
    }) -> SmsChallenge | SendSmsMfaCodeRefusal;

    /// Exchanges a code that was sent to a user's phone for a grant.
    Create POST "/api/backend/v1/mfa/step-up/phone/verify"
    verify_sms_challenge: VerifySmsChallenge(
        challenge_id: MfaChallengeId,
        user_id: UserId,
        code: SerializableSecret,
    ) -> StepUpGrant | VerifySmsChallengeRefusal;
}

wire_enum! {
    /// How often a grant may be used.
    pub enum StepUpGrantType {
        /// Once.
        OneTimeUse = "ONE_TIME_USE",
        /// As often as wanted until it expires.
        TimeBased = "TIME_BASED",
    }
}

entity! {
    /// The proof that a user has shown its second factor.
    pub struct StepUpGrant {
        required {
            /// The grant, for [`MfaApi::verify_step_up_grant`].
            step_up_grant: SerializableSecret,
        }
    }
}

entity! {
    /// A code that is on its way to a phone.
    #[derive(PartialEq, Eq)]
    pub struct SmsChallenge {
        required {
            /// What the code belongs to, for [`MfaApi::verify_sms_challenge`].
            challenge_id: MfaChallengeId,
        }
    }
}
