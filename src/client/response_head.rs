//! The head of a response: how its body ends, and the form in which awc decides the same.
//!
//! awc decides for itself where a body ends, and for some heads wrongly. Rather than correct it, this
//! gives it only heads that leave it no other choice: the framing fields are checked, and if they are
//! not the plain case, written again.

use super::fault::Fault;

/// Where the body of a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// There is no body.
    None,
    /// After this many bytes.
    Length(u64),
    /// With the last chunk.
    LastChunk,
    /// With the connection.
    Close,
}

/// Decides how the body ends (§6.3), and writes the head in a form from which awc decides the same.
///
/// | the response | how its body ends | how awc gets it |
/// | --- | --- | --- |
/// | HTTP/1.1 with a length, or chunked | as it says | unchanged |
/// | 204, 304, or a length of 0 | there is none | without framing fields |
/// | neither a length nor a coding | with the connection | as HTTP/1.0 |
/// | HTTP/1.0 with a length | as it says | as HTTP/1.1, with `connection: close` |
/// | with `Upgrade` | as it says | without that field |
///
/// A response that could be read in two ways is an error: a coding beside a length, two lengths, or a
/// coding other than `chunked`. A proxy in between may have chosen the other reading, and what one takes
/// for a body is a response of the attacker's choice for the other.
pub(super) fn write_head(
    head: &httparse::Response<'_, '_>,
    raw: &[u8],
    out: &mut Vec<u8>,
) -> Result<BodyEnd, Fault> {
    let status = head.code.unwrap_or_default();
    let is_1_1 = head.version == Some(1);
    let values = |name: &'static str| {
        head.headers
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.trim_ascii())
    };
    let mut codings = values("transfer-encoding");
    let mut lengths = values("content-length");
    let (coding, length) = (codings.next(), lengths.next());

    let body_end = if matches!(status, 204 | 304) {
        BodyEnd::None
    } else if let Some(coding) = coding {
        if length.is_some() {
            return Err(Fault::Malformed(
                "it has both a transfer coding and a length",
            ));
        }
        if !coding.eq_ignore_ascii_case(b"chunked") || codings.next().is_some() || !is_1_1 {
            return Err(Fault::Malformed(
                "it has a transfer coding other than chunked",
            ));
        }
        BodyEnd::LastChunk
    } else if let Some(value) = length {
        if lengths.next().is_some() {
            return Err(Fault::Malformed("it has two lengths"));
        }
        match number(value, 10).ok_or(Fault::Malformed("its length is not a number"))? {
            0 => BodyEnd::None,
            length => BodyEnd::Length(length),
        }
    } else {
        BodyEnd::Close
    };
    // awc takes any response with this field for one without a body.
    let is_upgrade = values("upgrade").next().is_some();
    if is_1_1 && !is_upgrade && matches!(body_end, BodyEnd::Length(_) | BodyEnd::LastChunk) {
        out.extend_from_slice(raw);
        return Ok(body_end);
    }
    // awc reads a body that ends with the connection only if the response is HTTP/1.0.
    let version = u8::from(body_end != BodyEnd::Close);
    out.extend_from_slice(format!("HTTP/1.{version} {status:03} \r\n").as_bytes());
    for field in head.headers.iter() {
        let is_framing = ["content-length", "transfer-encoding", "upgrade"]
            .iter()
            .any(|name| field.name.eq_ignore_ascii_case(name));
        let is_connection = !is_1_1 && field.name.eq_ignore_ascii_case("connection");
        if !is_framing && !is_connection {
            out.extend_from_slice(field.name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(field.value);
            out.extend_from_slice(b"\r\n");
        }
    }
    if let BodyEnd::Length(length) = body_end {
        out.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    if body_end == BodyEnd::LastChunk {
        out.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    if !is_1_1 {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
    Ok(body_end)
}

/// Parses digits, and nothing but digits.
pub(super) fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` accepts a leading `+`.
    let is_number = !digits.is_empty() && digits.chars().all(|it| it.is_digit(radix));
    is_number.then(|| u64::from_str_radix(digits, radix).ok())?
}
