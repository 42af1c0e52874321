//! Argument types with lenient conversions, so that calls take what an application has.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::secret::Secret;

/// A list argument, converted from any collection or iterator whose items convert into `T`.
///
/// Methods take `impl Into<List<T>>`, so that arrays, vectors, sets and iterators can be passed.
///
/// ```
/// use actix_web_propelauth::api::List;
///
/// let roles: List<String> = ["Billing", "Support"].into();
/// assert_eq!(roles.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct List<T>(Vec<T>);

impl<T, I> From<I> for List<T>
where
    I: IntoIterator,
    I::Item: Into<T>,
{
    fn from(items: I) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// A secret argument, such as a password, that `Debug` does not show.
///
/// Unlike [`Secret`], it can be serialized, as it is part of a request.
///
/// ```
/// use actix_web_propelauth::api::SerializableSecret;
///
/// let password = SerializableSecret::from("correct horse");
/// assert_eq!(password.expose(), "correct horse");
/// assert!(!format!("{password:?}").contains("horse"));
/// ```
#[derive(Clone)]
pub struct SerializableSecret(Secret);

impl SerializableSecret {
    /// Returns the secret. Never log or display the result.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl<T: Into<Secret>> From<T> for SerializableSecret {
    fn from(secret: T) -> Self {
        Self(secret.into())
    }
}

#[cfg(feature = "utoipa")]
crate::words::schema::text_schema! {
    SerializableSecret: <String as crate::words::schema::FieldSchema>::field()
}

impl fmt::Debug for SerializableSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for SerializableSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for SerializableSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
