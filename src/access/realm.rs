//! [`Realm`]: what a challenge says beside the error.

use std::fmt::{self, Write as _};

use super::denied::{Denied, Forbidden};

/// The default realm of challenges ([RFC 9110 §11.5](https://www.rfc-editor.org/rfc/rfc9110#section-11.5)).
pub(crate) const DEFAULT_REALM: &str = "api";

/// What a challenge says of the place that denied.
#[derive(Clone, Copy)]
pub(in crate::access) struct Realm<'a> {
    /// The name ([RFC 9110 §11.5](https://www.rfc-editor.org/rfc/rfc9110#section-11.5)).
    pub(super) name: &'a str,
    /// What a protected resource adds.
    pub(super) resource: Option<&'a ResourceChallenge>,
}

/// What the challenges of a protected resource say: where its metadata is
/// ([RFC 9728 §5.1](https://www.rfc-editor.org/rfc/rfc9728#section-5.1)), and which scopes to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "mcp"), allow(dead_code))] // only protected resources create one
pub(crate) struct ResourceChallenge {
    /// A URL, which has no quotes.
    pub(crate) metadata_url: String,
    /// Scopes with spaces between them, which have no quotes.
    pub(crate) scopes: String,
}

impl Realm<'_> {
    /// The realm of a response that belongs to no project, such as a denial that a handler returns without any
    /// middleware around it. It is replaced if a middleware knows better.
    pub(in crate::access) const DEFAULT: Realm<'static> = Realm {
        name: DEFAULT_REALM,
        resource: None,
    };

    /// Returns the parameters after the error.
    ///
    /// The scopes are those of the operation, and not those that the token has beside them
    /// ([RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
    pub(super) fn parameters(self, denied: &Denied) -> String {
        let mut text = String::new();
        let Some(resource) = self.resource else {
            return text;
        };
        let lacking = match denied {
            Denied::Forbidden(Forbidden::InsufficientScope { required, .. }) => {
                Some(required.join(" "))
            }
            _ => None,
        };
        let scopes = lacking.as_ref().unwrap_or(&resource.scopes);
        if !scopes.is_empty() {
            let _ = write!(text, ", scope=\"{scopes}\"");
        }
        let _ = write!(text, ", resource_metadata=\"{}\"", resource.metadata_url);
        text
    }
}

impl fmt::Display for Realm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "realm=\"{}\"", self.name)
    }
}
