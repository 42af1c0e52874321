//! Cookies, as they are set and as they are sent.

use std::fmt::Write as _;

use crate::{emulator::state::SameSite, words::secret::Secret};

/// A cookie to set: for all paths, and out of reach of scripts.
#[derive(Debug)]
pub(crate) struct Cookie {
    name: &'static str,
    value: Secret,
    /// In seconds, or `None` for as long as the browser is open.
    max_age: Option<i64>,
    same_site: SameSite,
}

impl Cookie {
    /// Creates a cookie that ends with the browser. The value must consist of letters, digits, `-` and `_`.
    pub(crate) fn new(name: &'static str, value: impl Into<Secret>) -> Self {
        Self {
            name,
            value: value.into(),
            max_age: None,
            same_site: SameSite::Lax,
        }
    }

    /// Creates a cookie that removes the one of this name.
    pub(crate) fn removed(name: &'static str) -> Self {
        Self::new(name, "").max_age(0)
    }

    /// Sets the time that the cookie lasts, in seconds.
    pub(crate) fn max_age(mut self, seconds: i64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    pub(crate) fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Returns the value of `Set-Cookie`.
    ///
    /// `Secure` is added only where browsers demand it: Safari refuses it on http://localhost.
    pub(crate) fn header(&self) -> Secret {
        let (name, value) = (self.name, self.value.expose());
        let mut text = format!("{name}={value}; Path=/; HttpOnly; SameSite=");
        text.push_str(match self.same_site {
            SameSite::Lax => "Lax",
            SameSite::None => "None; Secure",
        });
        if let Some(seconds) = self.max_age {
            let _ = write!(text, "; Max-Age={seconds}");
        }
        text.into()
    }
}

/// Returns the value of the first cookie of a name in a `Cookie` header.
///
/// Cookies are shared by all ports of a host, so that those of applications are here, too.
pub(super) fn find<'r>(header: &'r str, name: &str) -> Option<&'r str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(found, _)| found.trim() == name)?;
    Some(value.trim())
}

#[cfg(test)]
mod tests {
    use super::{Cookie, find};
    use crate::emulator::state::SameSite;

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts() {
        for (cookie, header) in [
            (Cookie::new("a", "b"), "a=b; Path=/; HttpOnly; SameSite=Lax"),
            (
                Cookie::new("a", "b").max_age(60).same_site(SameSite::None),
                "a=b; Path=/; HttpOnly; SameSite=None; Secure; Max-Age=60",
            ),
            (
                Cookie::removed("a"),
                "a=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
            ),
        ] {
            assert_eq!(cookie.header().expose(), header);
            assert!(!format!("{cookie:?}").contains("b;"));
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        for (header, value) in [
            ("a=1", Some("1")),
            ("b=2; a=1; a=3", Some("1")),
            (" a = 1 ;b", Some("1")),
            ("a=1=2", Some("1=2")),
            ("aa=1; ba=2", None),
            ("a", None),
            ("", None),
            (";;=;", None),
        ] {
            assert_eq!(find(header, "a"), value, "{header}");
        }
    }
}
