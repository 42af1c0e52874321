//! Parts of pages with long lists: the search, and the links to other pages of the list.

use maud::{Markup, html};
use url::form_urlencoded;

/// Returns the field that searches a list. With JavaScript, the part of the page with the id `target` follows
/// what is typed.
pub(crate) fn search(path: &str, search: &str, label: &str, target: &str) -> Markup {
    let target = format!("#{target}");
    html! {
        form.row.end method="get" action=(path) role="search" {
            div.field {
                label for="search" { (label) }
                input #search name="search" type="search" value=(search) autocomplete="off"
                    hx-get=(path) hx-trigger="input changed delay:250ms" hx-target=(target)
                    hx-select=(target) hx-swap="outerHTML";
            }
            button.second { "Find" }
        }
    }
}

/// Returns the links to the pages of a list before and after this one.
pub(crate) fn pager(
    path: &str,
    search: &str,
    number: usize,
    has_more: bool,
    total: usize,
) -> Markup {
    let link = |number: usize| {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("search", search)
            .append_pair("page", &number.to_string())
            .finish();
        format!("{path}?{query}")
    };
    html! {
        @if number > 0 || has_more {
            nav.row.apart aria-label="Pages of the list" {
                @if let Some(before) = number.checked_sub(1) { a href=(link(before)) { "Previous" } }
                @else { span {} }
                span.aside { (total) " in total" }
                @if has_more { a href=(link(number.saturating_add(1))) { "Next" } }
                @else { span {} }
            }
        }
    }
}
