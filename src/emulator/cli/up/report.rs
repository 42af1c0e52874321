//! The report that the program prints when it is ready.

use std::{borrow::Cow, path::Path};

use serde::Serialize;

/// Everything that a service needs to use the emulator.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) auth_url: &'a str,
    /// Where a browser finds the pages.
    pub(super) pages_url: &'a str,
    pub(super) api_key: &'a str,
    pub(super) issuer: &'a str,
    pub(super) verifier_key: &'a str,
    pub(super) webhook_secret: &'a str,
    #[serde(flatten)]
    pub(super) proxy: Option<ProxyReport<'a>>,
}

#[derive(Serialize)]
pub(super) struct ProxyReport<'a> {
    pub(super) proxy_url: &'a str,
    pub(super) ca_file: &'a Path,
}

impl Report<'_> {
    /// Returns the report as one line of JSON.
    pub(super) fn json(&self) -> String {
        let line = serde_json::to_string(self);
        // Only a path that is not valid Unicode cannot be serialized.
        line.unwrap_or_else(|error| format!(r#"{{"error":"{error}"}}"#)) + "\n"
    }

    /// Returns the environment of a service.
    pub(super) fn variables(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        [self.service(), self.sdk()].concat()
    }

    fn service(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let mut service = vec![
            ("PROPELAUTH_AUTH_URL", Cow::from(self.auth_url)),
            ("PROPELAUTH_API_KEY", Cow::from(self.api_key)),
            ("PROPELAUTH_EMULATOR", Cow::from("1")),
            ("PROPELAUTH_WEBHOOK_SECRET", Cow::from(self.webhook_secret)),
        ];
        if self.issuer != self.auth_url {
            service.push(("PROPELAUTH_ISSUER", Cow::from(self.issuer)));
        }
        service
    }

    fn sdk(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let Some(ProxyReport { proxy_url, ca_file }) = &self.proxy else {
            return Vec::new();
        };
        let ca_file = ca_file.to_string_lossy();
        vec![
            ("HTTPS_PROXY", Cow::from(*proxy_url)),
            ("REQUESTS_CA_BUNDLE", Cow::clone(&ca_file)),
            ("SSL_CERT_FILE", ca_file),
        ]
    }

    /// Returns the report as text to read, with lines to paste into a shell.
    pub(super) fn text(&self) -> String {
        let Self {
            auth_url,
            pages_url,
            api_key,
            issuer,
            verifier_key,
            ..
        } = self;
        let mut text = format!(
            "PropelAuth emulator, serving until Ctrl-C. It protects nothing.\n\n  \
             auth URL    {auth_url}\n  \
             API key     {api_key}\n  \
             issuer      {issuer}\n  \
             login page  {pages_url}/login\n  \
             dashboard   {pages_url}/dashboard\n\n\
             # a service with actix-web-propelauth\n{}\n",
            exports(&self.service())
        );
        let sdk = self.sdk();
        if !sdk.is_empty() {
            text += &format!(
                "# a service with PropelAuth's official SDK for Python or Rust; the file has the usual roots, \
                 too\n{}\n",
                exports(&sdk)
            );
        }
        text + "The verifier key of its tokens:\n\n" + verifier_key.trim_end() + "\n"
    }
}

fn exports(variables: &[(&str, Cow<'_, str>)]) -> String {
    variables
        .iter()
        .map(|(name, value)| format!("export {name}={}\n", quoted(value)))
        .collect()
}

/// Quotes a value for a shell, if necessary.
fn quoted(value: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:@%+,".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        return Cow::from(value);
    }
    Cow::from(format!("'{}'", value.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ProxyReport, Report};

    fn report<'a>(issuer: &'a str, proxy: Option<ProxyReport<'a>>) -> Report<'a> {
        Report {
            auth_url: "http://127.0.0.1:9100",
            pages_url: "http://localhost:9100",
            api_key: "it's a key",
            issuer,
            webhook_secret: "whsec_c2VjcmV0",
            verifier_key: "-----BEGIN PUBLIC KEY-----\n",
            proxy,
        }
    }

    #[test]
    fn the_text_can_be_pasted() {
        let text = report("http://127.0.0.1:9100", None).text();
        assert!(text.contains("\nexport PROPELAUTH_AUTH_URL=http://127.0.0.1:9100\n"));
        assert!(text.contains("\nexport PROPELAUTH_API_KEY='it'\\''s a key'\n"));
        assert!(text.contains("\nexport PROPELAUTH_EMULATOR=1\n"));
        assert!(text.contains("\nexport PROPELAUTH_WEBHOOK_SECRET=whsec_c2VjcmV0\n"));
        assert!(text.contains("  login page  http://localhost:9100/login\n"));
        assert!(text.contains("  dashboard   http://localhost:9100/dashboard\n"));
        assert!(text.contains("-----BEGIN PUBLIC KEY-----\n"));
        assert!(!text.contains("PROPELAUTH_ISSUER"), "it is the default");
        assert!(!text.contains("HTTPS_PROXY"), "there is none");
    }

    #[test]
    fn an_issuer_and_a_proxy_are_told() {
        let proxy = ProxyReport {
            proxy_url: "http://127.0.0.1:9101",
            ca_file: Path::new("/a b/ca.pem"),
        };
        let report = report("https://auth.localhost", Some(proxy));
        let text = report.text();
        assert!(text.contains("\nexport PROPELAUTH_ISSUER=https://auth.localhost\n"));
        assert!(text.contains("\nexport HTTPS_PROXY=http://127.0.0.1:9101\n"));
        assert!(text.contains("\nexport SSL_CERT_FILE='/a b/ca.pem'\n"));

        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(json["pages_url"], "http://localhost:9100");
        assert_eq!(json["proxy_url"], "http://127.0.0.1:9101");
        assert_eq!(json["ca_file"], "/a b/ca.pem");
        assert_eq!(json["api_key"], "it's a key");
    }
}
