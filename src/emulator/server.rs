//! The emulator's HTTP side: a thread of its own that serves loopback until it is told to stop.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{
        Method, StatusCode,
        header::{AUTHORIZATION, ContentType, HOST},
    },
    rt::System,
    web,
};
use tokio::sync::oneshot;

use super::{
    dispatch::{Answer, Routes},
    store::Store,
};
use crate::secret::Secret;

/// The longest body that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// What the server's thread and the emulator's owner share.
pub(super) struct Shared {
    pub(super) store: Mutex<Store>,
    pub(super) api_key: Secret,
    routes: Routes,
    more: Option<More>,
}

/// Answers what no operation does, where it can.
pub(super) type More = fn(&Mutex<Store>, &Method, &str) -> Option<Answer>;

impl Shared {
    pub(super) fn new(store: Store, api_key: Secret, more: Option<More>) -> Self {
        Self {
            store: Mutex::new(store),
            api_key,
            routes: Routes::new(),
            more,
        }
    }
}

/// A running server; dropping it stops it and frees the port.
pub(super) struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Binds loopback, and nothing but loopback.
pub(super) fn bind(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

impl Server {
    pub(super) async fn start(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Self> {
        let (started, handle) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("propelauth-emulator".to_owned())
            .spawn(move || {
                System::new().block_on(async move {
                    match serve(listener, shared) {
                        Ok(server) => {
                            let _ = started.send(Ok(server.handle()));
                            if let Err(error) = server.await {
                                tracing::error!(%error, "the emulator's server broke");
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
        // The command is sent at once; the future only waits, which the join does.
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
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

async fn answer(
    shared: web::Data<Shared>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if !is_addressed_locally(&request) {
        return text(
            StatusCode::FORBIDDEN,
            "the emulator answers to localhost only",
        );
    }
    if !has_key(&request, &shared.api_key) {
        return text(StatusCode::UNAUTHORIZED, "the integration API key is wrong");
    }
    let body = match payload.to_bytes_limited(MAX_BODY).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return text(StatusCode::BAD_REQUEST, error.to_string()),
        Err(_) => {
            return HttpResponse::PayloadTooLarge().json(serde_json::json!({
                "error_code": "payload_too_large",
                "user_facing_error": "Your request is too large to process.",
            }));
        }
    };
    let (method, path) = (request.method(), request.uri().path());
    let answer = shared
        .routes
        .answer(&shared.store, method, path, request.query_string(), &body)
        .or_else(|| shared.more?(&shared.store, method, path));
    let Some(answer) = answer else {
        return HttpResponse::NotImplemented().json(serde_json::json!({
            "error_code": "not_implemented",
            "message": "the emulator has no such operation",
            "method": method.as_str(),
            "path": path,
        }));
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if answer.body.is_empty() {
        return HttpResponse::build(status).finish();
    }
    let is_json = answer.body.starts_with(b"{") || answer.body.starts_with(b"[");
    if is_json || answer.body == b"null" {
        HttpResponse::build(status)
            .content_type(ContentType::json())
            .body(answer.body)
    } else {
        HttpResponse::build(status)
            .content_type(ContentType::plaintext())
            .body(answer.body)
    }
}

fn text(status: StatusCode, text: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body(text.into())
}

/// The names under which the emulator is asked. The last is what SDKs that cannot be told another
/// host send, through a proxy or a changed name resolution; nobody else owns it.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", BACKEND_API_HOST];

/// Where PropelAuth serves its backend API.
pub(super) const BACKEND_API_HOST: &str = "propelauth-api.com";

/// Tells whether the request was meant for the emulator: a page elsewhere whose name was made to
/// resolve to loopback (DNS rebinding) still sends its own name.
fn is_addressed_locally(request: &HttpRequest) -> bool {
    let by_header = request
        .headers()
        .get_all(HOST)
        .map(|host| host.to_str().ok());
    let by_target = request.uri().authority().map(|it| Some(it.as_str()));
    let mut hosts = by_header.chain(by_target).peekable();
    hosts.peek().is_some()
        && hosts.all(|host| {
            host.is_some_and(|host| {
                let name = match host.rsplit_once(':') {
                    Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
                    _ => host,
                };
                NAMES.iter().any(|own| name.eq_ignore_ascii_case(own))
            })
        })
}

fn has_key(request: &HttpRequest, key: &Secret) -> bool {
    let Some(Ok(value)) = request.headers().get(AUTHORIZATION).map(|it| it.to_str()) else {
        return false;
    };
    value.split_once(' ').is_some_and(|(scheme, given)| {
        scheme.eq_ignore_ascii_case("bearer") && given == key.expose()
    })
}
