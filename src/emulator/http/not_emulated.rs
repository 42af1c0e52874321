//! Messages for requests that are not emulated, for the developer who sent them.
//!
//! Known differences to PropelAuth: `not-implemented` in docs/differences.md.

use actix_web::http::Method;

/// Returns an error message for a request that is not emulated, with a hint at what was probably
/// meant. `methods` are those of the operations at the path; `has_pages` tells whether the emulator has pages.
pub(crate) fn not_emulated_message(
    (method, path): (&Method, &str),
    methods: &[&Method],
    is_known: impl Fn(&str) -> bool,
    has_pages: bool,
) -> String {
    const BROWSERS: &str = "the emulator sends no CORS headers, as services call its backend API \
                            and web pages do not";
    if !methods.is_empty() {
        let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
        let names = names.join(" and ");
        let what = format!("the emulator has no such operation: it has {names} here");
        return match *method {
            Method::OPTIONS => format!("{what}; {BROWSERS}"),
            _ => format!("{what}, not {method}"),
        };
    }
    let other = match path.strip_suffix('/') {
        Some(without) => without.to_owned(),
        None => format!("{path}/"),
    };
    if is_known(&other) {
        return format!("the emulator has no such operation: did you mean {other}");
    }
    if path.starts_with("/api/backend/") {
        return "the emulator has no such operation: no known operation of PropelAuth's backend API has \
                this path; SUPPORTED.md lists them"
            .to_owned();
    }
    if *method == Method::OPTIONS {
        return format!("this is not emulated: {BROWSERS}");
    }
    let pages = match has_pages {
        true => "GET /propelauth-dev/pages its pages for people, such as /login",
        false => "pages for people, such as a login page, need its feature `pages`",
    };
    format!(
        "this is not emulated: SUPPORTED.md lists all requests that the emulator answers, and {pages}"
    )
}
