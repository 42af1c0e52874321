//! What the examples share: the address of a server, and requests that try the server out.
//!
//! An example prints its requests as `curl` commands and serves until Ctrl-C. With `--check`, it sends
//! the requests itself, prints each response, and exits with 1 if one is not as expected.

#![allow(dead_code)] // no example uses everything
#![allow(clippy::print_stdout)] // printing is what these programs are for

use std::{
    error::Error,
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    time::{Duration, Instant},
};

use actix_web::{
    dev::Server,
    http::Method,
    rt::{self, time::sleep},
};
use actix_web_propelauth::{emulator::EmulatedUser, testing::HasAccessToken as _};

/// What `main` of an example returns.
pub(crate) type Outcome = Result<ExitCode, Box<dyn Error>>;

/// How long an eventual response may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns the address to serve on: port 8080 if it is free and this is not a check.
pub(crate) fn address() -> &'static str {
    let usual = "127.0.0.1:8080";
    if is_check() || TcpListener::bind(usual).is_err() {
        return "127.0.0.1:0";
    }
    usual
}

/// Serves, and either sends the requests or prints them.
pub(crate) async fn serve(
    addresses: Vec<SocketAddr>,
    server: Server,
    requests: impl IntoIterator<Item = Try>,
) -> Outcome {
    let address = addresses.first().ok_or("the server has no address")?;
    let url = format!("http://{address}");
    if !is_check() {
        println!("Serving on {url}. Try it:\n");
        requests.into_iter().for_each(|it| it.print(&url));
        println!("Stop with Ctrl-C.");
        server.await?;
        return Ok(ExitCode::SUCCESS);
    }
    let handle = server.handle();
    rt::spawn(server);
    let mut differences = 0_u8;
    for request in requests {
        differences += u8::from(!request.check(&url).await?);
    }
    handle.stop(false).await;
    Ok(ExitCode::from(differences))
}

fn is_check() -> bool {
    std::env::args().any(|argument| argument == "--check")
}

/// A request, and the response that is expected.
pub(crate) struct Try {
    method: Method,
    path: String,
    caller: Option<(String, String)>,
    headers: Vec<(String, String)>,
    body: String,
    status: u16,
    answer: String,
    answer_headers: Vec<(&'static str, &'static str)>,
    is_eventual: bool,
}

/// Creates a `GET` request.
pub(crate) fn get(path: impl Into<String>) -> Try {
    request(Method::GET, path)
}

/// Creates a request.
pub(crate) fn request(method: Method, path: impl Into<String>) -> Try {
    Try {
        method,
        path: path.into(),
        caller: None,
        headers: Vec::new(),
        body: String::new(),
        status: 200,
        answer: String::new(),
        answer_headers: Vec::new(),
        is_eventual: false,
    }
}

impl Try {
    /// Sends an access token of the user.
    #[allow(clippy::wrong_self_convention)] // named as `TestRequestExt::as_user`
    pub(crate) fn as_user(self, user: &EmulatedUser) -> Self {
        let email = user.metadata().map(|user| user.email).unwrap_or_default();
        let name = email.split('@').next().unwrap_or_default();
        self.token(name, user.access_token())
    }

    /// Sends this access token. The name is for what is printed.
    pub(crate) fn token(mut self, name: &str, token: impl Into<String>) -> Self {
        self.caller = Some((name.to_owned(), token.into()));
        self
    }

    /// Sends a header.
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sends a body.
    pub(crate) fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// Expects this status and body.
    pub(crate) fn answers(mut self, status: u16, body: impl Into<String>) -> Self {
        self.status = status;
        self.answer = body.into();
        self
    }

    /// Expects this status and body within a few seconds.
    pub(crate) fn eventually_answers(mut self, status: u16, body: impl Into<String>) -> Self {
        self.is_eventual = true;
        self.answers(status, body)
    }

    /// Expects a header in the response.
    pub(crate) fn answers_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.answer_headers.push((name, value));
        self
    }

    /// Expects the default response to a denied request.
    pub(crate) fn denied(self, status: u16) -> Self {
        let title = match status {
            401 => "Unauthorized",
            403 => "Forbidden",
            _ => "Internal Server Error",
        };
        self.answers(
            status,
            format!(r#"{{"title":"{title}","status":{status}}}"#),
        )
    }

    fn print(&self, url: &str) {
        if let Some((name, token)) = &self.caller {
            println!("{name}='{token}'");
        }
        print!("curl -i");
        if self.method != Method::GET {
            print!(" -X {}", self.method);
        }
        print!(" '{url}{}'", self.path);
        if let Some((name, _)) = &self.caller {
            print!(" -H \"Authorization: Bearer ${name}\"");
        }
        for (name, value) in &self.headers {
            print!(" -H '{name}: {value}'");
        }
        if !self.body.is_empty() {
            print!(" -d '{}'", self.body);
        }
        println!("\n");
    }

    /// Sends the request, prints the response, and returns `true` if it is as expected.
    async fn check(&self, url: &str) -> Result<bool, Box<dyn Error>> {
        let begun = Instant::now();
        loop {
            let mut request =
                awc::Client::default().request(self.method.clone(), format!("{url}{}", self.path));
            if let Some((_, token)) = &self.caller {
                request = request.bearer_auth(token);
            }
            for (name, value) in &self.headers {
                request = request.insert_header((name.as_str(), value.as_str()));
            }
            let sent = request.send_body(self.body.clone()).await;
            let mut response = sent.map_err(|error| error.to_string())?;
            let body = String::from_utf8(response.body().await?.to_vec())?;
            let status = response.status().as_u16();
            let has =
                |name, value: &str| response.headers().get(name).is_some_and(|it| it == value);
            let missing = self
                .answer_headers
                .iter()
                .find(|(name, value)| !has(*name, value));
            let is_expected = (status, &body) == (self.status, &self.answer) && missing.is_none();
            if !is_expected && self.is_eventual && begun.elapsed() < PATIENCE {
                sleep(Duration::from_millis(20)).await;
                continue;
            }
            let caller = self.caller.as_ref().map_or("anonymous", |(name, _)| name);
            println!(
                "{} {} ({caller}) → {status} {}",
                self.method,
                self.path,
                body.trim_end()
            );
            if !is_expected {
                println!("    expected {} {} {missing:?}", self.status, self.answer);
            }
            return Ok(is_expected);
        }
    }
}
