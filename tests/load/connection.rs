//! A client that costs next to nothing, so that the load is on the service.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How many bytes of the buffer have been read as replies.
    read: usize,
}

/// A status, and the whole body.
pub(crate) type Reply = (u16, String);

impl Connection {
    pub(crate) fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).unwrap();
        stream.set_write_timeout(patience).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: Vec::new(),
            read: 0,
        }
    }

    pub(crate) fn send(&mut self, requests: &str) {
        self.stream.write_all(requests.as_bytes()).unwrap();
    }

    /// Returns the next reply, or nothing if the server closed the connection before it.
    pub(crate) fn receive(&mut self) -> Option<Reply> {
        loop {
            if let Some((length, reply)) = parse(&self.buffer[self.read..]) {
                self.read += length;
                return Some(reply);
            }
            self.buffer.drain(..self.read);
            self.read = 0;
            let mut chunk = [0; 16 * 1024];
            let length = match self.stream.read(&mut chunk) {
                Ok(length) => length,
                // What the server left unread makes its closing a reset.
                Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
                Err(error) => panic!("no reply: {error}"),
            };
            if length == 0 {
                let rest = String::from_utf8_lossy(&self.buffer);
                assert!(rest.is_empty(), "closed within a reply: {rest}");
                return None;
            }
            self.buffer.extend_from_slice(&chunk[..length]);
        }
    }
}

/// Reads one reply off the front, if all of it is there, and returns its length as well.
fn parse(bytes: &[u8]) -> Option<(usize, Reply)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = str::from_utf8(&bytes[..end]).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    let body = bytes.get(end..end + length)?;
    let body = String::from_utf8(body.to_vec()).unwrap();
    Some((end + length, (status, body)))
}
