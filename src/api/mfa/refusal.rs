//! Reasons why a step-up fails.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::endpoint::refusal::{Detail, refusals};

refusals! {
    /// The reason why a code from an authenticator app was not exchanged for a grant.
    pub enum VerifyTotpChallengeRefusal {
        /// There is no such user.
        missing 400 | 404 "user_not_found" UserNotFound: "there is no such user";
        /// The user has no authenticator app.
        400 | 403 "mfa_not_enabled" MfaNotEnabled: "the user has not set up an authenticator app";
        /// The code is incorrect, or was already used.
        400 | 403 "incorrect_mfa_code" IncorrectCode: "the code is incorrect";
        /// The project's plan does not include it.
        403 "feature_gated" FeatureGated: "the project's plan does not include step-up MFA";
    }

    /// The reason why a grant is not valid.
    pub enum VerifyStepUpGrantRefusal {
        /// There is no such grant for this user and type of action, or it is no longer valid.
        missing 400 "invalid_request_fields" GrantNotFound(UnknownGrant): "there is no such grant";
        /// The project's plan does not include it.
        403 "feature_gated" FeatureGated: "the project's plan does not include step-up MFA";
    }

    /// The reason why no code was sent.
    pub enum SendSmsMfaCodeRefusal {
        /// There is no such user.
        missing 400 | 404 "user_not_found" UserNotFound: "there is no such user";
        /// The user has no phone as second factor.
        400 | 403 "mfa_not_enabled" MfaNotEnabled: "the user has not set up a phone";
        /// The project's plan does not include it.
        403 "feature_gated" FeatureGated: "the project's plan does not include step-up MFA";
    }

    /// The reason why a code from an SMS was not exchanged for a grant.
    pub enum VerifySmsChallengeRefusal {
        /// There is no such user.
        missing 400 | 404 "user_not_found" UserNotFound: "there is no such user";
        /// The user has no phone as second factor.
        400 | 403 "mfa_not_enabled" MfaNotEnabled: "the user has not set up a phone";
        /// The code is incorrect, was already used, or has expired.
        400 | 403 "incorrect_mfa_code" IncorrectCode: "the code is incorrect";
        /// The project's plan does not include it.
        403 "feature_gated" FeatureGated: "the project's plan does not include step-up MFA";
    }
}

const GRANT: &str = "grant";
const GRANT_NOT_FOUND: &str = "grant_not_found";

/// The response for a grant that does not exist, as opposed to other invalid arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Envelope", into = "Envelope")]
#[non_exhaustive]
pub struct UnknownGrant;

impl Detail for UnknownGrant {}

/// The fields that say so: newer libraries look for the first name, older ones for the second.
#[derive(Serialize, Deserialize)]
struct Envelope {
    #[serde(default)]
    user_facing_error: String,
    #[serde(default)]
    field_errors: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    field_to_errors: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    user_facing_errors: BTreeMap<String, serde_json::Value>,
}

impl TryFrom<Envelope> for UnknownGrant {
    type Error = &'static str;

    fn try_from(envelope: Envelope) -> Result<Self, Self::Error> {
        let says_so = |fields: &BTreeMap<String, serde_json::Value>| match fields.get(GRANT) {
            Some(serde_json::Value::Array(codes)) => codes.iter().any(|it| it == GRANT_NOT_FOUND),
            Some(code) => code == GRANT_NOT_FOUND,
            None => false,
        };
        if says_so(&envelope.field_errors) || says_so(&envelope.field_to_errors) {
            Ok(Self)
        } else {
            Err("something else is wrong")
        }
    }
}

impl From<UnknownGrant> for Envelope {
    fn from(_: UnknownGrant) -> Self {
        let fields = |text: &str| BTreeMap::from([(GRANT.to_owned(), text.into())]);
        Self {
            user_facing_error: "There is no such grant".to_owned(),
            field_errors: fields(GRANT_NOT_FOUND),
            field_to_errors: fields(GRANT_NOT_FOUND),
            user_facing_errors: fields("There is no such grant"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        UnknownGrant, VerifySmsChallengeRefusal, VerifyStepUpGrantRefusal,
        VerifyTotpChallengeRefusal,
    };
    use crate::endpoint::codec::RefusalCodec as _;

    #[test]
    fn a_grant_is_not_found_in_any_spelling_and_nothing_else_is() {
        let read = |body: &str| {
            let code = Some("invalid_request_fields");
            VerifyStepUpGrantRefusal::read(400, code, body.as_bytes())
        };
        let not_found = VerifyStepUpGrantRefusal::GrantNotFound(UnknownGrant);
        for body in [
            r#"{"field_errors":{"grant":"grant_not_found"}}"#,
            r#"{"field_to_errors":{"grant":"grant_not_found"},"field_errors":{}}"#,
            r#"{"field_errors":{"grant":["grant_not_found"]},"is_new":1}"#,
        ] {
            assert_eq!(read(body), Some(not_found.clone()), "{body}");
        }
        for body in [
            "{}",
            r#"{"field_errors":{"user_id":"grant_not_found"}}"#,
            r#"{"field_errors":{"grant":"too_long"}}"#,
            r#"{"field_errors":"grant_not_found"}"#,
            "grant_not_found",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
        let (status, body) = not_found.write();
        assert_eq!(status, 400);
        assert_eq!(read(std::str::from_utf8(&body).unwrap()), Some(not_found));
    }

    #[test]
    fn the_code_tells_what_the_status_does_not() {
        for status in [400, 404] {
            let refusal = VerifyTotpChallengeRefusal::read(status, Some("user_not_found"), b"{}");
            assert_eq!(refusal, Some(VerifyTotpChallengeRefusal::UserNotFound));
        }
        for status in [400, 403] {
            let refusal = VerifySmsChallengeRefusal::read(status, Some("incorrect_mfa_code"), b"");
            assert_eq!(refusal, Some(VerifySmsChallengeRefusal::IncorrectCode));
        }
        let refusal = VerifyTotpChallengeRefusal::read(500, Some("user_not_found"), b"{}");
        assert_eq!(refusal, None);
    }
}
