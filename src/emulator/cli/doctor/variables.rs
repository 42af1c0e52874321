//! The variables as the service reads them, where each is set, and corrections with which the doctor
//! looks for the next mistake behind the first.

use std::{
    collections::BTreeMap,
    env::{self, VarError},
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// The variables of the process, with the lines of the file that they come from.
pub(super) struct Variables {
    file: Option<(PathBuf, Vec<Line>)>,
    of_emulator: BTreeMap<&'static str, String>,
    corrected: BTreeMap<&'static str, Option<String>>,
}

/// A line `NAME=VALUE` of a file.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) value: String,
}

impl Variables {
    /// Reads the variables of the process. The file, if any, is that which they were set from.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error if the file cannot be read.
    pub(super) fn new(file: Option<&Path>) -> io::Result<Self> {
        let file = match file {
            Some(path) => Some((path.to_owned(), read(path)?)),
            None => None,
        };
        Ok(Self {
            file,
            of_emulator: BTreeMap::new(),
            corrected: BTreeMap::new(),
        })
    }

    /// Uses the variables with which `up` starts a service, in place of those of the process.
    pub(super) fn use_emulator(
        &mut self,
        variables: impl IntoIterator<Item = (&'static str, String)>,
    ) {
        self.of_emulator.extend(variables);
    }

    /// Returns `true` if neither the process nor a file has a variable with PropelAuth's name in it.
    pub(super) fn are_none_set(&self) -> bool {
        let mut names = env::vars_os().map(|(name, _)| name);
        let is_propelauth =
            |name: OsString| name.to_string_lossy().to_uppercase().contains("PROPEL");
        self.file.is_none() && !names.any(is_propelauth)
    }

    /// Returns the value of a variable, with the correction if there is one.
    pub(super) fn get(&self, name: &'static str) -> Result<String, VarError> {
        match (self.corrected.get(name), self.of_emulator.get(name)) {
            (Some(value), _) => value.clone().ok_or(VarError::NotPresent),
            (None, Some(value)) => Ok(value.clone()),
            (None, None) => env::var(name),
        }
    }

    /// Returns the trimmed value of a variable, or `""`.
    pub(super) fn text(&self, name: &'static str) -> String {
        self.get(name).unwrap_or_default().trim().to_owned()
    }

    /// Uses another value from now on, or none.
    pub(super) fn correct(&mut self, name: &'static str, value: Option<String>) {
        self.corrected.insert(name, value);
    }

    /// Returns `true` if a value was corrected.
    pub(super) fn are_corrected(&self) -> bool {
        !self.corrected.is_empty()
    }

    /// Returns where a variable is set: the file and its line, or the environment.
    pub(super) fn place(&self, name: &str) -> String {
        let Some((path, lines)) = &self.file else {
            return "environment".to_owned();
        };
        // The last line wins, as in every program that reads such files.
        let line = lines.iter().rev().find(|line| line.name == name);
        match line {
            Some(line) => format!("{}:{}", path.display(), line.number),
            None if env::var_os(name).is_some() => "environment".to_owned(),
            None => path.display().to_string(),
        }
    }
}

/// Reads the lines of a file as `docker --env-file` and systemd's simple form do: quotes stay in the
/// value. The value of an `export` line loses them, because a shell reads that.
///
/// # Errors
///
/// Returns the operating system's error if the file cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Vec<Line>> {
    let text = fs::read_to_string(path)?;
    Ok(lines(&text))
}

fn lines(text: &str) -> Vec<Line> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let line = line.trim();
            if line.starts_with('#') {
                return None;
            }
            let exported = line.strip_prefix("export ");
            let (name, value) = exported.unwrap_or(line).split_once('=')?;
            let name = name.trim();
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if name.is_empty() || !name.bytes().all(is_name) {
                return None;
            }
            let value = match exported {
                Some(_) => unquoted(value),
                None => value,
            };
            Some(Line {
                number: index + 1,
                name: name.to_owned(),
                value: value.to_owned(),
            })
        })
        .collect()
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        let inner = value
            .strip_prefix(quote)
            .and_then(|it| it.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    value
}

/// Returns the variables of a file, to start a program with.
pub(super) fn to_set(lines: Vec<Line>) -> Vec<(OsString, OsString)> {
    let lines = lines.into_iter();
    // The operating system has no such values.
    let lines = lines.filter(|line| !line.value.contains('\0'));
    lines
        .map(|line| (line.name.into(), line.value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_file_is_read_as_docker_reads_it() {
        let text =
            "# PROPELAUTH_X=1\n\nA=1\n B = \"2\" \nexport C='3'\nD=a=b\nnot a line\n=x\nE=\n";
        let read: Vec<_> = lines(text)
            .into_iter()
            .map(|line| (line.number, line.name, line.value))
            .collect();
        let line = |number, name: &str, value: &str| (number, name.to_owned(), value.to_owned());
        assert_eq!(
            read,
            [
                line(3, "A", "1"),
                line(4, "B", " \"2\""),
                line(5, "C", "3"),
                line(6, "D", "a=b"),
                line(9, "E", ""),
            ]
        );
    }
}
