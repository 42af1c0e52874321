//! The limits: what is one byte below, at, and one above the longest token.

use super::{
    authorization::{Read, compare, read, seen},
    difference,
    subject::{
        Denied, PropelAuth, Unauthorized,
        testing::{HasAccessToken as _, TestUser, propel_auth_builder},
    },
};

/// Compares every spelling of the scheme, number of spaces and character at every limit, and calls
/// `count` with what each was read as.
pub(crate) fn compare_all(mut count: impl FnMut(&'static str)) -> Result<(), String> {
    for max in [0_usize, 1, 2, 31, 32, 33, 255, 4096] {
        for scheme in ["Bearer", "bearer", "BEARER", "Basic", "Bearer\t", "Bearer,"] {
            for spaces in 0..=3 {
                for len in [0, 1, max.saturating_sub(1), max, max + 1, 2 * max] {
                    for filler in ["a", ".", "=", "\"", "~", "a b", "a,", "é", "\u{1}"] {
                        let token: String = filler.chars().cycle().take(len).collect();
                        let value = format!("{scheme}{}{token}", " ".repeat(spaces));
                        count(compare(value.as_bytes(), max)?);
                    }
                }
            }
        }
    }
    built(&mut count)
}

/// The same of handles as an application builds them: the setting, and its default of 16 KiB.
fn built(count: &mut impl FnMut(&'static str)) -> Result<(), String> {
    const DEFAULT: usize = 16 * 1024;
    let build = |max: Option<usize>| {
        let builder = max.map_or_else(propel_auth_builder, |max| {
            propel_auth_builder().max_token_len(max)
        });
        builder.build().map_err(|error| error.to_string())
    };
    for max in [None, Some(1000_usize), Some(DEFAULT - 1), Some(DEFAULT + 1)] {
        let auth = build(max)?;
        let max = max.unwrap_or(DEFAULT);
        for len in [0, 1, max.saturating_sub(1), max, max + 1] {
            let value = format!("Bearer {}", "a".repeat(len));
            let expected = read(value.as_bytes(), max);
            let token = "a".repeat(len);
            let found = match verdict(&auth, &value) {
                Err(Denied::Unauthorized(Unauthorized::InvalidToken(_))) => {
                    Ok(Read::Token(token.as_bytes()))
                }
                Err(other) => seen(Err(&other)),
                Ok(()) => Err("accepted".to_owned()),
            };
            if found.as_ref() != Ok(&expected) {
                return Err(difference(value.as_bytes(), &expected, &found));
            }
            count("as built");
        }
    }
    // A token that is valid: its own length is enough, one byte less is not, twice over, since
    // the second time it may be known.
    let token = TestUser::new("a@b.c").access_token();
    for (max, expected) in [
        (token.len() - 1, false),
        (token.len(), true),
        (token.len() + 1, true),
    ] {
        let auth = build(Some(max))?;
        for scheme in ["Bearer ", "bEARER    ", "Bearer "] {
            let found = verdict(&auth, &format!("{scheme}{token}"));
            let is_right = match &found {
                Ok(()) => expected,
                Err(Denied::TokenTooLong { .. }) => !expected,
                Err(_) => false,
            };
            if !is_right {
                return Err(difference(scheme.as_bytes(), &expected, &found));
            }
            count("valid token");
        }
    }
    Ok(())
}

fn verdict(auth: &PropelAuth, value: &str) -> Result<(), Denied> {
    auth.validate_access_token_and_get_user(value).map(drop)
}
