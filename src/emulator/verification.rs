//! The key that verifies the emulator's tokens.

use super::{
    dispatch::{Handle, Rejection},
    store::Store,
};
use crate::api::{FetchTokenVerificationMetadata, NotFound, TokenVerificationMetadata};

/// The public half of the development key.
pub(super) const VERIFIER_KEY: &str = include_str!("../access/dev_public_key.pem");

impl Handle<FetchTokenVerificationMetadata> for Store {
    fn handle(
        &mut self,
        _: FetchTokenVerificationMetadata,
    ) -> Result<TokenVerificationMetadata, Rejection<NotFound>> {
        // Both names on both paths, as libraries differ in which they read where.
        Ok(TokenVerificationMetadata {
            verifier_key_pem: Some(VERIFIER_KEY.to_owned()),
            public_key_pem: Some(VERIFIER_KEY.to_owned()),
        })
    }
}
