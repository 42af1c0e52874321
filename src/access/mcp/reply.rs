//! What PropelAuth answers about a token ([RFC 7662 §2.2](https://www.rfc-editor.org/rfc/rfc7662#section-2.2)), and
//! what of it is believed.
//!
//! | answer | verdict |
//! |---|---|
//! | `active` is not `true` | denied: the token is unknown, expired or revoked |
//! | no `sub`, or an empty one; an `org_id` that is empty | denied: the answer is unclear |
//! | `aud` is missing, or names other resources only | denied: the token is for another resource |
//! | `exp` is past, or `nbf` is in the future | denied |
//! | anything else | the caller |

use serde_json::Value;

use super::{caller::Facts, scope::Scopes};
use crate::{
    access::{denied::InvalidToken, token::audience},
    words::{
        ids::{OrgId, UserId},
        strict_json::strict_json_object,
    },
};

strict_json_object! {
    /// The answer about a token. A member that is `null` says as little as one that is missing.
    #[derive(Debug, Default)]
    pub(crate) struct IntrospectionReply {
        active: bool,
        scope: Option<String> = or_default,
        client_id: Option<String> = or_default,
        username: Option<String> = or_default,
        email: Option<String> = or_default,
        sub: Option<String> = or_default,
        exp: Option<f64> = or_default,
        nbf: Option<f64> = or_default,
        aud: Option<Value> = or_default,
        org_id: Option<OrgId> = or_default,
        org_role: Option<String> = or_default,
    }
}

impl IntrospectionReply {
    /// Returns the caller that a token for a resource is of.
    ///
    /// # Errors
    ///
    /// Returns why the token is not valid for this resource at this time.
    pub(super) fn check(self, resource: &str, unix_seconds: f64) -> Result<Facts, InvalidToken> {
        if !self.active {
            return Err(InvalidToken::Inactive);
        }
        let unclear = |what: &str| InvalidToken::Claims(what.to_owned());
        let user_id = self.sub.filter(|sub| !sub.is_empty());
        let user_id = user_id.ok_or_else(|| unclear("the answer about the token has no `sub`"))?;
        if self.org_id.as_ref().is_some_and(|id| id.is_empty()) {
            return Err(unclear("the answer about the token has an empty `org_id`"));
        }
        audience::check(self.aud.as_ref(), resource)?;
        // Compared so that what is not a number denies.
        if !self.exp.is_none_or(|exp| unix_seconds < exp) {
            return Err(InvalidToken::Expired);
        }
        if !self.nbf.is_none_or(|nbf| nbf <= unix_seconds) {
            return Err(InvalidToken::NotYetValid);
        }
        Ok(Facts {
            user_id: UserId::from(user_id),
            username: self.username,
            email: self.email,
            client_id: self.client_id,
            scopes: Scopes::read(self.scope.as_deref().unwrap_or_default()),
            // A role without an organization says nothing.
            org_role: self.org_role.filter(|_| self.org_id.is_some()),
            org_id: self.org_id,
            expires_at: self.exp,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::IntrospectionReply;
    use crate::access::{denied::InvalidToken, mcp::caller::Facts};

    const US: &str = "https://api.example.com/mcp";

    fn check(reply: &Value) -> Result<Facts, InvalidToken> {
        let reply: IntrospectionReply = serde_json::from_value(reply.clone()).unwrap();
        reply.check(US, 1000.0)
    }

    #[test]
    fn what_is_missing_or_of_another_resource_denies() {
        let whole = json!({"active": true, "sub": "u-1", "aud": US, "exp": 1001, "scope": "a b",
            "client_id": "c", "org_id": "o-1", "org_role": "Admin", "unknown": {"a": [1]}});
        let facts = check(&whole).unwrap();
        assert_eq!(facts.scopes.to_string(), "a b");
        assert_eq!(facts.org_role.as_deref(), Some("Admin"));
        let with = |name: &str, value: Value| {
            let mut reply = whole.clone();
            reply[name] = value;
            check(&reply).map(drop)
        };
        let without = |name: &str| {
            let mut reply = whole.clone();
            reply.as_object_mut().unwrap().remove(name);
            check(&reply).map(drop)
        };
        assert_eq!(with("active", json!(false)), Err(InvalidToken::Inactive));
        for outcome in [
            without("sub"),
            with("sub", json!("")),
            with("org_id", json!("")),
        ] {
            assert!(
                matches!(outcome, Err(InvalidToken::Claims(_))),
                "{outcome:?}"
            );
        }
        for aud in [
            json!("https://api.example.com"),
            json!("https://api.example.com/mcp/"),
            json!("https://api.example.com/MCP"),
            json!([]),
            json!(["https://evil.example"]),
            json!(""),
        ] {
            let outcome = with("aud", aud);
            assert!(
                matches!(outcome, Err(InvalidToken::Audience { .. })),
                "{outcome:?}"
            );
        }
        assert!(matches!(without("aud"), Err(InvalidToken::Audience { .. })));
        assert!(matches!(
            with("aud", json!({})),
            Err(InvalidToken::Claims(_))
        ));
        assert_eq!(with("aud", json!([US])), Ok(()));
        assert_eq!(with("exp", json!(1000)), Err(InvalidToken::Expired));
        assert_eq!(with("nbf", json!(1001)), Err(InvalidToken::NotYetValid));
        for optional in ["scope", "client_id", "exp", "org_id", "org_role"] {
            assert_eq!(without(optional), Ok(()), "{optional}");
        }
        let mut no_org = whole.clone();
        no_org.as_object_mut().unwrap().remove("org_id");
        assert_eq!(check(&no_org).unwrap().org_role, None);
    }

    #[test]
    fn an_answer_that_says_something_twice_or_not_clearly_is_none() {
        for text in [
            r#"{"active": true, "active": false}"#,
            r#"{"active": "true"}"#,
            r#"{"active": 1}"#,
            r#"{}"#,
            "[]",
            "null",
            r#"{"active": true, "sub": 1}"#,
            r#"{"active": true, "scope": ["a"]}"#,
            r#"{"active": true, "exp": "1"}"#,
            r#"{"active": true, "sub": "a", "\u0073ub": "b"}"#,
        ] {
            let reply = serde_json::from_str::<IntrospectionReply>(text);
            assert!(reply.is_err(), "{text}");
        }
    }
}
