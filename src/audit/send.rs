//! One request to the application, and what became of it.

use std::{cell::RefCell, fmt, panic::AssertUnwindSafe, rc::Rc, time::Duration};

use actix_http::Request;
use actix_service::Service;
use actix_web::{
    Error, HttpMessage as _,
    body::{BodySize, MessageBody},
    dev::ServiceResponse,
    http::{Method, StatusCode, header},
    introspection::IntrospectionTree,
    test::TestRequest,
    web,
};
use futures_util::FutureExt as _;

use super::identity::Identity;
use crate::access::{
    Denied, Unreviewed, is_at_a_prefix_service, is_unrouted,
    probe::{Decision, Layer, Probe, Verdict},
};

/// How long a handler may take. A handler that takes longer was reached, so the time decides nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// A change that a test makes to each request, or to some.
pub(super) type Prepare = Rc<dyn Fn(TestRequest) -> TestRequest>;

/// A request.
#[derive(Clone)]
pub(super) struct Shot {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) token: Option<String>,
    pub(super) prepare: Vec<Prepare>,
}

/// What became of a request.
pub(super) struct Answer {
    pub(super) end: End,
    pub(super) decisions: Vec<Decision>,
    pub(super) seen: Option<Seen>,
}

/// How a request ended.
pub(super) enum End {
    /// This crate denied it.
    Denied(Layer, Denied),
    /// No route took it, with actix-web's response.
    Unrouted(StatusCode),
    /// A handler or other middleware answered it, panicked or took too long.
    Reached,
}

/// What the response shows of the route.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) body: BodySize,
    pub(super) is_empty: bool,
    pub(super) content_type: Option<header::HeaderValue>,
    /// The pattern that the path matched.
    pub(super) pattern: Option<String>,
    /// Whether a service for everything below a prefix took the request.
    pub(super) is_below_prefix: bool,
    /// Whether nothing of the path is left to match.
    pub(super) is_whole_path_matched: bool,
    /// Whether a CORS middleware answered a preflight.
    pub(super) is_cors: bool,
}

/// An application, as `test::init_service` returns it.
pub(super) struct Target<'a, S> {
    app: &'a S,
    /// The tokens that were signed so far.
    pub(super) signed: RefCell<Vec<(Identity, String)>>,
}

impl<'a, S> Target<'a, S> {
    pub(super) fn new(app: &'a S) -> Self {
        Self {
            app,
            signed: RefCell::default(),
        }
    }
}

impl<S, B> Target<'_, S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    /// Sends a request.
    pub(super) async fn send(&self, shot: &Shot) -> Answer {
        let probe = Probe::default();
        let request = shot.request();
        request.extensions_mut().insert(probe.clone());
        let call = AssertUnwindSafe(async { self.app.call(request).await }).catch_unwind();
        let response = match tokio::time::timeout(PATIENCE, call).await {
            Ok(Ok(Ok(response))) => Some(response),
            Ok(Ok(Err(error))) => {
                let response = error.error_response();
                return Answer::without_request(&probe, response.status());
            }
            Ok(Err(_)) | Err(_) => None,
        };
        let decisions = probe.decisions();
        let seen = response.as_ref().map(Seen::of);
        let denied_outside = response.as_ref().and_then(denied_without_middleware);
        let end = match denied(&decisions, seen.as_ref().map(|seen| seen.status)) {
            Some((layer, denied)) => End::Denied(layer, denied),
            None => match (denied_outside, &response, &seen) {
                (Some(denied), _, _) => End::Denied(Layer::Handler, denied),
                (None, Some(response), Some(seen)) if is_unrouted(response) => {
                    End::Unrouted(seen.status)
                }
                _ => End::Reached,
            },
        };
        Answer {
            end,
            decisions,
            seen,
        }
    }

    /// Reads the routes of the application, from the response to any request.
    pub(super) async fn tree(&self, shot: &Shot) -> Option<web::Data<IntrospectionTree>> {
        let response = self.app.call(shot.request()).await.ok()?;
        response.request().app_data().cloned()
    }
}

impl Shot {
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            token: None,
            prepare: Vec::new(),
        }
    }

    fn request(&self) -> Request {
        let query = serde_urlencoded(&self.query);
        let uri = if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        };
        let mut request = TestRequest::with_uri(&uri)
            .method(self.method.clone())
            .peer_addr(([127, 0, 0, 1], 1).into());
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        if let Some(token) = &self.token {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        for prepare in &self.prepare {
            request = prepare(request);
        }
        request.to_request()
    }
}

fn serde_urlencoded(pairs: &[(String, String)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs).finish()
}

impl Answer {
    fn without_request(probe: &Probe, status: StatusCode) -> Self {
        let decisions = probe.decisions();
        let end = denied(&decisions, Some(status));
        Self {
            end: end.map_or(End::Reached, |(layer, denied)| End::Denied(layer, denied)),
            decisions,
            seen: None,
        }
    }
}

impl Seen {
    fn of<B: MessageBody>(response: &ServiceResponse<B>) -> Self {
        let request = response.request();
        let headers = response.headers();
        Self {
            status: response.status(),
            body: response.response().body().size(),
            is_empty: response.response().body().size().is_eof(),
            content_type: headers.get(header::CONTENT_TYPE).cloned(),
            pattern: request.match_pattern(),
            is_below_prefix: is_at_a_prefix_service(request)
                && !request.match_info().unprocessed().is_empty(),
            is_whole_path_matched: request.match_info().unprocessed().is_empty(),
            is_cors: headers.contains_key(header::ACCESS_CONTROL_ALLOW_METHODS),
        }
    }

    /// Returns `true` if the response is like another one, apart from the route.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.status == other.status
            && self.body == other.body
            && self.content_type == other.content_type
    }
}

/// Returns the last decision that denied the request and was the response.
///
/// A layer that denies answers in place of everything inside, so its decision is final, whatever other
/// middleware makes of the response. An argument or the handler may have denied without that being the
/// response, as with an argument `Result<User, Denied>`.
fn denied(decisions: &[Decision], status: Option<StatusCode>) -> Option<(Layer, Denied)> {
    let mut latest_first = decisions.iter().rev();
    latest_first.find_map(|Decision { layer, verdict }| match verdict {
        Verdict::Denied(denied, _) => Some((layer.clone(), denied.clone())),
        Verdict::Raised(denied, raised, _) if status == Some(*raised) => {
            Some((layer.clone(), denied.clone()))
        }
        Verdict::Raised(..)
        | Verdict::Allowed
        | Verdict::NotSelected(..)
        | Verdict::PassedPreflight => None,
    })
}

/// Returns the denial that a handler returned with `?` where no middleware of this crate is around it.
fn denied_without_middleware<B>(response: &ServiceResponse<B>) -> Option<Denied> {
    let extensions = response.response().extensions();
    let unreviewed = extensions.get::<Unreviewed>()?;
    (unreviewed.denied.status_code() == response.status()).then(|| unreviewed.denied.clone())
}

impl fmt::Debug for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
