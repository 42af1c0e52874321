//! Places in a seed, such as `users[1].email`.

/// Returns the place of a member.
pub(super) fn join(at: &str, name: &str) -> String {
    match at {
        "" => name.to_owned(),
        _ => format!("{at}.{name}"),
    }
}
