//! Which page sent a form, as far as headers say it.

use url::Url;

use super::WebRequest;

impl WebRequest {
    /// Returns `true` if the body has the content type of a form without files.
    pub(crate) fn is_form(&self) -> bool {
        let media_type = self.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    /// Returns `true` unless a header says that a web page of another origin sent the request.
    pub(crate) fn is_from_own_page(&self) -> bool {
        let sites = self.headers.get_all("sec-fetch-site");
        let mut sites = sites.map(|site| site.as_bytes());
        if !sites.all(|site| site == b"same-origin") {
            return false;
        }
        let host = self.header("host").unwrap_or_default();
        let host = host.strip_suffix(":80").unwrap_or(host);
        let mut origins = self.headers.get_all("origin");
        origins.all(|origin| {
            let origin = origin.to_str().ok();
            let origin = origin.and_then(|origin| Url::parse(origin).ok());
            // The emulator has no TLS, so that a page of `https` is another program's.
            origin.is_some_and(|origin| {
                origin.scheme() == "http" && origin.authority().eq_ignore_ascii_case(host)
            })
        })
    }
}
