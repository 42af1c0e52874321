//! Those who judge. Each is set up as its own documentation advises: RS256 and nothing else, `iss`
//! and `exp` required, `nbf` checked, no leeway.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, UNIX_EPOCH},
};

use actix_web_propelauth::{
    PropelAuth,
    testing::{DEV_PUBLIC_KEY_PEM, ISSUER, propel_auth_builder},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use crate::{AUDIENCE, NOW, families::Case};

/// Whose the token is, by user id and e-mail address, or why it is nobody's.
pub(crate) type Verdict = Result<[Value; 2], String>;

/// This crate, with and without an audience.
pub(crate) struct Ours {
    any: PropelAuth,
    for_audience: PropelAuth,
}

impl Ours {
    pub(crate) fn new() -> Self {
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        let builder = || propel_auth_builder().clock(move || now);
        Self {
            any: builder().build().unwrap(),
            for_audience: builder().audience(AUDIENCE).build().unwrap(),
        }
    }

    /// Judges twice: the second time a valid token is one that was seen before.
    pub(crate) fn judge(&self, case: &Case) -> Verdict {
        let auth = match case.audience {
            None => &self.any,
            Some(_) => &self.for_audience,
        };
        let header = format!("Bearer {}", case.token);
        let judge = || {
            let user = auth.validate_access_token_and_get_user(header.as_str());
            let user = user.map_err(|denied| denied.to_string())?;
            Ok([json!(user.user_id), json!(user.email)])
        };
        let verdict = judge();
        assert_eq!(judge(), verdict, "the second verdict on {}", case.token);
        verdict
    }
}

pub(crate) struct Jsonwebtoken {
    key: DecodingKey,
    any: Validation,
    for_audience: Validation,
}

impl Jsonwebtoken {
    pub(crate) fn new() -> Self {
        let mut any = Validation::new(Algorithm::RS256);
        any.set_issuer(&[ISSUER]);
        any.set_required_spec_claims(&["exp", "iss"]);
        any.validate_nbf = true;
        any.leeway = 0;
        let mut for_audience = any.clone();
        any.validate_aud = false;
        for_audience.set_audience(&[AUDIENCE]);
        for_audience.set_required_spec_claims(&["exp", "iss", "aud"]);
        Self {
            key: DecodingKey::from_rsa_pem(DEV_PUBLIC_KEY_PEM.as_bytes()).unwrap(),
            any,
            for_audience,
        }
    }

    pub(crate) fn judge(&self, case: &Case) -> Verdict {
        let validation = match case.audience {
            None => &self.any,
            Some(_) => &self.for_audience,
        };
        match jsonwebtoken::decode::<Value>(&case.token, &self.key, validation) {
            Ok(token) => Ok(["user_id", "email"].map(|name| token.claims[name].clone())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A juror in another language, which reads cases and writes verdicts.
pub(crate) struct Foreign {
    child: Child,
    cases: Option<ChildStdin>,
    verdicts: BufReader<ChildStdout>,
}

impl Foreign {
    pub(crate) fn jose() -> Self {
        Self::start("node", "juror.cjs")
    }

    pub(crate) fn pyjwt() -> Self {
        let python = env::var("JURY_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        Self::start(&python, "juror.py")
    }

    fn start(program: &str, script: &str) -> Self {
        let task = json!({"pem": DEV_PUBLIC_KEY_PEM, "issuer": ISSUER, "now": NOW});
        let mut child = Command::new(program)
            .arg(format!("{}/{script}", env!("CARGO_MANIFEST_DIR")))
            .arg(task.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        Self {
            cases: child.stdin.take(),
            verdicts: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// Hands over cases. The verdicts are made while others judge.
    pub(crate) fn hear(&mut self, cases: &[Case]) {
        let mut lines = String::new();
        for case in cases {
            lines.push_str(&json!([case.token, case.audience]).to_string());
            lines.push('\n');
        }
        lines.push('\n');
        let stdin = self.cases.as_mut().unwrap();
        stdin.write_all(lines.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Returns the verdicts on the cases that were handed over.
    pub(crate) fn verdicts(&mut self) -> Vec<Verdict> {
        let mut line = String::new();
        self.verdicts.read_line(&mut line).unwrap();
        let verdicts: Vec<Value> = serde_json::from_str(&line).expect("a juror left");
        let verdict = |verdict: Value| match verdict.get("refused") {
            Some(reason) => Err(reason.as_str().unwrap_or_default().to_owned()),
            None => Ok(["user_id", "email"].map(|name| verdict[name].clone())),
        };
        verdicts.into_iter().map(verdict).collect()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.cases = None; // the end of its input is its end
        let _ = self.child.wait();
    }
}
