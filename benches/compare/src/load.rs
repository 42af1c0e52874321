//! Servers in processes of their own, and `wrk` to load them.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    path::PathBuf,
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
            let headers = tokens.iter().map(|token| bearer(token));
            std::fs::write(&script, lua(url, &headers.collect::<Vec<_>>())).unwrap();
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
    rate(&text, &String::from_utf8_lossy(&output.stderr))
}

fn rate(text: &str, error: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with("Requests/sec:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_else(|| panic!("wrk's summary: {text}{error}"))
}

pub fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// One of several `wrk`s at once, which does not mind being refused.
pub struct Clients {
    process: Child,
    script: PathBuf,
}

impl Clients {
    /// Starts so many connections, each of which sends its next request when it has its answer,
    /// at the earliest after this many milliseconds. The requests have these headers in turn.
    pub fn start(
        name: &str,
        url: &str,
        headers: &[String],
        connections: usize,
        pause_ms: u64,
        seconds: u64,
    ) -> Self {
        let script = env::temp_dir().join(format!("{name}-{}.lua", std::process::id()));
        let mut text = lua(url, headers);
        if pause_ms > 0 {
            text += &format!("function delay()\n  return {pause_ms}\nend\n");
        }
        std::fs::write(&script, text).unwrap();
        let process = Command::new("taskset")
            .args(["-c", LOAD_CORE, "wrk", "-t1"])
            .args([format!("-c{connections}"), format!("-d{seconds}s")])
            .arg("-s")
            .arg(&script)
            .arg(url)
            .stdout(Stdio::piped())
            .spawn()
            .expect("wrk must be on the PATH: apt-get install wrk");
        Self { process, script }
    }

    /// Waits for the end, and returns the requests a second.
    pub fn finish(mut self) -> f64 {
        let mut text = String::new();
        let mut output = self.process.stdout.take().unwrap();
        output.read_to_string(&mut text).unwrap();
        self.process.wait().unwrap();
        std::fs::remove_file(&self.script).ok();
        rate(&text, "")
    }
}

/// A script that has every request written beforehand, and takes them in turn.
fn lua(url: &str, headers: &[String]) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let requests: String = headers
        .iter()
        .map(|header| format!("[[GET /{path} HTTP/1.1\r\nHost: {host}\r\n{header}\r\n\r\n]],\n"))
        .collect();
    // A long bracket drops one line feed at its start only, so the rest stays as it is.
    format!(
        "local all = {{\n{requests}}}\nlocal n = 0\nfunction request()\n  n = n % #all + 1\n  return all[n]\nend\n"
    )
}
