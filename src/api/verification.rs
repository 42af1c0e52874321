//! The public key that access tokens are verified with.

use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, response::entity},
};

endpoints! {
    /// What a verifier needs to know.
    pub(crate) group VerificationApi;

    /// Fetches the public key of the environment that the integration key belongs to.
    Read GET "/api/v1/token_verification_metadata"
    | GET "/api/backend/v1/token_verification_metadata"
    fetch_token_verification_metadata: FetchTokenVerificationMetadata()
    -> TokenVerificationMetadata | NotFound;
}

entity! {
    /// The public key, which PropelAuth names differently on each of the two paths.
    pub(crate) struct TokenVerificationMetadata {
        required {}
        tolerant {
            verifier_key_pem: Option<String>,
            public_key_pem: Option<String>,
        }
    }
}

impl TokenVerificationMetadata {
    /// Returns the key as PEM text, if the reply had one.
    pub(crate) fn into_pem(self) -> Option<String> {
        self.verifier_key_pem.or(self.public_key_pem)
    }
}
