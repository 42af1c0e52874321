//! Requests that PropelAuth's own library was seen to send, and whether ours sends the same.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, rt, web};
use actix_web_propelauth::{PropelAuth, testing};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::a_canary::KEY;

/// A request, as far as two libraries must agree on it: null equals absent, and the order of a
/// query is nobody's business.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    method: String,
    path: String,
    query: BTreeSet<(String, String)>,
    body: Map<String, Value>,
}

/// The recorded requests of one area, and a server that sees ours.
pub(crate) struct Captures {
    recorded: Vec<(String, String, Request)>,
    compared: BTreeSet<usize>,
    seen: Arc<Mutex<Vec<Request>>>,
    auth: PropelAuth,
    server: ServerHandle,
}

impl Captures {
    /// Reads recorded requests: one a line, `{"op", "variant", "method", "path", "query", "body"}`.
    pub(crate) async fn new(lines: &str) -> Self {
        let recorded = lines.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            let body = line["body"].as_object().cloned().unwrap_or_default();
            let request = request(&text("method"), &text("path"), &text("query"), body);
            (text("op"), text("variant"), request)
        });
        let seen = Arc::new(Mutex::new(Vec::new()));
        let requests = Arc::clone(&seen);
        let server = HttpServer::new(move || {
            let requests = web::Data::from(Arc::clone(&requests));
            App::new().app_data(requests).default_service(web::to(see))
        });
        let server = server.workers(1).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        rt::spawn(server);
        let auth = PropelAuth::builder(&url, KEY)
            .verifier_key(testing::DEV_PUBLIC_KEY_PEM)
            .emulator()
            .build();
        Self {
            recorded: recorded.collect(),
            compared: BTreeSet::new(),
            seen,
            auth: auth.unwrap(),
            server: handle,
        }
    }

    /// Asserts that a call sends what was recorded, once; what it makes of the reply, `{}`, is
    /// of no interest.
    pub(crate) async fn assert_same<T>(
        &mut self,
        op: &str,
        variant: &str,
        call: impl AsyncFnOnce(&PropelAuth) -> T,
    ) {
        call(&self.auth).await;
        let is_it = |(o, v, _): &(String, String, Request)| o == op && v == variant;
        let at = self.recorded.iter().position(is_it);
        let at = at.unwrap_or_else(|| panic!("{op} {variant} was not recorded"));
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        assert_eq!(seen, [self.recorded[at].2.clone()], "{op} {variant}");
        assert!(
            self.compared.insert(at),
            "{op} {variant} was compared before"
        );
    }

    /// Returns the fields that a call sends, in the query as in the body.
    pub(crate) async fn fields_sent<T>(
        call: impl AsyncFnOnce(&PropelAuth) -> T,
    ) -> Map<String, Value> {
        let captures = Self::new("").await;
        call(&captures.auth).await;
        let seen = std::mem::take(&mut *captures.seen.lock().unwrap());
        captures.finish().await;
        let [request] = <[Request; 1]>::try_from(seen).unwrap();
        let query = request.query.into_iter();
        let query = query.map(|(name, value)| (name, value.into()));
        query.chain(request.body).collect()
    }

    /// Asserts that nothing was recorded that was not compared.
    pub(crate) async fn finish(self) {
        self.server.stop(false).await;
        let all = self.recorded.iter().enumerate();
        let left: Vec<_> = all
            .filter(|(n, _)| !self.compared.contains(n))
            .map(|(_, (op, variant, _))| format!("{op} {variant}"))
            .collect();
        assert!(left.is_empty(), "not compared: {left:?}");
    }
}

async fn see(
    seen: web::Data<Mutex<Vec<Request>>>,
    http: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let (method, uri) = (http.method().as_str(), http.uri());
    let request = request(method, uri.path(), uri.query().unwrap_or_default(), body);
    seen.lock().unwrap().push(request);
    HttpResponse::Ok().body("{}")
}

fn request(method: &str, path: &str, query: &str, body: Map<String, Value>) -> Request {
    let query = form_urlencoded::parse(query.as_bytes()).into_owned();
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.collect(),
        body: body.into_iter().filter(|(_, it)| !it.is_null()).collect(),
    }
}
