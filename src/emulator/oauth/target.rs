//! Where the answer to an authorization request goes: to a redirect URI that was found to be the client's.

use url::form_urlencoded;

use super::error::OauthError;
use crate::emulator::web::Reply;

/// A redirect URI to which an answer may be sent, and what every answer contains.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) redirect_uri: String,
    /// What the client sent to recognize the answer.
    pub(crate) state: Option<String>,
    /// Who answers (RFC 9207).
    pub(crate) issuer: Option<String>,
}

impl Target {
    /// Sends the browser back with these parameters.
    pub(crate) fn answer(&self, parameters: &[(&str, &str)]) -> Reply {
        let common = [("state", &self.state), ("iss", &self.issuer)];
        let common = common
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(parameters.iter().copied().chain(common));
        let uri = &self.redirect_uri;
        // Its own query is kept as it is (RFC 6749, 3.1.2).
        let sign = match uri.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        redirect(format!("{uri}{sign}{}", encoded.finish()))
    }

    /// Sends the browser back with an error.
    pub(crate) fn refuse(&self, error: &OauthError) -> Reply {
        self.answer(&[
            ("error", error.code),
            ("error_description", &error.description),
        ])
    }
}

/// Sends the browser elsewhere with the status that PropelAuth sends.
pub(crate) fn redirect(to: String) -> Reply {
    Reply::empty(302)
        .header("location", to)
        // The URL that the browser comes from has a state in it.
        .header("referrer-policy", "no-referrer")
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::emulator::oauth::error::OauthError;

    #[test]
    fn an_answer_is_added_to_the_query() {
        for (redirect_uri, state, location) in [
            ("http://a/cb", None, "http://a/cb?code=c"),
            (
                "http://a/cb",
                Some("x y&z"),
                "http://a/cb?code=c&state=x+y%26z",
            ),
            (
                "http://a/cb?b=%20",
                Some("s"),
                "http://a/cb?b=%20&code=c&state=s",
            ),
            (
                "http://a/cb?",
                Some("\r\n"),
                "http://a/cb?code=c&state=%0D%0A",
            ),
            ("my.app:/cb", Some("ü"), "my.app:/cb?code=c&state=%C3%BC"),
        ] {
            let target = Target {
                redirect_uri: redirect_uri.to_owned(),
                state: state.map(str::to_owned),
                issuer: None,
            };
            let reply = target.answer(&[("code", "c")]);
            assert_eq!((reply.status, reply.headers[0].0), (302, "location"));
            assert_eq!(reply.headers[0].1.expose(), location);
        }
    }

    #[test]
    fn a_refusal_has_the_state_and_the_issuer() {
        let target = Target {
            redirect_uri: "http://a/cb".to_owned(),
            state: Some("s".to_owned()),
            issuer: Some("http://i".to_owned()),
        };
        let reply = target.refuse(&OauthError::new("access_denied", "no"));
        assert_eq!(
            reply.headers[0].1.expose(),
            "http://a/cb?error=access_denied&error_description=no&state=s&iss=http%3A%2F%2Fi"
        );
    }
}
