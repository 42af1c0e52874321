//! The token as text, and who signed it.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};

use crate::{
    draft::{Draft, Signer, quoted},
    rng::Rng,
};

/// Other spellings of base64url, signed as they are written or not.
pub(super) fn base64(rng: &mut Rng, draft: &Draft) -> String {
    let at = rng.below(3);
    let respelled = |segment: &str, rng: &mut Rng| {
        let bytes = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
        let middle = segment.len() / 2;
        let (head, tail) = segment.split_at(middle);
        match rng.below(10) {
            0 => URL_SAFE.encode(&bytes),
            1 => STANDARD_NO_PAD.encode(&bytes),
            2 => STANDARD.encode(&bytes),
            3 => format!(
                "{segment}{}",
                rng.pick(&["=", "==", "===", "A", "AA", "%3D", "-", "_"])
            ),
            4 => format!(
                "{head}{}{tail}",
                rng.pick(&[" ", "\n", "\r\n", "\t", "\0", "=", "+", "/"])
            ),
            5 => format!(
                "{}{segment}",
                rng.pick(&[" ", "\n", "A", "AAAA", "=", "\u{feff}"])
            ),
            6 => format!(
                "{segment}{}",
                rng.pick(&[" ", "\n", "\0", "é", "~", "!", "*"])
            ),
            // The bits behind the last byte, which have no meaning.
            7 | 8 => match segment.as_bytes().last() {
                Some(last) => {
                    let last = char::from(last.wrapping_add(1 + rng.below(3) as u8));
                    format!("{}{last}", &segment[..segment.len() - 1])
                }
                None => segment.to_owned(),
            },
            _ => head.to_owned(),
        }
    };
    if at < 2 && rng.once_in(2) {
        let input = draft.signing_input();
        let mut segments: Vec<String> = input.split('.').map(str::to_owned).collect();
        segments[at] = respelled(&segments[at], rng);
        return draft.signed(&segments.join("."));
    }
    let token = draft.token();
    let mut segments: Vec<String> = token.split('.').map(str::to_owned).collect();
    segments[at] = respelled(&segments[at], rng);
    segments.join(".")
}

pub(super) fn segments(rng: &mut Rng, draft: &Draft) -> String {
    let token = draft.token();
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims, signature) = (parts[0], parts[1], parts[2]);
    let other = Draft::valid(rng).token();
    let others: Vec<&str> = other.split('.').collect();
    match rng.below(17) {
        0 => format!("{header}.{claims}"),
        1 => format!("{header}.{claims}."),
        2 => format!(".{claims}.{signature}"),
        3 => format!("{header}..{signature}"),
        4 => format!("{token}.{signature}"),
        5 => format!("{token}."),
        6 => format!(".{token}"),
        7 => format!("{claims}.{header}.{signature}"),
        8 => format!("{header}.{}.{signature}", others[1]),
        9 => format!("{header}.{claims}.{}", others[2]),
        10 => format!("{}.{claims}.{signature}", others[0]),
        11 => format!("{token}.{other}"),
        12 => format!("{header}.{claims}.{signature}.{}.{}", others[1], others[2]),
        13 => draft.signed(header),
        14 => draft.signed(&format!("{header}.{claims}.{claims}")),
        15 => format!(
            r#"{{"protected":{},"payload":{},"signature":{}}}"#,
            quoted(header),
            quoted(claims),
            quoted(signature)
        ),
        _ => ".".repeat(rng.below(6)),
    }
}

/// One bit of the decoded header, claims or signature, which nobody signs again.
pub(super) fn one_bit(rng: &mut Rng, draft: &Draft) -> String {
    let token = draft.token();
    let mut segments: Vec<String> = token.split('.').map(str::to_owned).collect();
    let at = rng.below(5).min(2);
    let mut bytes = URL_SAFE_NO_PAD.decode(&segments[at]).unwrap_or_default();
    if !bytes.is_empty() {
        let place = rng.below(bytes.len());
        bytes[place] ^= 1 << rng.below(8);
    }
    if at == 2 && rng.once_in(4) {
        match rng.below(4) {
            0 => bytes.insert(0, 0),
            1 => bytes.push(0),
            2 => bytes.truncate(rng.below(bytes.len() + 1)),
            _ => bytes.fill(0),
        }
    }
    segments[at] = URL_SAFE_NO_PAD.encode(&bytes);
    segments.join(".")
}

/// One character of the token.
pub(super) fn one_character(rng: &mut Rng, draft: &Draft) -> String {
    let mut text: Vec<char> = draft.token().chars().collect();
    let at = rng.below(text.len());
    let character = rng.pick(&[
        'A', 'a', '0', '-', '_', '.', '=', '+', '/', ' ', '\n', '\0', 'é',
    ]);
    match rng.below(4) {
        0 => text.insert(at, character),
        1 => drop(text.remove(at)),
        2 if at > 0 => text.swap(at, at - 1),
        _ => text[at] = character,
    }
    text.into_iter().collect()
}

/// By another key or algorithm, which the header tells, or another, or none.
pub(super) fn signed_otherwise(rng: &mut Rng, draft: &Draft) -> String {
    use Signer::{Hs256, Nobody, OtherKey, Ps256, Rs256, Rs384, Rs512};
    let signer = rng.pick(&[OtherKey, Rs384, Rs512, Ps256, Hs256, Nobody]);
    let named = rng.pick(&[signer, signer, Rs256, Rs384, Rs512, Ps256, Hs256, Nobody]);
    let header = format!(r#"{{"typ":"JWT","alg":"{}"}}"#, named.name());
    let header = if rng.once_in(3) {
        draft.json(0)
    } else {
        header.into_bytes()
    };
    let (header, claims) = (URL_SAFE_NO_PAD.encode(header), draft.json(1));
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    Draft {
        header: Vec::new(),
        claims: Vec::new(),
        space: "",
        json: [None, None],
        signer,
    }
    .signed(&input)
}

/// Valid, and about as long as may be.
pub(super) fn length(rng: &mut Rng, draft: &Draft) -> String {
    let end = draft.json(1).iter().rposition(|byte| *byte == b'}');
    let mut claims = draft.json(1);
    let filler = "a".repeat(rng.pick(&[0, 1000, 11_000, 11_200, 11_300, 11_400, 12_000, 30_000]));
    claims.splice(
        end.unwrap_or(0)..end.unwrap_or(0),
        format!(",\"pad\":\"{filler}\"").into_bytes(),
    );
    let input = draft.signing_input();
    let header = input.split('.').next().unwrap_or_default();
    draft.signed(&format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims)))
}
