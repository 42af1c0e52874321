//! The proxy's own protocol: the one request that opens a connection.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::emulator::server::BACKEND_API_HOST;

/// The longest request head that is read, in bytes.
const MAX_HEAD: usize = 8 * 1024;

/// Reads the request and answers it; tells whether the connection is open from here on.
pub(super) async fn answer(client: &mut TcpStream) -> io::Result<bool> {
    let head = read_head(client).await?;
    let verdict = judge(&head);
    let response = match verdict {
        Verdict::Open => "HTTP/1.1 200 Connection established\r\n\r\n".to_owned(),
        Verdict::Refuse(status, reason) => {
            let reason = format!("{reason}\n");
            let length = reason.len();
            format!(
                "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n{reason}"
            )
        }
    };
    client.write_all(response.as_bytes()).await?;
    Ok(verdict == Verdict::Open)
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Open,
    Refuse(&'static str, &'static str),
}

fn judge(head: &str) -> Verdict {
    let mut words = head.split_ascii_whitespace();
    if words.next() != Some("CONNECT") {
        return Verdict::Refuse(
            "405 Method Not Allowed",
            "this proxy answers CONNECT only; the emulator itself is at its own URL",
        );
    }
    let is_backend = words.next().is_some_and(|target| {
        target.split_once(':').is_some_and(|(host, port)| {
            host.eq_ignore_ascii_case(BACKEND_API_HOST) && port == "443"
        })
    });
    if !is_backend {
        return Verdict::Refuse(
            "403 Forbidden",
            "this proxy leads to propelauth-api.com:443 only, and there to the emulator",
        );
    }
    Verdict::Open
}

/// Reads up to the empty line. What comes after belongs to TLS, and a client waits with that.
async fn read_head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_HEAD {
            return Err(io::Error::other("the request head is too long"));
        }
        head.push(client.read_u8().await?);
    }
    String::from_utf8(head).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge};

    #[test]
    fn one_target_is_opened() {
        for head in [
            "CONNECT propelauth-api.com:443 HTTP/1.1\r\n\r\n",
            "CONNECT PropelAuth-API.com:443 HTTP/1.0\r\nhost: other.example:443\r\n\r\n",
        ] {
            assert_eq!(judge(head), Verdict::Open, "{head}");
        }
    }

    #[test]
    fn all_else_is_refused() {
        for head in [
            "CONNECT example.com:443 HTTP/1.1\r\n\r\n",
            "CONNECT propelauth-api.com:80 HTTP/1.1\r\n\r\n",
            "CONNECT propelauth-api.com HTTP/1.1\r\n\r\n",
            "CONNECT propelauth-api.com.example.com:443 HTTP/1.1\r\n\r\n",
            "CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n",
            "GET https://propelauth-api.com:443/ HTTP/1.1\r\n\r\n",
            "connect propelauth-api.com:443 HTTP/1.1\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert!(matches!(judge(head), Verdict::Refuse(..)), "{head}");
        }
    }
}
