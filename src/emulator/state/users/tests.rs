//! Property test: lookups by index find the same users as a scan of all users.

use proptest::prelude::*;

use super::{Users, case_fold};
use crate::{
    emulator::state::{Membership, Store, UserRecord},
    words::ids::{OrgId, UserId},
};

/// Names that are equal without regard to case, or neighbors in the index.
const NAMES: [&str; 5] = ["a@b.c", "A@B.C", "a@b.cc", "É@b.c", "é@B.c"];

#[derive(Clone, Debug)]
enum Step {
    Insert(usize),
    Email(usize),
    Username(Option<usize>),
    Join(usize),
    Leave(usize),
    Remove,
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    prop_oneof![
        name().prop_map(Step::Insert),
        name().prop_map(Step::Email),
        proptest::option::of(name()).prop_map(Step::Username),
        (0_usize..2).prop_map(Step::Join),
        (0_usize..2).prop_map(Step::Leave),
        Just(Step::Remove),
        Just(Step::Read),
    ]
}

fn take(users: &mut Users, user_id: &UserId, step: &Step) {
    let org = |n: &usize| OrgId::from(n.to_string());
    let Some(mut user) = users.get_mut(user_id) else {
        if let Step::Insert(name) = step {
            let mut user = Store::default().new_user(NAMES[*name].to_owned());
            user.metadata.user_id = user_id.clone();
            users.insert(user_id.clone(), user);
        }
        return;
    };
    let member = Membership {
        role: String::new(),
        additional_roles: Vec::new(),
    };
    match step {
        Step::Insert(_) => {}
        Step::Email(name) => user.metadata.email = NAMES[*name].to_owned(),
        Step::Username(name) => user.metadata.username = name.map(|it| NAMES[it].to_owned()),
        Step::Join(n) => drop(user.memberships.insert(org(n), member)),
        Step::Leave(n) => drop(user.memberships.remove(&org(n))),
        Step::Remove => {
            drop(user);
            users.remove(user_id);
        }
        Step::Read => {
            drop(user);
            let text = serde_json::to_string(users).unwrap();
            *users = serde_json::from_str(&text).unwrap();
        }
    }
}

/// Returns the users that a scan finds, by id.
fn all<'a>(
    users: &'a Users,
    is_it: impl Fn(&UserRecord) -> bool + 'a,
) -> impl Iterator<Item = &'a UserId> {
    let found = users.iter().filter(move |(_, user)| is_it(user));
    found.map(|(user_id, _)| user_id)
}

proptest! {
    #[test]
    fn indexed_lookups_agree_with_a_scan(
        steps in proptest::collection::vec((0_u8..4, step()), 0..40),
    ) {
        let mut users = Users::default();
        for (n, step) in &steps {
            let user_id = UserId::from(n.to_string());
            users.take_changes();
            let before = users.get(&user_id).map(|user| format!("{user:?}"));
            take(&mut users, &user_id, step);

            let after = users.get(&user_id).map(|user| format!("{user:?}"));
            let changed = users.take_changes();
            prop_assert!(before == after || changed.users.contains(&user_id));
            for name in NAMES {
                let has_email = |user: &UserRecord| case_fold(&user.metadata.email) == case_fold(name);
                let has_username = |user: &UserRecord| {
                    user.metadata.username.as_deref().map(case_fold) == Some(case_fold(name))
                };
                let id = |found: Option<&UserRecord>| {
                    found.map(|user| user.metadata.user_id.clone())
                };
                let first = |is_it: &dyn Fn(&UserRecord) -> bool| all(&users, is_it).next().cloned();
                let either = |user: &UserRecord| has_email(user) || has_username(user);
                prop_assert_eq!(id(users.by_email(name)), first(&has_email));
                prop_assert_eq!(id(users.by_username(name)), first(&has_username));
                prop_assert_eq!(
                    users.is_email_taken(name, Some(&user_id)),
                    all(&users, has_email).any(|it| *it != user_id)
                );
                prop_assert_eq!(
                    users.is_username_taken(name, Some(&user_id)),
                    all(&users, has_username).any(|it| *it != user_id)
                );
                prop_assert_eq!(id(users.by_email_or_username(name)), first(&either));
            }
            for org_id in ["0", "1"].map(OrgId::from) {
                let members = users.member_ids(&org_id);
                let is_member = |user: &UserRecord| user.memberships.contains_key(&org_id);
                prop_assert_eq!(users.member_count(&org_id), members.len());
                prop_assert_eq!(users.members(&org_id).count(), members.len());
                prop_assert!(members.iter().eq(all(&users, is_member)));
            }
        }
    }
}
