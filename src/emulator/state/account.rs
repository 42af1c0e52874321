//! What the emulator knows of a user and the API does not tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    api::{SerializableSecret, SocialLoginToken, SocialLoginTokenProvider},
    emulator::state::Password,
    id::MfaPhoneId,
};

/// The part of a user that is not metadata.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    /// Which user of the emulator's life it is, as several are made in one second.
    pub(crate) number: u64,
    pub(crate) password: Option<Password>,
    /// Wrong passwords since the last right one.
    pub(crate) failed_logins: u32,
    /// How many logins have not been ended.
    pub(crate) sessions: u64,
    /// The address that is to be confirmed before it takes the place of the present one.
    pub(crate) pending_email: Option<String>,
    /// When e-mails that ask to confirm an address were asked for, in seconds since 1970.
    pub(crate) confirmations_sent: Vec<i64>,
    pub(crate) signup_query_parameters: Map<String, Value>,
    pub(crate) oauth_tokens: BTreeMap<SocialLoginTokenProvider, SocialLoginToken>,
    pub(crate) second_factor: Option<SecondFactor>,
}

/// What a user shows besides the password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum SecondFactor {
    Totp {
        /// The key that app and server share, in base32.
        secret: SerializableSecret,
        /// The time step of the last code that was taken: none is taken twice.
        used_step: Option<i64>,
    },
    Phones(Vec<Phone>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Phone {
    pub(crate) id: MfaPhoneId,
    pub(crate) number: String,
}
