//! A connection as awc uses it: plain or TLS, and with replies whose end is known.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::rt::net::ActixStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, Ready};

use super::framing::Framing;

pub(super) trait Io: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

/// A connection to PropelAuth.
pub(super) struct Connection {
    io: Box<dyn Io>,
    framing: Framing,
    /// What was read and is to be handed on.
    ready: Vec<u8>,
    handed_on: usize,
}

impl Connection {
    pub(super) fn new(io: impl Io + 'static) -> Self {
        Self {
            io: Box::new(io),
            framing: Framing::new(),
            ready: Vec::new(),
            handed_on: 0,
        }
    }

    fn hand_on(&mut self, buf: &mut ReadBuf<'_>) {
        let rest = self.ready.get(self.handed_on..).unwrap_or_default();
        let part = rest.get(..buf.remaining()).unwrap_or(rest);
        buf.put_slice(part);
        self.handed_on += part.len();
        if self.handed_on >= self.ready.len() {
            self.ready.clear();
            self.handed_on = 0;
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.ready.is_empty() {
                this.hand_on(buf);
                return Poll::Ready(Ok(()));
            }
            if this.framing.has_excess() {
                return Poll::Ready(Ok(()));
            }
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.io).poll_read(cx, buf))?;
            let read = buf.filled().get(before..).unwrap_or_default().to_vec();
            buf.set_filled(before);
            // Bytes that no request asked for are nobody's reply: the connection ends here.
            if read.is_empty() || this.framing.is_complete() {
                return Poll::Ready(this.framing.end().map_err(io::Error::other));
            }
            this.framing
                .feed(&read, &mut this.ready)
                .map_err(io::Error::other)?;
        }
    }
}

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

/// awc asks for readiness nowhere, and a false one is allowed.
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
