//! Protection of the emulator's own requests from web pages.
//!
//! They need no key, and change or reveal everything. A web page of another origin could send one to
//! a port on this machine, and browsers say so in two headers.

use actix_web::{
    HttpRequest,
    http::header::{HOST, ORIGIN},
};
use url::Url;

/// Returns an error message if a web page of another origin sent the request.
pub(super) fn check_origin(request: &HttpRequest) -> Result<(), &'static str> {
    const FOREIGN: &str = "a web page of another origin sent this request, and the emulator's own \
                           requests are for this machine's programs and the emulator's own pages";
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    if site.is_some_and(|site| ![&b"same-origin"[..], b"none"].contains(&site)) {
        return Err(FOREIGN);
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    for origin in headers.get_all(ORIGIN) {
        let origin = origin
            .to_str()
            .ok()
            .and_then(|origin| Url::parse(origin).ok());
        // The emulator has no TLS, so that a page of `https` is another program's.
        let own = origin.as_ref().filter(|origin| origin.scheme() == "http");
        let authority = own.map(Url::authority);
        let is_own = authority.zip(host).is_some_and(|(authority, host)| {
            authority.eq_ignore_ascii_case(host.strip_suffix(":80").unwrap_or(host))
        });
        if !is_own {
            return Err(FOREIGN);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::check_origin;

    #[test]
    fn web_pages_of_other_origins_are_rejected() {
        for (name, value, passes) in [
            ("origin", "http://127.0.0.1:9100", true),
            ("origin", "http://127.0.0.1:9101", false),
            ("origin", "https://evil.example", false),
            ("origin", "null", false),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "none", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "cross-site", false),
            ("accept", "*/*", true),
        ] {
            let request = TestRequest::get()
                .insert_header(("host", "127.0.0.1:9100"))
                .insert_header((name, value))
                .to_http_request();
            assert_eq!(check_origin(&request).is_ok(), passes, "{name}: {value}");
        }
    }

    #[test]
    fn an_origin_is_compared_as_browsers_write_it() {
        for (host, origin, passes) in [
            ("localhost:80", "http://localhost", true),
            ("localhost", "http://localhost", true),
            ("LocalHost:9100", "http://localhost:9100", true),
            ("[::1]:9100", "http://[::1]:9100", true),
            ("localhost:9100", "https://localhost:9100", false),
            ("127.0.0.1:9100", "http://localhost:9100", false),
            ("localhost:9100", "http://localhost", false),
            ("localhost:9100", "http://a@localhost:9100", false),
        ] {
            let request = TestRequest::get()
                .insert_header(("host", host))
                .insert_header(("origin", origin))
                .to_http_request();
            let passed = check_origin(&request).is_ok();
            assert_eq!(passed, passes, "{host}: {origin}");
        }
    }
}
