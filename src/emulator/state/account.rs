//! The part of a user that the backend API does not return.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    api::{SerializableSecret, SocialLoginToken, SocialLoginTokenProvider},
    emulator::state::Password,
    words::ids::MfaPhoneId,
};

/// The part of a user that is not in the metadata.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    /// The position in the order of creation, because several users can be created in one second.
    pub(crate) number: u64,
    pub(crate) password: Option<Password>,
    /// The number of wrong passwords since the last correct one.
    pub(crate) failed_logins: u32,
    /// The number of logins without a logout.
    pub(crate) sessions: u64,
    /// The requested email address, which replaces the current one when it is confirmed.
    pub(crate) pending_email: Option<String>,
    /// When confirmation emails were sent, as Unix timestamps in seconds.
    pub(crate) confirmations_sent: Vec<i64>,
    pub(crate) signup_query_parameters: Map<String, Value>,
    pub(crate) oauth_tokens: BTreeMap<SocialLoginTokenProvider, SocialLoginToken>,
    pub(crate) second_factor: Option<SecondFactor>,
    /// Codes in place of the second factor, each for one login.
    pub(crate) backup_codes: Vec<SerializableSecret>,
    /// The secret that was shown to set up a second factor, in base32.
    pub(crate) offered_totp_secret: Option<SerializableSecret>,
    /// The number of wrong codes of the second factor since the last correct one.
    pub(crate) wrong_codes: u32,
    /// Until when no code is accepted, as a Unix timestamp in seconds.
    pub(crate) codes_locked_until: Option<i64>,
}

impl Account {
    /// Removes the second factor, and all codes in its place.
    pub(crate) fn remove_second_factor(&mut self) {
        self.second_factor = None;
        self.backup_codes.clear();
        self.wrong_codes = 0;
        self.codes_locked_until = None;
    }
}

/// The second factor of a login, after the password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum SecondFactor {
    Totp {
        /// The key shared by app and server, in base32.
        secret: SerializableSecret,
        /// The time step of the last accepted code, because each code is accepted once.
        used_step: Option<i64>,
    },
    Phones(Vec<Phone>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) id: MfaPhoneId,
    pub(crate) number: String,
}
