//! JSON written by hand, read so that errors contain the place of a mistake.

use serde_json::Value;

/// Returns an error message for an unknown name, with a suggestion and all known names.
pub(crate) fn unknown_name(kind: &str, name: &str, all: &str, known: &[&str]) -> String {
    let meant = match closest(name, known) {
        Some(meant) => format!(", did you mean `{meant}`?"),
        None => ":".to_owned(),
    };
    format!(
        "unknown {kind} `{name}`{meant} {all} are {}",
        known.join(", ")
    )
}

/// Returns the known name that differs in at most a third of the characters, or else one that
/// contains the name as a word.
pub(crate) fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let distances = known
        .iter()
        .map(|it| (distance(&lower, &it.to_lowercase()), *it));
    let (distance, best) = distances.min()?;
    if distance <= lower.chars().count().div_ceil(3) {
        return Some(best);
    }
    let parts = |it: &&&str| !lower.is_empty() && it.split('_').any(|part| part == lower);
    known.iter().find(parts).copied()
}

/// Returns the known names that are most like a name, the nearest first: those that differ in at most a
/// third of the characters, or contain all of its words.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str], max: usize) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let limit = lower.chars().count().div_ceil(3);
    let has_words = |it: &str| {
        let mut words = lower.split('_');
        words.all(|word| !word.is_empty() && it.split('_').any(|part| part == word))
    };
    let mut near: Vec<_> = known
        .iter()
        .map(|it| (distance(&lower, &it.to_lowercase()), *it))
        .filter(|(distance, it)| *distance <= limit || has_words(it))
        .collect();
    near.sort_unstable();
    near.into_iter().take(max).map(|(_, it)| it).collect()
}

/// Returns the number of insertions, deletions, replacements and swaps of neighbors between two
/// texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, x) in a.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, column) + usize::from(x != *y))
                .min(at(&last, column + 1) + 1)
                .min(at(&line, column) + 1);
            let is_swap = column > 0 && previous == Some(*y) && b.get(column - 1) == Some(&x);
            if is_swap {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            line.push(best);
        }
        previous = Some(x);
        before_last = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or_default()
}

/// Returns an error message for the first field that was written but not read, with its place.
pub(crate) fn find_ignored(written: &Value, read: &Value, at: &str) -> Option<String> {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) => {
            written.iter().find_map(|(name, value)| {
                let place = match at {
                    "" => name.clone(),
                    _ => format!("{at}.{name}"),
                };
                let mut others = read.iter();
                let same = read.get(name).or_else(|| {
                    others
                        .find(|it| it.0.eq_ignore_ascii_case(name))
                        .map(|it| it.1)
                });
                match same {
                    Some(same) => find_ignored(value, same, &place),
                    // Empty values can be omitted when the state is written again.
                    None if is_nothing(value) => None,
                    None => {
                        let known: Vec<&str> = read.keys().map(String::as_str).collect();
                        let why = unknown_name("field", name, "the fields there", &known);
                        Some(format!("{at}: {why}"))
                    }
                }
            })
        }
        (Value::Array(written), Value::Array(read)) if written.len() == read.len() => {
            let mut pairs = written.iter().zip(read).enumerate();
            pairs
                .find_map(|(n, (written, read))| find_ignored(written, read, &format!("{at}[{n}]")))
        }
        _ => None,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{closest, distance, find_ignored, nearest};

    #[test]
    fn closest_known_name_is_suggested() {
        assert_eq!(distance("frist", "first"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        let known = ["email", "first_name", "members", "user_id"];
        for (name, meant) in [
            ("frist_name", Some("first_name")),
            ("member", Some("members")),
            ("Email", Some("email")),
            ("id", Some("user_id")),
            ("UserId", Some("user_id")),
            ("favourite", None),
            ("", None),
        ] {
            assert_eq!(closest(name, &known), meant, "{name}");
        }
    }

    #[test]
    fn the_nearest_known_names_come_first() {
        let known = ["create_org", "create_user", "delete_user", "fetch_orgs"];
        assert_eq!(
            nearest("create_usr", &known, 5),
            ["create_user", "create_org"]
        );
        assert_eq!(nearest("user", &known, 5), ["create_user", "delete_user"]);
        assert_eq!(nearest("user", &known, 1), ["create_user"]);
        assert!(nearest("", &known, 5).is_empty());
        assert!(nearest("something_else", &known, 5).is_empty());
    }

    #[test]
    fn ignored_field_is_reported_with_its_place() {
        let read = json!({ "a": [{ "b": null, "c": {} }] });
        assert_eq!(find_ignored(&read, &read, ""), None);
        assert_eq!(
            find_ignored(&json!({ "a": [{ "x": null }] }), &read, ""),
            None
        );
        let why = find_ignored(&json!({ "a": [{ "bb": 1 }] }), &read, "").unwrap();
        assert!(
            why.starts_with("a[0]: unknown field `bb`, did you mean `b`?"),
            "{why}"
        );
    }
}
