//! The parameters of a request: none of them twice, and empty ones as if they were not there
//! (RFC 6749, 3.1 and 3.2).

use super::error::OauthError;
use crate::emulator::web::WebRequest;

/// The maximum length of a parameter, in bytes.
const MAX_LEN: usize = 4096;

/// The parameters of a request.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query.
    pub(crate) fn query(request: &WebRequest) -> Self {
        Self(request.query_pairs())
    }

    /// Reads the body, which is a form.
    pub(crate) fn form(request: &WebRequest) -> Result<Self, OauthError> {
        let content_type = request.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OauthError::invalid_request(
                "the Content-Type is not application/x-www-form-urlencoded, which is how OAuth sends a form",
            ));
        }
        Ok(Self(request.form_pairs()))
    }

    /// Returns a parameter, if it was sent and is not empty.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&str>, OauthError> {
        let mut values = self.0.iter().filter(|(found, _)| found == name);
        let Some((_, value)) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(OauthError::invalid_request(format!(
                "the parameter {name} was sent more than once"
            )));
        }
        if value.len() > MAX_LEN {
            return Err(OauthError::invalid_request(format!(
                "the parameter {name} is longer than {MAX_LEN} bytes"
            )));
        }
        Ok((!value.is_empty()).then_some(value))
    }

    /// Returns a parameter that has to be sent.
    pub(crate) fn require(&self, name: &str) -> Result<&str, OauthError> {
        self.get(name)?
            .ok_or_else(|| OauthError::invalid_request(format!("the parameter {name} is missing")))
    }

    /// Returns the words of a parameter that is a list of words, each once.
    pub(crate) fn words(&self, name: &str) -> Result<Vec<&str>, OauthError> {
        let mut words: Vec<&str> = Vec::new();
        for word in self.get(name)?.unwrap_or_default().split(' ') {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        Ok(words)
    }
}
