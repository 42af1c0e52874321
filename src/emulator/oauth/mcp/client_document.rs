//! Clients whose id is the URL of a document about them, which is fetched when they ask for the first time.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::emulator::{
    state::{OauthClient, Store, redirect_uri},
    web::WebRequest,
};

/// The longest document, in bytes.
pub(crate) const LONGEST: usize = 16 * 1024;
/// The longest name of a client, in bytes.
const LONGEST_NAME: usize = 200;

/// What a document says of a client. Members that mean nothing here are ignored.
#[derive(Deserialize)]
struct Document {
    client_id: String,
    #[serde(default)]
    client_name: Option<String>,
    redirect_uris: Vec<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
}

/// Returns `true` if a client id is the URL of a document: https with a path, or, because this is an emulator, http on
/// this machine.
pub(crate) fn is_document_url(client_id: &str) -> bool {
    let Ok(url) = Url::parse(client_id) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let is_allowed = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    // The id is compared to the letter, so that another spelling of the same URL is another client.
    is_allowed && is_plain && url.path() != "/" && url.as_str() == client_id
}

/// Returns the document that has to be fetched before a request can be answered.
pub(crate) fn to_fetch(store: &Store, request: &WebRequest) -> Option<Url> {
    let client_id = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/oauth/2.1/authorize") => request.query("client_id"),
        ("POST", "/oauth/2.1/token") => request.form("client_id"),
        _ => None,
    }?;
    // Others must not make an exposed emulator ask what only this machine reaches.
    let is_allowed = !store.project.is_exposed || client_id.starts_with("https://");
    let is_due = is_document_url(&client_id)
        && is_allowed
        && !store.knows_mcp_document(&client_id)
        && store.project.oauth_client(&client_id).is_none();
    is_due.then(|| Url::parse(&client_id).ok()).flatten()
}

/// Keeps what was fetched.
pub(crate) fn keep(store: &mut Store, url: &Url, fetched: Result<Vec<u8>, String>) {
    let client = fetched.and_then(|body| read(url.as_str(), &body));
    store.keep_mcp_document(url.as_str().to_owned(), client);
}

/// Returns why there is no client with this id.
///
/// An exposed emulator says the same for every reason, which would tell others what it reaches.
pub(super) fn problem(store: &Store, url: &str) -> String {
    if store.project.is_exposed {
        return "the client_id is the URL of a document about the client, which is of no use: the log of the \
                emulator has the reason"
            .to_owned();
    }
    let why = store.mcp_document_problem(url);
    let why = why.unwrap_or("it was not fetched");
    format!("the client_id is the URL of a document about the client, which is of no use: {why}")
}

/// Reads a document, which must be about its own URL.
fn read(url: &str, body: &[u8]) -> Result<OauthClient, String> {
    // serde would read a list as the members in their order.
    let document = serde_json::from_slice::<Map<String, Value>>(body)
        .and_then(|members| serde_json::from_value::<Document>(members.into()))
        .map_err(|_| "it is not a JSON object with client_id and redirect_uris".to_owned())?;
    if document.client_id != url {
        return Err("its client_id is not the URL that it was fetched from".to_owned());
    }
    if document.redirect_uris.is_empty() {
        return Err("it has no redirect_uris".to_owned());
    }
    for uri in &document.redirect_uris {
        redirect_uri::check_introduced(uri)?;
    }
    let method = document.token_endpoint_auth_method.as_deref();
    if method.is_some_and(|method| method != "none") {
        return Err(
            "its token_endpoint_auth_method is not none: the emulator knows no keys of clients"
                .to_owned(),
        );
    }
    let name = document.client_name.unwrap_or_default();
    if name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(
            "its client_name is longer than 200 bytes, or has control characters".to_owned(),
        );
    }
    Ok(OauthClient {
        client_id: url.to_owned(),
        name,
        redirect_uris: document.redirect_uris,
        secret: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{is_document_url, read};

    #[test]
    fn only_a_url_with_a_path_that_is_spelled_as_it_is_fetched_is_a_document() {
        for url in [
            "https://app.example.com/client.json",
            "https://app.example.com/a?b=c",
            "http://127.0.0.1:9000/client",
            "http://localhost:9000/client",
            "http://[::1]:9/client",
        ] {
            assert!(is_document_url(url), "{url}");
        }
        for url in [
            "",
            "client",
            "https://app.example.com",
            "https://app.example.com/",
            "http://app.example.com/client.json",
            "http://localhost.example.com/client",
            "https://app.example.com/client#a",
            "https://user@app.example.com/client",
            "https://app.example.com/a/../client",
            "HTTPS://app.example.com/client",
            "https://app.example.com:443/client",
            "file:///client",
        ] {
            assert!(!is_document_url(url), "{url}");
        }
    }

    #[test]
    fn a_document_is_about_its_own_url_and_has_no_secret() {
        let url = "https://app.example.com/client";
        let of = |text: &str| read(url, text.as_bytes());
        let good = r#"{"client_id": "https://app.example.com/client", "redirect_uris": ["http://localhost/cb"],
            "token_endpoint_auth_method": "none", "client_name": "App", "logo_uri": "x"}"#;
        assert_eq!(of(good).unwrap().name, "App");
        for bad in [
            "",
            "[]",
            r#"["https://app.example.com/client", "App", ["http://localhost/cb"], "none"]"#,
            r#"{"client_id": "https://app.example.com/client"}"#,
            r#"{"client_id": "https://app.example.com/client", "redirect_uris": []}"#,
            r#"{"client_id": "https://app.example.com/client", "redirect_uris": ["javascript:1"]}"#,
            r#"{"client_id": "https://app.example.com/client", "redirect_uris": ["https://*.a.b/"]}"#,
            r#"{"client_id": "https://app.example.com/other", "redirect_uris": ["http://localhost/cb"]}"#,
            r#"{"client_id": "https://app.example.com/client", "redirect_uris": ["http://localhost/cb"],
                "token_endpoint_auth_method": "private_key_jwt"}"#,
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
