//! The page that a request asks for.

use crate::emulator::{
    self_service::{DEFAULT_SIZE, Fields, ListPage, MAX_SIZE, Refusal},
    web::WebRequest,
};

/// Returns the page for a method that knows no mistakes of fields: what is wrong counts as not given.
pub(super) fn lenient_page(request: &WebRequest) -> ListPage {
    let number = |name| request.query(name).and_then(|text| text.parse().ok());
    let size: Option<usize> = number("page_size");
    ListPage {
        size: size.unwrap_or(DEFAULT_SIZE).clamp(1, MAX_SIZE),
        number: number("page_number").unwrap_or(0),
        search: request.query("email_search").unwrap_or_default(),
    }
}

/// Returns the page of a list of API keys.
pub(super) fn strict_page(request: &WebRequest) -> Result<ListPage, Refusal> {
    let mut fields = Fields::default();
    let mut number = |name, default: usize, allowed: std::ops::RangeInclusive<usize>| {
        let Some(text) = request.query(name) else {
            return default;
        };
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        number.unwrap_or_else(|| {
            fields.add(name, "invalid", "This number is not possible");
            default
        })
    };
    let page = ListPage {
        size: number("page_size", DEFAULT_SIZE, 1..=MAX_SIZE),
        number: number("page_number", 0, 0..=usize::MAX),
        search: request.query("api_key_search").unwrap_or_default(),
    };
    fields.check()?;
    Ok(page)
}
