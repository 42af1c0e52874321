//! Edit distance: how many letters differ between what was written and what was meant.

/// Returns the number of insertions, deletions and replacements of characters that turn one text into
/// the other (Levenshtein). The time is the product of the lengths, so pass short text only.
pub(crate) fn edit_distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for (d, pair) in other.iter().zip(row.windows(2)) {
            let (Some(above_left), Some(above)) = (pair.first(), pair.last()) else {
                continue;
            };
            let left = next.last().copied().unwrap_or_default();
            let replaced = above_left + usize::from(c != *d);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, distance) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("bearer", "bearer", 0),
            ("beare", "bearer", 1),
            ("baerer", "bearer", 2),
            ("kitten", "sitting", 3),
            ("é", "e", 1),
        ] {
            assert_eq!(edit_distance(one, other), distance, "{one} {other}");
        }
    }
}
