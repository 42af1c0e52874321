//! Servers in processes of their own, and `wrk` to load them.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use crate::{emulator, peers};

/// The core that servers run on, while load generators and clients have the other one.
pub const SERVER_CORE: &str = "0";
pub const LOAD_CORE: &str = "1";

/// A server in a process of its own, which ends with this value.
pub struct Server {
    process: Child,
    /// What it said when it was ready: where it is, and more.
    pub said: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Server {
    /// Starts one on so many cores, and waits until it listens.
    pub fn start(args: &[&str], cores: &str) -> Self {
        let mut process = Command::new("taskset")
            .args(["-c", cores])
            .arg(env::current_exe().unwrap())
            .arg("serve")
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("taskset must be on the PATH: apt-get install util-linux");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert!(!said.is_empty(), "the server {args:?} did not start");
        Self { process, said }
    }
}

/// What a process does that was started by [`Server::start`].
pub fn serve(args: &[String]) {
    let system = actix_web::rt::System::new();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["emulator", users] => system.block_on(emulator::serve(users.parse().unwrap())),
        [peer, workers] => {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            println!("http://{}", listener.local_addr().unwrap());
            system
                .block_on(peers::serve(peer, listener, workers.parse().unwrap()))
                .unwrap();
        }
        _ => panic!("no such server: {args:?}"),
    }
}

/// Returns the requests a second that `wrk` gets out of a server, each with one of these tokens.
pub fn wrk(url: &str, tokens: &[String], seconds: u64) -> f64 {
    let mut command = Command::new("taskset");
    command.args([
        "-c",
        LOAD_CORE,
        "wrk",
        "-t1",
        "-c32",
        &format!("-d{seconds}s"),
    ]);
    // Without a script wrk writes its request once; with one it asks Lua for every request.
    let script = env::temp_dir().join(format!("tokens-{}.lua", std::process::id()));
    match tokens {
        [token] => drop(command.args(["-H", &format!("Authorization: Bearer {token}")])),
        tokens => {
            std::fs::write(&script, lua(url, tokens)).unwrap();
            command.arg("-s").arg(&script);
        }
    }
    let output = command
        .arg(url)
        .output()
        .expect("wrk must be on the PATH: apt-get install wrk");
    std::fs::remove_file(&script).ok();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{url}: {text}");
    let line = text.lines().find(|line| line.starts_with("Requests/sec:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_else(|| {
            panic!(
                "wrk's summary: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
}

/// A script that has every request written beforehand, and takes them in turn.
fn lua(url: &str, tokens: &[String]) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let requests: String = tokens
        .iter()
        .map(|token| {
            format!("[[GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n]],\n")
        })
        .collect();
    // A long bracket drops one line feed at its start only, so the rest stays as it is.
    format!(
        "local all = {{\n{requests}}}\nlocal n = 0\nfunction request()\n  n = n % #all + 1\n  return all[n]\nend\n"
    )
}
