//! Issuing, checking and spending authorization codes.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::{
    emulator::state::{
        AuthorizationCode, LoginStep, Presented, Store, authorization_code::Issued, pkce,
    },
    words::secret::Secret,
};

/// How long a code can be used, in seconds.
const LIFETIME: i64 = 60;

impl Store {
    /// Returns a new code, and forgets old ones.
    pub(crate) fn issue_code(&mut self, code: AuthorizationCode) -> Secret {
        let at = self.now();
        let mut codes = std::mem::take(&mut self.codes.0);
        // A spent code is known for as long as its session, to notice that it is used again.
        codes.retain(|_, issued| match &issued.produced {
            None => at < issued.at.saturating_add(LIFETIME),
            Some(session_id) => self.session_by_id(session_id).is_some(),
        });
        self.codes.0 = codes;
        let text = self.ids.hex(4);
        let issued = Issued {
            code,
            at,
            produced: None,
        };
        self.codes.0.insert(text.clone(), issued);
        text.into()
    }

    /// Returns what a code stands for, if it may be used as presented, or the reason why not.
    ///
    /// A code that was used before is in the hands of two: the session that it produced is ended
    /// (RFC 6749, 4.1.2).
    pub(crate) fn check_code(
        &mut self,
        code: &str,
        presented: &Presented<'_>,
    ) -> Result<AuthorizationCode, &'static str> {
        let now = self.now();
        let issued = self.codes.0.get(code);
        let issued = issued.ok_or("there is no such code, or it was issued too long ago")?;
        if issued.code.purpose != presented.purpose
            || issued.code.client_id.as_deref() != presented.client_id
        {
            return Err("the code was issued to another client");
        }
        if let Some(session_id) = issued.produced.clone() {
            self.end_session_by_id(&session_id);
            return Err("the code was used before, so that the session that it began is ended");
        }
        if now >= issued.at.saturating_add(LIFETIME) {
            return Err("the code has expired: it can be used for 60 seconds");
        }
        if !is_same(&issued.code.redirect_uri, presented.redirect_uri) {
            return Err("the redirect_uri is not the one that the code was sent to");
        }
        match (&issued.code.code_challenge, presented.code_verifier) {
            (None, None) => {}
            (Some(challenge), Some(verifier)) if pkce::matches(challenge, verifier) => {}
            (Some(_), Some(_)) => {
                return Err("the code_verifier is not the one that the code_challenge was made of");
            }
            (Some(_), None) => {
                return Err(
                    "the code_verifier is missing: the code was asked for with a code_challenge",
                );
            }
            // An attacker who injects a code that was asked for without a challenge is noticed here.
            (None, Some(_)) => {
                return Err(
                    "a code_verifier was sent for a code that was asked for without a code_challenge",
                );
            }
        }
        let session = self.session_by_id(&issued.code.session_id);
        let session = session.ok_or("the user has logged out since the code was issued")?;
        if self.step_of(session) != LoginStep::Finished {
            return Err("the login of the user needs another step, which the login page asks for");
        }
        Ok(issued.code.clone())
    }

    /// Notes the session that a code was used for.
    pub(crate) fn spend_code(&mut self, code: &str, session_id: &str) {
        if let Some(issued) = self.codes.0.get_mut(code) {
            issued.produced = Some(session_id.to_owned());
        }
    }
}

fn is_same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::{
        LoginMethod,
        emulator::state::{AuthorizationCode, CodePurpose, NewSession, Presented, Store},
    };

    /// A client of MCP may have the id that a client of OAuth has.
    #[test]
    fn a_code_is_for_one_endpoint_also_if_a_client_of_the_same_id_is_at_another() {
        let mut store = Store::default();
        let user = store.new_user("alice@example.com".to_owned());
        let user_id = store.insert_user(user);
        let session = NewSession {
            user_id,
            login_method: LoginMethod::Password,
            skips_second_factor: true,
        };
        let token = store.open_session(session).unwrap();
        let session_id = store.session(token.expose()).unwrap().session_id.clone();
        let purposes = [
            CodePurpose::ServerSide,
            CodePurpose::Oauth,
            CodePurpose::Mcp,
        ];
        for issued_for in purposes {
            let code = store.issue_code(AuthorizationCode {
                purpose: issued_for,
                client_id: Some("app".to_owned()),
                redirect_uri: "http://localhost/cb".to_owned(),
                code_challenge: None,
                session_id: session_id.clone(),
                scope: Vec::new(),
                resource: None,
                org_id: None,
                nonce: None,
            });
            for purpose in purposes {
                let presented = Presented {
                    purpose,
                    client_id: Some("app"),
                    redirect_uri: "http://localhost/cb",
                    code_verifier: None,
                };
                let found = store.check_code(code.expose(), &presented);
                assert_eq!(found.is_ok(), purpose == issued_for, "{purpose:?}");
            }
        }
    }
}
