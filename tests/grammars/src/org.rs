//! What an organization's id may be, and what comes of asking for one.

use super::subject::{Denied, Forbidden, OrgRequest, RequiredOrg, Requirement, User};

/// What a lookup in a request comes to.
#[derive(Debug, PartialEq)]
pub(crate) enum Asked {
    /// The request does not name one organization.
    Nothing,
    /// It names what can be no id.
    Unusable(String),
    /// It names an organization that the user is not in.
    Stranger(String),
    /// It names an organization that the user is in.
    Member(String),
}

impl Asked {
    /// Judges what was found: an id is not empty and has no white space, no control characters
    /// and no U+FFFD, which stands for bytes that were not UTF-8.
    pub(crate) fn expected(id: Option<String>, orgs: &[&str]) -> Self {
        let Some(id) = id else {
            return Self::Nothing;
        };
        if id.is_empty() || id.chars().any(is_odd) {
            Self::Unusable(id)
        } else if orgs.contains(&id.as_str()) {
            Self::Member(id)
        } else {
            Self::Stranger(id)
        }
    }

    /// Asks the crate; `id` is what the request is expected to name.
    pub(crate) fn found(
        lookup: impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg>,
        request: &OrgRequest<'_>,
        user: &User,
        id: Option<&String>,
    ) -> Result<Self, String> {
        let Some(required) = lookup(request) else {
            return Ok(Self::Nothing);
        };
        let Some(id) = id.filter(|id| required == RequiredOrg::id(id.as_str())) else {
            return Err(format!("the lookup found {required}"));
        };
        match user.authorize(required, &Requirement::Member) {
            Ok(org) if org.org_id == **id => Ok(Self::Member(id.clone())),
            Err(Denied::Forbidden(Forbidden::OrgUnspecified(_))) => Ok(Self::Unusable(id.clone())),
            Err(Denied::Forbidden(Forbidden::UserIsNotInOrg(_))) => Ok(Self::Stranger(id.clone())),
            Ok(org) => Err(format!("authorized for {:?}", org.org_id)),
            Err(other) => Err(format!("unexpected: {other}")),
        }
    }

    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing named",
            Self::Unusable(_) => "no id",
            Self::Stranger(_) => "not a member",
            Self::Member(_) => "member",
        }
    }
}

/// The controls (general category Cc) and the white space (property `White_Space`) of Unicode, and
/// the replacement character.
fn is_odd(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{20}' | '\u{7f}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{fffd}')
}

/// Decodes the escapes of percent-encoding that `wanted` wants, and leaves all others, and what is
/// no escape, as they are. Bytes that are then not UTF-8 become U+FFFD.
pub(crate) fn percent_decode(text: &[u8], wanted: impl Fn(u8) -> bool) -> String {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let digit = |at: usize| match text.get(at) {
            Some(digit @ b'0'..=b'9') => Some(digit - b'0'),
            Some(digit @ b'a'..=b'f') => Some(digit - b'a' + 10),
            Some(digit @ b'A'..=b'F') => Some(digit - b'A' + 10),
            _ => None,
        };
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) if wanted(high * 16 + low) => {
                bytes.push(high * 16 + low);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
