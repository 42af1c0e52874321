//! Enums whose values are strings on the wire, open to values that this version does not know.
//!
//! PropelAuth may add a login method, a provider or a state at any time. With serde's derive, one
//! unknown string would make a whole response or access token unreadable, and deny every user of
//! a new social login until the application is rebuilt. Here an unknown string becomes `Other`,
//! and is written again as it was read.

/// Declares an enum from pairs of variant and wire string, with a variant `Other` for any other
/// string.
///
/// `as_str` gives back the string that a value was converted from, also for `Other`. Strings are
/// compared exactly, with their case.
///
/// `Other` can be constructed with a known string. Such a value is not equal to the variant that
/// has the string, so code should convert with `From` rather than construct `Other`.
macro_rules! open_string_enum {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A value that this version does not know, kept as it was received.
            Other(String),
        }

        impl $name {
            /// The wire strings of all variants but `Other`.
            #[cfg(feature = "emulator")]
            #[allow(dead_code)] // the emulator reads it for some of the enums only
            pub(crate) const TEXTS: &'static [&'static str] = &[$($text),*];

            /// Returns the string that stands for this value on the wire.
            #[must_use]
            $vis fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        #[cfg(feature = "utoipa")]
        $crate::words::schema::text_schema! {
            $name: $crate::words::schema::open_enum(&[$(stringify!($doc)),*], &[$($text),*])
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::str::FromStr for $name {
            // An unknown text is `Other`.
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    )*};
}

pub(crate) use open_string_enum;
