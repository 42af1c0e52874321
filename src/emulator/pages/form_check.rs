//! Protection of forms: only a form of one of these pages, in the browser that got the page, does something.
//!
//! Two checks, each sufficient by itself in a browser of today. `Origin` and `Sec-Fetch-Site` say which
//! web page sent the request; a token in the form is bound to a cookie of the browser and to its session.

use std::sync::LazyLock;

use aws_lc_rs::{constant_time, hmac, rand};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    emulator::{frontend::session_cookie::SESSION_COOKIE, web::WebRequest},
    words::secret::Secret,
};

/// The cookie that tells browsers apart before anyone is logged in.
pub(super) const BROWSER_COOKIE: &str = "propelauth_dev_browser";

/// The field of a form that has the token.
pub(super) const TOKEN_FIELD: &str = "form_token";

/// The key of this process. Applications on other ports share its cookies, but cannot create a token.
static KEY: LazyLock<Option<hmac::Key>> = LazyLock::new(|| {
    let key = random_bytes()?;
    Some(hmac::Key::new(hmac::HMAC_SHA256, &key))
});

fn random_bytes() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).ok().map(|()| bytes)
}

/// What tells a browser from others: the value of its cookie.
#[derive(Debug)]
pub(super) struct Browser {
    id: Secret,
    /// Whether the cookie has to be set.
    pub(super) is_new: bool,
}

impl Browser {
    /// Returns the browser that sent a request, or a new one.
    pub(super) fn of(request: &WebRequest) -> Self {
        let known = request.cookie(BROWSER_COOKIE).filter(|id| is_id(id));
        let id = match known {
            Some(id) => id.to_owned(),
            // Without random numbers, no token will be valid either.
            None => URL_SAFE_NO_PAD.encode(random_bytes().unwrap_or_default()),
        };
        Self {
            id: id.into(),
            is_new: known.is_none(),
        }
    }

    /// Returns the value of the cookie.
    pub(super) fn id(&self) -> &Secret {
        &self.id
    }

    /// Returns the token for the forms of this browser while it has this session.
    pub(super) fn form_token(&self, request: &WebRequest) -> Secret {
        let tag = self.tag(request);
        tag.map(|tag| URL_SAFE_NO_PAD.encode(tag))
            .unwrap_or_default()
            .into()
    }

    fn tag(&self, request: &WebRequest) -> Option<hmac::Tag> {
        let session = request.cookie(SESSION_COOKIE).unwrap_or_default();
        let mut context = hmac::Context::with_key(KEY.as_ref()?);
        // No id has a line break, so that the two parts cannot be confused.
        context.update(self.id.expose().as_bytes());
        context.update(b"\n");
        context.update(session.as_bytes());
        Some(context.sign())
    }

    /// Returns `true` if a form of one of the pages sent the request, in this browser.
    pub(super) fn sent(&self, request: &WebRequest) -> bool {
        let given = request.form(TOKEN_FIELD).unwrap_or_default();
        let given = URL_SAFE_NO_PAD.decode(given).unwrap_or_default();
        let is_token = self.tag(request).is_some_and(|tag| {
            constant_time::verify_slices_are_equal(tag.as_ref(), &given).is_ok()
        });
        is_token && !self.is_new && request.is_form() && request.is_from_own_page()
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use actix_web::http::{
        Method,
        header::{HeaderMap, HeaderName, HeaderValue},
    };

    use super::Browser;
    use crate::emulator::web::WebRequest;

    fn request(headers: &[(&'static str, &str)], body: &str) -> WebRequest {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        WebRequest {
            method: Method::POST,
            path: "/login".to_owned(),
            query: String::new(),
            headers: map,
            body: body.as_bytes().to_vec(),
            segments: Vec::new(),
        }
    }

    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
    const HOST: (&str, &str) = ("host", "localhost:9100");

    /// Returns the cookies and the form of a browser that has loaded a page with this session.
    fn loaded(session: &str) -> (String, String) {
        let browser = Browser::of(&request(&[], ""));
        let id = browser.id().expose();
        let cookie = format!("propelauth_dev_browser={id}; refresh_token={session}");
        let page = request(&[("cookie", &cookie)], "");
        let token = Browser::of(&page).form_token(&page);
        (cookie, format!("a=b&form_token={}", token.expose()))
    }

    fn is_accepted(headers: &[(&'static str, &str)], body: &str) -> bool {
        let request = request(headers, body);
        Browser::of(&request).sent(&request)
    }

    #[test]
    fn a_form_is_accepted_from_the_browser_that_got_it() {
        let (cookie, form) = loaded("s");
        let (cookie, other) = ((("cookie"), cookie.as_str()), loaded("s"));
        assert!(is_accepted(&[FORM, HOST, cookie], &form));
        for body in [
            "",
            "form_token=",
            "form_token=AAAA",
            &form.replace("form_token=", "form_token=A"),
            &other.1,
        ] {
            assert!(!is_accepted(&[FORM, HOST, cookie], body), "{body}");
        }
        assert!(!is_accepted(&[FORM, HOST], &form));
        assert!(!is_accepted(&[FORM, HOST, ("cookie", &other.0)], &form));
        assert!(!is_accepted(&[HOST, cookie], &form));
        assert!(!is_accepted(
            &[("content-type", "text/plain"), HOST, cookie],
            &form
        ));
    }

    #[test]
    fn a_form_of_another_session_is_refused() {
        let (cookie, form) = loaded("s");
        for changed in [
            cookie.replace("=s", "=t"),
            cookie.replace("refresh_token=s", ""),
        ] {
            assert!(
                !is_accepted(&[FORM, HOST, ("cookie", &changed)], &form),
                "{changed}"
            );
        }
    }

    #[test]
    fn a_form_of_another_web_page_is_refused() {
        let (cookie, form) = loaded("");
        let cookie = ("cookie", cookie.as_str());
        for (name, value, is_own) in [
            ("origin", "http://localhost:9100", true),
            ("origin", "http://localhost:3000", false),
            ("origin", "https://localhost:9100", false),
            ("origin", "http://127.0.0.1:9100", false),
            ("origin", "null", false),
            ("origin", "", false),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "cross-site", false),
            ("sec-fetch-site", "none", false),
        ] {
            let headers = [FORM, HOST, cookie, (name, value)];
            assert_eq!(is_accepted(&headers, &form), is_own, "{name}: {value}");
        }
    }
}
