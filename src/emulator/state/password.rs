//! Passwords, of which the emulator stores only a hash.

use std::{fmt, num::NonZeroU32};

use aws_lc_rs::pbkdf2;
use serde::{Deserialize, Serialize};

use crate::api::SerializableSecret;

/// A low number, so that tests with many users are fast. These hashes protect nothing.
const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);
const HASH_LEN: usize = 32;

/// The hash of a password.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Password {
    Hashed {
        salt: String,
        hash: Vec<u8>,
    },
    /// A bcrypt or argon2 hash, which is stored but cannot be verified.
    Migrated(SerializableSecret),
}

impl Password {
    pub(crate) fn new(password: &SerializableSecret, salt: String) -> Self {
        let mut hash = vec![0; HASH_LEN];
        let password = password.expose().as_bytes();
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ITERATIONS,
            salt.as_bytes(),
            password,
            &mut hash,
        );
        Self::Hashed { salt, hash }
    }

    /// Returns a migrated hash, or `None` if it is not one of the kinds that PropelAuth accepts.
    pub(crate) fn migrated(hash: SerializableSecret) -> Option<Self> {
        let kinds = ["$2a$", "$2b$", "$2x$", "$2y$", "$argon2"];
        kinds
            .iter()
            .any(|kind| hash.expose().starts_with(kind))
            .then_some(Self::Migrated(hash))
    }

    /// Returns `true` if this is the password. A migrated hash matches no password.
    pub(crate) fn is(&self, password: &str) -> bool {
        match self {
            Self::Hashed { salt, hash } => pbkdf2::verify(
                pbkdf2::PBKDF2_HMAC_SHA256,
                ITERATIONS,
                salt.as_bytes(),
                password.as_bytes(),
                hash,
            )
            .is_ok(),
            Self::Migrated(_) => false,
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::Password;

    #[test]
    fn password_verifies_and_is_redacted() {
        let password = Password::new(&"hünter2 🦀".into(), "salt".to_owned());
        assert!(password.is("hünter2 🦀"));
        assert!(!password.is("hünter2 ") && !password.is(""));
        assert_eq!(format!("{password:?}"), "Password([redacted])");
        let kept = serde_json::to_string(&password).unwrap();
        assert!(!kept.contains("nter2"), "{kept}");
        let read: Password = serde_json::from_str(&kept).unwrap();
        assert!(read.is("hünter2 🦀"));
    }

    #[test]
    fn only_bcrypt_and_argon2_hashes_are_migrated() {
        for hash in ["$2a$14$abc", "$2b$1", "$argon2id$v=19$m=1$x$y", "$argon2i$"] {
            let password = Password::migrated(hash.into()).unwrap();
            assert!(!password.is(hash));
        }
        for hash in ["", "plain", "$1$abc", "5f4dcc3b5aa765d61d8327deb882cf99"] {
            assert!(Password::migrated(hash.into()).is_none(), "{hash}");
        }
    }
}
