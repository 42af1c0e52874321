//! The key that signs the emulator's tokens, and the one that verifies them.

use crate::{
    api::{FetchTokenVerificationMetadata, NotFound, TokenVerificationMetadata},
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
};

impl Handler<FetchTokenVerificationMetadata> for Store {
    fn handle(
        &mut self,
        _: FetchTokenVerificationMetadata,
    ) -> Result<TokenVerificationMetadata, Rejection<NotFound>> {
        let pem = self.signing_key.verifier_key();
        // Both names on both paths, as libraries differ in which they read where.
        Ok(TokenVerificationMetadata {
            verifier_key_pem: Some(pem.to_owned()),
            public_key_pem: Some(pem.to_owned()),
        })
    }
}
