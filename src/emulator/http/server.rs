//! The HTTP server: a thread of its own, which serves on loopback until the emulator is dropped.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    rt::{self, System},
    web,
};
use tokio::sync::oneshot;

use crate::emulator::{
    http::{Exposure, Shared, answer::answer, connection::keep_socket},
    webhooks::send_webhooks,
};

/// A running server. Dropping it stops the server and frees the port.
pub(crate) struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Binds a port: on loopback only, because the emulator protects nothing, unless it is to be exposed. Returns
/// the address at which this machine reaches it.
pub(crate) fn bind(
    port: u16,
    exposure: Option<&Exposure>,
) -> io::Result<(TcpListener, SocketAddr)> {
    let address = exposure.and_then(|exposure| exposure.address);
    let address = address.unwrap_or(Ipv4Addr::LOCALHOST.into());
    let listener = TcpListener::bind((address, port))?;
    let mut bound = listener.local_addr()?;
    match address {
        IpAddr::V4(address) if address.is_unspecified() => bound.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(address) if address.is_unspecified() => bound.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    Ok((listener, bound))
}

impl Server {
    pub(crate) async fn start(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Self> {
        let (started, handle) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("propelauth-emulator".to_owned())
            .spawn(move || {
                System::new().block_on(async move {
                    // It ends with this thread.
                    rt::spawn(send_webhooks(Arc::clone(&shared.store)));
                    match serve(listener, shared) {
                        Ok(server) => {
                            let _ = started.send(Ok(server.handle()));
                            if let Err(error) = server.await {
                                tracing::error!(%error, "the emulator's server failed");
                            }
                        }
                        Err(error) => {
                            let _ = started.send(Err(error));
                        }
                    }
                });
            })?;
        let handle = handle
            .await
            .map_err(|_| io::Error::other("the emulator's thread ended early"))??;
        Ok(Self {
            handle,
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `stop` sends its command when called; the future would only wait, as the join does.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> io::Result<actix_web::dev::Server> {
    let shared = web::Data::from(shared);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .default_service(web::to(answer))
    })
    .on_connect(keep_socket);
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
