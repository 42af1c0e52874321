//! Telling an API key from an access token, by its form alone.
//!
//! A JWT has exactly two dots, and PropelAuth's keys are hexadecimal. An imported key may be any text, so
//! what clients send by mistake in place of a token is left to the verification of tokens, whose denials
//! name the mistake.

use aws_lc_rs::digest::{Context, SHA256};

use super::api_keys::ApiKeys;
use crate::access::{denied::UnexpectedCredential, token::credential::unexpected_credential};

/// The longest imported key, in bytes. Longer text is not sent to PropelAuth.
const LONGEST: usize = 512;

/// The length from which a text is not taken for a placeholder, in bytes.
const LONG_ENOUGH: usize = 16;

/// What PropelAuth is asked about a key. A key that was imported is looked up by another operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// Whether it is one of PropelAuth's keys.
    Native,
    /// The same, and otherwise whether it was imported.
    NativeOrImported,
    /// Whether it was imported.
    Imported,
}

/// The hash of a key, by which results are kept. The key itself is not kept longer than a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::access) struct Digest([u8; 32]);

impl Digest {
    /// Returns the hash of a whole key. A part of it would give one key the owner of another.
    pub(in crate::access) fn of(text: &str) -> Self {
        Self::with(b"", text)
    }

    /// Returns the hash of a key and what is asked about it: the answers may differ.
    pub(super) fn of_question(question: Question, text: &str) -> Self {
        let mark: &[u8] = match question {
            Question::Native => b"native ",
            Question::NativeOrImported => b"both ",
            Question::Imported => b"imported ",
        };
        Self::with(mark, text)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn with(mark: &[u8], text: &str) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(mark);
        context.update(text.as_bytes());
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

/// Returns `true` if a text can be a JWT: it has exactly two dots.
pub(in crate::access) fn has_two_dots(text: &[u8]) -> bool {
    text.iter().filter(|byte| **byte == b'.').count() == 2
}

/// Returns what to ask about a text, or `None` if it cannot be a key.
pub(super) fn question(text: &str, keys: &ApiKeys) -> Option<Question> {
    if has_two_dots(text.as_bytes()) {
        return None;
    }
    match (unexpected_credential(text), keys.accepts_imported()) {
        (Some(UnexpectedCredential::ApiKey), false) => Some(Question::Native),
        (Some(UnexpectedCredential::ApiKey), true) => Some(Question::NativeOrImported),
        (Some(UnexpectedCredential::OpaqueToken) | None, true) => {
            (text.len() <= LONGEST).then_some(Question::Imported)
        }
        // A long text may begin like a placeholder and be a key.
        (Some(UnexpectedCredential::Placeholder), true) => (LONG_ENOUGH..=LONGEST)
            .contains(&text.len())
            .then_some(Question::Imported),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, Question, question};
    use crate::access::callers::api_keys::ApiKeys;

    #[test]
    fn a_key_is_told_from_a_token_and_from_what_clients_send_by_mistake() {
        let (native, both) = (ApiKeys::new(), ApiKeys::new().validate_imported());
        let hex = "0123456789abcdef".repeat(6);
        let (longest, long) = ("k".repeat(512), "k".repeat(513));
        for (text, by_default, with_imported) in [
            (
                &*hex,
                Some(Question::Native),
                Some(Question::NativeOrImported),
            ),
            (
                &*hex.to_uppercase(),
                Some(Question::Native),
                Some(Question::NativeOrImported),
            ),
            ("live_k3y-of.another_system", None, Some(Question::Imported)),
            ("k", None, Some(Question::Imported)),
            (&*longest, None, Some(Question::Imported)),
            (&*long, None, None),
            ("a.b.c", None, None),
            ("..", None, None),
            ("eyJhbGciOiJSUzI1NiJ9.e30.c2ln", None, None),
            ("eyJ.a.b.c.d", None, None),
            ("", None, None),
            ("undefined", None, None),
            ("your-company:1234", None, Some(Question::Imported)),
            ("<token>", None, None),
            ("\"0123456789abcdef0123456789abcdef\"", None, None),
        ] {
            assert_eq!(question(text, &native), by_default, "{text:?}");
            assert_eq!(question(text, &both), with_imported, "{text:?}");
        }
    }

    #[test]
    fn keys_that_share_a_part_and_different_questions_have_different_hashes() {
        let texts = ["", "a", "ab", "native a", "aa"];
        let questions = [
            Question::Native,
            Question::NativeOrImported,
            Question::Imported,
        ];
        let mut digests: Vec<_> = texts.iter().map(|text| Digest::of(text)).collect();
        for question in questions {
            digests.extend(texts.iter().map(|text| Digest::of_question(question, text)));
        }
        // The hash of a key alone is only compared with that of the integration key.
        for (at, digest) in digests.iter().enumerate().skip(texts.len()) {
            assert!(!digests[texts.len()..at].contains(digest), "{at}");
        }
    }
}
