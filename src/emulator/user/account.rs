//! What the emulator knows of a user and the API does not tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::password::Password;
use crate::{
    api::{SerializableSecret, SocialLoginToken, SocialLoginTokenProvider},
    id::MfaPhoneId,
};

/// The part of a user that is not metadata.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::emulator) struct Account {
    /// Which user of the emulator's life it is, as several are made in one second.
    pub(in crate::emulator) number: u64,
    pub(in crate::emulator) password: Option<Password>,
    /// Wrong passwords since the last right one.
    pub(in crate::emulator) failed_logins: u32,
    /// How many logins have not been ended.
    pub(in crate::emulator) sessions: u64,
    /// The address that is to be confirmed before it takes the place of the present one.
    pub(in crate::emulator) pending_email: Option<String>,
    /// When e-mails that ask to confirm an address were asked for, in seconds since 1970.
    pub(in crate::emulator) confirmations_sent: Vec<i64>,
    pub(in crate::emulator) signup_query_parameters: Map<String, Value>,
    pub(in crate::emulator) oauth_tokens: BTreeMap<SocialLoginTokenProvider, SocialLoginToken>,
    pub(in crate::emulator) second_factor: Option<SecondFactor>,
}

/// What a user shows besides the password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) enum SecondFactor {
    Totp {
        /// The key that app and server share, in base32.
        secret: SerializableSecret,
        /// The time step of the last code that was taken: none is taken twice.
        used_step: Option<i64>,
    },
    Phones(Vec<Phone>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Phone {
    pub(in crate::emulator) id: MfaPhoneId,
    pub(in crate::emulator) number: String,
}
