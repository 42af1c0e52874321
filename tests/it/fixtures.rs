//! What the tests share: answers in a form that can be compared, and tokens of any shape.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use actix_web::{
    App, Error,
    body::{self, MessageBody},
    dev::{Service, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE},
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    PropelAuth, User,
    testing::{HasAccessToken as _, TestUser},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto::aws_lc};
use serde_json::Value;

use crate::a_canary;

pub(crate) const UNAUTHORIZED: &str = r#"{"title":"Unauthorized","status":401}"#;
pub(crate) const FORBIDDEN: &str = r#"{"title":"Forbidden","status":403}"#;
pub(crate) const INTERNAL: &str = r#"{"title":"Internal Server Error","status":500}"#;

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Returns the value of a header, which must not come twice.
    #[track_caller]
    pub(crate) fn header(&self, name: impl AsRef<str>) -> Option<&str> {
        let mut values = self.headers.get_all(name.as_ref());
        let value = values.next()?;
        assert_eq!(values.next(), None, "twice: {}", name.as_ref());
        Some(value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn challenge(&self) -> Option<&str> {
        self.header(WWW_AUTHENTICATE)
    }

    /// Asserts a 200 with this body.
    #[track_caller]
    pub(crate) fn is_ok(&self, body: &str, case: &str) {
        assert_eq!((self.status, &*self.body), (StatusCode::OK, body), "{case}");
    }

    /// Asserts a 401 that says nothing but its error code, and with `""` not even that.
    #[track_caller]
    pub(crate) fn is_401(&self, error: &str, case: &str) {
        let challenge = match error {
            "" => r#"Bearer realm="api""#.to_owned(),
            error => format!(r#"Bearer realm="api", error="{error}""#),
        };
        self.is_refusal(401, Some(&challenge), UNAUTHORIZED, case);
    }

    /// Asserts a 403 that says nothing more.
    #[track_caller]
    pub(crate) fn is_403(&self, case: &str) {
        let challenge = r#"Bearer realm="api", error="insufficient_scope""#;
        self.is_refusal(403, Some(challenge), FORBIDDEN, case);
    }

    /// Asserts a 431 that says nothing more.
    #[track_caller]
    pub(crate) fn is_431(&self, case: &str) {
        let body = r#"{"title":"Request Header Fields Too Large","status":431}"#;
        self.is_refusal(431, None, body, case);
    }

    /// Asserts a 500 that says nothing more.
    #[track_caller]
    pub(crate) fn is_500(&self, case: &str) {
        self.is_refusal(500, None, INTERNAL, case);
    }

    #[track_caller]
    fn is_refusal(&self, status: u16, challenge: Option<&str>, body: &str, case: &str) {
        assert_eq!(self.status.as_u16(), status, "{case}: {self:?}");
        assert_eq!(self.challenge(), challenge, "{case}");
        assert_eq!(self.body, body, "{case}");
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{case}"
        );
        assert_eq!(self.header("cache-control"), Some("no-store"), "{case}");
        assert_eq!(self.header("allow"), None, "{case}");
    }
}

/// Sends a request to an application and reads the answer as a server would send it.
pub(crate) async fn send<S, R, B>(app: &S, request: R) -> Answer
where
    S: Service<R, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    a_canary::watch();
    match app.call(request).await {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            let body = body::to_bytes(response.into_body()).await;
            answer(status, headers, body.ok().unwrap().as_ref())
        }
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = body::to_bytes(response.into_body()).await.unwrap();
            answer(status, headers, &body)
        }
    }
}

fn answer(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Answer {
    let body = String::from_utf8(body.to_vec()).unwrap();
    a_canary::check("an answer", &format!("{headers:?} {body}"));
    Answer {
        status,
        headers,
        body,
    }
}

/// Answers with the e-mail address of the user.
pub(crate) async fn whoami(user: User) -> String {
    user.email.clone()
}

/// Answers with the e-mail address of the user, or with "nobody".
pub(crate) async fn whoami_if_any(user: Option<User>) -> String {
    user.map_or_else(|| "nobody".to_owned(), |user| user.email.clone())
}

/// Sends these `Authorization` headers to an application that requires a user everywhere.
pub(crate) async fn ask(auth: &PropelAuth, method: Method, authorization: &[&[u8]]) -> Answer {
    let app = App::new()
        .route("/", web::route().to(whoami))
        .wrap(auth.require_user());
    let mut request = TestRequest::default().method(method);
    for value in authorization {
        let value = HeaderValue::from_bytes(value).unwrap();
        request = request.append_header((AUTHORIZATION, value));
    }
    send(&init_service(app).await, request.to_request()).await
}

/// Sends a token: through the header where a header can carry it, and always past the framework,
/// where the verdict must be the same. Returns the answer of the application.
pub(crate) async fn present(auth: &PropelAuth, token: &str) -> Option<Answer> {
    let value = format!("Bearer {token}");
    let verdict = auth.validate_access_token_and_get_user(value.as_str());
    let direct = verdict.map_or_else(|denied| denied.status_code(), |_| StatusCode::OK);
    if HeaderValue::from_bytes(value.as_bytes()).is_err() {
        assert_eq!(direct, StatusCode::UNAUTHORIZED, "{token:?}");
        return None;
    }
    let answer = ask(auth, Method::GET, &[value.as_bytes()]).await;
    assert_eq!(answer.status, direct, "{token:?}");
    Some(answer)
}

/// Asserts that a token is refused without a word about why.
pub(crate) async fn refuses(auth: &PropelAuth, token: &str, case: &str) {
    if let Some(answer) = present(auth, token).await {
        answer.is_401("invalid_token", case);
    }
}

/// Asserts that a token is accepted.
pub(crate) async fn accepts(auth: &PropelAuth, token: &str, case: &str) {
    let answer = present(auth, token).await.expect(case);
    assert_eq!(answer.status, StatusCode::OK, "{case}: {answer:?}");
}

pub(crate) const HEADER: &str = r#"{"typ":"JWT","alg":"RS256"}"#;

/// Returns a user in no organization.
pub(crate) fn alice() -> TestUser {
    a_canary::watch();
    TestUser::new("alice@example.com")
}

/// Returns the claims of [`alice`] as JSON text, valid now.
pub(crate) fn claims() -> String {
    alice().claims().to_string()
}

/// Returns those claims with more text before the closing brace, valid JSON or not.
pub(crate) fn claims_and(more: &str) -> String {
    format!("{},{more}}}", claims().strip_suffix('}').unwrap())
}

/// Returns those claims with one of them set, or left out where the value is empty text.
pub(crate) fn claims_with(name: &str, json: &str) -> String {
    let mut claims = alice().claims();
    claims.as_object_mut().unwrap().remove(name);
    match json {
        "" => claims.to_string(),
        json => format!(
            "{},{}:{json}}}",
            claims.to_string().strip_suffix('}').unwrap(),
            Value::from(name)
        ),
    }
}

/// Returns a valid token of [`alice`].
pub(crate) fn token() -> String {
    alice().access_token()
}

/// Signs any header and payload with the development key.
pub(crate) fn sign(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    static KEY: LazyLock<EncodingKey> = LazyLock::new(|| {
        EncodingKey::from_rsa_pem(include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/dev_keys/dev_private_key.pem"
        )))
        .unwrap()
    });
    sign_with(&KEY, Algorithm::RS256, header, payload)
}

/// Returns a valid token of [`alice`] that is so many bytes long.
pub(crate) fn token_of(len: usize) -> String {
    const SIGNATURE: usize = 342;

    // Base64 has no text of every length. With one space more in the header, or two, the payload
    // gets a length that there is.
    for header in [
        HEADER.to_owned(),
        format!("{HEADER} "),
        format!("{HEADER}  "),
    ] {
        let payload = len - SIGNATURE - 2 - (header.len() * 4).div_ceil(3);
        if payload % 4 != 1 {
            let token = sign(header, format!("{:1$}", claims(), payload * 3 / 4));
            assert_eq!(token.len(), len);
            return token;
        }
    }
    unreachable!("two of the headers differ in length by one")
}

/// Signs any header and payload with any key. The provider is named, as jsonwebtoken panics when
/// it has to choose one by itself and cannot.
pub(crate) fn sign_with(
    key: &EncodingKey,
    algorithm: Algorithm,
    header: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
) -> String {
    let signing_input = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signer = (aws_lc::DEFAULT_PROVIDER.signer_factory)(&algorithm, key).unwrap();
    let signature = signer.try_sign(signing_input.as_bytes()).unwrap();
    format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What was logged on this thread since it was made.
pub(crate) struct Logs {
    lines: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Logs {
    pub(crate) fn capture() -> Self {
        struct Lines(Arc<Mutex<Vec<u8>>>);

        impl io::Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                // Of this thread, the watch hears nothing meanwhile.
                a_canary::check("a log line", &String::from_utf8_lossy(bytes));
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let lines = Arc::<Mutex<Vec<u8>>>::default();
        let writer = Arc::clone(&lines);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || Lines(Arc::clone(&writer)))
            .finish();
        Self {
            lines,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// Returns what this crate logged.
    pub(crate) fn text(&self) -> String {
        let text = String::from_utf8(self.lines.lock().unwrap().clone()).unwrap();
        let ours = text
            .lines()
            .filter(|line| line.contains("actix_web_propelauth"));
        ours.collect::<Vec<_>>().join("\n")
    }
}
