//! QR codes, as images in the page.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fast_qr::{QRBuilder, convert::svg::SvgBuilder};
use maud::{Markup, html};

/// Returns the QR code of a text. A text that is too long for one has no image.
pub(super) fn image(text: &str) -> Markup {
    let code = QRBuilder::new(text).build().ok();
    let image = code.map(|code| {
        let svg = SvgBuilder::default().to_str(&code);
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
    });
    html! {
        @if let Some(image) = image {
            img.qr src=(image) width="192" height="192" alt="QR code of the secret";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::image;

    #[test]
    fn a_text_that_is_too_long_has_no_image() {
        let of = |length| image(&"x".repeat(length)).into_string();
        assert!(of(200).starts_with("<img class=\"qr\" src=\"data:image/svg+xml;base64,"));
        assert_eq!(of(5_000), "");
    }
}
