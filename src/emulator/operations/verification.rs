//! Fetching the verifier key.

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
        // Both field names on both paths, because libraries differ in which one they read.
        Ok(TokenVerificationMetadata {
            verifier_key_pem: Some(pem.to_owned()),
            public_key_pem: Some(pem.to_owned()),
        })
    }
}
