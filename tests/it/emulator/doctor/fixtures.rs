//! Running the doctor, and services and servers with mistakes.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    http::header::AUTHORIZATION,
    rt::System,
    web::{self, ServiceConfig},
};
use actix_web_propelauth::{InOrgWithRole, PropelAuth, emulator::Emulator, org_id};

use crate::{a_canary::KEY, fixtures::whoami};

/// The origin of the pages that call the services.
pub(super) const ORIGIN: &str = "https://app.example.com";

/// A run of the doctor that is being prepared.
pub(super) struct Doctor {
    command: Command,
    shown: Vec<(String, String)>,
    cut_after: Option<&'static str>,
}

/// What the doctor printed.
pub(super) struct Examined {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

impl Doctor {
    /// Prepares a run with these variables and no others.
    pub(super) fn new(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_propelauth-dev"));
        command.arg("doctor").env_clear();
        for name in [
            "PATH",
            "HOME",
            "CARGO",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
        ] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(variables.iter().copied());
        Self {
            command,
            shown: Vec::new(),
            cut_after: None,
        }
    }

    /// Prepares a run with the variables for an emulator, and further ones.
    pub(super) fn with(emulator: &Emulator, more: &[(&str, &str)]) -> Self {
        let variables = [
            ("PROPELAUTH_AUTH_URL", emulator.auth_url()),
            ("PROPELAUTH_API_KEY", emulator.api_key()),
            ("PROPELAUTH_EMULATOR", "1"),
        ];
        let mut all = variables.to_vec();
        all.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        all.extend(more);
        let port = emulator.auth_url().rsplit(':').next().unwrap();
        Self::new(&all).shown(format!(":{port}"), ":9100")
    }

    /// Sets one more variable.
    #[cfg(feature = "openssl")]
    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(super) fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// Adds the URL of a service.
    pub(super) fn service(self, address: SocketAddr) -> Self {
        self.args(&["--service", &format!("http://{address}")])
            .shown(format!(":{}", address.port()), ":8080")
    }

    /// Replaces what differs in each run, in the document.
    pub(super) fn shown(mut self, text: impl Into<String>, instead: &str) -> Self {
        self.shown.push((text.into(), instead.to_owned()));
        self
    }

    /// Leaves out the rest of the lines with this text, in the document: a library's own words.
    pub(super) fn cut_after(mut self, text: &'static str) -> Self {
        self.cut_after = Some(text);
        self
    }

    pub(super) fn run(&mut self) -> Examined {
        let output = self.command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        for secret in [KEY, "eyJ", "PRIVATE KEY-----\\n"] {
            assert!(
                !text.contains(secret) && !errors.contains(secret),
                "{secret}"
            );
        }
        assert!(errors.is_empty(), "{errors}");
        Examined {
            code: output.status.code(),
            text,
        }
    }

    /// Asserts that this mistake is named with these lines to change, and no other.
    #[track_caller]
    pub(super) fn names(mut self, code: &str, changes: &[&str]) {
        let examined = self.run();
        assert_eq!(examined.codes(), [code], "{}", examined.text);
        assert_eq!(examined.code, Some(1));
        let lines = examined
            .text
            .lines()
            .filter(|line| line.contains("  change  "));
        let lines: Vec<_> = lines.collect();
        for change in changes {
            assert!(
                lines.iter().any(|line| line.contains(change)),
                "{change:?} is not in {lines:?}"
            );
        }
        self.is_documented_as(code, &examined.text);
    }

    /// Asserts that this mistake is named, like [`names`](Self::names), without a look at the document.
    #[track_caller]
    pub(super) fn also_names(mut self, code: &str, changes: &[&str]) {
        let examined = self.run();
        assert_eq!(examined.codes(), [code], "{}", examined.text);
        for change in changes {
            assert!(
                examined.text.contains(change),
                "{change:?}: {}",
                examined.text
            );
        }
    }

    #[track_caller]
    pub(super) fn is_documented_as(&self, code: &str, text: &str) {
        static DOCUMENT: Mutex<()> = Mutex::new(());

        let mut block = text.split("\n\n").next().unwrap().to_owned();
        for (text, instead) in &self.shown {
            block = block.replace(text, instead);
        }
        if let Some(text) = self.cut_after {
            let lines = block.lines().map(|line| match line.split_once(text) {
                Some((start, _)) => format!("{start}{text}…"),
                None => line.to_owned(),
            });
            block = lines.collect::<Vec<_>>().join("\n");
        }
        let _lock = DOCUMENT.lock().unwrap_or_else(PoisonError::into_inner);
        let document = document();
        let heading = format!("\n### `{code}`\n\n```text\n");
        let (before, rest) = document.split_once(&heading).unwrap();
        let (old, after) = rest.split_once("\n```\n").unwrap();
        if std::env::var_os("UPDATE_DOCTOR").is_some() {
            let document = format!("{before}{heading}{block}\n```\n{after}");
            fs::write(document_path(), document).unwrap();
        } else {
            assert_eq!(
                old, block,
                "run with UPDATE_DOCTOR=1 to update docs/doctor.md"
            );
        }
    }
}

impl Examined {
    /// Returns the codes of the findings.
    pub(super) fn codes(&self) -> Vec<&str> {
        let numbered = self.text.lines().filter_map(|line| {
            let (number, rest) = line.split_once(". ")?;
            number.parse::<u8>().ok()?;
            rest.split(": ").next()
        });
        numbered.collect()
    }
}

fn document_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/doctor.md")
}

pub(super) fn document() -> String {
    fs::read_to_string(document_path()).unwrap()
}

/// Starts an emulator with an owner of an organization, so that its roles are known.
pub(super) async fn emulator() -> Emulator {
    crate::a_canary::watch();
    let emulator = Emulator::builder().api_key(KEY).start().await.unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let acme = emulator.create_org("Acme").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Owner").unwrap();
    emulator
}

/// A service on a thread of its own, which ends with it.
pub(super) struct Running {
    pub(super) addr: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

pub(super) fn serve(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Running {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        System::new().block_on(async move {
            let server = HttpServer::new(move || App::new().configure(configure.clone()));
            let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
            let addr = server.addrs()[0];
            let server = server.disable_signals().run();
            sender.send((addr, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    let (addr, handle) = receiver.recv().unwrap();
    Running {
        addr,
        handle,
        thread: Some(thread),
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent at once; its future only waits for the end.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub(super) fn cors() -> Cors {
    Cors::default()
        .allowed_origin(ORIGIN)
        .allowed_methods(["GET", "POST"])
        .allowed_header(AUTHORIZATION)
}

/// Starts a service with nothing wrong.
pub(super) fn healthy_service(auth: &PropelAuth) -> Running {
    let auth = auth.clone();
    serve(move |config| {
        let billing = web::resource("/orgs/{org_id}/billing")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(whoami);
        let scope = web::scope("")
            .route("/whoami", web::get().to(whoami))
            .route("/change", web::post().to(whoami))
            .service(billing)
            .wrap(auth.require_user())
            .wrap(cors());
        config.service(scope);
    })
}

/// Starts a server that reads the head of each request and responds with any bytes. Its thread ends
/// with the program.
pub(super) fn fake(respond: impl Fn(&str) -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut buffer = [0; 4096];
            while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(read @ 1..) => head.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let response = respond(&String::from_utf8_lossy(&head));
            let _ = stream.write_all(response.as_bytes());
        }
    });
    addr
}

/// Returns a response with headers and a body.
pub(super) fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

/// Returns a port on which nothing listens.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A folder that is removed at the end.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let name = format!("propelauth-doctor-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        for (file, text) in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    pub(super) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
