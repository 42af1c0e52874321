//! The `CONNECT` request that opens a connection through the proxy.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::emulator::http::BACKEND_API_HOST;

/// The longest request head that is read, in bytes.
const MAX_HEAD: usize = 8 * 1024;

/// The destination of a connection.
pub(super) enum Way {
    /// The emulator, in place of the backend API.
    Emulator,
    /// Another host, whose certificate the client verifies.
    Other(TcpStream),
    /// None: the request was rejected.
    Nowhere,
}

/// Reads the request and responds to it.
pub(super) async fn answer(client: &mut TcpStream, leads_on: bool) -> io::Result<Way> {
    const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
    let head = read_head(client).await?;
    let (response, way) = match judge(&head, leads_on) {
        Verdict::Open => (OPEN.to_owned(), Way::Emulator),
        Verdict::Pass(target) => match TcpStream::connect(target).await {
            Ok(stream) => (OPEN.to_owned(), Way::Other(stream)),
            Err(error) => {
                let reason = format!("{target} cannot be reached: {error}");
                (refusal("502 Bad Gateway", &reason), Way::Nowhere)
            }
        },
        Verdict::Refuse(status, reason) => (refusal(status, reason), Way::Nowhere),
    };
    client.write_all(response.as_bytes()).await?;
    Ok(way)
}

fn refusal(status: &str, reason: &str) -> String {
    let reason = format!("{reason}\n");
    let length = reason.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{reason}"
    )
}

#[derive(Debug, PartialEq)]
enum Verdict<'a> {
    Open,
    Pass(&'a str),
    Refuse(&'static str, &'static str),
}

fn judge(head: &str, leads_on: bool) -> Verdict<'_> {
    let mut words = head.split_ascii_whitespace();
    if words.next() != Some("CONNECT") {
        return Verdict::Refuse(
            "405 Method Not Allowed",
            "this proxy accepts CONNECT only; send requests for the emulator to its own URL",
        );
    }
    let target = words.next().unwrap_or_default();
    match target.rsplit_once(':') {
        Some((host, "443")) if host.eq_ignore_ascii_case(BACKEND_API_HOST) => Verdict::Open,
        Some((host, port)) if leads_on && !host.is_empty() && port.parse::<u16>().is_ok() => {
            Verdict::Pass(target)
        }
        _ if leads_on => Verdict::Refuse(
            "400 Bad Request",
            "the CONNECT request names no host and port",
        ),
        _ => Verdict::Refuse(
            "403 Forbidden",
            "this proxy connects propelauth-api.com:443 to the emulator, and nothing else: list \
             other hosts in NO_PROXY, or start propelauth-dev with --proxy-leads-on",
        ),
    }
}

/// Reads up to the empty line. What follows belongs to TLS, which a client starts only after the response.
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
            for leads_on in [false, true] {
                assert_eq!(judge(head, leads_on), Verdict::Open, "{head}");
            }
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
            assert!(matches!(judge(head, false), Verdict::Refuse(..)), "{head}");
        }
    }

    #[test]
    fn other_targets_are_led_to_where_it_was_asked_for() {
        for target in ["example.com:443", "127.0.0.1:8443", "[::1]:443"] {
            let head = format!("CONNECT {target} HTTP/1.1\r\n\r\n");
            assert_eq!(judge(&head, true), Verdict::Pass(target));
        }
        for head in [
            "CONNECT example.com HTTP/1.1\r\n\r\n",
            "CONNECT :443 HTTP/1.1\r\n\r\n",
            "CONNECT example.com:x HTTP/1.1\r\n\r\n",
            "CONNECT\r\n\r\n",
            "GET http://example.com:80/ HTTP/1.1\r\n\r\n",
        ] {
            assert!(matches!(judge(head, true), Verdict::Refuse(..)), "{head}");
        }
    }
}
