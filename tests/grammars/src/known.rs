//! The `Authorization` header once more, with a token that was verified before: those are looked
//! for in the cache before the header is parsed, which must not change what it says.

use super::{
    authorization::{Read, read, seen},
    difference,
    subject::{
        PropelAuth,
        testing::{HasAccessToken as _, TestUser, propel_auth},
    },
    words::Alphabet,
};

/// How many symbols the alphabet below is for: what follows a valid token costs a signature.
pub(crate) const LONGEST: usize = 5;

pub(crate) struct Known {
    auth: PropelAuth,
    token: String,
}

impl Known {
    pub(crate) fn new() -> Self {
        let auth = propel_auth();
        let token = TestUser::new("a@b.c").access_token();
        Self { auth, token }
    }

    /// The alphabet with the token in it. It lives as long as the process.
    pub(crate) fn alphabet(&self) -> Alphabet {
        let token: &'static str = self.token.clone().leak();
        let token = token.as_bytes();
        [
            token,
            &token[..token.len() - 1],
            b"Bearer ",
            b"Bearer",
            b"bEARER",
            b"Basic",
            b" ",
            b"\t",
            b",",
            b"=",
            b"a",
            b"\0",
        ]
    }

    pub(crate) fn compare(&self, value: &[u8]) -> Result<&'static str, String> {
        let text = str::from_utf8(value).map_err(|error| error.to_string())?;
        let read = read(value, 16 * 1024);
        let is_known = read == Read::Token(self.token.as_bytes());
        match self.auth.validate_access_token_and_get_user(text) {
            Ok(_) if is_known => Ok("valid token"),
            Err(why) if !is_known => match (&read, seen(Err(&why))) {
                // What is wrong with the token is not the header's matter.
                (Read::Token(_), Err(_)) => Ok("other token"),
                (read, Ok(found)) if *read == found => Ok("no token"),
                (read, found) => Err(difference(value, read, &found)),
            },
            other => Err(difference(
                value,
                &read,
                &other.map(|user| user.email.clone()),
            )),
        }
    }
}
