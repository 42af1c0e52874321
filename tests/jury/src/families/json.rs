//! The JSON of a segment as text.

use crate::{
    draft::{Draft, quoted},
    rng::Rng,
};

/// A string written with escapes: those that mean the same, and those that mean nothing.
pub(super) fn escapes(rng: &mut Rng, draft: &mut Draft) {
    const ENDS: [&str; 16] = [
        "\\u0000",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ude00",
        "\\ud83d\\u0041",
        "\\ufffd",
        "\\uFEFF",
        "\\/",
        "\\b\\f\\n\\r\\t",
        "\\x41",
        "\\'",
        "\\u12",
        "\\U0041",
        "\\",
        "\u{7f}",
        "\u{1}",
    ];
    if rng.once_in(2) {
        // Every character of a value or a name.
        let part = rng.below(4).min(1);
        let members = draft.part(part);
        let at = rng.below(members.len());
        let (name, value) = &mut members[at];
        let text = if rng.once_in(2) { name } else { value };
        if let Some(plain) = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'))
            && !plain.contains('\\')
        {
            let units: String = plain
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            *text = format!("\"{units}\"");
        }
    } else {
        let name = rng.pick(&[
            "email",
            "user_id",
            "iss",
            "x",
            "first_name",
            "sub",
            "jti",
            "aud",
        ]);
        let value = format!("\"a{}\"", rng.pick(&ENDS));
        draft.set(1, name, &value);
    }
}

pub(super) fn space(rng: &mut Rng, draft: &mut Draft) {
    draft.space = rng.pick(&[
        " ", "\t", "\n", "\r\n", " \n\t\r ", "\u{c}", "\u{b}", "\u{a0}", "\u{2028}", "\0", "//\n",
        "/**/", "  ",
    ]);
}

/// What stands before and behind the object.
pub(super) fn around(rng: &mut Rng, draft: &mut Draft) {
    const BEFORE: [&str; 9] = ["", "", "", "\u{feff}", " ", "\n", "[", "(", ")]}',\n"];
    const BEHIND: [&str; 13] = [
        "", "", " ", "\n", "\0", "}", "{}", ",", ",{}", "null", "]", ";", "\u{feff}",
    ];
    let part = rng.below(4).min(1);
    let json = [
        rng.pick(&BEFORE).as_bytes(),
        &draft.json(part),
        rng.pick(&BEHIND).as_bytes(),
    ];
    draft.json[part] = Some(json.concat());
}

/// One byte is changed, added or left out: most of these are no JSON, some are other JSON.
pub(super) fn one_byte(rng: &mut Rng, draft: &mut Draft) {
    const BYTES: [u8; 24] = *b"\"\\{}[]:,0123459-+.eE tn\x00";
    let part = rng.below(5).min(1);
    let mut json = draft.json(part);
    for _ in 0..=rng.below(2) {
        let at = rng.below(json.len());
        let byte = if rng.once_in(4) {
            rng.next() as u8
        } else {
            rng.pick(&BYTES)
        };
        match rng.below(4) {
            0 => json.insert(at, byte),
            1 => drop(json.remove(at)),
            2 => json[at] ^= 1 << rng.below(8),
            _ => json[at] = byte,
        }
    }
    draft.json[part] = Some(json);
}

/// Bytes that are not UTF-8, and text in other encodings.
pub(super) fn encoding(rng: &mut Rng, draft: &mut Draft) {
    const BYTES: [&[u8]; 8] = [
        b"\xff",
        b"\x80",
        b"\xc3",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe9",
        b"\xc3\xa9", // the one that is UTF-8
    ];
    let part = rng.below(3).min(1);
    let json = draft.json(part);
    let text = String::from_utf8_lossy(&json).into_owned();
    let other = match rng.below(4) {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let end = json.iter().rposition(|byte| *byte == b'}').unwrap_or(0);
            let mut bytes = json[..end].to_vec();
            bytes.extend_from_slice(b",\"z\":\"");
            bytes.extend_from_slice(rng.pick(&BYTES));
            bytes.extend_from_slice(b"\"}");
            bytes
        }
    };
    draft.json[part] = Some(other);
}

pub(super) fn nesting(rng: &mut Rng, draft: &mut Draft) {
    let levels = rng.pick(&[1, 10, 100, 120, 126, 127, 128, 129, 200, 900]);
    let value = match rng.below(3) {
        0 => format!("{}{}", "[".repeat(levels), "]".repeat(levels)),
        1 => format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels)),
        _ => {
            // A token in a token: the claims of a signed one are a signed one.
            draft.json[1] = Some(draft.token().into_bytes());
            draft.set(0, "cty", &quoted("JWT"));
            return;
        }
    };
    let part = rng.below(3).min(1);
    let name = rng.pick(&["x", "properties", "metadata", "jwk"]);
    draft.set(part, name, &value);
}
