//! Scopes: their grammar ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)), and sets of them.

use std::{collections::BTreeSet, fmt};

/// A set of scopes, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scopes(BTreeSet<String>);

/// Returns `true` if a text is one scope. It can then be part of a header in quotes.
pub(crate) fn is_scope(text: &str) -> bool {
    let is_scope_char = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.bytes().all(is_scope_char)
}

impl Scopes {
    /// Returns the scopes that a program names.
    ///
    /// # Panics
    ///
    /// Panics at start if one of them is no scope, because no token would have it.
    #[track_caller]
    pub(crate) fn of_program<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Self {
        let checked = |scope: S| {
            let scope = scope.into();
            assert!(
                is_scope(&scope),
                "{scope:?} is not a scope: one word of visible ASCII without quotes and backslashes"
            );
            scope
        };
        Self(scopes.into_iter().map(checked).collect())
    }

    /// Reads a list with spaces between the scopes. What is not a scope is left out: it grants nothing.
    pub(super) fn read(text: &str) -> Self {
        let words = text.split(' ').filter(|word| is_scope(word));
        Self(words.map(str::to_owned).collect())
    }

    /// Returns `true` if a scope is among them, in this case.
    pub(super) fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Returns the scopes in the order of their names.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Returns these scopes and those.
    pub(super) fn and(&self, more: &Self) -> Self {
        Self(self.0.union(&more.0).cloned().collect())
    }

    /// Returns `true` if all of these scopes are among those.
    pub(super) fn are_all_in(&self, granted: &Self) -> bool {
        self.0.is_subset(&granted.0)
    }
    /// Returns the scopes as texts of their own, for a denial.
    pub(super) fn to_vec(&self) -> Vec<String> {
        self.0.iter().cloned().collect()
    }
}

/// Writes the list as challenges and requests have it.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{Scopes, is_scope};

    #[test]
    fn a_scope_is_a_word_that_fits_into_quotes() {
        for scope in ["notes:read", "a", "!", "~", "a/b.c", "https://x/y"] {
            assert!(is_scope(scope), "{scope:?}");
        }
        for other in ["", "a b", "a\"b", "a\\b", "a\tb", "é", "a\r\nb", "\u{7f}"] {
            assert!(!is_scope(other), "{other:?}");
            assert!(catch_unwind(|| Scopes::of_program([other])).is_err());
        }
    }

    #[test]
    fn a_list_is_read_as_a_set_and_what_is_no_scope_grants_nothing() {
        let scopes = Scopes::read("b a  b \"c\" d\\e a");
        assert_eq!(scopes.to_string(), "a b");
        assert!(Scopes::of_program(["a"]).are_all_in(&scopes));
        assert!(!Scopes::of_program(["a", "A"]).are_all_in(&scopes));
        assert!(Scopes::read("").to_string().is_empty());
    }
}
