//! The second factor that a user has set up.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    endpoint::response::{entity, or_default},
    words::ids::MfaPhoneId,
};

entity! {
    /// The second factor of a user.
    #[derive(PartialEq, Eq)]
    pub struct UserMfaMethods {
        required {}
        tolerant {
            /// The second factor; `None` if the user has none.
            mfa_setup: Option<MfaSetup>,
        }
    }
}

/// A kind of second factor, with its details.
///
/// ```
/// use actix_web_propelauth::api::{MfaPhone, MfaSetup, UserMfaMethods};
///
/// fn phones(methods: &UserMfaMethods) -> &[MfaPhone] {
///     match &methods.mfa_setup {
///         Some(MfaSetup::Phone { phone_numbers }) => phone_numbers,
///         _ => &[],
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MfaSetup {
    /// An authenticator app.
    Totp,
    /// One or more phones, which receive codes by SMS.
    Phone {
        /// The phones.
        phone_numbers: Vec<MfaPhone>,
    },
    /// A kind that this version does not know, as PropelAuth sent it.
    Other(String),
}

/// A phone that receives codes by SMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MfaPhone {
    /// The id of the phone.
    pub mfa_phone_id: MfaPhoneId,
    /// The last digits of the number, to distinguish the phones of a user.
    #[serde(default, deserialize_with = "or_default")]
    pub mfa_phone_number_suffix: String,
}

#[cfg(feature = "utoipa")]
mod schema {
    use super::{MfaPhone, MfaPhoneId, MfaSetup};
    use crate::words::schema::{component, object_schema};

    object_schema! { MfaPhone [doc = "A phone that receives codes by SMS."] {
        [doc = "The id of the phone."]
        mfa_phone_id: MfaPhoneId,
        [doc = "The last digits of the number."]
        mfa_phone_number_suffix: String,
    } }

    /// The members of a second factor as it is serialized.
    struct Members;

    object_schema! { Members [doc = "A kind of second factor, with its details."] {
        [doc = "The kind, such as `Totp` or `Phone`.", serde(rename = "type")]
        kind: String,
        [doc = "The phones, if the kind is `Phone`.", serde(skip_serializing_if)]
        phone_numbers: Option<Vec<MfaPhone>>,
    } }

    impl utoipa::PartialSchema for MfaSetup {
        fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
            Members::schema()
        }
    }

    component! { MfaSetup { <Members as utoipa::ToSchema>::schemas(components); } components }
}

impl Serialize for MfaSetup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        match self {
            Self::Totp => members.serialize_entry("type", "Totp")?,
            Self::Phone { phone_numbers } => {
                members.serialize_entry("type", "Phone")?;
                members.serialize_entry("phone_numbers", phone_numbers)?;
            }
            Self::Other(kind) => members.serialize_entry("type", kind)?,
        }
        members.end()
    }
}

impl<'de> Deserialize<'de> for MfaSetup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Members {
            #[serde(rename = "type")]
            kind: String,
            #[serde(default, deserialize_with = "or_default")]
            phone_numbers: Vec<MfaPhone>,
        }

        let Members {
            kind,
            phone_numbers,
        } = Members::deserialize(deserializer)?;
        Ok(match kind.as_str() {
            "Totp" => Self::Totp,
            "Phone" => Self::Phone { phone_numbers },
            _ => Self::Other(kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{MfaSetup, UserMfaMethods};
    use crate::endpoint::codec::ResponseCodec as _;

    #[test]
    fn every_kind_survives_the_trip() {
        for body in [
            r#"{"mfa_setup":null}"#,
            r#"{"mfa_setup":{"type":"Totp"}}"#,
            r#"{"mfa_setup":{"type":"Phone","phone_numbers":[{"mfa_phone_id":"x","mfa_phone_number_suffix":"1234"}]}}"#,
            r#"{"mfa_setup":{"type":"Passkey"}}"#,
        ] {
            let methods = UserMfaMethods::read(body.as_bytes()).unwrap();
            assert_eq!(methods.write().unwrap(), body.as_bytes());
        }
    }

    #[test]
    fn what_is_new_or_absent_is_taken() {
        let body = br#"{"mfa_setup":{"type":"Phone","since":1,"phone_numbers":null}}"#;
        let methods = UserMfaMethods::read(body).unwrap();
        let phone_numbers = Vec::new();
        assert_eq!(methods.mfa_setup, Some(MfaSetup::Phone { phone_numbers }));
        assert_eq!(UserMfaMethods::read(b"{}").unwrap().mfa_setup, None);
    }
}
