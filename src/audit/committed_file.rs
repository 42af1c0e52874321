//! Comparison of a text with a file that is under version control.

use std::{env, fs, io, path::Path};

/// The variable that makes tests rewrite their files.
const UPDATE: &str = "UPDATE_DENIALS";

/// Returns an error with the differences, unless the file has this text. If the variable is set, writes
/// the file instead.
pub(super) fn compare(path: &Path, text: &str) -> Result<(), String> {
    let shown = path.display();
    if env::var_os(UPDATE).is_some_and(|value| value != "0") {
        return fs::write(path, text)
            .map_err(|error| format!("{shown} cannot be written: {error}"));
    }
    let committed = match fs::read_to_string(path) {
        Ok(committed) => committed.replace("\r\n", "\n"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!(
                "{shown} does not exist; create it with `{UPDATE}=1 cargo test`, read it, and \
                 commit it. It would be:\n\n{text}"
            ));
        }
        Err(error) => return Err(format!("{shown} cannot be read: {error}")),
    };
    if committed == text {
        return Ok(());
    }
    Err(format!(
        "{shown} differs from what the application does. If the change is meant, run \
         `{UPDATE}=1 cargo test` and commit the file. - committed, + now:\n\n{}",
        difference(&committed, text)
    ))
}

/// Returns the lines of two texts in order, those of one only with a sign. Lines in common are left out,
/// apart from the first, which names the columns.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut text = String::new();
    let mut add = |sign: &str, line: &str| {
        text.push_str(sign);
        text.push_str(line);
        text.push('\n');
    };
    if let Some(head) = new.first().filter(|head| old.first() == Some(*head)) {
        add("  ", head);
    }
    // Both are sorted in the same way, so a line that is missing later on is one that was removed.
    let mut rest = new.as_slice();
    for line in old {
        match rest.iter().position(|other| *other == line) {
            Some(at) => {
                let (added, after) = rest.split_at(at);
                added.iter().for_each(|line| add("+ ", line));
                rest = after.get(1..).unwrap_or_default();
            }
            None => add("- ", line),
        }
    }
    rest.iter().for_each(|line| add("+ ", line));
    text
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_has_the_head_and_the_lines_that_changed() {
        let old = "HEAD\na 1\nb 1\nc 1\n";
        let new = "HEAD\na 1\nb 2\nc 1\nd 1\n";
        assert_eq!(difference(old, new), "  HEAD\n- b 1\n+ b 2\n+ d 1\n");
        assert_eq!(difference("X\na\n", "Y\na\n"), "- X\n+ Y\n");
    }
}
