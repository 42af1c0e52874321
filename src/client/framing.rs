//! Where a reply ends, by RFC 9112 §6: read from the raw bytes, as awc does not tell a body that
//! was cut off from a whole one, takes an interim reply for the final one, and reads a body that
//! ends with the connection as empty.
//!
//! What comes out is the same reply in the few forms that awc reads rightly.

use std::{fmt, mem};

/// The longest head that is read; awc's own limit.
const MAX_HEAD: usize = 131_072;
/// How many header fields a reply may have; awc's own limit.
const MAX_HEADERS: usize = 96;
/// How many interim replies may precede a final one.
const MAX_INTERIM: u8 = 16;
/// The longest line of a chunk's size with its extensions, and of a trailer field.
const MAX_LINE: usize = 8_192;

/// What is wrong with the framing of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// The connection ended within the reply.
    #[error("the reply was cut off")]
    CutOff,
    /// The connection ended within the head of the reply.
    #[error("the connection ended within the head of the reply")]
    HeadCutOff,
    /// It cannot be read as one reply.
    #[error("{0}")]
    Malformed(&'static str),
}

/// Reads the replies on one connection, one for each request.
pub(super) struct Framing {
    state: State,
    /// The bytes of a head, or of a line of a chunked body, that is not complete yet.
    partial: Vec<u8>,
    interim: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Length(u64),
    ChunkSize,
    ChunkData(u64),
    ChunkEnd,
    Trailer,
    UntilClose,
    /// The reply is complete, and nothing more is due before the next request.
    Complete,
    /// More came than was due, so that the connection cannot be used again.
    Excess,
}

impl Framing {
    pub(super) fn new() -> Self {
        Self {
            state: State::Complete,
            partial: Vec::new(),
            interim: 0,
        }
    }

    /// Expects a reply, as a request is being sent.
    pub(super) fn expect_reply(&mut self) {
        if self.state == State::Complete {
            self.state = State::Head;
            self.interim = 0;
        }
    }

    /// Returns whether no reply is due, so that whatever comes is not for anybody.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete | State::Excess)
    }

    /// Returns whether more came than was due.
    pub(super) fn has_excess(&self) -> bool {
        self.state == State::Excess
    }

    /// Takes bytes from the connection, and appends what is to be handed on.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        while !bytes.is_empty() {
            match self.state {
                State::Head => bytes = self.head(bytes, out)?,
                State::Length(left) => {
                    let (part, rest) = split(bytes, left);
                    out.extend_from_slice(part);
                    bytes = rest;
                    self.state = match left - length(part) {
                        0 => State::Complete,
                        left => State::Length(left),
                    };
                }
                State::UntilClose => {
                    out.extend_from_slice(bytes);
                    bytes = &[];
                }
                State::ChunkData(left) => {
                    let (part, rest) = split(bytes, left);
                    out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
                    out.extend_from_slice(part);
                    out.extend_from_slice(b"\r\n");
                    bytes = rest;
                    self.state = match left - length(part) {
                        0 => State::ChunkEnd,
                        left => State::ChunkData(left),
                    };
                }
                State::ChunkSize | State::ChunkEnd | State::Trailer => {
                    let Some(rest) = self.line(bytes)? else {
                        return Ok(());
                    };
                    bytes = rest;
                    let line = mem::take(&mut self.partial);
                    self.chunk_line(&line, out)?;
                }
                State::Complete | State::Excess => {
                    self.state = State::Excess;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes the end of the connection.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        match self.state {
            State::Head if self.partial.is_empty() => Ok(()),
            State::Head => Err(Fault::HeadCutOff),
            State::UntilClose | State::Complete | State::Excess => {
                self.state = State::Excess;
                Ok(())
            }
            State::Length(_)
            | State::ChunkSize
            | State::ChunkData(_)
            | State::ChunkEnd
            | State::Trailer => Err(Fault::CutOff),
        }
    }

    /// Reads a head as far as it is there, and returns what comes after it.
    fn head<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let before = self.partial.len();
        self.partial.extend_from_slice(bytes);
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut fields);
        let parsed = head.parse(&self.partial).map_err(|error| match error {
            httparse::Error::TooManyHeaders => Fault::Malformed("it has too many header fields"),
            _ => Fault::Malformed("its head is not that of an HTTP/1.1 reply"),
        })?;
        let httparse::Status::Complete(end) = parsed else {
            if self.partial.len() > MAX_HEAD {
                return Err(Fault::Malformed("its head is too long"));
            }
            return Ok(&[]);
        };
        let rest = bytes.get(end.saturating_sub(before)..).unwrap_or_default();
        match head.code.unwrap_or_default() {
            101 => {
                return Err(Fault::Malformed(
                    "it switches protocols, which was not asked for",
                ));
            }
            100..=199 => {
                self.interim += 1;
                if self.interim > MAX_INTERIM {
                    return Err(Fault::Malformed("too many interim replies came before it"));
                }
            }
            _ => {
                self.state = hand_on(&head, self.partial.get(..end).unwrap_or_default(), out)?;
            }
        }
        self.partial.clear();
        Ok(rest)
    }

    /// Collects a line without its end; `None` until it is complete.
    fn line<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<&'a [u8]>, Fault> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (part, rest) = match end {
            Some(end) => (bytes.get(..end), bytes.get(end + 1..)),
            None => (Some(bytes), None),
        };
        self.partial.extend_from_slice(part.unwrap_or_default());
        if self.partial.len() > MAX_LINE {
            return Err(Fault::Malformed("a line of its chunked body is too long"));
        }
        if rest.is_some() && self.partial.pop() != Some(b'\r') {
            return Err(Fault::Malformed(
                "a line of its chunked body does not end as it should",
            ));
        }
        Ok(rest)
    }

    fn chunk_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        self.state = match self.state {
            State::ChunkSize => match chunk_size(line) {
                None => return Err(Fault::Malformed("the size of a chunk is not a number")),
                Some(0) => State::Trailer,
                Some(size) => State::ChunkData(size),
            },
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::ChunkEnd => return Err(Fault::Malformed("a chunk is longer than it says")),
            // Trailer fields mean nothing here and are left out.
            _ if line.is_empty() => {
                out.extend_from_slice(b"0\r\n\r\n");
                State::Complete
            }
            state => state,
        };
        Ok(())
    }
}

/// Tells how a reply's body ends, and hands its head on in a form that says so to awc.
fn hand_on(
    head: &httparse::Response<'_, '_>,
    raw: &[u8],
    out: &mut Vec<u8>,
) -> Result<State, Fault> {
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

    let state = if matches!(status, 204 | 304) {
        State::Complete
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
        State::ChunkSize
    } else if let Some(value) = length {
        if lengths.next().is_some() {
            return Err(Fault::Malformed("it has two lengths"));
        }
        match number(value, 10).ok_or(Fault::Malformed("its length is not a number"))? {
            0 => State::Complete,
            length => State::Length(length),
        }
    } else {
        State::UntilClose
    };
    // With this field awc takes any reply for one without a body.
    let is_upgrade = values("upgrade").next().is_some();
    if is_1_1 && !is_upgrade && matches!(state, State::Length(_) | State::ChunkSize) {
        out.extend_from_slice(raw);
        return Ok(state);
    }
    // Only of an HTTP/1.0 reply does awc read a body that ends with the connection.
    let version = u8::from(state != State::UntilClose);
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
    if let State::Length(length) = state {
        out.extend_from_slice(format!("content-length: {length}\r\n").as_bytes());
    }
    if state == State::ChunkSize {
        out.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    if !is_1_1 {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
    Ok(state)
}

/// Reads the size of a chunk, less its extensions.
fn chunk_size(line: &[u8]) -> Option<u64> {
    number(line.split(|byte| *byte == b';').next()?.trim_ascii(), 16)
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    // A sign is no digit, if one to the standard library.
    let is_number = !digits.is_empty() && digits.chars().all(|it| it.is_digit(radix));
    is_number.then(|| u64::from_str_radix(digits, radix).ok())?
}

fn split(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Framing").field(&self.state).finish()
    }
}
