//! The public key that verifies access tokens.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, response::entity},
};

endpoints! {
    /// Fetches the settings for verifying access tokens.
    pub(crate) group VerificationApi;

    /// Fetches the public key of the environment that the integration key belongs to.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if the environment has no key.
    Read GET "/api/v1/token_verification_metadata"
    | GET "/api/backend/v1/token_verification_metadata"
    fetch_token_verification_metadata: FetchTokenVerificationMetadata()
    -> TokenVerificationMetadata | NotFound;
}

entity! {
    /// The public key, which has a different field name on each of the two paths.
    pub(crate) struct TokenVerificationMetadata {
        required {}
        tolerant {
            verifier_key_pem: Option<String>,
            public_key_pem: Option<String>,
        }
    }
}

impl TokenVerificationMetadata {
    /// Returns the key as PEM text, if the response has one.
    pub(crate) fn into_pem(self) -> Option<String> {
        self.verifier_key_pem.or(self.public_key_pem)
    }
}
