//! QR codes as PNG images, which frontends show as `data:image/png;base64,…`.
//!
//! An image of two colors needs a fraction of PNG: one scan line for each row, and zlib's form of data that is
//! not compressed. A library for all of PNG would be eight packages for it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fast_qr::QRBuilder;

/// The length of a module's side, in pixels.
const SCALE: usize = 4;

/// The light margin, in modules (ISO/IEC 18004, 5.3.8).
const MARGIN: usize = 4;

/// Returns the image of a text in base64, or an empty text if it is too long for a QR code.
pub(super) fn qr_code(text: &str) -> String {
    let Ok(code) = QRBuilder::new(text).build() else {
        return String::new();
    };
    let modules = code.data.chunks(code.size).take(code.size);
    let rows = modules.map(|row| row.iter().map(|module| module.value()).collect());
    STANDARD.encode(png(&with_margin(rows.collect(), code.size)))
}

/// Adds the margin, and makes each module as large as it is shown. `true` is dark.
fn with_margin(rows: Vec<Vec<bool>>, size: usize) -> Vec<Vec<bool>> {
    let side = (size + 2 * MARGIN) * SCALE;
    let light = vec![vec![false; side]; MARGIN * SCALE];
    let enlarged = rows.into_iter().flat_map(|row| {
        let margin = || std::iter::repeat_n(false, MARGIN);
        let row = margin().chain(row).chain(margin());
        let row: Vec<bool> = row.flat_map(|it| std::iter::repeat_n(it, SCALE)).collect();
        std::iter::repeat_n(row, SCALE)
    });
    light
        .iter()
        .cloned()
        .chain(enlarged)
        .chain(light.clone())
        .collect()
}

/// Returns a PNG image with one bit for each pixel (ISO/IEC 15948).
fn png(rows: &[Vec<bool>]) -> Vec<u8> {
    let side = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut lines = Vec::new();
    for row in rows {
        lines.push(0); // the line is not filtered
        lines.extend(row.chunks(8).map(|pixels| {
            let bits = pixels.iter().enumerate();
            // 1 is light, also in the pixels that fill the last byte.
            bits.fold(0xff_u8, |byte, (place, is_dark)| {
                byte & !(u8::from(*is_dark) << (7 - place))
            })
        }));
    }
    let mut header = Vec::new();
    header.extend(side.to_be_bytes());
    header.extend(side.to_be_bytes());
    header.extend([1, 0, 0, 0, 0]); // one bit, gray, and the only methods there are
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", zlib(&lines)),
        (b"IEND", Vec::new()),
    ] {
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let mut chunk = kind.to_vec();
        chunk.extend(data);
        image.extend(length.to_be_bytes());
        image.extend(&chunk);
        image.extend(crc32(&chunk).to_be_bytes());
    }
    image
}

/// Returns data in zlib's form without compression (RFC 1950, and RFC 1951, 3.2.4).
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    stream.extend(((b << 16) | a).to_be_bytes());
    stream
}

/// Returns the checksum of a chunk (ISO/IEC 15948, D).
fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{crc32, png, qr_code, with_margin, zlib};

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert!(zlib(b"Wikipedia").ends_with(&0x11e6_0398_u32.to_be_bytes()));
    }

    #[test]
    fn a_module_is_a_square_with_a_margin() {
        let rows = with_margin(vec![vec![true]], 1);
        assert_eq!(rows.len(), 36);
        for (y, row) in rows.iter().enumerate() {
            for (x, is_dark) in row.iter().enumerate() {
                let is_inside = (16..20).contains(&x) && (16..20).contains(&y);
                assert_eq!(*is_dark, is_inside, "{x} {y}");
            }
        }
        let image = png(&rows);
        assert!(image.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x24\0\0\0\x24\x01\0"));
        // Its lines are five bytes, of which the middle one has the square.
        assert!(
            image
                .windows(6)
                .any(|line| line == [0, 0xff, 0xff, 0x0f, 0xff, 0xff])
        );
    }

    #[test]
    fn what_is_too_long_has_no_image() {
        assert!(qr_code("otpauth://totp/x?secret=MZXW6YTB").starts_with("iVBORw0KGgo"));
        assert_eq!(qr_code(&"x".repeat(10_000)), "");
    }
}
