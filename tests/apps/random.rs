//! Random apps.

use crate::{
    app::{
        App, Chooser, Handler, Inside, Layer, Lookup, Need, Node, OrgGuard, Policy, Project, Route,
        Slashes, Takes,
    },
    dice::Dice,
};

/// An app in the making.
struct Maker<'a> {
    dice: &'a mut Dice,
    handlers: usize,
    /// How much stands in the way, in percent: apps in which most requests are refused, and apps
    /// in which most pass.
    strictness: usize,
    /// How often it is the other project, in percent.
    others: usize,
    /// How often an app, scope or resource has a handle in its app data, in percent: some apps
    /// have no middleware but only this.
    handles: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    App,
    Scope,
    Resource,
    Route,
}

pub(crate) fn app(dice: &mut Dice) -> App {
    let strictness = *dice.of(&[5, 15, 30]);
    let others = *dice.of(&[0, 10, 50]);
    let handles = *dice.of(&[10, 10, 10, 60]);
    let mut maker = Maker {
        dice,
        handlers: 0,
        strictness,
        others,
        handles,
    };
    let mut app = maker.inside(Place::App, "", 3);
    if maker.handles < 50 && maker.dice.percent(95) {
        let layer = maker.auth();
        let at = maker.dice.below(app.layers.len() + 1);
        app.layers.insert(at, layer);
    }
    if maker.dice.percent(30) {
        app.data = Some(maker.project());
    }
    app
}

impl Maker<'_> {
    fn project(&mut self) -> Project {
        match self.dice.percent(self.others) {
            true => *self.dice.of(&[Project::B, Project::SecondA]),
            false => Project::A,
        }
    }

    fn inside(&mut self, place: Place, outer: &str, depth: usize) -> Inside {
        let layers = self.layers(place, outer);
        let count = 1 + self.dice.below(if place == Place::App { 4 } else { 3 });
        Inside {
            data: self.dice.percent(self.handles).then(|| self.project()),
            layers,
            nodes: (0..count).map(|_| self.node(place, outer, depth)).collect(),
            default: self.dice.percent(15).then(|| self.route(outer)),
        }
    }

    fn node(&mut self, place: Place, outer: &str, depth: usize) -> Node {
        if depth > 0 && self.dice.percent(45) {
            let prefixes = [
                "/s",
                "/o/{org_id}",
                "/{org_id}",
                "/{id}",
                "",
                "/s/x",
                "/o/{org_id}/{id}",
            ];
            let prefix = *self.dice.of(&prefixes);
            let full = format!("{outer}{prefix}");
            return Node::Scope {
                prefix: prefix.to_owned(),
                guards: self.choosers(&full, 12),
                inside: self.inside(Place::Scope, &full, depth - 1),
            };
        }
        let paths = [
            "/x",
            "/{org_id}",
            "/x/{org_id}",
            "/{id}",
            "/{org_id}/x",
            "/",
            "/{org_id}/{id}",
            "/x/{tail}*",
            "",
        ];
        let mut path = *self.dice.of(&paths);
        if place == Place::App && path.is_empty() {
            path = "/{org_id}";
        }
        let full = format!("{outer}{path}");
        if self.dice.percent(35) {
            let route = self.route(&full);
            return Node::Route {
                path: path.to_owned(),
                route,
            };
        }
        let count = 1 + self.dice.below(3);
        Node::Resource {
            path: path.to_owned(),
            guards: self.choosers(&full, 15),
            data: self.dice.percent(self.handles).then(|| self.project()),
            layers: self.layers(Place::Resource, &full),
            routes: (0..count).map(|_| self.route(&full)).collect(),
            default: self.dice.percent(10).then(|| self.route(&full)),
        }
    }

    fn route(&mut self, full: &str) -> Route {
        let method = match self.dice.below(10) {
            0..=4 => None,
            5 | 6 => Some("GET"),
            7 => Some("POST"),
            8 => Some("OPTIONS"),
            _ => Some("DELETE"),
        };
        self.handlers += 1;
        let takes = [
            Takes::Nothing,
            Takes::Nothing,
            Takes::Request,
            Takes::Request,
            Takes::Request,
            Takes::Request,
            Takes::User,
            Takes::OptionUser,
            Takes::Org,
            Takes::OptionOrg,
            Takes::OptionOrg,
            Takes::UserAndOrg,
            Takes::UserAndOrg,
            Takes::ActiveOrg,
        ];
        Route {
            method: method.map(str::to_owned),
            guards: self.choosers(full, 25),
            layers: match self.dice.percent(40) {
                true => self.layers(Place::Route, full),
                false => Vec::new(),
            },
            guard_route: self.dice.percent(8).then(|| OrgGuard {
                pattern: Some(whole(full)),
                ..self.guard(full, Place::Route)
            }),
            handler: Handler {
                id: self.handlers,
                takes: *self.dice.of(&takes),
                not_found: self.dice.percent(3),
            },
        }
    }

    fn auth(&mut self) -> Layer {
        Layer::Auth {
            project: self.project(),
            policy: *self.dice.of(&[
                Policy::Require,
                Policy::Require,
                Policy::Optional,
                Policy::Anonymous,
            ]),
            passes_preflight: self.dice.percent(40),
        }
    }

    fn layers(&mut self, place: Place, full: &str) -> Vec<Layer> {
        let most = if place == Place::App { 3 } else { 2 };
        let mut layers = self.dice.some(most, |dice| match dice.below(13) {
            0..=2 => Layer::Auth {
                project: Project::A,
                policy: Policy::Require,
                passes_preflight: false,
            },
            3..=8 if place != Place::App || dice.percent(30) => Layer::Guard(OrgGuard {
                need: Need::Member,
                lookup: Lookup::Nothing,
                pattern: None,
            }),
            9 => Layer::Cors,
            10 => Layer::MethodOverride,
            11 if place == Place::App => {
                Layer::Normalize(*dice.of(&[Slashes::Trim, Slashes::Merge, Slashes::Always]))
            }
            _ => Layer::Foreign,
        });
        for layer in &mut layers {
            match layer {
                Layer::Auth { .. } => *layer = self.auth(),
                Layer::Guard(guard) => *guard = self.guard(full, place),
                _ => {}
            }
        }
        let strictness = self.strictness;
        let has_middleware = self.handles < 50;
        layers.retain(|layer| has_middleware || !matches!(layer, Layer::Auth { .. }));
        layers.retain(|layer| {
            !matches!(layer, Layer::Guard(_)) || self.dice.percent(2 * strictness + 30)
        });
        layers
    }

    fn guard(&mut self, full: &str, place: Place) -> OrgGuard {
        let need = *self.dice.of(&[
            Need::Member,
            Need::Member,
            Need::Member,
            Need::Admin,
            Need::AtLeastAdmin,
            Need::Pay,
            Need::PayAndView,
        ]);
        let name = self
            .dice
            .of(&["org_id", "org_id", "org_id", "id"])
            .to_string();
        let query = self.dice.of(&["org_id", "org"]).to_string();
        let header = self.dice.of(&["x-org-id", "X-Org"]).to_string();
        let lookup = match self.dice.below(if place == Place::App { 11 } else { 16 }) {
            0 | 1 => Lookup::Default,
            2 => Lookup::Query(query),
            3 => Lookup::Header(header),
            4 | 5 => Lookup::Active,
            6 | 7 => Lookup::Fixed(self.dice.below(2)),
            8 => Lookup::ClosureQuery(query),
            9 => Lookup::ClosurePath(name),
            10 if self.dice.percent(20) => Lookup::Nothing,
            10..=13 => Lookup::Path(name),
            _ => Lookup::Default,
        };
        OrgGuard {
            need,
            lookup,
            pattern: self.dice.percent(10).then(|| whole(full)),
        }
    }

    fn choosers(&mut self, full: &str, chance: usize) -> Vec<Chooser> {
        let mut choosers = Vec::new();
        while self.dice.percent(chance) && choosers.len() < 3 {
            choosers.push(self.chooser(full, 2));
        }
        choosers
    }

    fn chooser(&mut self, full: &str, depth: usize) -> Chooser {
        let kinds = if depth > 0 { 14 } else { 11 };
        match self.dice.below(kinds) {
            0..=7 => {
                let mut guard = self.guard(full, Place::Route);
                guard.pattern = match self.dice.below(10) {
                    0..=4 => Some(whole(full)),
                    5 => Some("/{org_id}".to_owned()),
                    6 => Some("/x/{org_id}".to_owned()),
                    _ => None,
                };
                Chooser::Ours(guard)
            }
            8 => Chooser::Method(self.dice.of(&["GET", "POST", "OPTIONS"]).to_string()),
            9 | 10 => Chooser::Header(self.dice.of(&["1", "2"]).to_string()),
            11 => Chooser::Not(Box::new(self.chooser(full, depth - 1))),
            12 => Chooser::Any((0..2).map(|_| self.chooser(full, depth - 1)).collect()),
            _ => Chooser::All((0..2).map(|_| self.chooser(full, depth - 1)).collect()),
        }
    }
}

/// Returns the pattern of a whole path. actix takes no pattern that uses a name twice, as scopes
/// may with those inside of them.
fn whole(full: &str) -> String {
    let twice = ["{org_id}", "{id}"]
        .iter()
        .any(|name| full.matches(name).count() > 1);
    match twice || full.is_empty() {
        true => "/{org_id}".to_owned(),
        false => full.to_owned(),
    }
}
