//! Roles and permissions that the code requires and the project does not have.

use super::{
    finding::Report,
    project::Project,
    source::{Kind, Name},
};

/// Compares the names that the code requires with those of the project.
pub(super) fn check(names: &[Name], project: &Project, report: &mut Report) {
    for kind in [Kind::Role, Kind::Permission] {
        let (what, code, known) = match kind {
            Kind::Role => ("role", "role_unknown", &project.roles),
            Kind::Permission => ("permission", "permission_unknown", &project.permissions),
        };
        let required: Vec<_> = names.iter().filter(|name| name.kind == kind).collect();
        if required.is_empty() {
            continue;
        }
        let mut unsure = Vec::new();
        let mut is_fine = true;
        for name in required {
            if known.contains(&name.text) {
                continue;
            }
            let text = name.text.as_str();
            let nearest = nearest(text, known.iter().map(String::as_str));
            // Another case is a mistake even if not all roles are known.
            let is_same_word = nearest.is_some_and(|it| it.eq_ignore_ascii_case(text));
            if !project.is_complete && !is_same_word {
                unsure.push(format!("{text:?} ({})", name.at));
                continue;
            }
            is_fine = false;
            let all: Vec<_> = known.iter().map(String::as_str).collect();
            let seen = format!(
                "{} requires the {what} {text:?}; the project has {}",
                name.at,
                match all.is_empty() {
                    true => "none".to_owned(),
                    false => all.join(", "),
                }
            );
            let line = match (nearest, name.function) {
                (Some(nearest), "") => format!("--{what} {nearest:?}, and so in the code"),
                (Some(nearest), function) => format!("{function}({nearest:?}, …"),
                (None, _) => {
                    format!("add the {what} {text:?} to the project, or use one that exists")
                }
            };
            report.find(code, seen).change(name.at.clone(), line);
        }
        if !unsure.is_empty() {
            report.unchecked(
                format!("the {what}s {}", unsure.join(", ")),
                format!(
                    "the backend API does not list {what}s, and none of the first {} users has \
                     them",
                    project.users.len()
                ),
            );
        } else if is_fine {
            report.fine(format!("the {what}s that the code requires exist"));
        }
    }
}

/// Returns the known name that is most like a text, if one is like it at all.
fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let distances = known.map(|name| (distance(&lower, &name.to_lowercase()), name));
    let (distance, name) = distances.min()?;
    (distance <= 2 || distance * 3 <= text.len()).then_some(name)
}

/// Returns the number of characters to insert, remove or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.chars().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != y))
                .min(left + 1)
                .min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_one_that_was_meant() {
        let known = ["Owner", "Admin", "Member", "billing::can_view"];
        for (text, meant) in [
            ("admin", Some("Admin")),
            ("Admn", Some("Admin")),
            ("Onwer", Some("Owner")),
            ("billing::can_veiw", Some("billing::can_view")),
            ("Auditor", None),
        ] {
            assert_eq!(nearest(text, known.into_iter()), meant, "{text}");
        }
    }
}
