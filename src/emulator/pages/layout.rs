//! The frame of every page: its head, the skip link, the header, and the footer.

use maud::{DOCTYPE, Markup, html};
use url::Url;

use crate::emulator::{
    pages::{
        assets::{HTMX, ICON, STYLE},
        policy::add_headers,
    },
    state::Settings,
    web::Reply,
};

/// The frame of a page. Its methods choose what stands around the content.
#[derive(Debug)]
pub(crate) struct Layout<'p> {
    title: &'p str,
    status: u16,
    is_wide: bool,
    has_htmx: bool,
    brand: Option<(&'p str, &'p str)>,
    header: Option<Markup>,
    navigation: Option<Markup>,
    form_targets: Vec<Url>,
}

impl<'p> Layout<'p> {
    /// Creates a frame. The title is what the page is about, for the window and its heading.
    pub(crate) fn new(title: &'p str) -> Self {
        Self {
            title,
            status: 200,
            is_wide: false,
            has_htmx: false,
            brand: None,
            header: None,
            navigation: None,
            form_targets: Vec::new(),
        }
    }

    /// Sets the status. By default, 200.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Makes room for tables.
    pub(crate) fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// Loads htmx. What it does must also work without it.
    pub(crate) fn htmx(mut self) -> Self {
        self.has_htmx = true;
        self
    }

    /// Sets the name in the corner, and where it leads. By default, the application.
    pub(crate) fn brand(mut self, name: &'p str, path: &'p str) -> Self {
        self.brand = Some((name, path));
        self
    }

    /// Sets what stands at the end of the header.
    pub(crate) fn header(mut self, header: Markup) -> Self {
        self.header = Some(header);
        self
    }

    /// Sets the links between pages: items of a list, of which the current one has `aria-current`.
    pub(crate) fn navigation(mut self, items: Markup) -> Self {
        self.navigation = Some(items);
        self
    }

    /// Adds a place to which a form of the page leads by a redirect, beyond those of the settings.
    pub(crate) fn form_target(mut self, url: Url) -> Self {
        self.form_targets.push(url);
        self
    }

    /// Returns the page as a reply.
    pub(crate) fn reply(self, settings: &Settings, content: &Markup) -> Reply {
        let page = self.page(settings, content).into_string();
        add_headers(Reply::html(self.status, page), settings, &self.form_targets)
    }

    fn page(&self, settings: &Settings, content: &Markup) -> Markup {
        let application = application_name(settings);
        let (brand, home) = self
            .brand
            .unwrap_or((&application, &settings.application_url));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · " (brand) }
                    link rel="icon" href=(ICON.path);
                    link rel="stylesheet" href=(STYLE.path);
                    @if self.has_htmx {
                        // Its styles would be inline, which the policy does not allow.
                        meta name="htmx-config" content=r#"{"includeIndicatorCSS":false}"#;
                        script src=(HTMX.path) defer {}
                    }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.top {
                        a.brand href=(home) { (mark()) span { (brand) } }
                        @if let Some(header) = &self.header { div.who { (header) } }
                    }
                    @if let Some(items) = &self.navigation {
                        nav.tabs aria-label="Pages" { ul { (items) } }
                    }
                    main #main class=[self.is_wide.then_some("wide")] tabindex="-1" { (content) }
                    footer.foot {
                        p { "PropelAuth emulator for development: it protects nothing." }
                    }
                }
            }
        }
    }
}

/// Returns how pages call the application: by its host.
pub(crate) fn application_name(settings: &Settings) -> String {
    let url = Url::parse(&settings.application_url).ok();
    let host = url.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    });
    host.unwrap_or_else(|| "your application".to_owned())
}

fn mark() -> Markup {
    html! {
        svg viewBox="0 0 32 32" aria-hidden="true" {
            rect width="32" height="32" rx="9" fill="#2b55c4" {}
            path fill="#fff" d="M16 7.5a4.6 4.6 0 0 0-4.6 4.6v2.4H10v9.5h12v-9.5h-1.4v-2.4A4.6 4.6 0 0 0 16 7.5Zm-2.2 7v-2.4a2.2 2.2 0 1 1 4.4 0v2.4Z" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::Layout;
    use crate::emulator::{state::Settings, web::Body};

    fn text(layout: Layout<'_>) -> String {
        let reply = layout.reply(&Settings::default(), &html! { p { "<b>" } });
        match reply.body {
            Body::Html(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_title_is_text() {
        let page = text(Layout::new("<script>").brand("\"><b>", "/x"));
        assert!(page.contains("<title>&lt;script&gt; · &quot;&gt;&lt;b&gt;</title>"));
        assert!(page.contains("<p>&lt;b&gt;</p>") && !page.contains("<b>"));
    }

    #[test]
    fn scripts_are_loaded_where_they_are_asked_for() {
        assert!(!text(Layout::new("A")).contains("<script"));
        assert!(text(Layout::new("A").htmx()).contains("<script src=\"/assets/htmx"));
        // The policy would refuse both.
        assert!(!text(Layout::new("A").htmx()).contains(" style="));
    }
}
