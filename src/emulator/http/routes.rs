//! Routing: from a request to the handler of its operation.

use std::borrow::Cow;

use actix_web::http::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    api::{Endpoint, operations},
    emulator::{
        http::dispatch::{CallRejection, WireResponse, call, dispatch},
        operations::handler::Handler,
        state::Store,
        webhooks::StoreLock,
    },
    endpoint::{
        Incoming, Visit,
        template::{Segment, Template},
    },
};

/// The routes of every operation, including alternative ones.
pub(crate) struct Routes(Vec<Route>);

struct Route {
    operation: Operation,
    method: Method,
    template: Template,
    /// The segments of the template.
    segments: Vec<Segment<'static>>,
    dispatch: fn(&StoreLock, Incoming<'_>) -> WireResponse,
    call: fn(&StoreLock, Map<String, Value>) -> Result<Value, CallRejection>,
}

/// The group and name of an operation, as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
}

impl<E: Endpoint> Visit<E> for Routes
where
    Store: Handler<E>,
{
    fn visit(&mut self) {
        let forms =
            std::iter::once((E::METHOD, E::TEMPLATE)).chain(E::ALTERNATIVE_ROUTES.iter().cloned());
        let operation = Operation {
            group: E::GROUP,
            name: E::NAME,
        };
        self.0.extend(forms.map(|(method, template)| {
            let template = Template::parse(template);
            Route {
                operation,
                method,
                template,
                segments: template.segments().collect(),
                dispatch: dispatch::<E>,
                call: call::<E>,
            }
        }));
    }
}

impl Routes {
    pub(crate) fn new() -> Self {
        let mut routes = Self(Vec::new());
        operations::visit(&mut routes);
        // Literals first: `/user/email` before `/user/{user_id}`, which matches the same path.
        routes.0.sort_by_key(|route| {
            let segments = route.segments.iter();
            segments
                .map(|segment| matches!(segment, Segment::Field(_)))
                .collect::<Vec<_>>()
        });
        routes
    }

    /// Returns the response to a request, or `None` if no operation has this method and path.
    pub(crate) fn answer(
        &self,
        store: &StoreLock,
        method: &Method,
        path: &str,
        query: &str,
        body: &[u8],
    ) -> Option<WireResponse> {
        let segments = decoded_segments(path)?;
        let route = self.find(method, &segments)?;
        tracing::debug!(operation = ?route.operation, "the emulator handles an operation");
        let incoming = Incoming {
            method: method.clone(),
            template: route.template,
            segments: route.fields(segments),
            query,
            body,
        };
        Some((route.dispatch)(store, incoming))
    }
}

impl Routes {
    /// Calls an operation by its name, with the fields of path, query and body as one object. Returns
    /// `None` if there is no such operation.
    pub(crate) fn call(
        &self,
        store: &StoreLock,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Option<Result<Value, CallRejection>> {
        let mut routes = self.0.iter();
        let route = routes.find(|route| route.operation.name == name)?;
        Some((route.call)(store, arguments))
    }

    /// Returns the methods of the operations at a path, each once.
    pub(crate) fn methods(&self, path: &str) -> Vec<&Method> {
        let Some(segments) = decoded_segments(path) else {
            return Vec::new();
        };
        let mut methods = Vec::new();
        for route in self.0.iter().filter(|route| route.matches(&segments)) {
            if !methods.contains(&&route.method) {
                methods.push(&route.method);
            }
        }
        methods
    }
}

impl Routes {
    /// Returns the name of the operation at a method and path, and its path template.
    pub(crate) fn operation(
        &self,
        method: &Method,
        path: &str,
    ) -> Option<(&'static str, &'static str)> {
        let route = self.find(method, &decoded_segments(path)?)?;
        Some((route.operation.name, route.template.path()))
    }

    /// Returns the route of a method and a path, given as percent-decoded segments.
    fn find(&self, method: &Method, segments: &[Cow<'_, str>]) -> Option<&Route> {
        let mut routes = self.0.iter();
        routes.find(|route| route.method == *method && route.matches(segments))
    }

    /// Returns the name, method and path template of every operation, alternative ones included.
    pub(crate) fn list(&self) -> impl Iterator<Item = (&'static str, &Method, &'static str)> {
        let routes = self.0.iter();
        routes.map(|route| (route.operation.name, &route.method, route.template.path()))
    }
}

/// Returns the segments of a path after its leading slash, percent-decoded.
fn decoded_segments(path: &str) -> Option<Vec<Cow<'_, str>>> {
    let segments = path.strip_prefix('/')?.split('/');
    let decoded = segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy());
    Some(decoded.collect())
}

impl Route {
    /// Returns `true` if the template matches a path, given as percent-decoded segments.
    fn matches(&self, given: &[Cow<'_, str>]) -> bool {
        let mut pairs = self.segments.iter().zip(given);
        self.segments.len() == given.len()
            && pairs.all(|(segment, text)| match segment {
                Segment::Literal(literal) => text == literal,
                Segment::Field(_) => !text.is_empty(),
            })
    }

    /// Returns the arguments in a path that the template matches.
    fn fields(&self, given: Vec<Cow<'_, str>>) -> Vec<(&'static str, String)> {
        let pairs = self.segments.iter().zip(given);
        let fields = pairs.filter_map(|(segment, text)| match segment {
            Segment::Literal(_) => None,
            Segment::Field(name) => Some((*name, text.into_owned())),
        });
        fields.collect()
    }
}
