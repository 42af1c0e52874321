//! Identifiers, each its own type, so that a user id cannot be passed where an org id is due.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the id as text, exactly as it came.
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

        impl std::str::FromStr for $name {
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
    )*};
}

id! {
    /// The id of a user: a UUID in PropelAuth, kept as the text it came as.
    UserId;
    /// The id of an organization: a UUID in PropelAuth, kept as the text it came as.
    OrgId;
    /// The id of one of your own team's members, who may impersonate users.
    EmployeeId;
    /// The id of a phone that a user has as second factor.
    MfaPhoneId;
    /// The id of a code that was sent to a phone.
    MfaChallengeId;
    /// The id of an end user's or organization's API key: 32 hexadecimal digits. It is no secret.
    ApiKeyId;
    /// The id of a group of users that an organization's identity provider keeps.
    ScimGroupId;
}

#[cfg(test)]
mod tests {
    use super::{OrgId, UserId};

    #[test]
    fn ids_are_their_text() {
        let id = UserId::from("31c41c16");
        assert_eq!(id, "31c41c16");
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
