//! Who may reach which handler, and with what: the rules of SECURITY.md, written down once more
//! without the crate.

mod guards;
mod handlers;
mod layers;
mod routes;

use actix_web::http::Method;

use crate::{
    app::{App, Chooser, Project, Route, Slashes},
    handlers::{Seen, SeenOrg},
    people::{Caller, PEOPLE, Person},
    request::{Request, with_ids},
    routing::routed_path,
};

/// What must come of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A handler runs, is given this and answers with one of these statuses.
    Handled { seen: Seen, statuses: Vec<u16> },
    /// No handler runs, and the status is one of these.
    Answered { statuses: Vec<u16> },
}

/// Returns what must come of the request.
pub(crate) fn expected(app: &App, request: &Request) -> Expected {
    let mut state = State {
        request,
        method: request.method.clone(),
        raw_path: with_ids(&request.path),
        path: routed_path(&with_ids(&request.path)),
        matched: 0,
        params: Vec::new(),
        data: app.data,
        middleware: None,
        guard_user: None,
        org: None,
        refusals: Vec::new(),
        place: 0,
    };
    if let Err(answer) = state.pass(&app.layers) {
        return answer;
    }
    state.inside(app, app.default.as_ref())
}

fn answered(statuses: &[u16]) -> Expected {
    let statuses = statuses.to_vec();
    Expected::Answered { statuses }
}

/// What the nearest middleware of ours has found.
#[derive(Clone, Copy)]
struct Middleware {
    project: Project,
    user: Option<&'static Person>,
    /// It passed a CORS preflight.
    passed_preflight: bool,
}

/// That a guard in `.guard` said no.
struct Refusal {
    /// The number of the router that asked.
    place: usize,
    status: u16,
    /// The router passed a route by for this reason.
    is_cause: bool,
}

/// A request on its way in.
struct State<'a> {
    request: &'a Request,
    method: String,
    raw_path: String,
    path: String,
    /// How many bytes of the path have been matched.
    matched: usize,
    params: Vec<(String, String)>,
    /// The nearest handle in app data.
    data: Option<Project>,
    middleware: Option<Middleware>,
    /// Whom a guard in `.wrap` has found by the handle in app data.
    guard_user: Option<&'static Person>,
    /// What the last guard in `.wrap` has checked, and for which handle.
    org: Option<(SeenOrg, Project)>,
    refusals: Vec<Refusal>,
    place: usize,
}

/// Where a guard stands.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Wrap,
    Guard,
}

impl State<'_> {
    fn left(&self) -> &str {
        &self.path[self.matched..]
    }

    // Callers

    /// Returns the user whom a handle of this project finds.
    fn person(&self, project: Project) -> Option<&'static Person> {
        match self.request.caller {
            Caller::Person(number) => {
                Some(&PEOPLE[number]).filter(|who| who.project == project.of_users())
            }
            _ => None,
        }
    }

    fn has_no_credentials(&self) -> bool {
        matches!(self.request.caller, Caller::Nobody | Caller::OtherScheme)
    }

    fn is_preflight(&self) -> bool {
        let origins = self.request.header("origin");
        let methods = self.request.header("access-control-request-method");
        self.method == "OPTIONS"
            && self.request.caller == Caller::Nobody
            && origins.len() == 1
            && !origins[0].is_empty()
            && methods.len() == 1
            && Method::from_bytes(&methods[0]).is_ok()
    }

    // Layers
}

/// Returns everything that is asked before a route is taken, in order.
fn choosers_of(route: &Route) -> Vec<Chooser> {
    let method = route.method.iter().cloned().map(Chooser::Method);
    let last = route.guard_route.iter().cloned().map(Chooser::Ours);
    method
        .chain(route.guards.iter().cloned())
        .chain(last)
        .collect()
}

/// Returns the value of this name if there is exactly one.
fn only(pairs: impl Iterator<Item = (String, String)>, name: &str) -> Option<String> {
    let mut values = pairs
        .filter(|(other, _)| other == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

fn normalized(path: &str, slashes: Slashes) -> String {
    let mut path = match slashes {
        Slashes::Always => format!("{path}/"),
        Slashes::Merge => path.to_owned(),
        Slashes::Trim => path.trim_end_matches('/').to_owned(),
    };
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}
