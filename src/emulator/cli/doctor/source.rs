//! A simple scan of a service's source: the roles and permissions that it names, and where it sets up
//! what the findings are about.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Larger files are generated.
const LARGEST_FILE: u64 = 1024 * 1024;

/// The functions whose arguments are roles, and those whose arguments are permissions.
const ROLE_FUNCTIONS: [&str; 6] = [
    "InOrgWithRole::new(",
    "InOrgWithMinimumRole::new(",
    "Requirement::role(",
    "Requirement::minimum_role(",
    ".is_role(",
    ".is_at_least_role(",
];
const PERMISSION_FUNCTIONS: [&str; 6] = [
    "InOrgWithPermission::new(",
    "InOrgWithAllPermissions::new(",
    "Requirement::permission(",
    "Requirement::all_permissions(",
    ".has_permission(",
    ".has_all_permissions(",
];

/// The files of a service.
#[derive(Default)]
pub(super) struct Source {
    files: Vec<(PathBuf, String)>,
}

/// A name that the code requires.
pub(super) struct Name {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The file and line, or the argument of the program.
    pub(super) at: String,
    /// The function that it is an argument of.
    pub(super) function: &'static str,
}

/// The kind of a name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Role,
    Permission,
}

impl Source {
    /// Reads the Rust files below a folder. What cannot be read is left out.
    pub(super) fn read(folder: &Path) -> Self {
        let mut source = Self::default();
        source.add(folder);
        source.files.sort();
        source
    }

    fn add(&mut self, folder: &Path) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                // Tests may name roles that must not exist.
                let is_left_out = matches!(&*name, "target" | "tests" | "benches");
                if !is_left_out && !name.starts_with('.') {
                    self.add(&path);
                }
            } else if name.ends_with(".rs")
                && entry.metadata().is_ok_and(|it| it.len() <= LARGEST_FILE)
                && let Ok(text) = fs::read_to_string(&path)
            {
                self.files.push((path, text));
            }
        }
    }

    /// Returns `true` if there is no file.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the file and line of the first line that contains one of these texts, the first text
    /// first.
    pub(super) fn locate(&self, texts: &[&str]) -> String {
        for text in texts {
            for (path, code) in &self.files {
                let mut lines = code.lines().enumerate();
                if let Some((index, _)) =
                    lines.find(|(_, line)| is_code(line) && line.contains(text))
                {
                    return format!("{}:{}", path.display(), index + 1);
                }
            }
        }
        "the service's code".to_owned()
    }

    /// Returns the roles and permissions that the code names.
    pub(super) fn names(&self) -> Vec<Name> {
        let mut names = Vec::new();
        for (path, code) in &self.files {
            let roles = ROLE_FUNCTIONS.map(|function| (Kind::Role, function));
            let permissions = PERMISSION_FUNCTIONS.map(|function| (Kind::Permission, function));
            for (kind, function) in roles.into_iter().chain(permissions) {
                for (offset, _) in code.match_indices(function) {
                    let before = code.get(..offset).unwrap_or_default();
                    let line = before.lines().last().unwrap_or_default();
                    if !before.ends_with('\n') && !is_code(line) {
                        continue;
                    }
                    let line = before.matches('\n').count() + 1;
                    let rest = code.get(offset + function.len()..).unwrap_or_default();
                    let texts = arguments(rest).into_iter();
                    names.extend(texts.map(|text| Name {
                        kind,
                        text,
                        at: format!("{}:{line}", path.display()),
                        function: function.trim_start_matches('.').trim_end_matches('('),
                    }));
                }
            }
        }
        names
    }
}

/// Returns `true` if a line is not a comment.
fn is_code(line: &str) -> bool {
    !line.trim_start().starts_with("//")
}

/// Returns the string literals of the first argument: one, or those of an array.
fn arguments(rest: &str) -> Vec<String> {
    let rest = rest.trim_start().trim_start_matches('&').trim_start();
    match rest
        .strip_prefix('[')
        .or_else(|| rest.strip_prefix("vec!["))
    {
        None => literal(rest).map(|(text, _)| text).into_iter().collect(),
        Some(mut rest) => {
            let mut found = Vec::new();
            while let Some((text, after)) = literal(rest.trim_start()) {
                found.push(text);
                rest = after.trim_start().trim_start_matches(',');
            }
            found
        }
    }
}

/// Returns the string literal at the start of a text, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let (inner, after) = text.strip_prefix('"')?.split_once('"')?;
    // An escape in a role or permission would need a parser.
    (!inner.contains('\\')).then(|| (inner.to_owned(), after))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Source};

    #[test]
    fn names_are_found_with_their_lines() {
        let code = "\
fn app() {
    // InOrgWithRole::new(\"Comment\", org)
    let admins = InOrgWithRole::new(\"admin\", org_id::path(\"org_id\"));
    let all = InOrgWithAllPermissions::new([\"a::b\",
        \"c\"], org);
    if org.has_all_permissions(&[\"d\"]) && org.is_role(role) {}
}
";
        let source = Source {
            files: vec![("src/main.rs".into(), code.to_owned())],
        };
        let names = source.names();
        let found: Vec<_> = names
            .iter()
            .map(|name| (name.kind == Kind::Role, &*name.text, &*name.at))
            .collect();
        assert_eq!(
            found,
            [
                (true, "admin", "src/main.rs:3"),
                (false, "a::b", "src/main.rs:4"),
                (false, "c", "src/main.rs:4"),
                (false, "d", "src/main.rs:6"),
            ]
        );
        assert_eq!(source.locate(&["nothing", "is_role"]), "src/main.rs:6");
        assert_eq!(source.locate(&["Comment"]), "the service's code");
    }
}
