//! The published development key pairs.
//!
//! Test users and the emulator sign with them. Their private halves are in this repository, so
//! production builds know the public halves only, to reject every token signed with one of them.

#[cfg(any(feature = "test-util", test))]
mod sign;
#[cfg(feature = "emulator")]
mod verify;

#[cfg(any(feature = "audit", feature = "emulator"))]
pub(crate) use self::sign::sign_with;
#[cfg(any(test, feature = "emulator", all(fuzzing, feature = "test-util")))]
pub(crate) use self::sign::signature_with;
#[cfg(any(feature = "test-util", test))]
pub(crate) use self::sign::{sign, with_invalid_signature};
#[cfg(feature = "emulator")]
pub(crate) use self::verify::{public_numbers, verified_payload};

/// The public keys as PEM text, in the order in which the emulator rotates through them.
pub(crate) const PUBLIC_KEY_PEMS: [&str; 3] = [
    include_str!("dev_public_key.pem"),
    include_str!("dev_public_key_2.pem"),
    include_str!("dev_public_key_3.pem"),
];

/// The published secret with which emulators sign webhooks by default.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_cHJvcGVsYXV0aC1kZXY6IHB1Ymxpc2hlZCBzZWNyZXQ=";
