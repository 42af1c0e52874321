//! Who may reach which handler, and with what: the rules of SECURITY.md, written down once more
//! without the crate.

use actix_web::http::Method;

use crate::{
    app::{
        App, Chooser, Inside, Layer, Lookup, Node, OrgGuard, Policy, Project, Route, Slashes, Takes,
    },
    handlers::{Seen, SeenOrg},
    people::{Caller, ORGS, PEOPLE, Person, WORLD},
    request::{Request, with_ids},
    routing::{decoded_param, match_pattern, query_pairs, routed_path},
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

    fn pass(&mut self, layers: &[Layer]) -> Result<(), Expected> {
        layers.iter().try_for_each(|layer| self.pass_one(layer))
    }

    fn pass_one(&mut self, layer: &Layer) -> Result<(), Expected> {
        match layer {
            Layer::Foreign => {}
            Layer::MethodOverride => {
                let method = self.request.header("x-http-method-override");
                let method = method
                    .first()
                    .filter(|name| Method::from_bytes(name).is_ok());
                if let Some(name) = method {
                    self.method = String::from_utf8(name.clone()).unwrap();
                }
            }
            Layer::Normalize(slashes) => {
                self.raw_path = normalized(&self.raw_path, *slashes);
                self.path = routed_path(&self.raw_path);
            }
            Layer::Cors => {
                let wanted = self.request.header("access-control-request-method");
                let is_method = wanted
                    .first()
                    .is_some_and(|name| Method::from_bytes(name).is_ok());
                if self.method == "OPTIONS" && is_method {
                    return Err(answered(&[200, 400]));
                }
            }
            Layer::Auth {
                project,
                policy,
                passes_preflight,
            } => {
                let user = self.person(*project);
                let passed_preflight = *passes_preflight && self.is_preflight();
                let passes = passed_preflight
                    || user.is_some()
                    || match policy {
                        Policy::Require => false,
                        Policy::Optional => self.has_no_credentials(),
                        Policy::Anonymous => true,
                    };
                if !passes {
                    return Err(answered(&[401]));
                }
                self.middleware = Some(Middleware {
                    project: *project,
                    user,
                    passed_preflight,
                });
                self.org = self.org.take().filter(|(_, of)| of == project);
            }
            Layer::Guard(guard) => {
                if self.may_pass_preflight() {
                    return Ok(());
                }
                let checked = self.check(guard, Position::Wrap);
                let (user, org) = checked.map_err(|status| answered(&[status]))?;
                let nearest = self.middleware.map(|nearest| nearest.project);
                if nearest.is_none() {
                    self.guard_user = Some(user);
                }
                let seen = (WORLD.orgs[org].clone(), user.project);
                self.org = nearest.or(self.data).map(|project| (seen, project));
            }
        }
        Ok(())
    }

    fn may_pass_preflight(&self) -> bool {
        self.middleware
            .is_some_and(|nearest| nearest.passed_preflight)
            && self.is_preflight()
    }

    // Guards

    /// Returns who passes and with which organization, or the status of the refusal.
    fn check(&self, guard: &OrgGuard, position: Position) -> Result<(&'static Person, usize), u16> {
        let user = match (self.middleware, self.data) {
            (Some(nearest), _) => nearest.user,
            (None, Some(project)) => self.person(project),
            (None, None) => return Err(500),
        };
        let user = user.ok_or(401_u16)?;
        let org = self.find(guard, position, user).ok_or(403_u16)?;
        let role = user.role_in(org).ok_or(403_u16)?;
        role.meets(guard.need).then_some((user, org)).ok_or(403)
    }

    /// Returns the number of the organization that the lookup finds.
    fn find(&self, guard: &OrgGuard, position: Position, user: &Person) -> Option<usize> {
        // The path parameters that are known here, and whether there can be no more of them.
        let (params, is_whole) = match (position, &guard.pattern) {
            (Position::Wrap, _) => (Some(self.params.clone()), self.left().is_empty()),
            (Position::Guard, None) => (None, false),
            (Position::Guard, Some(pattern)) => {
                let found = match_pattern(pattern, &self.path, false);
                (found.map(|found| found.params), true)
            }
        };
        let path = |name: &str| {
            let decoded = params.iter().flatten();
            only(
                decoded.map(|(name, raw)| (name.clone(), decoded_param(raw))),
                name,
            )
        };
        let query = |name: &str| {
            let query = self.request.query.as_deref().unwrap_or_default();
            only(query_pairs(&with_ids(query)).into_iter(), name)
        };
        let id = match &guard.lookup {
            Lookup::Path(name) | Lookup::ClosurePath(name) => path(name)?,
            Lookup::Query(name) | Lookup::ClosureQuery(name) => query(name)?,
            Lookup::Header(name) => {
                let values = self.request.header(name);
                let [value] = values.as_slice() else {
                    return None;
                };
                String::from_utf8(value.clone()).ok()?
            }
            Lookup::Active => return user.active,
            Lookup::Fixed(org) => return Some(*org),
            Lookup::Nothing => return None,
            Lookup::Default => match params.as_ref()?.iter().any(|(name, _)| name == "org_id") {
                true => path("org_id")?,
                false if is_whole => query("org_id")?,
                false => return None,
            },
        };
        // No id of an organization has white space, a control character or U+FFFD.
        (0..ORGS).find(|org| WORLD.orgs[*org] == id)
    }

    /// Asks the guards of a route, as routers do.
    fn all_say_yes(&mut self, choosers: &[Chooser]) -> bool {
        choosers.iter().all(|chooser| {
            let mut asked = Vec::new();
            let answer = self.says_yes(chooser, &mut asked);
            let place = self.place;
            let refusals = asked.into_iter().map(|(status, is_cause)| Refusal {
                place,
                status,
                is_cause: is_cause && !answer,
            });
            self.refusals.extend(refusals);
            answer
        })
    }

    /// Tells whether the guard says yes, and notes the refusals of ours that were heard, with
    /// whether they are why it said no, if it did.
    fn says_yes(&self, chooser: &Chooser, asked: &mut Vec<(u16, bool)>) -> bool {
        match chooser {
            Chooser::Method(method) => self.method == *method,
            Chooser::Header(value) => {
                let values = self.request.header("x-choose");
                values
                    .first()
                    .is_some_and(|first| first == value.as_bytes())
            }
            Chooser::Ours(_) if self.may_pass_preflight() => true,
            Chooser::Ours(guard) => match self.check(guard, Position::Guard) {
                Ok(_) => true,
                Err(status) => {
                    asked.push((status, true));
                    false
                }
            },
            Chooser::Not(inner) => {
                let before = asked.len();
                let answer = !self.says_yes(inner, asked);
                asked[before..]
                    .iter_mut()
                    .for_each(|refusal| refusal.1 = false);
                answer
            }
            Chooser::Any(several) => several.iter().any(|one| self.says_yes(one, asked)),
            Chooser::All(several) => several.iter().all(|one| {
                let before = asked.len();
                let answer = self.says_yes(one, asked);
                if answer {
                    asked[before..]
                        .iter_mut()
                        .for_each(|refusal| refusal.1 = false);
                }
                answer
            }),
        }
    }

    // Routing

    /// Tries a pattern and the guards beside it; goes in if both take the request.
    fn takes(&mut self, pattern: &str, is_prefix: bool, choosers: &[&[Chooser]]) -> bool {
        let Some(found) = match_pattern(pattern, self.left(), is_prefix) else {
            return false;
        };
        let mut choosers = choosers.iter();
        if !choosers.all(|choosers| self.all_say_yes(choosers)) {
            return false;
        }
        self.matched += found.len;
        self.params.extend(found.params);
        true
    }

    fn inside(&mut self, inside: &Inside, app_default: Option<&Route>) -> Expected {
        self.place += 1;
        for node in &inside.nodes {
            match node {
                Node::Scope {
                    prefix,
                    guards,
                    inside,
                } => {
                    if self.takes(prefix, true, &[guards]) {
                        self.data = inside.data.or(self.data);
                        if let Err(answer) = self.pass(&inside.layers) {
                            return answer;
                        }
                        return self.inside(inside, app_default);
                    }
                }
                Node::Resource {
                    path,
                    guards,
                    data,
                    layers,
                    routes,
                    default,
                } => {
                    if self.takes(path, false, &[guards]) {
                        self.data = data.or(self.data);
                        if let Err(answer) = self.pass(layers) {
                            return answer;
                        }
                        return self.resource(routes, default.as_ref());
                    }
                }
                Node::Route { path, route } => {
                    let choosers = choosers_of(route);
                    if self.takes(path, false, &[&choosers]) {
                        self.place += 1;
                        return self.route(route, false);
                    }
                }
            }
        }
        // A scope without a default service has the app's, not that of the scope around it.
        match inside.default.as_ref().or(app_default) {
            Some(route) => self.route(route, true),
            None => self.nothing(404),
        }
    }

    fn resource(&mut self, routes: &[Route], default: Option<&Route>) -> Expected {
        self.place += 1;
        for route in routes {
            if self.all_say_yes(&choosers_of(route)) {
                return self.route(route, false);
            }
        }
        match default {
            Some(route) => self.route(route, true),
            None => self.nothing(405),
        }
    }

    /// Goes into a route, whose guards have been asked by now; those of a default service never
    /// are.
    fn route(&mut self, route: &Route, is_default: bool) -> Expected {
        let outermost = route.guard_route.iter().cloned().map(Layer::Guard);
        let layers: Vec<_> = outermost.chain(route.layers.iter().cloned()).collect();
        if let Err(answer) = self.pass(&layers) {
            return answer;
        }
        let handled = self.handler(route);
        match handled {
            // Documented: this cannot be told from actix's own.
            Expected::Handled { seen, statuses } if is_default && statuses == [404] => {
                let mut statuses = statuses;
                statuses.extend(self.refusals.iter().map(|refusal| refusal.status));
                Expected::Handled { seen, statuses }
            }
            handled => handled,
        }
    }

    /// Answers where nothing took the request: actix's status, or that of the refusal because of
    /// which nothing did.
    fn nothing(&self, status: u16) -> Expected {
        // At the root of a scope `.route("", …)` is a known limit.
        let is_root = status == 404 && self.left().is_empty();
        let here = self
            .refusals
            .iter()
            .filter(|refusal| refusal.place == self.place);
        let is_certain =
            self.middleware.is_some() && !is_root && here.clone().any(|refusal| refusal.is_cause);
        let mut statuses = match is_certain {
            true => here.map(|refusal| refusal.status).collect(),
            // A refusal that was heard elsewhere may be told or not: neither lets anybody in.
            false => self
                .refusals
                .iter()
                .map(|refusal| refusal.status)
                .collect::<Vec<_>>(),
        };
        if !is_certain {
            statuses.push(status);
        }
        Expected::Answered { statuses }
    }

    // Handlers

    fn handler(&self, route: &Route) -> Expected {
        let found = match self.middleware {
            Some(nearest) => nearest.user,
            None => self.guard_user,
        };
        let extracted = match (
            self.middleware.is_some() || self.guard_user.is_some(),
            self.data,
        ) {
            (true, _) => found.ok_or(401_u16),
            (false, Some(project)) => self.person(project).ok_or(401),
            (false, None) => Err(500),
        };
        let org = self.org.as_ref().map(|(seen, _)| seen.clone());
        let mut seen = Seen {
            handler: route.handler.id,
            user: None,
            org: None,
            params: Some(self.params.clone()),
        };
        let email = |user: &Person| user.email.to_owned();
        let refused = match route.handler.takes {
            Takes::Nothing => {
                seen.params = None;
                None
            }
            Takes::Request => {
                seen.user = found.map(email);
                seen.org = org;
                None
            }
            Takes::User => {
                seen.user = extracted.ok().map(email);
                extracted.err()
            }
            Takes::OptionUser => {
                seen.user = extracted.ok().map(email);
                None
            }
            Takes::Org => {
                seen.org.clone_from(&org);
                org.is_none().then_some(500)
            }
            Takes::OptionOrg => {
                seen.org = org;
                None
            }
            Takes::UserAndOrg => {
                seen.user = extracted.ok().map(email);
                seen.org.clone_from(&org);
                extracted.err().or(org.is_none().then_some(500))
            }
            Takes::ActiveOrg => {
                let active = extracted.map(|user| user.active.map(|org| (org, user.project)));
                let active = active.and_then(|active| active.ok_or(403));
                let org = active.ok();
                seen.org = org.map(|(org, project)| (WORLD.orgs[org].clone(), project));
                active.err()
            }
        };
        match refused {
            Some(status) => answered(&[status]),
            None => Expected::Handled {
                seen,
                statuses: vec![if route.handler.not_found { 404 } else { 200 }],
            },
        }
    }
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
