//! The identifier of a protected resource ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)), and the
//! address of its metadata ([RFC 9728 §3.1](https://www.rfc-editor.org/rfc/rfc9728#section-3.1)).

use url::Url;

use crate::access::token::loopback::is_loopback;

/// What is put between the host and the path of a resource.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The identifier of a resource, as tokens and metadata spell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResourceUrl {
    /// As the application wrote it. Tokens are compared with it byte by byte.
    pub(super) text: String,
    /// The path of the metadata, on the host of the resource.
    pub(super) metadata_path: String,
    /// The whole address of the metadata.
    pub(super) metadata_url: String,
}

impl ResourceUrl {
    /// Checks an identifier.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it, and what to write.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let example = "write the address of the MCP server as clients know it, such as https://api.example.com/mcp";
        let url = Url::parse(text).map_err(|_| format!("not a URL: {example}"))?;
        if !url.has_host() || !matches!(url.scheme(), "http" | "https") {
            return Err(format!("not an https URL: {example}"));
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(
                "http, and anyone on the way could read the tokens: write https".to_owned(),
            );
        }
        let is_plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_plain {
            return Err("with a user, a query or a fragment: leave that out".to_owned());
        }
        // Another spelling of the same address would never be the audience of a token.
        let normal = url.as_str();
        let is_normal = normal == text || normal.strip_suffix('/') == Some(text);
        if !is_normal {
            return Err(format!(
                "spelled otherwise than clients do: write {}",
                normal.trim_end_matches('/')
            ));
        }
        let metadata_path = match url.path() {
            "/" => WELL_KNOWN.to_owned(),
            path => format!("{WELL_KNOWN}{path}"),
        };
        Ok(Self {
            text: text.to_owned(),
            metadata_url: format!("{}{metadata_path}", url.origin().ascii_serialization()),
            metadata_path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceUrl;

    #[test]
    fn the_metadata_is_between_the_host_and_the_path() {
        for (text, metadata) in [
            (
                "https://api.example.com",
                "https://api.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://api.example.com/",
                "https://api.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://api.example.com/mcp",
                "https://api.example.com/.well-known/oauth-protected-resource/mcp",
            ),
            (
                "https://api.example.com:8443/a/b",
                "https://api.example.com:8443/.well-known/oauth-protected-resource/a/b",
            ),
            (
                "http://127.0.0.1:8000/mcp",
                "http://127.0.0.1:8000/.well-known/oauth-protected-resource/mcp",
            ),
        ] {
            let url = ResourceUrl::new(text).unwrap();
            assert_eq!((&*url.text, &*url.metadata_url), (text, metadata));
            assert!(url.metadata_url.ends_with(&url.metadata_path));
        }
    }

    #[test]
    fn what_could_never_be_the_audience_of_a_token_is_refused() {
        for (text, part) in [
            ("", "not a URL"),
            ("/mcp", "not a URL"),
            ("api.example.com/mcp", "not a URL"),
            ("ftp://api.example.com/mcp", "not an https URL"),
            ("http://api.example.com/mcp", "write https"),
            ("https://user@api.example.com/mcp", "leave that out"),
            ("https://api.example.com/mcp?a=1", "leave that out"),
            ("https://api.example.com/mcp#a", "leave that out"),
            ("https://API.example.com/mcp", "https://api.example.com/mcp"),
            (
                "https://api.example.com:443/mcp",
                "https://api.example.com/mcp",
            ),
            (
                "https://api.example.com/a/../mcp",
                "https://api.example.com/mcp",
            ),
            (
                " https://api.example.com/mcp",
                "https://api.example.com/mcp",
            ),
        ] {
            let problem = ResourceUrl::new(text).unwrap_err();
            assert!(problem.contains(part), "{text:?}: {problem}");
        }
    }
}
