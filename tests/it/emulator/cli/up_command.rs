//! `propelauth-dev up -- COMMAND`: what the command gets, and that nothing is left of it.

use std::{
    io::Read as _,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use super::program;

/// No process.
const NONE: [u32; 0] = [];

/// Processes of this test, which are found by a number that no other process has as its argument.
struct Sleepers(u32);

impl Sleepers {
    fn new(number: u32) -> Self {
        // Several runs of the tests may be side by side.
        Self(number * 1_000_000 + std::process::id() % 1_000_000)
    }

    /// Returns the ids of `sleep` processes that have not ended.
    fn running(&self) -> Vec<u32> {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let pids = all.filter_map(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let arguments = format!("sleep\0{}\0", self.0);
            let is_sleep = line == arguments.as_bytes();
            is_sleep.then(|| entry.file_name().to_str()?.parse().ok())?
        });
        pids.collect()
    }

    fn wait_for(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.running().len() != count {
            assert!(
                Instant::now() < deadline,
                "{:?}, not {count}",
                self.running()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Kills what a failed test leaves.
impl Drop for Sleepers {
    fn drop(&mut self) {
        for pid in self.running() {
            send("KILL", pid);
        }
    }
}

fn send(signal: &str, pid: u32) {
    let mut kill = Command::new("kill");
    let _ = kill.args([format!("-{signal}"), pid.to_string()]).status();
}

fn up(arguments: &[&str], script: &str) -> Child {
    let mut up = program();
    up.args(["up", "--port", "0"])
        .args(arguments)
        .args(["--", "sh", "-c", script]);
    up.stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Variables of production must not reach the command.
    up.env("PROPELAUTH_VERIFIER_KEY", "of production");
    up.env("PROPELAUTH_ISSUER", "https://auth.example.com");
    up.spawn().unwrap()
}

fn ended(child: Child) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn the_command_gets_the_environment_of_a_service() {
    let script = "env | grep ^PROPELAUTH_ | sort; echo to stderr >&2";
    let (code, out, err) = ended(up(&[], script));
    assert_eq!(code, Some(0), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    let [key, url, emulator, secret] = lines[..] else {
        panic!("{out}");
    };
    assert_eq!(key, "PROPELAUTH_API_KEY=emulator-integration-api-key");
    assert!(
        url.starts_with("PROPELAUTH_AUTH_URL=http://127.0.0.1:"),
        "{url}"
    );
    assert_eq!(emulator, "PROPELAUTH_EMULATOR=1");
    assert!(
        secret.starts_with("PROPELAUTH_WEBHOOK_SECRET=whsec_"),
        "{secret}"
    );
    let pages_url = url.trim_start_matches("PROPELAUTH_AUTH_URL=");
    let pages_url = pages_url.replace("127.0.0.1", "localhost");
    assert!(err.contains(&format!("{pages_url}/login")), "{err}");
    // The lines of the program can be told from those of the command.
    assert!(err.contains(&format!("propelauth-dev: {url}\n")), "{err}");
    assert!(err.contains("\nto stderr\n"), "{err}");

    let issuer = ["--issuer", "https://auth.localhost", "--json"];
    let (_, out, _) = ended(up(&issuer, "echo $PROPELAUTH_ISSUER"));
    let (report, issuer) = out.split_once('\n').unwrap();
    assert!(report.starts_with('{'), "{report}");
    assert_eq!(issuer, "https://auth.localhost\n");
}

#[test]
fn the_emulator_serves_while_the_command_runs() {
    let path = env!("CARGO_BIN_EXE_propelauth-dev");
    // The subcommands find the emulator by the same variable as the service.
    let (code, out, err) = ended(up(&[], &format!("{path} status --json")));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("\"auth_url\""), "{out}");
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    for (script, expected) in [
        ("exit 0", 0),
        ("exit 3", 3),
        ("kill -KILL $$", 128 + 9),
        ("kill -SEGV $$", 128 + 11),
    ] {
        let (code, _, err) = ended(up(&[], script));
        assert_eq!(code, Some(expected), "{script}: {err}");
        assert!(
            err.contains(&format!("ended with exit code {expected}")),
            "{err}"
        );
    }
    let mut missing = program();
    let missing = missing
        .args(["up", "--port", "0", "--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(127));
    let err = String::from_utf8(missing.stderr).unwrap();
    assert!(
        err.contains("\"no-such-program\" cannot be started"),
        "{err}"
    );
}

#[test]
fn what_the_command_leaves_in_the_background_ends_with_it() {
    let sleepers = Sleepers::new(1);
    let script = format!(
        "sleep {0} & setsid sleep {0} & sleep 0.3; exit 4",
        sleepers.0
    );
    let (code, ..) = ended(up(&[], &script));
    assert_eq!(code, Some(4));
    assert_eq!(sleepers.running(), NONE);
}

#[test]
fn a_signal_ends_the_command_and_all_that_it_started() {
    let sleepers = Sleepers::new(2);
    for signal in ["TERM", "INT", "HUP"] {
        let script = format!("sleep {0} & setsid sleep {0} & wait", sleepers.0);
        let child = up(&[], &script);
        sleepers.wait_for(2);
        send(signal, child.id());
        let (code, _, err) = ended(child);
        assert_ne!(code, Some(0), "{signal}: {err}");
        assert_eq!(sleepers.running(), NONE, "{signal}");
    }
}

#[test]
fn a_command_that_does_not_end_is_killed_after_the_grace_period() {
    let sleepers = Sleepers::new(3);
    let script = format!(
        "trap '' TERM INT; (trap '' TERM INT; sleep {0}) & wait; sleep {0}",
        sleepers.0
    );
    let child = up(&["--grace", "1s"], &script);
    sleepers.wait_for(1);
    let asked = Instant::now();
    send("TERM", child.id());
    let (code, ..) = ended(child);
    assert_eq!(code, Some(128 + 9));
    assert!(asked.elapsed() >= Duration::from_secs(1));
    assert_eq!(sleepers.running(), NONE);

    // Whoever asks twice does not want to wait.
    let child = up(&["--grace", "1000s"], &script);
    sleepers.wait_for(1);
    send("INT", child.id());
    std::thread::sleep(Duration::from_millis(300));
    send("INT", child.id());
    assert_eq!(ended(child).0, Some(128 + 9));
    assert_eq!(sleepers.running(), NONE);
}

#[test]
fn a_command_that_is_stopped_is_ended_as_well() {
    let sleepers = Sleepers::new(4);
    let script = format!("sleep {} & kill -STOP $!; sleep 0.2", sleepers.0);
    let (code, ..) = ended(up(&[], &script));
    assert_eq!(code, Some(0));
    assert_eq!(sleepers.running(), NONE);
}

#[test]
fn nothing_is_left_if_the_program_itself_is_killed() {
    let sleepers = Sleepers::new(5);
    let script = format!(
        "echo started; sleep {0} & setsid sleep {0} & wait",
        sleepers.0
    );
    let mut child = up(&["--grace", "1s"], &script);
    sleepers.wait_for(2);
    send("KILL", child.id());
    child.wait().unwrap();
    sleepers.wait_for(0);
    let mut out = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    assert_eq!(out, "started\n");
}
