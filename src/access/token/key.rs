//! The public key that access tokens are verified with.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use jsonwebtoken::crypto::aws_lc;

pub(crate) use crate::dev_keys::PUBLIC_KEY_PEMS as DEV_PUBLIC_KEY_PEMS;

/// The smallest and the largest RSA key that is accepted, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A public RSA key that passed its checks.
#[derive(Clone)]
pub(crate) struct VerifierKey {
    key: ParsedPublicKey,
    modulus: Vec<u8>,
    id: KeyId,
}

/// Tells one reading of a key from another, in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyId(u64);

/// What is wrong with a verifier key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is no PEM.
    #[error(
        "it is not PEM: {0}. It must start with -----BEGIN PUBLIC KEY----- and keep its line \
         breaks, as such or written as \\n"
    )]
    NotPem(String),
    /// The PEM holds a private key.
    #[error(
        "it is a private key. PropelAuth's dashboard shows the public one under Backend \
         Integration; treat the private one as leaked"
    )]
    PrivateKey,
    /// The PEM holds something else.
    #[error("it is a PEM of {0:?}; expected PUBLIC KEY or RSA PUBLIC KEY")]
    OtherPem(String),
    /// The PEM holds no RSA key that can be read.
    #[error("it is not an RSA public key; PropelAuth signs with RS256, which needs one")]
    NotRsa,
    /// The RSA key is too small or too large.
    #[error("its modulus has {0} bits; accepted are 2048 to 8192")]
    Size(usize),
    /// The public exponent is too small or even.
    #[error("its public exponent is weak; expected 65537")]
    Exponent,
    /// The key was made by a generator whose keys can be factored.
    #[error(
        "its modulus has the mark of a broken key generator (ROCA, CVE-2017-15361); whoever sees \
         the key can compute its private half"
    )]
    Roca,
}

impl VerifierKey {
    /// Reads and checks a key: PKCS#1 or SPKI, line breaks as such or as a literal `\n`.
    pub(crate) fn from_pem(text: &str) -> Result<Self, KeyError> {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);

        let text = text.trim().replace("\\r", "").replace("\\n", "\n");
        let block = pem::parse(text).map_err(|error| KeyError::NotPem(error.to_string()))?;
        match block.tag() {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {}
            tag if tag.ends_with("PRIVATE KEY") => return Err(KeyError::PrivateKey),
            tag => return Err(KeyError::OtherPem(tag.to_owned())),
        }
        let components = aws_lc::DEFAULT_PROVIDER
            .key_utils
            .rsa_pub_components_from_public_key;
        let (modulus, exponent) = components(block.contents()).map_err(|_| KeyError::NotRsa)?;
        let bits = bit_length(&modulus);
        if !MODULUS_BITS.contains(&bits) {
            return Err(KeyError::Size(bits));
        }
        let is_odd = exponent.last().is_some_and(|byte| byte % 2 == 1);
        if bit_length(&exponent) < 17 || !is_odd {
            return Err(KeyError::Exponent);
        }
        if is_roca_vulnerable(&modulus) {
            return Err(KeyError::Roca);
        }
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, block.contents());
        Ok(Self {
            key: key.map_err(|_| KeyError::NotRsa)?,
            modulus,
            id: KeyId(NEXT_ID.fetch_add(1, Ordering::Relaxed)),
        })
    }

    /// Returns what tells this key from the one before and the one after.
    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    /// Tells whether this is an RS256 signature of the message under this key.
    ///
    /// Done with the library beneath jsonwebtoken, which would parse the key again for each
    /// token, and which panics when no process-wide provider is installed or two are compiled in.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }

    /// Tells whether anyone can sign for this key, as its private half is published.
    pub(crate) fn is_development_key(&self) -> bool {
        let mut published = DEV_PUBLIC_KEY_PEMS.iter();
        published.any(|pem| Self::from_pem(pem).is_ok_and(|dev| dev == *self))
    }
}

impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        self.modulus == other.modulus
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey(RSA {} bits)", bit_length(&self.modulus))
    }
}

fn bit_length(big_endian: &[u8]) -> usize {
    let mut bytes = big_endian.iter().skip_while(|byte| **byte == 0);
    bytes.next().map_or(0, |first| {
        let rest = bytes.count();
        rest * 8 + (8 - first.leading_zeros() as usize)
    })
}

/// Tells whether the remainder of a modulus by every small prime is a power of 65537, as with all
/// keys of the generator of CVE-2017-15361. For another key the odds are 1 to 2^154.
fn is_roca_vulnerable(big_endian: &[u8]) -> bool {
    const PRIMES: [u64; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let remainder = big_endian
            .iter()
            .fold(0, |so_far, byte| (so_far * 256 + u64::from(*byte)) % prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * 65537 % prime;
            power == remainder
        })
    })
}
