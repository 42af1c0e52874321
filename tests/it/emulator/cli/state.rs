//! State that survives a restart, seeds that are applied again, and snapshots by name.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Running, TempFile, failed, output};

/// A directory of one test that is removed when it is over.
struct TempDirectory(PathBuf);

impl TempDirectory {
    fn new(name: &str) -> Self {
        let name = format!("propelauth-dev-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for TempDirectory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Looks until something holds, for at most ten seconds.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn emails(running: &Running) -> Vec<String> {
    let (_, users) = running.get("/propelauth-dev/users", "").await;
    let users = users.as_array().unwrap().iter();
    let mut emails: Vec<_> = users
        .map(|it| it["email"].as_str().unwrap().to_owned())
        .collect();
    emails.sort();
    emails
}

async fn post(running: &Running, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/propelauth-dev/{path}", running.text("auth_url"));
    let mut response = awc::Client::new().post(url).send_json(&body).await.unwrap();
    let body = response.body().await.unwrap();
    (
        response.status().as_u16(),
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

fn end(mut running: Running, signal: &str) {
    let pid = running.child.id().to_string();
    Command::new("kill").args([signal, &pid]).status().unwrap();
    running.child.wait().unwrap();
}

fn subcommand(running: &Running, arguments: &[&str]) -> (bool, String) {
    let url = running.text("auth_url");
    let output = output(&[arguments, &["--url", &url]].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[cfg(unix)]
#[actix_web::test]
async fn state_survives_every_end() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = TempDirectory::new("state");
    let (state, seed) = (directory.file("state.json"), directory.file("seed.toml"));
    let text = "roles = ['Boss', 'Clerk']\nusers = [{ email = 'seeded@example.com' }]";
    std::fs::write(&seed, text).unwrap();
    let start = || Running::start(&["--state", &state, "--seed", &seed]);

    // Ended by a signal right after a change.
    let running = start();
    let auth = running.auth().await;
    assert_eq!(post(&running, "snapshots/first", json!({})).await.0, 200);
    auth.user().create_user("term@example.com").await.unwrap();
    post(&running, "clock/freeze", json!({ "at": 2_000_000_000 })).await;
    end(running, "-TERM");
    let mode = std::fs::metadata(&state).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // Killed once the change is written.
    let running = start();
    assert_eq!(
        emails(&running).await,
        ["seeded@example.com", "term@example.com"]
    );
    let (_, clock) = running.get("/propelauth-dev/clock", "").await;
    assert_eq!(clock["now"], 2_000_000_000);
    let auth = running.auth().await;
    let acme = auth.org().create_org("Acme").await.unwrap();
    let user = auth.user().create_user("kill@example.com").await.unwrap();
    let joined = auth
        .org()
        .add_user_to_org(&user.user_id, &acme.org_id, "Clerk");
    joined.await.unwrap();
    let is_written = async || {
        std::fs::read_to_string(&state)
            .unwrap()
            .contains("\"Clerk\": {")
            || std::fs::read_to_string(&state)
                .unwrap()
                .contains("\"role\": \"Clerk\"")
    };
    eventually("the state is written", is_written).await;
    end(running, "-KILL");

    let running = start();
    assert_eq!(emails(&running).await.len(), 3);
    let (status, names) = post(&running, "snapshots/first/load", json!({})).await;
    assert_eq!((status, names), (200, json!(["first"])));
    assert_eq!(emails(&running).await, ["seeded@example.com"]);

    // Nobody else writes it.
    let error = failed(&["--port", "0", "--state", &state]);
    assert!(
        error.contains("another emulator keeps its state"),
        "{error}"
    );
    end(running, "-INT");
    let left: Vec<_> = std::fs::read_dir(&directory.0).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn broken_state_is_an_error_and_is_kept() {
    let whole = {
        let directory = TempDirectory::new("whole");
        let state = directory.file("state.json");
        drop(Running::start(&["--state", &state]));
        std::fs::read_to_string(&state).unwrap()
    };
    let half = &whole[..whole.len() / 2];
    let other = whole.replace("\"propelauth_dev_state\": 1", "\"propelauth_dev_state\": 2");
    let unknown = whole.replace("\"clock\"", "\"klock\"");
    for (text, told) in [
        (half, "this is not a state: EOF"),
        ("", "this is not a state"),
        ("{}", "not a state that propelauth-dev wrote"),
        (&other, "reads version 1"),
        (&unknown, "klock"),
    ] {
        let state = TempFile::new("broken-state.json", text);
        let error = failed(&["--port", "0", "--state", state.path()]);
        assert!(
            error.contains(told) && error.contains(state.path()),
            "{error}"
        );
        assert!(error.contains("Move it away"), "{error}");
        assert_eq!(std::fs::read_to_string(state.path()).unwrap(), text);
    }
    let error = failed(&["--port", "0", "--state", "/no/such/place/state.json"]);
    assert!(error.contains("--state"), "{error}");
}

#[actix_web::test]
async fn flags_replace_settings_of_a_kept_state() {
    let directory = TempDirectory::new("flags");
    let state = directory.file("state.json");
    let roles = async |arguments: &[&str]| {
        let running = Running::start(&[&["--state", &state], arguments].concat());
        let (_, status) = running.get("/propelauth-dev/status", "").await;
        end(running, "-TERM");
        status["roles"].clone()
    };
    assert_eq!(
        roles(&["--role", "A", "--role", "B"]).await,
        json!(["A", "B"])
    );
    assert_eq!(roles(&[]).await, json!(["A", "B"]));
    assert_eq!(roles(&["--role", "C"]).await, json!(["C"]));
    assert_eq!(roles(&[]).await, json!(["C"]));
}

#[actix_web::test]
async fn changed_seed_is_applied_and_a_broken_one_is_not() {
    let seed = TempFile::new("reload.toml", "users = [{ email = 'one@example.com' }]");
    let running = Running::start(&["--seed", seed.path()]);
    let fixed = Running::start(&["--seed", seed.path(), "--no-reload"]);
    running
        .auth()
        .await
        .user()
        .create_user("own@example.com")
        .await
        .unwrap();
    let change = |text: &str| std::fs::write(Path::new(seed.path()), text).unwrap();

    change("users = [{ email = 'two@example.com' }, { email = 'three@example.com' }]");
    let expected = ["three@example.com", "two@example.com"];
    eventually("the seed is applied", async || {
        emails(&running).await == expected
    })
    .await;
    change("users = [{ email = 'four' }]\nuser = 1\n");
    actix_web::rt::time::sleep(Duration::from_millis(1600)).await;
    assert_eq!(emails(&running).await, expected);
    change("users = [{ email = 'five@example.com' }]");
    eventually("the seed is right again", async || {
        emails(&running).await == ["five@example.com"]
    })
    .await;
    // A reset returns to the seed that was applied last.
    running
        .auth()
        .await
        .user()
        .create_user("own@example.com")
        .await
        .unwrap();
    post(&running, "reset", json!({})).await;
    assert_eq!(emails(&running).await, ["five@example.com"]);
    assert_eq!(emails(&fixed).await, ["one@example.com"]);
}

#[test]
fn seed_is_written_checked_and_described() {
    let directory = TempDirectory::new("init");
    for name in ["seed.toml", "seed.json"] {
        let file = directory.file(name);
        let made = output(&["seed", "init", &file]);
        assert!(made.status.success());
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("./seed.schema.json"), "{text}");
        let checked = output(&["seed", "check", &file]);
        let listed = String::from_utf8(checked.stdout).unwrap();
        assert!(checked.status.success(), "{listed}");
        assert!(
            listed.contains("alice@example.com, bob@example.com"),
            "{listed}"
        );
        let error = failed(&["seed", "init", &file]);
        assert!(error.contains("exists already"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    let schema = std::fs::read_to_string(directory.file("seed.schema.json")).unwrap();
    let printed = output(&["seed", "schema"]).stdout;
    assert_eq!(schema, String::from_utf8(printed).unwrap());

    let file = directory.file("wrong.toml");
    std::fs::write(&file, "[[users]]\nemail = 'a'\nfrist_name = 'A'\n").unwrap();
    let checked = output(&["seed", "check", &file]);
    assert!(!checked.status.success());
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(
        text.contains(&format!("{file}:2: users[0].email: ")),
        "{text}"
    );
    assert!(
        text.contains(&format!("{file}:3: users[0]: unknown field `frist_name`")),
        "{text}"
    );
    let checked = output(&["seed", "check", "--json", &file]);
    let mistakes: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(mistakes["mistakes"][0]["line"], 2);
    assert_eq!(mistakes["mistakes"][0]["place"], "users[0].email");
}

#[actix_web::test]
async fn snapshots_have_names() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    auth.user().create_user("one@example.com").await.unwrap();
    let (ok, text) = subcommand(&running, &["snapshot", "save", "one-user"]);
    assert!(ok, "{text}");
    auth.user().create_user("two@example.com").await.unwrap();
    let (ok, text) = subcommand(&running, &["snapshot", "list"]);
    assert!(ok && text == "one-user\n", "{text}");
    let (ok, text) = subcommand(&running, &["snapshot", "load", "one-user"]);
    assert!(ok, "{text}");
    assert_eq!(emails(&running).await, ["one@example.com"]);
    for (arguments, told) in [
        (["snapshot", "load", "other"], "there are one-user"),
        (
            ["snapshot", "save", "../etc"],
            "cannot be the name of a snapshot",
        ),
        (
            ["snapshot", "save", "a/b"],
            "cannot be the name of a snapshot",
        ),
        (
            ["snapshot", "save", ".."],
            "cannot be the name of a snapshot",
        ),
    ] {
        let (ok, text) = subcommand(&running, &arguments);
        assert!(!ok && text.contains(told), "{text}");
    }
}

#[actix_web::test]
async fn seed_is_added_to_the_running_emulator() {
    let seed = TempFile::new("apply.toml", "users = [{ email = 'two@example.com' }]");
    let running = Running::start(&[]);
    let auth = running.auth().await;
    auth.user().create_user("one@example.com").await.unwrap();
    let (ok, text) = subcommand(&running, &["seed", "apply", seed.path()]);
    assert!(ok, "{text}");
    assert_eq!(
        emails(&running).await,
        ["one@example.com", "two@example.com"]
    );
    let (ok, text) = subcommand(&running, &["seed", "apply", seed.path()]);
    assert!(
        !ok && text.contains("users[0].email: Email is already in use"),
        "{text}"
    );
}

#[actix_web::test]
async fn seed_is_applied_over_http() {
    let running = Running::start(&[]);
    let seed = json!({ "users": [{ "email": "one@example.com" }] });
    let (status, created) = post(&running, "seed", seed.clone()).await;
    assert_eq!(
        (status, &created["users"]),
        (200, &json!(["one@example.com"]))
    );
    let (status, error) = post(&running, "seed", seed).await;
    assert_eq!(status, 400);
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("users[0].email"),
        "{error}"
    );
    assert_eq!(emails(&running).await, ["one@example.com"]);
}
