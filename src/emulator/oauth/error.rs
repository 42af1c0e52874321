//! Errors of OAuth 2: a code for the program, and a sentence for its developer.

use serde_json::json;

use crate::emulator::web::Reply;

/// An error of OAuth 2 (RFC 6749, 4.1.2.1 and 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OauthError {
    pub(crate) code: &'static str,
    pub(crate) description: String,
}

impl OauthError {
    /// Creates an error. Characters that a description cannot have are replaced.
    pub(crate) fn new(code: &'static str, description: impl AsRef<str>) -> Self {
        let is_allowed = |it: &char| matches!(it, ' '..='~') && !['"', '\\'].contains(it);
        let description = description.as_ref().chars();
        Self {
            code,
            description: description
                .map(|it| if is_allowed(&it) { it } else { '?' })
                .collect(),
        }
    }

    pub(crate) fn invalid_request(description: impl AsRef<str>) -> Self {
        Self::new("invalid_request", description)
    }

    pub(crate) fn invalid_client(description: impl AsRef<str>) -> Self {
        Self::new("invalid_client", description)
    }

    pub(crate) fn invalid_grant(description: impl AsRef<str>) -> Self {
        Self::new("invalid_grant", description)
    }

    /// Returns the reply to a client. A client that proved no identity is asked to (RFC 6749, 5.2).
    pub(crate) fn reply(&self) -> Reply {
        let status = match self.code {
            "invalid_client" => 401,
            "server_error" => 500,
            _ => 400,
        };
        let body = json!({ "error": self.code, "error_description": self.description });
        let reply = Reply::json(status, body).header("pragma", "no-cache");
        match status {
            401 => reply.header("www-authenticate", r#"Basic realm="propelauth""#),
            _ => reply,
        }
    }

    /// Returns the page for a browser that must not be sent anywhere, because the client or its redirect URI
    /// is unknown (RFC 6749, 4.1.2.1).
    pub(crate) fn page(&self) -> Reply {
        let (code, description) = (self.code, &self.description);
        Reply::text(400, format!("{code}: {description}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::OauthError;

    #[test]
    fn a_description_has_no_forbidden_characters() {
        let error = OauthError::invalid_request("a \"b\" \\ ü \n c");
        assert_eq!(error.description, "a ?b? ? ? ? c");
    }

    #[test]
    fn only_unknown_clients_are_asked_for_their_identity() {
        for (error, status) in [
            (OauthError::invalid_request("x"), 400),
            (OauthError::invalid_grant("x"), 400),
            (OauthError::invalid_client("x"), 401),
            (OauthError::new("server_error", "x"), 500),
        ] {
            let reply = error.reply();
            assert_eq!(reply.status, status);
            let asks = reply
                .headers
                .iter()
                .any(|(name, _)| *name == "www-authenticate");
            assert_eq!(asks, status == 401);
        }
    }
}
