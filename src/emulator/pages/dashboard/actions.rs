//! All actions, theme by theme.

mod orgs;
mod project;
mod server;
mod users;

use super::action::Action;

const ALL: &[&[Action]] = &[
    orgs::ACTIONS,
    project::ACTIONS,
    server::ACTIONS,
    users::ACTIONS,
];

/// Returns the action with a name.
pub(super) fn find(name: &str) -> Option<&'static Action> {
    let mut actions = ALL.iter().copied().flatten();
    actions.find(|action| action.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    #[test]
    fn each_action_has_a_name_of_its_own_and_says_what_it_did() {
        let actions: Vec<_> = ALL.iter().copied().flatten().collect();
        let names: BTreeSet<_> = actions.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), actions.len());
        for action in actions {
            assert!(action.done.ends_with('.'), "{}", action.name);
            assert!(!action.button.is_empty() && !action.button.ends_with('.'));
            assert!(
                !action.is_whole || action.inputs.len() == 1,
                "{}",
                action.name
            );
        }
    }
}
