//! [`Causes`]: the causes of marks, each stored once.

use super::cause::Cause;

/// The most causes that are told apart. There are some twenty, and others by their words.
const MOST: usize = 1024;

/// Causes by number.
#[derive(Debug, Default)]
pub(super) struct Causes(Vec<Cause>);

impl Causes {
    /// Returns the number of a cause. Once there are too many, it is that of [`Cause::TooMany`].
    pub(super) fn number(&mut self, cause: Cause) -> u16 {
        let is_full = self.0.len() >= MOST && !self.0.contains(&cause);
        let cause = if is_full { Cause::TooMany } else { cause };
        let known = self.0.iter().position(|known| *known == cause);
        let number = known.unwrap_or_else(|| {
            self.0.push(cause);
            self.0.len() - 1
        });
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    /// Returns the cause of a number.
    pub(super) fn of(&self, number: u16) -> &Cause {
        self.0.get(usize::from(number)).unwrap_or(&Cause::TooMany)
    }

    /// Returns the word of the cause of a number.
    pub(super) fn word(&self, number: u16) -> &str {
        self.of(number).word()
    }
}

#[cfg(test)]
mod tests {
    use super::{Causes, MOST};
    use crate::access::freshness::Cause;

    #[test]
    fn a_cause_keeps_its_number_and_words_without_end_are_not_kept() {
        let mut causes = Causes::default();
        let disabled = causes.number(Cause::UserDisabled);
        for number in 0..3 * MOST {
            causes.number(Cause::from_word(&number.to_string()));
        }
        assert_eq!(causes.number(Cause::UserDisabled), disabled);
        assert_eq!(*causes.of(disabled), Cause::UserDisabled);
        assert!(causes.0.len() <= MOST + 1);
        let late = causes.number(Cause::from_word("late"));
        assert_eq!(*causes.of(late), Cause::TooMany);
    }
}
