//! Whom a guard lets in, where it looks for the organization, and what a guard in `.guard` says
//! (rules 2 and 4).

use super::{Position, Refusal, State, only};
use crate::{
    app::{Chooser, Lookup, OrgGuard},
    people::{ORGS, Person, WORLD},
    request::with_ids,
    routing::{decoded_param, match_pattern, query_pairs},
};

impl State<'_> {
    /// Returns who passes and with which organization, or the status of the refusal.
    pub(super) fn check(
        &self,
        guard: &OrgGuard,
        position: Position,
    ) -> Result<(&'static Person, usize), u16> {
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
    pub(super) fn find(
        &self,
        guard: &OrgGuard,
        position: Position,
        user: &Person,
    ) -> Option<usize> {
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
    pub(super) fn all_say_yes(&mut self, choosers: &[Chooser]) -> bool {
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
    pub(super) fn says_yes(&self, chooser: &Chooser, asked: &mut Vec<(u16, bool)>) -> bool {
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
}
