//! A message in a box.

use maud::{Markup, html};

/// How a message sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
}

/// Returns a message in a box, which assistive technology reads out.
pub(crate) fn note(tone: Tone, content: &Markup) -> Markup {
    let class = match tone {
        Tone::Plain => "note",
        Tone::Good => "note good",
    };
    html! { div class=(class) role="status" { (content) } }
}
