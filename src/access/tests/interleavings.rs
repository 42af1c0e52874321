//! Every order in which changes, marks, requests and answers of PropelAuth can come: no request that begins after a
//! mark was set is judged by what was known before it.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex},
};

use futures_util::FutureExt as _;
use serde_json::json;

use crate::{
    access::{
        Account, AccountInQuestion, Accounts, Requirement, Settings,
        denied::{Denied, Forbidden},
        freshness::{Cause, Mark, OnStale},
        user::User,
    },
    words::{ids::OrgId, org_member_info::OrgMemberInfo},
};

/// What happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// PropelAuth changes the membership.
    Change,
    /// The application learns of the last change.
    Mark,
    /// A request begins.
    Begin,
    /// PropelAuth reads the account for the oldest question.
    Read,
    /// Its answer arrives.
    Arrive,
}

const CHANGES: usize = 2;
const REQUESTS: usize = 4;

/// Whether the user is a member, in each version of the membership. The role is the number of the version.
type History = [bool; CHANGES + 1];

/// What a request found: the version of the role, or that the user is not a member, or that the token is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Role(usize),
    NotInOrg,
    Stale,
}

type Running = Pin<Box<dyn Future<Output = Found>>>;

struct World {
    history: History,
    settings: Arc<Settings>,
    /// The user as the token cache has it.
    cached: Rc<RefCell<User>>,
    asked: Arc<Mutex<Vec<AccountInQuestion>>>,
    read: Option<(AccountInQuestion, Option<OrgMemberInfo>)>,
    changes: usize,
    marks: usize,
    /// Each request, with the marks at its beginning.
    running: Vec<(usize, Running)>,
    begun: usize,
    found: Vec<(usize, Found, usize)>,
}

fn org_id() -> OrgId {
    "o".into()
}

fn member(version: usize) -> OrgMemberInfo {
    serde_json::from_value(json!({
        "org_id": "o", "org_name": "O", "user_role": version.to_string(),
        "inherited_user_roles_plus_current_role": [version.to_string()], "user_permissions": [],
    }))
    .unwrap()
}

/// The way of a request: the authenticator judges the cached user, and a guard looks for the membership.
async fn request(cached: Rc<RefCell<User>>) -> Found {
    let user = cached.borrow().clone();
    let user = match user.judged() {
        Ok(None) => Ok(user),
        Ok(Some(judged)) => Ok(judged),
        Err(silent) if silent.is_refetchable => user.refetched(None, silent.denied).await,
        Err(silent) => Err(silent.denied),
    };
    let Ok(user) = user else { return Found::Stale };
    *cached.borrow_mut() = user.clone();
    let mut found = role(&user);
    if found == Found::Stale && user.may_have_joined(&org_id()) {
        let denied = Denied::from(crate::access::InvalidToken::Stale(Cause::AddedToOrg));
        let Ok(joined) = user.refetched(Some(&org_id()), denied).await else {
            return Found::Stale;
        };
        user.set_newer(&joined);
        found = role(&joined);
    }
    found
}

fn role(user: &User) -> Found {
    match user.authorize("o", &Requirement::member()) {
        Ok(org) => Found::Role(org.user_role.parse().unwrap()),
        Err(Denied::Forbidden(Forbidden::UserIsNotInOrg(_))) => Found::NotInOrg,
        Err(_) => Found::Stale,
    }
}

impl World {
    fn new(history: History) -> Self {
        let settings = Arc::new(Settings {
            on_stale: OnStale::Refetch,
            ..Settings::new("")
        });
        let asked = Arc::<Mutex<Vec<AccountInQuestion>>>::default();
        let questions = Arc::clone(&asked);
        let ask = Box::new(move |question| questions.lock().unwrap().push(question));
        let accounts = Accounts::new(Arc::clone(&settings.freshness), ask);
        assert!(settings.accounts.set(accounts).is_ok());
        let orgs = if history[0] {
            json!({"o": member(0)})
        } else {
            json!({})
        };
        let claims = json!({
            "iss": "", "exp": 9_999_999_999_u64, "iat": 1, "user_id": "u", "email": "a@b.c",
            "org_id_to_org_member_info": orgs,
        });
        let claims = serde_json::from_value(claims).unwrap();
        Self {
            history,
            cached: Rc::new(RefCell::new(User::verified(claims, Arc::clone(&settings)))),
            settings,
            asked,
            read: None,
            changes: 0,
            marks: 0,
            running: Vec::new(),
            begun: 0,
            found: Vec::new(),
        }
    }

    fn can(&self, step: Step) -> bool {
        match step {
            Step::Change => self.changes < CHANGES,
            Step::Mark => self.marks < self.changes,
            Step::Begin => self.begun < REQUESTS,
            Step::Read => self.read.is_none() && !self.asked.lock().unwrap().is_empty(),
            Step::Arrive => self.read.is_some(),
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Change => self.changes += 1,
            Step::Mark => {
                self.marks += 1;
                let mark = Mark::member(&"u".into(), &org_id());
                self.settings
                    .freshness
                    .apply(&mark.at(2).because(Cause::RoleChanged));
            }
            Step::Begin => {
                self.begun += 1;
                let running = Box::pin(request(Rc::clone(&self.cached)));
                self.running.push((self.marks, running));
            }
            Step::Read => {
                let question = self.asked.lock().unwrap().remove(0);
                let is_member = self.history[self.changes];
                self.read = Some((question, is_member.then(|| member(self.changes))));
            }
            Step::Arrive => {
                let (question, org) = self.read.take().unwrap();
                question.answer(Ok(Some(Account {
                    orgs: org.map(|org| (org_id(), org)).into_iter().collect(),
                    is_enabled: true,
                    is_locked: false,
                })));
            }
        }
        // Requests run until they wait.
        let mut waiting = Vec::new();
        for (marks, mut running) in self.running.drain(..) {
            match running.as_mut().now_or_never() {
                Some(found) => self.found.push((marks, found, self.changes)),
                None => waiting.push((marks, running)),
            }
        }
        self.running = waiting;
    }

    /// Checks what has been found so far.
    fn check(&self, order: &[Step]) {
        for (marks, found, changes) in &self.found {
            let versions = *marks..=*changes;
            let is_of_now = match found {
                Found::Role(version) => versions.clone().any(|it| it == *version),
                Found::NotInOrg => versions.clone().any(|it| !self.history[it]),
                // PropelAuth answers always.
                Found::Stale => false,
            };
            assert!(
                is_of_now,
                "{found:?} with {marks} marks, {:?} {order:?}",
                self.history
            );
        }
    }
}

/// Takes each order of steps that begins with these, and returns how many there are.
fn explore(history: History, order: &mut Vec<Step>) -> usize {
    let steps = [
        Step::Change,
        Step::Mark,
        Step::Begin,
        Step::Read,
        Step::Arrive,
    ];
    let mut world = World::new(history);
    for step in order.iter() {
        world.take(*step);
    }
    world.check(order);
    let mut orders = 0;
    for step in steps.into_iter().filter(|step| world.can(*step)) {
        order.push(step);
        orders += explore(history, order);
        order.pop();
    }
    if orders == 0 {
        assert!(world.running.is_empty(), "a request waits: {order:?}");
        assert_eq!(world.found.len(), REQUESTS);
    }
    orders.max(1)
}

#[test]
fn no_request_that_begins_after_a_mark_is_judged_by_what_was_before_it() {
    let mut orders = 0;
    for history in [
        // Another role, twice.
        [true, true, true],
        // A member who leaves and comes back, and one who joins and leaves.
        [true, false, true],
        [false, true, false],
        [false, true, true],
    ] {
        orders += explore(history, &mut Vec::new());
    }
    // So that it does not become a test of nothing.
    assert!(orders > 5_000, "{orders}");
}

#[test]
fn a_logout_that_is_known_before_the_answer_counts() {
    let mut world = World::new([true; CHANGES + 1]);
    let (freshness, user_id) = (Arc::clone(&world.settings.freshness), "u".into());
    let mark = |cause| freshness.apply(&Mark::user(&user_id).at(2).because(cause));
    mark(Cause::UserEnabled);
    world.take(Step::Begin);
    mark(Cause::UserLoggedOut);
    // The answer is from before the second mark, so that there is another question.
    for _ in 0..2 {
        world.take(Step::Read);
        world.take(Step::Arrive);
    }
    assert_eq!(world.found, [(0, Found::Stale, 0)]);
}
