//! [`Line`]: what the log line of a denial says beside the denial itself.

use std::fmt::{self, Write as _};

use super::{
    denial_place::{Place, Presented},
    denied::{Denied, Forbidden, InvalidToken, Unauthorized},
    explanations::EXPLANATIONS,
    hint::{self, Hint},
    settings::Settings,
    shortfall::roles,
    token::header,
};

/// What a log line says beside the denial. Its `Display` is the rest of the message: the hint, and what
/// to do.
pub(super) struct Line {
    hint: Option<Hint>,
    remedy: &'static str,
    /// The name of the place of the token, if it is not the `Authorization` header.
    pub(super) token_from: Option<String>,
    pub(super) route: Option<String>,
    pub(super) user_id: Option<String>,
    /// The organization that was checked, by its id.
    pub(super) org_id: Option<String>,
    /// The roles that the user has there.
    pub(super) roles: Option<String>,
    pub(super) required: Option<String>,
    pub(super) expired_for: Option<i64>,
    pub(super) valid_in: Option<i64>,
    pub(super) leeway: Option<u64>,
}

impl Line {
    pub(super) fn new(denied: &Denied, settings: &Settings, place: Place<'_>) -> Self {
        let user = place.user();
        let presented = place.presented(settings);
        let hint = match denied {
            Denied::Unauthorized(Unauthorized::InvalidToken(
                problem @ InvalidToken::Issuer { .. },
            )) => hint::of_issuer(problem),
            denied => hint::find(denied, settings, place.head(), &presented, user.as_ref()),
        };
        let code = hint.as_ref().map_or(denied.code(), |hint| hint.code);
        let explanation = EXPLANATIONS
            .iter()
            .copied()
            .flatten()
            .find(|one| one.code == code);
        let mut line = Self {
            hint,
            token_from: None,
            remedy: explanation.map_or("", |one| one.remedy),
            route: place.route(),
            user_id: user.map(|user| user.user_id.to_string()),
            org_id: None,
            roles: None,
            required: None,
            expired_for: None,
            valid_in: None,
            leeway: None,
        };
        match denied {
            Denied::Forbidden(Forbidden::RequirementNotMet {
                org_id,
                requirement,
                held,
            }) => {
                line.org_id = Some(org_id.to_string());
                line.roles = Some(format!("{:?}", roles(held.org_member_info(), false)));
                line.required = Some(requirement.to_string());
            }
            Denied::Forbidden(Forbidden::UserIsNotInOrg(required)) => {
                line.org_id = required.org_id().map(ToString::to_string);
            }
            Denied::Unauthorized(Unauthorized::InvalidToken(
                problem @ (InvalidToken::Expired | InvalidToken::NotYetValid),
            )) => line.add_times(problem, settings, &presented),
            _ => {}
        }
        line.token_from = presented.place;
        line
    }

    /// Adds by how much the time is off, and whose token it is. The signature was verified before the
    /// times were.
    fn add_times(&mut self, problem: &InvalidToken, settings: &Settings, presented: &Presented) {
        self.leeway = Some(settings.leeway.as_secs());
        let value = presented.authorization.as_deref();
        let Some(token) = value.and_then(|it| header::parse(it, settings.max_token_len).ok())
        else {
            return;
        };
        let (expired_for, valid_in) = hint::times_of(token, settings);
        match problem {
            InvalidToken::Expired => self.expired_for = expired_for,
            _ => self.valid_in = valid_in,
        }
        self.user_id = hint::user_id_of_verified(token);
    }

    /// Returns the code of the hint, if it says more than that of the denial.
    pub(super) fn hint_code(&self, denied: &Denied) -> Option<&'static str> {
        let code = self.hint.as_ref()?.code;
        (code != denied.code()).then_some(code)
    }

    pub(super) fn method_and_path<'a>(&self, place: &'a Place<'_>) -> (&'a str, &'a str) {
        place
            .head()
            .map_or(("?", "?"), |head| (head.method.as_str(), head.uri.path()))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hint) = self.hint.as_ref().filter(|hint| !hint.text.is_empty()) {
            write!(f, ": {}", hint.text)?;
        }
        write!(f, ". {}", self.remedy)
    }
}

/// Text of a caller, displayed as one word of one line.
///
/// Not every subscriber of `tracing` escapes control characters, and a line break in a path could
/// then forge a log line. Quotes are not added, because some subscribers would escape them again.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_ascii_graphic() && c != '"' && c != '\\' {
                f.write_char(c)?;
            } else {
                write!(f, "{}", c.escape_debug())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::access::denial_line::Escaped;

    #[test]
    fn text_of_a_caller_stays_one_word_of_one_line() {
        for (text, escaped) in [
            ("/orgs/1/o'neil?a=b&c", "/orgs/1/o'neil?a=b&c"),
            ("/a\nERROR forged", "/a\\nERROR forged"),
            (
                "/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
                r"/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
            ),
            (r#"/"x"\n"#, r#"/\"x\"\\n"#),
            ("/é/日本", "/é/日本"),
        ] {
            assert_eq!(Escaped(text).to_string(), escaped);
        }
    }
}
