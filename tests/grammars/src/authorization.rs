//! The `Authorization` header: RFC 9110 §11.4 and RFC 6750 §2.1, as the crate documents them.
//!
//! ```text
//! value  = scheme [ 1*SP token ]
//! scheme = the characters up to the first SP, HTAB or comma; "Bearer" in any case
//! token  = *( VCHAR except comma ), at most so many
//! ```

use super::{
    difference,
    subject::{
        Denied, MalformedHeader, Unauthorized,
        fuzzing::{bearer_token, bearer_token_in},
    },
    words::Alphabet,
};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// What must be malformed, what must be another scheme, and what lies in between.
pub(crate) const ALPHABET: Alphabet = [
    b"Bearer", b"bEARER", b"Basic", b" ", b"\t", b",", b"=", b"\"", b"a", b".", b"\x80", b"\x7f",
];

/// The scheme in pieces, letters that fold into its own elsewhere than in ASCII, and line ends.
pub(crate) const PIECES: Alphabet = [
    b"Bearer ",
    b"beare",
    b"r",
    b"R",
    b" ",
    "\u{212a}".as_bytes(), // KELVIN SIGN
    "é".as_bytes(),
    b"\0",
    b"\r\n",
    b"~",
    b"!",
    b";",
];

/// A limit that the values of seven symbols reach and pass.
pub(crate) const MAX_TOKEN_LEN: usize = 6;

#[derive(Debug, PartialEq)]
pub(crate) enum Read<'v> {
    Token(&'v [u8]),
    TooLong,
    NotOneToken,
    NotText,
    Several,
    NoCredentials,
}

pub(crate) fn read(value: &[u8], max_token_len: usize) -> Read<'_> {
    for byte in value {
        match byte {
            b'\t' | 0x20..=0x7e => {}
            _ => return Read::NotText,
        }
    }
    let mut at = 0;
    let mut scheme = String::new();
    while let Some(&byte) = value.get(at) {
        if matches!(byte, b' ' | b'\t' | b',') {
            break;
        }
        scheme.push(byte.to_ascii_lowercase().into());
        at += 1;
    }
    match scheme.as_str() {
        "bearer" => {}
        "" => return Read::NotOneToken,
        _ => return Read::NoCredentials,
    }
    if matches!(value.get(at), Some(b'\t' | b',')) {
        return Read::NotOneToken;
    }
    while value.get(at) == Some(&b' ') {
        at += 1;
    }
    let token = &value[at..];
    for byte in token {
        if matches!(byte, b' ' | b'\t' | b',') {
            return Read::NotOneToken;
        }
    }
    if token.len() > max_token_len {
        Read::TooLong
    } else {
        Read::Token(token)
    }
}

/// What a request with these headers says.
pub(crate) fn read_lines<'v>(lines: &[&'v [u8]], max_token_len: usize) -> Read<'v> {
    match lines {
        [] => Read::NoCredentials,
        [value] => read(value, max_token_len),
        _ => Read::Several,
    }
}

pub(crate) fn seen<'v>(result: Result<&'v str, &Denied>) -> Result<Read<'v>, String> {
    use Denied::Unauthorized as No;
    Ok(match result {
        Ok(token) => Read::Token(token.as_bytes()),
        Err(No(Unauthorized::NoCredentials)) => Read::NoCredentials,
        Err(No(Unauthorized::MalformedHeader(MalformedHeader::InvalidBytes))) => Read::NotText,
        Err(No(Unauthorized::MalformedHeader(MalformedHeader::NotOneToken))) => Read::NotOneToken,
        Err(No(Unauthorized::MalformedHeader(MalformedHeader::MultipleHeaders))) => Read::Several,
        Err(Denied::TokenTooLong { .. }) => Read::TooLong,
        Err(other) => return Err(format!("unexpected: {other}")),
    })
}

fn class(read: &Read<'_>) -> &'static str {
    match read {
        Read::Token([]) => "empty token",
        Read::Token(_) => "token",
        Read::TooLong => "too long",
        Read::NotOneToken => "not one token",
        Read::NotText => "not text",
        Read::Several => "several",
        Read::NoCredentials => "no credentials",
    }
}

/// Compares the reading of one value.
pub(crate) fn compare(value: &[u8], max_token_len: usize) -> Result<&'static str, String> {
    let expected = read(value, max_token_len);
    let result = bearer_token_in(value, max_token_len);
    let found = seen(result.as_ref().map(|token| *token));
    if found.as_ref() != Ok(&expected) {
        return Err(difference(value, &expected, &found));
    }
    Ok(class(&expected))
}

/// Compares the reading of the headers of one request; lines that no header can be are left out.
pub(crate) fn compare_lines(lines: &[&[u8]], max_token_len: usize) -> Result<&'static str, String> {
    let mut headers = HeaderMap::new();
    let mut kept = Vec::new();
    for line in lines {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(AUTHORIZATION, value);
            kept.push(*line);
        }
    }
    let expected = read_lines(&kept, max_token_len);
    let result = bearer_token(&headers, max_token_len);
    let found = seen(result.as_ref().map(|token| *token));
    if found.as_ref() != Ok(&expected) {
        return Err(difference(&lines.join(&b'\n'), &expected, &found));
    }
    Ok(class(&expected))
}
