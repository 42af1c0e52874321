//! Identifiers, each a type of its own: the compiler rejects a user id in place of an org id.
//!
//! An id is kept as the text that PropelAuth sent and is not parsed. Most are UUIDs today, but the
//! API does not promise it, and an id that was parsed and printed again could differ in case or
//! hyphens from the one that the application stored. Comparison is therefore byte by byte.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the id as text, exactly as it was received.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the id as an owned string.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        // Quoted and escaped: an id may come from a request, and a line break in it must not
        // start a line of its own in the log.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        // A map with ids as keys is searched by `&str`, without creating an id first.
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<&String> for $name {
            fn from(id: &String) -> Self {
                Self(id.clone())
            }
        }

        impl From<std::borrow::Cow<'_, str>> for $name {
            fn from(id: std::borrow::Cow<'_, str>) -> Self {
                Self(id.into_owned())
            }
        }

        impl From<Box<str>> for $name {
            fn from(id: Box<str>) -> Self {
                Self(id.into())
            }
        }

        impl From<&Self> for $name {
            fn from(id: &Self) -> Self {
                id.clone()
            }
        }

        impl From<&$name> for String {
            fn from(id: &$name) -> Self {
                id.0.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        #[cfg(feature = "utoipa")]
        crate::words::schema::text_schema! {
            $name: crate::words::schema::id(&[$(stringify!($doc)),*])
        }

        impl std::str::FromStr for $name {
            // Any text may be an id: PropelAuth decides whether it exists.
            type Err = std::convert::Infallible;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Ok(Self(id.to_owned()))
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl PartialEq<String> for $name {
            fn eq(&self, other: &String) -> bool {
                self.0 == *other
            }
        }

        impl PartialEq<$name> for str {
            fn eq(&self, other: &$name) -> bool {
                self == other.0
            }
        }

        impl PartialEq<$name> for &str {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }

        impl PartialEq<$name> for String {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }
    )*};
}

id! {
    /// The id of a user: a UUID, kept as the text that PropelAuth sent.
    ///
    /// Any text converts into an id, and an id dereferences to `str`.
    ///
    /// ```
    /// use actix_web_propelauth::UserId;
    ///
    /// let user_id = UserId::from("31c41c16-c281-44ae-9602-8a047e3bf33d");
    /// assert_eq!(user_id, "31c41c16-c281-44ae-9602-8a047e3bf33d");
    /// assert!(user_id.starts_with("31c41c16"));
    /// ```
    UserId;
    /// The id of an organization: a UUID, kept as the text that PropelAuth sent.
    ///
    /// A map with ids as keys is searched by text as well:
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// use actix_web_propelauth::OrgId;
    ///
    /// let plans = HashMap::from([(OrgId::from("1189c444"), "premium")]);
    /// assert_eq!(plans.get("1189c444"), Some(&"premium"));
    /// ```
    OrgId;
    /// The id of an employee: a member of your own team, who may impersonate users.
    ///
    /// [`User::impersonator_user_id`](crate::UserClaims::impersonator_user_id) holds it while they
    /// do.
    EmployeeId;
    /// The id of a phone that a user registered as a second factor.
    MfaPhoneId;
    /// The id of an SMS challenge: one code that was sent to a phone.
    MfaChallengeId;
    /// The id of an API key of an end user or an organization: 32 hexadecimal digits.
    ///
    /// The id is not a secret. It names the key, for example to delete it, but does not
    /// authenticate anything.
    ApiKeyId;
    /// The id of a SCIM group: users that an organization's identity provider groups together.
    ScimGroupId;
}

#[cfg(test)]
mod tests {
    use super::{OrgId, UserId};

    #[test]
    fn ids_are_their_text() {
        let id = UserId::from("31c41c16");
        assert_eq!(id, "31c41c16");
        assert_eq!("31c41c16", id);
        assert_eq!(id, "31c41c16".to_owned());
        assert_eq!("31c41c16".to_owned(), id);
        assert!(*"31c41c16" == id);
        assert_eq!(id.to_string(), "31c41c16");
        assert_eq!(format!("{id:?}"), "\"31c41c16\"");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"31c41c16\"");
        assert_eq!(
            serde_json::from_str::<OrgId>("\"a\"").unwrap(),
            OrgId::from("a")
        );
    }

    #[test]
    fn debug_escapes_what_could_forge_a_log_line() {
        assert_eq!(format!("{:?}", OrgId::from("a\r\nb")), r#""a\r\nb""#);
    }
}
