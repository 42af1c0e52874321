//! A real Redis server on a free port, in a directory of its own.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// Whether there is a server to start. Says so where there is none.
pub(crate) fn is_installed() -> bool {
    let found = Command::new("redis-server")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        // Not `eprintln!`, which is shown only if the test fails.
        let _ = writeln!(
            std::io::stderr(),
            "\nSKIPPED: there is no `redis-server`. `apt-get install redis-server`, or run \
             `.ci/run fleet`, which does so"
        );
    }
    found
}

/// Whether a server keeps its data when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Kept,
    Lost,
}

pub(crate) struct RedisServer {
    pub(crate) port: u16,
    dir: PathBuf,
    data: Data,
    child: Option<Child>,
}

impl RedisServer {
    pub(crate) fn start(data: Data) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("fleet-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        let mut server = Self {
            port: free_port(),
            dir,
            data,
            child: None,
        };
        server.launch();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts the process, on the same port and in the same directory as before.
    pub(crate) fn launch(&mut self) {
        self.spawn(&[]);
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.try_command(&["PING"]).as_deref() != Some("+PONG\r\n") {
            assert!(Instant::now() < deadline, "redis-server did not start");
            sleep(Duration::from_millis(5));
        }
    }

    /// Starts the process, which loads its data for some seconds.
    pub(crate) fn launch_slowly(&mut self) {
        self.spawn(&[
            "--key-load-delay",
            "1000",
            "--loading-process-events-interval-bytes",
            "1024",
        ]);
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self
            .try_command(&["PING"])
            .is_some_and(|it| it.starts_with("-LOADING"))
        {
            assert!(Instant::now() < deadline, "redis-server does not load");
            sleep(Duration::from_millis(5));
        }
    }

    fn spawn(&mut self, more: &[&str]) {
        let log = fs::File::create(self.dir.join("log")).unwrap();
        let appends = if self.data == Data::Kept { "yes" } else { "no" };
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args([
                "--save",
                "",
                "--appendonly",
                appends,
                "--appendfsync",
                "always",
            ])
            .args(["--dir", self.dir.to_str().unwrap()])
            .args(["--repl-diskless-sync-delay", "0"])
            .args(more)
            .stdout(log)
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) fn signal(&self, signal: &str) {
        if let Some(child) = &self.child {
            send_signal(child.id(), signal);
        }
    }

    /// Sends a command, and returns the first part of the answer as it is on the wire.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        self.try_command(words).unwrap()
    }

    fn try_command(&self, words: &[&str]) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request += &format!("${}\r\n{word}\r\n", word.len());
        }
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = vec![0; 64 * 1024];
        let length = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer[..length]).into_owned())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.signal("CONT");
        self.kill();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

pub(crate) fn send_signal(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "kill -{signal} {pid}");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
