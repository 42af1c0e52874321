//! Two projects, their organizations, and everybody who sends requests.

use std::sync::LazyLock;

use actix_web_propelauth::{
    PropelAuth,
    testing::{HasAccessToken, TestOrg, TestUser, propel_auth_builder},
};
use serde::{Deserialize, Serialize};

use crate::app::{Need, Project};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Admin,
    Member,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
        }
    }

    /// Says what the roles mean, independently of the crate.
    pub(crate) fn meets(self, need: Need) -> bool {
        match need {
            Need::Member => true,
            Need::Admin => self == Self::Admin,
            Need::AtLeastAdmin => self != Self::Member,
            Need::Pay => self != Self::Member,
            Need::PayAndView => self == Self::Owner,
        }
    }
}

/// A user by what is known of them.
pub(crate) struct Person {
    pub project: Project,
    pub email: &'static str,
    /// The organizations by number, in both projects the same ids.
    pub orgs: &'static [(usize, Role)],
    pub active: Option<usize>,
}

impl Person {
    /// Returns what the person's tokens show: with an active organization, that one only.
    pub(crate) fn role_in(&self, org: usize) -> Option<Role> {
        if self.active.is_some_and(|active| active != org) {
            return None;
        }
        let found = self.orgs.iter().find(|(id, _)| *id == org);
        found.map(|(_, role)| *role)
    }
}

pub(crate) const ORGS: usize = 3;

pub(crate) static PEOPLE: [Person; 7] = [
    Person {
        project: Project::A,
        email: "alice@a",
        orgs: &[(0, Role::Admin), (1, Role::Member)],
        active: None,
    },
    Person {
        project: Project::A,
        email: "bob@a",
        orgs: &[(1, Role::Owner)],
        active: None,
    },
    Person {
        project: Project::A,
        email: "carol@a",
        orgs: &[(0, Role::Owner), (1, Role::Owner)],
        active: Some(0),
    },
    Person {
        project: Project::A,
        email: "dave@a",
        orgs: &[],
        active: None,
    },
    Person {
        project: Project::B,
        email: "erin@b",
        orgs: &[(0, Role::Owner), (1, Role::Admin)],
        active: None,
    },
    Person {
        project: Project::B,
        email: "frank@b",
        orgs: &[(0, Role::Member), (1, Role::Owner)],
        active: Some(1),
    },
    Person {
        project: Project::A,
        email: "grace@a",
        orgs: &[(0, Role::Owner), (1, Role::Owner), (2, Role::Owner)],
        active: None,
    },
];

/// What a request has for credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Caller {
    Nobody,
    OtherScheme,
    NoToken,
    TwoWords,
    TwoHeaders(usize),
    Garbage,
    Expired(usize),
    Forged(usize),
    Person(usize),
}

pub(crate) struct World {
    a: PropelAuth,
    b: PropelAuth,
    second_a: PropelAuth,
    pub orgs: Vec<String>,
    tokens: Vec<String>,
    expired: Vec<String>,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(|| {
    let made: Vec<_> = (0..ORGS)
        .map(|number| org(&format!("Org {number}")))
        .collect();
    let user = |person: &Person| {
        let mut user = TestUser::new(person.email);
        let (issuer, mark) = match person.project {
            Project::A | Project::SecondA => (ISSUER_A, "in_a"),
            Project::B => (ISSUER_B, "in_b"),
        };
        user = user.claim("iss", issuer);
        let marked = |org: usize| {
            let roles = [Role::Owner, Role::Admin, Role::Member];
            roles.iter().fold(made[org].clone(), |org, role| {
                org.permission(role.name(), mark)
            })
        };
        for &(org, role) in person.orgs {
            user = user.in_org(&marked(org), role.name());
        }
        if let Some(active) = person.active {
            user = user.active_org(&made[active]);
        }
        user
    };
    World {
        a: propel_auth_builder().issuer(ISSUER_A).build().unwrap(),
        b: propel_auth_builder().issuer(ISSUER_B).build().unwrap(),
        second_a: propel_auth_builder().issuer(ISSUER_A).build().unwrap(),
        orgs: made.iter().map(|org| org.org_id().to_string()).collect(),
        tokens: PEOPLE
            .iter()
            .map(|person| user(person).access_token())
            .collect(),
        expired: PEOPLE
            .iter()
            .map(|person| user(person).expires_in(-60).access_token())
            .collect(),
    }
});

const ISSUER_A: &str = "https://a.propelauth.test";
const ISSUER_B: &str = "https://b.propelauth.test";

fn org(name: &str) -> TestOrg {
    TestOrg::new(name)
        .permission("Owner", "pay")
        .permission("Owner", "view")
        .permission("Admin", "pay")
        .permission("Member", "view")
}

impl World {
    pub(crate) fn handle(&self, project: Project) -> &PropelAuth {
        match project {
            Project::A => &self.a,
            Project::B => &self.b,
            Project::SecondA => &self.second_a,
        }
    }

    /// Returns the values of the header `Authorization`.
    pub(crate) fn credentials(&self, caller: Caller) -> Vec<String> {
        let bearer = |token: &str| format!("Bearer {token}");
        match caller {
            Caller::Nobody => vec![],
            Caller::OtherScheme => vec!["Basic YTpi".to_owned()],
            Caller::NoToken => vec!["Bearer".to_owned()],
            Caller::TwoWords => vec!["Bearer a b".to_owned()],
            Caller::TwoHeaders(person) => vec![bearer(&self.tokens[person]); 2],
            Caller::Garbage => vec![bearer("a.b.c")],
            Caller::Expired(person) => vec![bearer(&self.expired[person])],
            Caller::Forged(person) => {
                // The payload of another.
                let mut segments: Vec<_> = self.tokens[person].split('.').collect();
                let other = &self.tokens[(person + 1) % PEOPLE.len()];
                segments[1] = other.split('.').nth(1).unwrap();
                vec![bearer(&segments.join("."))]
            }
            Caller::Person(person) => vec![bearer(&self.tokens[person])],
        }
    }
}
