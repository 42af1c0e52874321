//! Where a page returns to: the parameter `rt`, the standard base64 of a URL.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use url::{Url, form_urlencoded};

use crate::emulator::state::Settings;

/// Padding is lost where a link is cut by hand.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A checked URL to return to.
#[derive(Clone, Debug)]
pub(crate) struct ReturnTo {
    url: Url,
}

impl ReturnTo {
    /// Reads the parameter. A URL that is not of an allowed place is ignored, so that no link to these
    /// pages leads elsewhere.
    pub(crate) fn read(parameter: &str, settings: &Settings) -> Option<Self> {
        // A plus sign that was not encoded arrives as a space.
        let bytes = LENIENT.decode(parameter.replace(' ', "+")).ok()?;
        Self::checked(std::str::from_utf8(&bytes).ok()?, settings)
    }

    /// Returns a URL if it is one of an allowed place.
    pub(crate) fn checked(url: &str, settings: &Settings) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        (settings.is_frontend(&url) && !has_credentials).then_some(Self { url })
    }

    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the value of the parameter.
    pub(crate) fn parameter(&self) -> String {
        general_purpose::STANDARD.encode(self.url.as_str())
    }
}

/// Returns a path with the parameter, if there is somewhere to return to.
pub(crate) fn with_return_to(path: &str, return_to: Option<&ReturnTo>) -> String {
    let Some(return_to) = return_to else {
        return path.to_owned();
    };
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("rt", &return_to.parameter())
        .finish();
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose};

    use super::{ReturnTo, with_return_to};
    use crate::emulator::state::Settings;

    #[test]
    fn only_urls_of_allowed_places_are_returned_to() {
        let settings = Settings {
            application_url: "https://app.example.com".to_owned(),
            ..Settings::default()
        };
        for (url, is_allowed) in [
            ("http://localhost:3000/a?b=c#d", true),
            ("http://127.0.0.1:5173/", true),
            ("https://app.example.com/x", true),
            ("https://app.example.com.evil.example/", false),
            ("https://app.example.com@evil.example/", false),
            ("https://evil@app.example.com/", false),
            ("https://evil.example/", false),
            ("//evil.example/", false),
            ("/\\evil.example/", false),
            ("javascript:alert(1)//localhost", false),
            ("data:text/html,localhost", false),
            ("http:\\\\evil.example", false),
            ("\u{0}http://evil.example", false),
            ("", false),
        ] {
            let parameter = general_purpose::STANDARD.encode(url);
            let read = ReturnTo::read(&parameter, &settings);
            assert_eq!(read.is_some(), is_allowed, "{url:?}");
            if let Some(read) = read {
                assert_eq!(read.url(), url);
                assert_eq!(
                    ReturnTo::read(&read.parameter(), &settings).unwrap().url(),
                    url
                );
            }
        }
    }

    #[test]
    fn a_parameter_is_read_as_browsers_send_it() {
        let settings = Settings::default();
        let url = |parameter| ReturnTo::read(parameter, &settings).map(|it| it.url().to_owned());
        // As browsers write it.
        let expected = Some("http://localhost/?%3E".to_owned());
        assert_eq!(url("aHR0cDovL2xvY2FsaG9zdC8/Pg=="), expected);
        assert_eq!(url("aHR0cDovL2xvY2FsaG9zdC8/Pg"), expected);
        for parameter in ["http://localhost/", "%%%", "aHR0", "/w=="] {
            assert_eq!(url(parameter), None, "{parameter}");
        }
    }

    #[test]
    fn a_path_keeps_its_query() {
        let settings = Settings::default();
        let return_to = ReturnTo::checked("http://localhost/?>", &settings);
        assert!(with_return_to("/login", return_to.as_ref()).starts_with("/login?rt=aHR0"));
        assert!(with_return_to("/org?id=1", return_to.as_ref()).starts_with("/org?id=1&rt=aHR0"));
        assert_eq!(with_return_to("/login", None), "/login");
    }
}
