//! The mistakes in a seed, each with its place.

use std::fmt;

use super::place::join;

/// Everything that is wrong with a seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mistakes(Vec<Mistake>);

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The file, if the seed was read from one.
    pub(crate) file: Option<String>,
    /// The line, counted from 1, if the text of the seed is known.
    pub(crate) line: Option<usize>,
    /// The place in the seed, such as `users[1].email`; empty for the seed as a whole.
    pub(crate) place: String,
    /// The member that is wrong, if it is not part of the place.
    member: Option<String>,
    /// What is wrong, and what to do.
    pub(crate) why: String,
}

impl Mistakes {
    pub(crate) fn one(why: impl Into<String>) -> Self {
        let mut mistakes = Self::default();
        mistakes.add("", why);
        mistakes
    }

    pub(super) fn add(&mut self, place: impl Into<String>, why: impl Into<String>) {
        self.0.push(Mistake {
            file: None,
            line: None,
            member: None,
            place: place.into(),
            why: why.into(),
        });
    }

    /// Adds a mistake of an object, which is on the line of one of its members.
    pub(super) fn add_about_member(&mut self, place: &str, member: &str, why: String) {
        self.add(place, why);
        if let Some(last) = self.0.last_mut() {
            last.member = Some(member.to_owned());
        }
    }

    pub(super) fn add_at_line(&mut self, line: Option<usize>, why: impl Into<String>) {
        self.add("", why);
        if let Some(last) = self.0.last_mut() {
            last.line = line;
        }
    }

    #[cfg(feature = "cli")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `true` if something at the place or below it is wrong.
    pub(super) fn concern(&self, place: &str) -> bool {
        self.0.iter().any(|mistake| {
            let rest = mistake.place.strip_prefix(place);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Adds files and lines.
    pub(super) fn locate(
        mut self,
        file: Option<&str>,
        line: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        for mistake in &mut self.0 {
            mistake.file = file.map(str::to_owned);
            let place = match &mistake.member {
                Some(member) => join(&mistake.place, member),
                None => mistake.place.clone(),
            };
            mistake.line = mistake.line.or_else(|| line(&place));
        }
        self.0.sort_by_key(|mistake| mistake.line);
        self
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.0.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "the seed, line {line}: ")?,
            (None, None) => f.write_str("the seed: ")?,
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.why)
    }
}
