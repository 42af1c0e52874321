//! A service that receives webhooks: it keeps what it gets, and answers as a test says.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, rt::System,
    web,
};
use serde_json::Value;

/// A request as it came.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Received {
    pub(in crate::emulator) headers: Vec<(String, String)>,
    pub(in crate::emulator) body: String,
}

impl Received {
    /// Returns a header that was sent once, or nothing.
    pub(in crate::emulator) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(it, _)| it == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    pub(in crate::emulator) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is answered: a status, and a header.
#[derive(Clone, Copy, Debug)]
pub(in crate::emulator) struct Answer(
    pub(in crate::emulator) u16,
    pub(in crate::emulator) Option<(&'static str, &'static str)>,
);

#[derive(Default)]
struct Shared {
    received: Vec<Received>,
    answers: VecDeque<Answer>,
    otherwise: Option<Answer>,
}

/// The service; dropping it stops it.
pub(in crate::emulator) struct Receiver {
    pub(in crate::emulator) url: String,
    shared: Arc<Mutex<Shared>>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Starts a service that answers with 204.
    pub(in crate::emulator) fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let (state, (sender, receiver)) = (Arc::clone(&shared), mpsc::channel());
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let state = Arc::clone(&state);
                    let answer = move |request: HttpRequest, body: String| {
                        let response = respond(&state, &request, body);
                        async move { response }
                    };
                    App::new().default_service(web::to(answer))
                });
                let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
                let addr = server.addrs()[0];
                let server = server.disable_signals().run();
                sender.send((addr, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (addr, handle) = receiver.recv().unwrap();
        Self {
            url: format!("http://{addr}/hook"),
            shared,
            handle,
            thread: Some(thread),
        }
    }

    /// Gives these answers to the next requests.
    pub(in crate::emulator) fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.lock().unwrap().answers.extend(answers);
    }

    /// Gives this answer to all further requests.
    pub(in crate::emulator) fn always_answer(&self, answer: Answer) {
        self.shared.lock().unwrap().otherwise = Some(answer);
    }

    /// Returns and forgets what was received.
    pub(in crate::emulator) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.shared.lock().unwrap().received)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn respond(shared: &Mutex<Shared>, request: &HttpRequest, body: String) -> HttpResponse {
    assert_eq!(request.method(), "POST");
    let headers = request.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let mut shared = shared.lock().unwrap();
    shared.received.push(Received {
        headers: headers.collect(),
        body,
    });
    let otherwise = shared.otherwise.unwrap_or(Answer(204, None));
    let Answer(status, header) = shared.answers.pop_front().unwrap_or(otherwise);
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    if let Some(header) = header {
        response.insert_header(header);
    }
    response.finish()
}
