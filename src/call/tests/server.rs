//! A server that answers each connection with bytes that were decided beforehand.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// A listening server and the requests that it received.
pub(super) struct Canned {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    /// Answers every request with these bytes, then closes.
    pub(super) fn new(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        Self::with(move |stream| drop(stream.write_all(&reply)))
    }

    /// Answers with a status line, headers and a body of the right length.
    pub(super) fn http(status: &str, headers: &str, body: &str) -> Self {
        Self::new(reply(status, headers, body))
    }

    /// Reads one request of each connection, answers it by `answer`, then closes.
    pub(super) fn with(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::numbered(move |stream, _| answer(stream))
    }

    /// As `with`, and tells `answer` how many requests were read before this one.
    pub(super) fn numbered(answer: impl Fn(&mut TcpStream, usize) + Send + Sync + 'static) -> Self {
        Self::raw(move |stream, requests| {
            let request = read_request(stream);
            let number = {
                let mut requests = requests.lock().unwrap();
                requests.push(request);
                requests.len() - 1
            };
            answer(stream, number);
        })
    }

    /// Answers the first requests with these replies in turn, and all further with the last.
    pub(super) fn in_turn(replies: &[&str]) -> Self {
        let replies: Vec<_> = replies.iter().copied().map(str::to_owned).collect();
        Self::numbered(move |stream, number| {
            let reply = &replies[number.min(replies.len() - 1)];
            drop(stream.write_all(reply.as_bytes()));
        })
    }

    /// Leaves each connection to `serve`, in a thread of its own.
    pub(super) fn raw(
        serve: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (serve, seen) = (Arc::new(serve), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, serve) = (stream.unwrap(), Arc::clone(&serve));
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(&mut stream, &seen));
            }
        });
        Self { url, requests }
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Returns a reply with these headers and a body of the right length, after which the connection
/// is closed. It says so, as the client would else use the connection while it is being closed.
pub(super) fn reply(status: &str, headers: &str, body: &str) -> String {
    reply_and_stay(status, &format!("Connection: close\r\n{headers}"), body)
}

/// Returns a reply after which the connection stays open.
pub(super) fn reply_and_stay(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

/// Reads a head, and a body if the head announces one.
pub(super) fn read_request(stream: &mut TcpStream) -> String {
    let timeout = Some(Duration::from_secs(2));
    stream.set_read_timeout(timeout).unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|it| it.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return text,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
}
