//! The connection of a request, to close it without a response.

use std::{
    any::Any,
    net::{Shutdown, TcpStream},
};

use actix_web::{HttpRequest, dev::Extensions, rt::net};

/// A second handle to the socket of a connection, as actix-web does not lend its own.
struct Socket(TcpStream);

/// Keeps a handle to the socket of a new connection with its data.
pub(super) fn keep_socket(connection: &dyn Any, data: &mut Extensions) {
    let stream = connection.downcast_ref::<net::TcpStream>();
    if let Some(socket) = stream.and_then(try_clone) {
        data.insert(Socket(socket));
    }
}

#[cfg(unix)]
fn try_clone(stream: &net::TcpStream) -> Option<TcpStream> {
    use std::os::fd::AsFd as _;
    stream
        .as_fd()
        .try_clone_to_owned()
        .ok()
        .map(TcpStream::from)
}

#[cfg(windows)]
fn try_clone(stream: &net::TcpStream) -> Option<TcpStream> {
    use std::os::windows::io::AsSocket as _;
    stream
        .as_socket()
        .try_clone_to_owned()
        .ok()
        .map(TcpStream::from)
}

#[cfg(not(any(unix, windows)))]
fn try_clone(_: &net::TcpStream) -> Option<TcpStream> {
    None
}

/// Closes the connection of a request. What is sent on it afterwards is lost.
pub(super) fn close(request: &HttpRequest) {
    if let Some(Socket(socket)) = request.conn_data() {
        let _ = socket.shutdown(Shutdown::Both);
    }
}
