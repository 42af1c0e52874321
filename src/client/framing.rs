//! Message framing: where a response ends, by RFC 9112 §6, read from the raw bytes.
//!
//! awc's parser has four faults that an authentication library cannot live with:
//!
//! - it does not distinguish a body that was cut off from a whole one (§8),
//! - it takes an interim response (1xx, RFC 9110 §15.2) for the final one,
//! - it reads a body that ends with the connection (§6.3, rule 8) as empty, unless the response is
//!   HTTP/1.0,
//! - it takes any response with `Upgrade` for one without a body.
//!
//! So the bytes are read here first, strictly, and passed on in the few forms that awc reads
//! correctly. Two lengths, or a length beside a transfer coding, are errors, as they are the means
//! of request smuggling (§11.2).

use std::{fmt, mem};

use super::{
    fault::Fault,
    response_head::{BodyEnd, number, write_head},
};

/// The longest head of a response, as in awc.
const MAX_HEAD: usize = 131_072;
/// The largest number of header fields, as in awc.
const MAX_HEADERS: usize = 96;
/// The largest number of interim responses before the final one: a server that sends them without end
/// would keep the call busy until its timeout.
const MAX_INTERIM: u8 = 16;
/// The longest line of a chunked body: a chunk's size with its extensions (§7.1.1), or a trailer field.
const MAX_LINE: usize = 8_192;

/// The state of one connection: it frames one response for each request.
///
/// ```text
///                    write                    head
///   Complete  ------------------->  Head  -------------+--> Length(n) --------------> Complete
///      |                             ^  |              |
///      | read                        |  | 1xx          +--> ChunkSize <-> ChunkData
///      v                             +--+              |       |             |
///   Excess (the connection is                          |       v             v
///   not used again)                                    |    Trailer      ChunkEnd
///                                                      |       |
///                                                      |       +-----------------> Complete
///                                                      +--> UntilClose --- end --> Excess
/// ```
///
/// The end of the connection in any other state is a fault: [`Fault::HeadCutOff`] in `Head`, once some of
/// it has arrived, and [`Fault::CutOff`] within a body.
pub(super) struct Framing {
    state: State,
    /// The bytes of an incomplete head, or of an incomplete line of a chunked body.
    partial: Vec<u8>,
    /// The number of interim responses to the current request.
    interim: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The head of a response, interim responses included.
    Head,
    /// A body with `Content-Length`, and the bytes of it that are missing.
    Length(u64),
    /// The line with the size of the next chunk.
    ChunkSize,
    /// A chunk, and the bytes of it that are missing.
    ChunkData(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// The trailer section after the last chunk.
    Trailer,
    /// A body that ends with the connection.
    UntilClose,
    /// The response is complete, and no byte may follow before the next request.
    Complete,
    /// Bytes followed a complete response, so that the connection cannot be used again.
    Excess,
}

impl Framing {
    /// Creates the state of a new connection, on which no response is due.
    pub(super) fn new() -> Self {
        Self {
            state: State::Complete,
            partial: Vec::new(),
            interim: 0,
        }
    }

    /// Expects a response. Called at each write, so that a request in several parts starts one only.
    pub(super) fn expect_reply(&mut self) {
        if self.state == State::Complete {
            self.state = State::Head;
            self.interim = 0;
        }
    }

    /// Returns `true` if no response is expected, so that further bytes are an error of the server.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete | State::Excess)
    }

    /// Returns `true` if bytes followed a complete response.
    pub(super) fn has_excess(&self) -> bool {
        self.state == State::Excess
    }

    /// Reads bytes from the connection, and appends those that awc is to read.
    ///
    /// # Errors
    ///
    /// Returns [`Fault::Malformed`] if they are not one HTTP response.
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

    /// Ends the connection.
    ///
    /// # Errors
    ///
    /// Returns [`Fault::CutOff`] or [`Fault::HeadCutOff`] if a response is incomplete.
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

    /// Reads a head as far as it has arrived, and returns the bytes after it.
    ///
    /// The head is parsed again from its start with each piece. It usually arrives in one, and the length
    /// limit bounds what many pieces cost. httparse is the parser that awc uses, too, so that both agree on
    /// what a head is.
    fn head<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let before = self.partial.len();
        self.partial.extend_from_slice(bytes);
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut fields);
        let parsed = head.parse(&self.partial).map_err(|error| match error {
            httparse::Error::TooManyHeaders => Fault::Malformed("it has too many header fields"),
            _ => Fault::Malformed("its head is not that of an HTTP/1.1 response"),
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
                    return Err(Fault::Malformed(
                        "too many interim responses came before it",
                    ));
                }
            }
            _ => {
                let raw = self.partial.get(..end).unwrap_or_default();
                self.state = match write_head(&head, raw, out)? {
                    BodyEnd::None => State::Complete,
                    BodyEnd::Length(length) => State::Length(length),
                    BodyEnd::LastChunk => State::ChunkSize,
                    BodyEnd::Close => State::UntilClose,
                };
            }
        }
        self.partial.clear();
        Ok(rest)
    }

    /// Collects a line without its end; returns `None` until it is complete. A bare line feed is an
    /// error: parsers that disagree about it can be made to see different messages.
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

    /// Reads a complete line of a chunked body.
    fn chunk_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        self.state = match self.state {
            State::ChunkSize => match chunk_size(line) {
                None => return Err(Fault::Malformed("the size of a chunk is not a number")),
                Some(0) => State::Trailer,
                Some(size) => State::ChunkData(size),
            },
            State::ChunkEnd if line.is_empty() => State::ChunkSize,
            State::ChunkEnd => return Err(Fault::Malformed("a chunk is longer than it says")),
            // Trailer fields have no meaning here and are omitted (§7.1.2).
            _ if line.is_empty() => {
                out.extend_from_slice(b"0\r\n\r\n");
                State::Complete
            }
            state => state,
        };
        Ok(())
    }
}

/// Returns the size of a chunk; its extensions are ignored (§7.1.1).
fn chunk_size(line: &[u8]) -> Option<u64> {
    number(line.split(|byte| *byte == b';').next()?.trim_ascii(), 16)
}

/// Splits bytes at a position, or at their end.
fn split(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// Returns the length as the type in which lengths on the wire are counted.
fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Framing").field(&self.state).finish()
    }
}
