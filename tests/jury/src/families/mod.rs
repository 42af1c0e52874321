//! The families of mutations. Those of JSON are signed when they are done; those of text change
//! what was signed.

mod json;
mod members;
mod text;

use crate::{
    AUDIENCE,
    draft::{Draft, quoted},
    rng::Rng,
};

/// A token to be judged, and for whom.
pub(crate) struct Case {
    pub(crate) family: &'static str,
    pub(crate) token: String,
    /// The audience that the jurors expect, or `None` if they are not to look at it.
    pub(crate) audience: Option<&'static str>,
}

type Mutate = fn(&mut Rng, &mut Draft);
type Write = fn(&mut Rng, &Draft) -> String;

/// With the share that each gets.
const OF_JSON: [(&str, usize, Mutate); 16] = [
    ("valid", 4, |_, _| {}),
    ("header members", 6, members::header),
    ("critical and payload encoding", 3, members::critical),
    ("algorithm and type", 5, members::algorithm),
    ("claim of another type", 10, members::claim),
    ("organizations", 5, members::orgs),
    ("time", 10, members::time),
    ("issuer", 6, members::issuer),
    ("audience", 10, members::audience),
    ("duplicate member", 6, members::duplicate),
    ("escapes", 6, json::escapes),
    ("white space", 5, json::space),
    ("around the JSON", 4, json::around),
    ("one byte of JSON", 12, json::one_byte),
    ("text encoding", 3, json::encoding),
    ("nesting", 3, json::nesting),
];

const OF_TEXT: [(&str, usize, Write); 6] = [
    ("base64", 8, text::base64),
    ("segments", 4, text::segments),
    ("one bit", 4, text::one_bit),
    ("one character", 6, text::one_character),
    ("signed otherwise", 6, text::signed_otherwise),
    ("length", 1, text::length),
];

/// Makes the case of this number.
pub(crate) fn case(seed: u64, number: u64) -> Case {
    let mut rng = Rng::new(seed, number);
    let mut draft = Draft::valid(&mut rng);
    let of_json: usize = OF_JSON.iter().map(|family| family.1).sum();
    let of_text: usize = OF_TEXT.iter().map(|family| family.1).sum();
    let at = rng.below(of_json + of_text);
    let audience = rng.once_in(5).then_some(AUDIENCE);
    if audience.is_some() {
        draft.set(1, "aud", &quoted(AUDIENCE));
    }
    let (family, token) = if at < of_json {
        let (family, mutate) = chosen(&OF_JSON, at);
        mutate(&mut rng, &mut draft);
        if rng.once_in(6) {
            let at = rng.below(of_json);
            chosen(&OF_JSON, at).1(&mut rng, &mut draft);
        }
        (family, draft.token())
    } else {
        if rng.once_in(6) {
            let at = rng.below(of_json);
            chosen(&OF_JSON, at).1(&mut rng, &mut draft);
        }
        let (family, write) = chosen(&OF_TEXT, at - of_json);
        (family, write(&mut rng, &draft))
    };
    Case {
        family,
        // Spaces in front are the header's: "Bearer" is followed by any number of them.
        token: token.trim_start_matches(' ').to_owned(),
        audience,
    }
}

fn chosen<T: Copy>(families: &[(&'static str, usize, T)], at: usize) -> (&'static str, T) {
    let mut end = 0;
    for (name, share, family) in families {
        end += share;
        if at < end {
            return (name, *family);
        }
    }
    unreachable!("{at} is beyond all shares")
}
