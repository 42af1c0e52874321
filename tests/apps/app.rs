//! The description of an app: what a test case is made of, as data.

use serde::{Deserialize, Serialize};

/// Which `PropelAuth` handle, and so which project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Project {
    A,
    B,
    /// Another handle for the users of A. What one handle has found does not count for another.
    SecondA,
}

impl Project {
    /// Returns the project whose users the handle knows.
    pub(crate) fn of_users(self) -> Self {
        match self {
            Self::A | Self::SecondA => Self::A,
            Self::B => Self::B,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Policy {
    Require,
    Optional,
    Anonymous,
}

/// What a guard demands of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Need {
    Member,
    /// Exactly the role Admin.
    Admin,
    /// At least the role Admin.
    AtLeastAdmin,
    /// The permission `pay`.
    Pay,
    /// The permissions `pay` and `view`.
    PayAndView,
}

/// Where a guard looks for the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lookup {
    Path(String),
    Query(String),
    Header(String),
    Active,
    Default,
    /// A closure that always names this organization.
    Fixed(usize),
    /// A closure that reads this query parameter.
    ClosureQuery(String),
    /// A closure that reads this path parameter.
    ClosurePath(String),
    /// A closure that finds nothing.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrgGuard {
    pub need: Need,
    pub lookup: Lookup,
    /// The argument of `.path_pattern`.
    pub pattern: Option<String>,
}

/// What stands in `.wrap`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Layer {
    Auth {
        project: Project,
        policy: Policy,
        passes_preflight: bool,
    },
    Guard(OrgGuard),
    Cors,
    /// Takes the method from the header `x-http-method-override`.
    MethodOverride,
    Normalize(Slashes),
    /// Adds a header to the response.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Slashes {
    Trim,
    Merge,
    Always,
}

/// What stands in `.guard`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Chooser {
    Ours(OrgGuard),
    Method(String),
    /// The header `x-choose` has this value.
    Header(String),
    Not(Box<Self>),
    Any(Vec<Self>),
    All(Vec<Self>),
}

/// What a handler takes as arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Takes {
    Nothing,
    /// The request alone, of which it reads everything.
    Request,
    User,
    OptionUser,
    Org,
    OptionOrg,
    UserAndOrg,
    ActiveOrg,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handler {
    pub id: usize,
    pub takes: Takes,
    /// Answers an empty 404 of its own.
    pub not_found: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Route {
    pub method: Option<String>,
    pub guards: Vec<Chooser>,
    pub layers: Vec<Layer>,
    /// The guard whose `guard_route` is around all that.
    #[serde(default)]
    pub guard_route: Option<OrgGuard>,
    pub handler: Handler,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Node {
    Scope {
        prefix: String,
        guards: Vec<Chooser>,
        inside: Inside,
    },
    Resource {
        path: String,
        guards: Vec<Chooser>,
        data: Option<Project>,
        layers: Vec<Layer>,
        routes: Vec<Route>,
        default: Option<Route>,
    },
    /// `App::route` or `Scope::route`.
    Route { path: String, route: Route },
}

/// What an app and a scope have in common. Layers are listed from the outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Inside {
    /// Whose handle is in `.app_data`.
    pub data: Option<Project>,
    pub layers: Vec<Layer>,
    pub nodes: Vec<Node>,
    pub default: Option<Route>,
}

pub(crate) type App = Inside;
