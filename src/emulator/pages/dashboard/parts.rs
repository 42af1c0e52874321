//! Parts of screens.

use maud::{Markup, PreEscaped, html};
use url::form_urlencoded::Serializer;

use super::{look::Look, text};

/// Returns a section with a heading.
pub(super) fn card(heading: &str, content: &Markup) -> Markup {
    html! { section.card { h2 { (heading) } (content) } }
}

/// Returns a part that is opened by those who need it. It is open if a form in it has failed.
pub(super) fn more(summary: &str, is_open: bool, content: &Markup) -> Markup {
    html! { details.more open[is_open] { summary { (summary) } (content) } }
}

/// Returns what is said where a list would be, and what to do.
pub(super) fn empty(what: &str) -> Markup {
    html! { p.lead { (what) } }
}

/// Returns a time, and how long ago it was.
pub(super) fn time(at: i64, now: i64) -> Markup {
    html! { span.time { (text::distance(at, now)) " " small { (text::time(at)) } } }
}

/// Returns a text that is copied as a whole.
pub(super) fn code(text: &str) -> Markup {
    html! { code.copy { (text) } }
}

/// Returns a word that stands out.
pub(super) fn tag(class: &str, text: &str) -> Markup {
    html! { span class={ "tag " (class) } { (text) } }
}

/// Returns a table. Rows are made of cells; the first of each is its heading.
pub(super) fn table(caption: &str, headings: &[&str], rows: &[Markup]) -> Markup {
    html! {
        div.table tabindex="0" role="region" aria-label=(caption) {
            table.list {
                caption.hidden { (caption) }
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody { @for row in rows { tr { (labelled(row, headings)) } } }
            }
        }
    }
}

/// Returns the cells of a row with their headings, which narrow windows show in front of them.
fn labelled(row: &Markup, headings: &[&str]) -> Markup {
    // In markup, a `<` is that of a tag: all other text is escaped.
    let mut cells = row.0.split("<td");
    let mut labelled = cells.next().unwrap_or_default().to_owned();
    let before = labelled.matches("<th").count();
    let mut headings = headings.iter().skip(before);
    for cell in cells {
        labelled.push_str("<td");
        if let Some(heading) = headings.next().filter(|it| !it.is_empty()) {
            let attribute = html! { (heading) }.into_string().replace('"', "&quot;");
            labelled.push_str(&format!(" data-label=\"{attribute}\""));
        }
        labelled.push_str(cell);
    }
    PreEscaped(labelled)
}

/// The number of entries on a page of a list.
pub(super) const PAGE: usize = 25;

/// A list of which one page is shown, by the parameter `page`, counted from 1.
pub(super) struct Paged<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
    page: usize,
    pages: usize,
}

impl<T> Paged<T> {
    pub(super) fn new(look: &Look<'_>, all: Vec<T>) -> Self {
        let total = all.len();
        let pages = total.div_ceil(PAGE).max(1);
        let page = look.visit.parameter("page").parse().unwrap_or(1);
        let page = page.clamp(1, pages);
        let before = page.saturating_sub(1).saturating_mul(PAGE);
        Self {
            items: all.into_iter().skip(before).take(PAGE).collect(),
            total,
            page,
            pages,
        }
    }

    /// Returns the links to the pages around this one.
    pub(super) fn links(&self, look: &Look<'_>) -> Markup {
        if self.pages == 1 {
            return html! {};
        }
        let (before, after) = (self.page.saturating_sub(1), self.page.saturating_add(1));
        html! {
            nav.row.apart aria-label="Pages of the list" {
                span.row {
                    @if before > 0 { a.button.second.small href=(self.to(look, before)) { "Previous" } }
                    @if after <= self.pages { a.button.second.small href=(self.to(look, after)) { "Next" } }
                }
                span.aside { "Page " (self.page) " of " (self.pages) ", " (self.total) " in total" }
            }
        }
    }

    fn to(&self, look: &Look<'_>, page: usize) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = look.visit.request.query_pairs().into_iter();
        query.extend_pairs(pairs.filter(|(name, _)| name != "page" && name != "done"));
        query.append_pair("page", &page.to_string());
        format!("{}?{}", look.visit.request.path, query.finish())
    }
}

/// Returns the form with which a list is searched.
pub(super) fn search(look: &Look<'_>, label: &str) -> Markup {
    let typed = look.visit.parameter("q");
    html! {
        form method="get" action=(look.visit.request.path) role="search" {
            div.row.end {
                div.field {
                    label for="q" { (label) }
                    input #q name="q" type="search" value=(typed) autocomplete="off";
                }
                button.second { "Search" }
            }
        }
    }
}

/// Returns values that are their own labels, to choose from.
pub(super) fn same<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Vec<(String, String)> {
    let values = values.into_iter();
    values
        .map(|it| (it.as_ref().to_owned(), it.as_ref().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::table;

    #[test]
    fn every_cell_names_its_heading() {
        let row = html! { th { "a<td" } td { "b" } td.x { "<td" } td { "more" } };
        let shown = table("List", &["A", "B", "\"C\"", ""], &[row]).into_string();
        for expected in [
            "<th>a&lt;td</th>",
            "<td data-label=\"B\">b</td>",
            "<td data-label=\"&quot;C&quot;\" class=\"x\">&lt;td</td>",
            "<td>more</td>",
        ] {
            assert!(shown.contains(expected), "{shown}");
        }
    }
}
