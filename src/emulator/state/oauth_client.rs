//! Clients of OAuth: who may ask for codes, where they are sent, and how the client proves its identity.

use std::collections::BTreeSet;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::Serialize;

use crate::{
    emulator::state::{
        LoopbackPorts,
        ids::uuid_from_names,
        redirect_uri::{self, matches},
    },
    words::secret::Secret,
};

/// A client of OAuth 2 to add to an [`Emulator`](crate::emulator::Emulator): an application that logs its
/// users in with OAuth 2 or OpenID Connect.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, NewOauthClient};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = NewOauthClient::new(["http://localhost:3000/callback"])
///     .client_id("my-app")
///     .secret("my-secret");
/// let emulator = Emulator::builder().oauth_client(client).start().await?;
/// assert_eq!(emulator.oauth_clients()[0].client_id, "my-app");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is added by `Emulator::add_oauth_client`"]
pub struct NewOauthClient {
    client_id: Option<String>,
    name: String,
    secret: Option<Secret>,
    redirect_uris: Vec<String>,
}

impl NewOauthClient {
    /// Creates a client with these redirect URIs. `*` as one label of a host name, with two or more labels
    /// after it, stands for any label.
    pub fn new<U: Into<String>>(redirect_uris: impl IntoIterator<Item = U>) -> Self {
        Self {
            client_id: None,
            name: String::new(),
            secret: None,
            redirect_uris: redirect_uris.into_iter().map(Into::into).collect(),
        }
    }

    /// Sets the id. By default, one that depends on the redirect URIs.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the name, which people see. By default, the id.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the secret. By default, one that depends on the id.
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Returns the client, or the reason if a setting is invalid.
    pub(crate) fn build(self) -> Result<OauthClient, String> {
        let uris = &self.redirect_uris;
        if uris.is_empty() {
            return Err("an OAuth client needs a redirect URI".to_owned());
        }
        uris.iter().try_for_each(|uri| redirect_uri::check(uri))?;
        if uris.iter().collect::<BTreeSet<_>>().len() < uris.len() {
            return Err("an OAuth client has the same redirect URI twice".to_owned());
        }
        let client_id = self
            .client_id
            .unwrap_or_else(|| hex(&["OAuth client", &uris.join(" ")]));
        if !is_visible(&client_id) {
            return Err(format!(
                "the client id {client_id:?} is empty, too long, or has characters other than visible ASCII"
            ));
        }
        let secret = self.secret.unwrap_or_else(|| {
            let part = |name| hex(&["secret of an OAuth client", name, &client_id]);
            format!("{}{}", part("one"), part("two")).into()
        });
        if !is_visible(secret.expose()) {
            return Err(format!(
                "the secret of the OAuth client {client_id:?} is empty, too long, or has characters other \
                 than visible ASCII"
            ));
        }
        Ok(OauthClient {
            name: match self.name.is_empty() {
                true => client_id.clone(),
                false => self.name,
            },
            client_id,
            redirect_uris: self.redirect_uris,
            secret: Some(secret),
        })
    }
}

/// A client of OAuth 2 of an [`Emulator`](crate::emulator::Emulator).
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OauthClient {
    /// The id.
    pub client_id: String,
    /// The name, which people see.
    pub name: String,
    /// The redirect URIs, some of which may have `*` as a label.
    pub redirect_uris: Vec<String>,
    /// `None` for a client that cannot keep one.
    #[serde(skip)]
    pub(crate) secret: Option<Secret>,
}

impl OauthClient {
    /// Returns the secret, or an empty text for a client that has none.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.secret.as_ref().map_or("", Secret::expose)
    }

    /// Returns `true` if codes may be sent to a URI.
    pub(crate) fn allows_redirect(&self, uri: &str, ports: LoopbackPorts) -> bool {
        let mut registered = self.redirect_uris.iter();
        registered.any(|it| matches(it, uri, ports))
    }

    /// Returns `true` if this is the secret of the client, in a time that does not depend on how much of it
    /// is right.
    pub(crate) fn has_secret(&self, given: &Secret) -> bool {
        let secret = self.secret.as_ref();
        secret.is_some_and(|own| {
            verify_slices_are_equal(own.expose().as_bytes(), given.expose().as_bytes()).is_ok()
        })
    }
}

fn is_visible(text: &str) -> bool {
    (1..=500).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns 32 hexadecimal digits, as PropelAuth's client ids have.
fn hex(names: &[&str]) -> String {
    uuid_from_names(names).replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::NewOauthClient;
    use crate::emulator::state::LoopbackPorts;

    #[test]
    fn ids_and_secrets_stay_the_same_from_run_to_run() {
        let client = || {
            NewOauthClient::new(["http://localhost:3000/cb"])
                .build()
                .unwrap()
        };
        let other = NewOauthClient::new(["http://localhost:3001/cb"])
            .build()
            .unwrap();
        assert_eq!(client().client_id, client().client_id);
        assert_eq!(client().secret(), client().secret());
        assert_eq!(
            (client().client_id.len(), client().secret().len()),
            (32, 64)
        );
        assert_ne!(client().client_id, other.client_id);
        assert_ne!(client().secret(), other.secret());
        assert!(client().has_secret(&client().secret().into()));
        for wrong in ["", "x", other.secret(), &client().secret().to_uppercase()] {
            assert!(!client().has_secret(&wrong.into()), "{wrong}");
        }
        assert!(!format!("{:?}", client()).contains(client().secret()));
        let json = serde_json::to_string(&client()).unwrap();
        assert!(!json.contains(client().secret()), "{json}");
    }

    #[test]
    fn invalid_clients_are_refused() {
        let fit = || NewOauthClient::new(["https://a.example/cb"]);
        assert!(fit().client_id("a").secret("b").build().is_ok());
        for client in [
            NewOauthClient::new([""; 0]),
            NewOauthClient::new([""]),
            NewOauthClient::new(["https://a.example/cb", "https://a.example/cb"]),
            NewOauthClient::new(["https://a.example/cb", "javascript:x"]),
            fit().client_id(""),
            fit().client_id("a b"),
            fit().client_id("a".repeat(501)),
            fit().secret(""),
            fit().secret("ключ"),
        ] {
            let told = format!("{client:?}");
            assert!(client.build().is_err(), "{told}");
        }
    }

    #[test]
    fn a_client_has_several_redirect_uris() {
        let uris = ["http://127.0.0.1:1/cb", "https://*.example.com/cb"];
        let client = NewOauthClient::new(uris).build().unwrap();
        for (uri, ports, is_allowed) in [
            ("http://127.0.0.1:1/cb", LoopbackPorts::ToTheLetter, true),
            ("http://127.0.0.1:2/cb", LoopbackPorts::ToTheLetter, false),
            ("http://127.0.0.1:2/cb", LoopbackPorts::Any, true),
            ("https://a.example.com/cb", LoopbackPorts::ToTheLetter, true),
            ("https://example.com/cb", LoopbackPorts::Any, false),
        ] {
            assert_eq!(client.allows_redirect(uri, ports), is_allowed, "{uri}");
        }
    }
}
