//! A connection as awc uses it: plain or TLS, with each response framed.
//!
//! It stands between the socket and awc's parser:
//!
//! ```text
//! awc  --write-->  Connection  --as it is-->  TLS or TCP
//! awc  <--read---  Connection  <--Framing---  TLS or TCP
//! ```
//!
//! Bytes that are read go through [`Framing`], which checks where the response ends, before awc sees
//! them. Bytes that are written pass unchanged; each write only announces that a response is due. A read
//! that arrives when no response is due ends the connection, so that a pooled connection cannot be fed
//! the response to the next request in advance.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::rt::net::ActixStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, Ready};

use super::framing::Framing;

/// A byte stream in both directions. Boxed, so that the same type of connection carries TCP and TLS:
/// a virtual call for each read and write is far below the cost of the system call.
pub(super) trait Io: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

/// A connection to PropelAuth.
pub(super) struct Connection {
    io: Box<dyn Io>,
    /// Where the current response ends.
    framing: Framing,
    /// Bytes that were read and framed, and that awc has not taken yet.
    ready: Vec<u8>,
    /// The number of bytes of `ready` that awc has taken.
    taken: usize,
}

impl Connection {
    /// Creates a connection over a stream that is ready for a request: TLS is set up, and the tunnel of
    /// a proxy is open.
    pub(super) fn new(io: impl Io + 'static) -> Self {
        Self {
            io: Box::new(io),
            framing: Framing::new(),
            ready: Vec::new(),
            taken: 0,
        }
    }

    /// Copies as many framed bytes as fit into awc's buffer.
    fn copy_ready(&mut self, buf: &mut ReadBuf<'_>) {
        let rest = self.ready.get(self.taken..).unwrap_or_default();
        let part = rest.get(..buf.remaining()).unwrap_or(rest);
        buf.put_slice(part);
        self.taken += part.len();
        if self.taken >= self.ready.len() {
            self.ready.clear();
            self.taken = 0;
        }
    }
}

/// Reads frame by frame, until there is something for awc or the connection ends.
///
/// A [`Fault`](super::fault::Fault) becomes an I/O error, which is the only kind that passes through
/// awc; `transport` downcasts it again.
impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.ready.is_empty() {
                this.copy_ready(buf);
                return Poll::Ready(Ok(()));
            }
            if this.framing.has_excess() {
                // No bytes were added: awc sees the end of the connection.
                return Poll::Ready(Ok(()));
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.io).poll_read(cx, buf))?;
            let read = buf.filled().get(before..).unwrap_or_default().to_vec();
            buf.set_filled(before);
            // Bytes without a request must not become the response to the next one: that is how
            // response splitting works. The connection ends here.
            if read.is_empty() || this.framing.is_complete() {
                return Poll::Ready(this.framing.end().map_err(io::Error::other));
            }
            this.framing
                .feed(&read, &mut this.ready)
                .map_err(io::Error::other)?;
        }
    }
}

/// Writes through. awc writes a request in one or several pieces, and reads only after the last.
impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.framing.expect_reply();
        Pin::new(&mut this.io).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

/// awc never asks for readiness, and the trait allows a spurious one.
impl ActixStream for Connection {
    fn poll_read_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::READABLE))
    }

    fn poll_write_ready(&self, _: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        Poll::Ready(Ok(Ready::WRITABLE))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}
