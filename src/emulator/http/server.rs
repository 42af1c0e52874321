//! The HTTP server: a thread of its own, which serves on loopback until the emulator is dropped.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{
        Method, StatusCode,
        header::{ALLOW, ContentType},
    },
    rt::System,
    web,
};
use tokio::sync::oneshot;

use crate::{
    emulator::{
        http::{
            not_emulated::not_emulated_message,
            request_checks,
            routes::{Routes, WireResponse},
        },
        state::Store,
    },
    words::secret::Secret,
};

/// The maximum length of a request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The data shared by the server's thread and the emulator's handles.
pub(crate) struct Shared {
    pub(crate) store: Mutex<Store>,
    pub(crate) api_key: Secret,
    routes: Routes,
    fallback_handler: Option<FallbackHandler>,
}

/// Handles requests for no operation of the backend API. Returns `None` for requests it does not
/// know.
pub(crate) type FallbackHandler = fn(&Mutex<Store>, &Method, &str) -> Option<WireResponse>;

impl Shared {
    pub(crate) fn new(
        store: Store,
        api_key: Secret,
        fallback_handler: Option<FallbackHandler>,
    ) -> Self {
        Self {
            store: Mutex::new(store),
            api_key,
            routes: Routes::new(),
            fallback_handler,
        }
    }
}

impl Shared {
    /// Locks the state for one call, after recording the activity of earlier seconds.
    pub(crate) fn lock_store(&self) -> MutexGuard<'_, Store> {
        // A thread that panicked with the lock has failed its test already; the state remains usable.
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.tick();
        store
    }
}

/// A running server. Dropping it stops the server and frees the port.
pub(crate) struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Binds a port on loopback only, because the emulator protects nothing.
pub(crate) fn bind(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

impl Server {
    pub(crate) async fn start(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Self> {
        let (started, handle) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("propelauth-emulator".to_owned())
            .spawn(move || {
                System::new().block_on(async move {
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
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

async fn answer(
    shared: web::Data<Shared>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if let Err(why) = request_checks::check_host(&request) {
        return text(StatusCode::FORBIDDEN, why);
    }
    let (method, path) = (request.method(), request.uri().path());
    let is_own = shared.fallback_handler.is_some() && path.starts_with("/propelauth-dev/");
    let methods = shared.routes.methods(path);
    // Check the route before the key: a wrong path is the more likely mistake, and easier to see.
    if !is_own && !methods.contains(&method) {
        return not_emulated(&shared, method, path, &methods);
    }
    if let Err(why) = request_checks::check_api_key(&request, &shared.api_key) {
        return text(StatusCode::UNAUTHORIZED, why);
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
    let answer = shared
        .routes
        .answer(&shared.store, method, path, request.query_string(), &body)
        .or_else(|| shared.fallback_handler?(&shared.store, method, path));
    let Some(answer) = answer else {
        return not_emulated(&shared, method, path, &methods);
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

fn not_emulated(shared: &Shared, method: &Method, path: &str, methods: &[&Method]) -> HttpResponse {
    let is_known = |path: &str| !shared.routes.methods(path).is_empty();
    let mut response = HttpResponse::NotImplemented();
    if !methods.is_empty() {
        let allowed: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
        response.insert_header((ALLOW, allowed.join(", ")));
    }
    response.json(serde_json::json!({
        "error_code": "not_implemented",
        "message": not_emulated_message(method, path, methods, is_known),
        "method": method.as_str(),
        "path": path,
    }))
}

fn text(status: StatusCode, text: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body(text.into())
}
