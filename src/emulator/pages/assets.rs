//! Files that pages load: compiled in, and named by their content, so that browsers keep them forever.

use std::sync::LazyLock;

use aws_lc_rs::digest;

use crate::emulator::web::Reply;

/// A file, under a path that is another one when its content is.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) path: String,
    content: &'static [u8],
    media_type: &'static str,
}

macro_rules! asset {
    ($file:literal, $media_type:literal) => {
        LazyLock::new(|| {
            Asset::new(
                $file,
                include_bytes!(concat!("assets/", $file)),
                $media_type,
            )
        })
    };
}

pub(super) static STYLE: LazyLock<Asset> = asset!("pages.css", "text/css; charset=utf-8");
pub(super) static ICON: LazyLock<Asset> = asset!("icon.svg", "image/svg+xml");
pub(super) static HTMX: LazyLock<Asset> =
    asset!("htmx-4.0.1.min.js", "text/javascript; charset=utf-8");

impl Asset {
    fn new(file: &str, content: &'static [u8], media_type: &'static str) -> Self {
        let digest = digest::digest(&digest::SHA256, content);
        let hash = digest.as_ref().iter().take(8);
        let hash: String = hash.map(|byte| format!("{byte:02x}")).collect();
        let (name, kind) = file.rsplit_once('.').unwrap_or((file, ""));
        Self {
            path: format!("/assets/{name}.{hash}.{kind}"),
            content,
            media_type,
        }
    }
}

/// Returns the reply to a request for a file, or `None` if there is no such file.
pub(super) fn answer(path: &str) -> Option<Reply> {
    let mut all = all().into_iter();
    let asset = all.find(|asset| asset.path == path)?;
    let reply = Reply::asset(asset.content, asset.media_type)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff");
    Some(reply)
}

fn all() -> [&'static Asset; 3] {
    [&STYLE, &ICON, &HTMX]
}

#[cfg(test)]
mod tests {
    use super::{HTMX, STYLE, all, answer};

    #[test]
    fn all_assets_together_have_at_most_60_kb() {
        let bytes: usize = all().iter().map(|asset| asset.content.len()).sum();
        assert!(bytes <= 60 * 1024, "{bytes} bytes");
    }

    #[test]
    fn an_asset_is_found_by_the_name_of_its_content_only() {
        for asset in all() {
            assert!(answer(&asset.path).is_some(), "{}", asset.path);
        }
        for path in ["/assets/pages.css", "/assets/", "/assets/../Cargo.toml"] {
            assert!(answer(path).is_none(), "{path}");
        }
    }

    // It is vendored as published; the version is in its name.
    #[test]
    fn htmx_is_the_published_file() {
        assert!(
            HTMX.path
                .starts_with("/assets/htmx-4.0.1.min.a0abb04f2f45a1f8.")
        );
    }

    // The policy of the pages allows no other places.
    #[test]
    fn the_stylesheet_loads_nothing() {
        let style = std::str::from_utf8(STYLE.content).unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}
