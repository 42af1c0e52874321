//! The JSON of an access token: its header and its claims, read strictly.
//!
//! Strict means that a duplicate member is an error at any depth, and that each claim has the one type
//! that it must have. Parsers disagree about duplicates: if PropelAuth's libraries read the first
//! `user_id` and this crate the second, the two would see different users in one token
//! ([RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)).

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};

use crate::{
    access::login_method::LoginMethod,
    words::{
        ids::{EmployeeId, OrgId, UserId},
        org_member_info::{OrgMemberInfo, OrgMemberWire},
        strict_json::{Skipped, StrictMap, StrictValue, strict_json_object},
    },
};

strict_json_object! {
    /// The header of a token. Members that refer to other keys (`kid`, `jwk`, `jku`, `x5u`, `x5c`) are
    /// never followed: a forged token would refer to the key that it was forged with.
    pub(in crate::access) struct Header {
        pub(in crate::access) alg: String,
        pub(in crate::access) typ: Option<String> = or_absent,
        #[expect(dead_code, reason = "read for its type only")]
        pub(in crate::access) kid: Option<String> = or_absent,
        pub(in crate::access) crit: Option<Skipped> = or_absent,
        pub(in crate::access) b64: Option<Skipped> = or_absent,
        pub(in crate::access) enc: Option<Skipped> = or_absent,
        pub(in crate::access) zip: Option<Skipped> = or_absent,
    }
}

strict_json_object! {
    /// The claims of an access token. Registered claims must have the type that
    /// [RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1) defines, and `null` is not
    /// accepted for them.
    pub(in crate::access) struct Claims {
        pub(in crate::access) iss: String,
        pub(in crate::access) aud: Option<StrictValue> = or_absent,
        pub(in crate::access) exp: NumericDate,
        pub(in crate::access) nbf: Option<NumericDate> = or_absent,
        pub(in crate::access) iat: Option<NumericDate> = or_absent,
        #[expect(dead_code, reason = "read for its type only")]
        pub(in crate::access) sub: Option<String> = or_absent,
        #[expect(dead_code, reason = "read for its type only")]
        pub(in crate::access) jti: Option<String> = or_absent,
        pub(in crate::access) user_id: UserId,
        pub(in crate::access) email: String,
        pub(in crate::access) first_name: Option<String> = or_default,
        pub(in crate::access) last_name: Option<String> = or_default,
        pub(in crate::access) username: Option<String> = or_default,
        pub(in crate::access) properties: StrictMap = or_default,
        pub(in crate::access) metadata: StrictMap = or_default,
        pub(in crate::access) legacy_user_id: Option<String> = or_default,
        pub(in crate::access) impersonator_user_id: Option<EmployeeId> = or_default,
        pub(in crate::access) org_id_to_org_member_info: OrgMap = or_default,
        pub(in crate::access) org_member_info: Option<OrgMemberInfo> = or_default,
        pub(in crate::access) login_method: LoginMethod = or_default,
    }
}

/// A Unix timestamp in seconds
/// ([RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2)), which may have a fraction.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(in crate::access) struct NumericDate(pub(in crate::access) f64);

impl NumericDate {
    /// Returns the whole seconds, rounded down. Everything up to [`MAX_NUMERIC_DATE`] fits.
    #[allow(clippy::cast_possible_truncation)]
    pub(in crate::access) fn whole_seconds(self) -> i64 {
        self.0.floor() as i64
    }
}

/// The last second of the year 9999. A later time is not a date but an attempt to cause an overflow.
const MAX_NUMERIC_DATE: f64 = 253_402_300_799.0;

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl de::Visitor<'_> for Seconds {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Unix timestamp in seconds, as a number")
            }

            // Numbers that are rounded are far greater than `MAX_NUMERIC_DATE`.
            #[allow(clippy::cast_precision_loss)]
            fn visit_u64<E>(self, seconds: u64) -> Result<f64, E> {
                Ok(seconds as f64)
            }

            #[allow(clippy::cast_precision_loss)]
            fn visit_i64<E>(self, seconds: i64) -> Result<f64, E> {
                Ok(seconds as f64)
            }

            fn visit_f64<E>(self, seconds: f64) -> Result<f64, E> {
                Ok(seconds)
            }
        }

        let seconds = deserializer.deserialize_f64(Seconds)?;
        if seconds.is_finite() && seconds <= MAX_NUMERIC_DATE {
            Ok(Self(seconds))
        } else {
            Err(de::Error::custom("a time after the year 9999"))
        }
    }
}

/// The memberships of a user by org id. Each id occurs once, and each membership is under its own id:
/// otherwise a lookup by id could return the membership in another organization.
#[derive(Debug, Default)]
pub(in crate::access) struct OrgMap(pub(in crate::access) BTreeMap<OrgId, OrgMemberInfo>);

impl<'de> Deserialize<'de> for OrgMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> de::Visitor<'de> for Object {
            type Value = OrgMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of org ids")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<OrgMap, A::Error> {
                let mut orgs = BTreeMap::new();
                while let Some((org_id, wire)) = map.next_entry::<OrgId, OrgMemberWire>()? {
                    let org_member_info = wire.identified(Some(&org_id))?;
                    if orgs.insert(org_id, org_member_info).is_some() {
                        return Err(de::Error::custom("duplicate org id"));
                    }
                }
                Ok(OrgMap(orgs))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
