//! What a handler sees (rule 3).

use super::{Expected, State, answered};
use crate::{
    app::{Route, Takes},
    handlers::Seen,
    people::{Person, WORLD},
};

impl State<'_> {
    pub(super) fn handler(&self, route: &Route) -> Expected {
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
