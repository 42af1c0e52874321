//! The program `propelauth-dev`, run as its users run it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use actix_web_propelauth::{
    PropelAuth,
    api::{SendSmsMfaCodeArgs, StepUpGrantType},
    emulator::Emulator,
};
use serde_json::{Value, json};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_propelauth-dev"))
}

/// A running program that is killed when the test is over, however it ends.
struct Running {
    child: Child,
    ready: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program()
            .args(["--port", "0", "--json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    /// Asks for a path and returns the status and the reply, which is null where it is no JSON.
    async fn get(&self, path: &str, key: &str) -> (u16, Value) {
        let client = awc::Client::new();
        let request = client.get(self.text("auth_url") + path).bearer_auth(key);
        let mut response = request.send().await.unwrap();
        let body = response.body().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    async fn auth(&self) -> PropelAuth {
        PropelAuth::builder(self.text("auth_url"), self.text("api_key"))
            .emulator()
            .fetch_and_init()
            .await
            .unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// Runs the program, which must fail, and returns what it says.
fn failed(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[actix_web::test]
async fn a_service_talks_to_it() {
    let emulator = Running::start(&[
        "--api-key",
        "own",
        "--issuer",
        "https://auth.localhost",
        "--role",
        "Chef",
        "--role",
        "Cook",
        "--permission",
        "Cook=kitchen::can_cook",
    ]);
    assert_eq!(emulator.text("issuer"), "https://auth.localhost");
    assert_eq!(emulator.text("api_key"), "own");
    assert!(emulator.text("verifier_key").contains("BEGIN PUBLIC KEY"));

    let auth = PropelAuth::builder(emulator.text("auth_url"), emulator.text("api_key"))
        .issuer(emulator.text("issuer"))
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    let user = auth.user().create_user("zoë@example.com").await.unwrap();
    let org = auth.org().create_org("Kitchen").await.unwrap();
    auth.org()
        .add_user_to_org(&user.user_id, &org.org_id, "Cook")
        .await
        .unwrap();
    let token = auth
        .access_token()
        .create_access_token(&user.user_id, 5)
        .await
        .unwrap();
    let header = format!("Bearer {}", token.access_token.expose());
    let user = auth
        .validate_access_token_and_get_user(header.as_str())
        .unwrap();
    let org_id = &org.org_id;
    let info = &user.org_id_to_org_member_info[org_id];
    assert!(info.has_permission("kitchen::can_cook"));
}

/// A file of this test that is removed when it is over.
struct TempFile(std::path::PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("propelauth-dev-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[actix_web::test]
async fn it_starts_with_what_is_in_a_file() {
    let seed = json!({
        "users": [{ "email": "alice@example.com" }],
        "orgs": [{
            "name": "Acme",
            "custom_role_mapping_name": "Paid Plan",
            "members": [{ "email": "alice@example.com", "role": "Chef" }],
        }],
    });
    let seed = TempFile::new("seed.json", &seed.to_string());
    let mapping = ["--role-mapping", "Paid Plan=Chef+can_cook+can_eat,Guest"];
    let first = Running::start(&[mapping[0], mapping[1], "--seed", seed.path()]);
    let auth = first.auth().await;
    let users = auth.user();
    let alice = || users.fetch_user_metadata_by_email("alice@example.com");
    let user = alice().include_orgs(true).await.unwrap();
    let orgs = user.org_id_to_org_info.as_ref().unwrap();
    let info = orgs.values().next().unwrap();
    assert!(info.has_permission("can_cook") && info.has_permission("can_eat"));
    assert!(info.is_role("Chef"));

    // A phone is nothing that an operation adds, so it is written into the state.
    let key = first.text("api_key");
    let (status, mut snapshot) = first.get("/propelauth-dev/snapshot", &key).await;
    assert_eq!(status, 200);
    let phone = "f0e00000-0000-4000-8000-000000000001";
    snapshot["users"][user.user_id.as_str()]["account"]["second_factor"] =
        json!({ "Phones": [{ "id": phone, "number": "+1 555 010 1234" }] });
    let snapshot = TempFile::new("snapshot.json", &snapshot.to_string());
    let second = Running::start(&[mapping[0], mapping[1], "--seed", snapshot.path()]);
    let auth = second.auth().await;
    let found = auth.user().fetch_user_metadata_by_user_id(&user.user_id);
    assert_eq!(found.include_orgs(true).await.unwrap(), user);

    assert_eq!(
        second.get("/propelauth-dev/sms", &key).await,
        (200, json!([]))
    );
    let request = SendSmsMfaCodeArgs {
        action_type: "pay".to_owned(),
        user_id: user.user_id.clone(),
        mfa_phone_id: phone.into(),
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 60,
    };
    let challenge = auth.mfa().send_sms_mfa_code(request).await.unwrap();
    let (_, sent) = second.get("/propelauth-dev/sms", &key).await;
    assert_eq!(sent[0]["to"], "+1 555 010 1234");
    let code = sent[0]["code"].as_str().unwrap();
    let verified = auth
        .mfa()
        .verify_sms_challenge(&challenge.challenge_id, &user.user_id, code);
    verified.await.unwrap();

    let error = failed(&["--port", "0", "--seed", snapshot.path()]);
    assert!(error.contains("Chef"), "{error}");
}

#[actix_web::test]
async fn what_no_operation_tells_needs_the_key_and_the_program() {
    let running = Running::start(&[]);
    for path in ["/propelauth-dev/sms", "/propelauth-dev/snapshot"] {
        assert_eq!(running.get(path, "wrong").await.0, 401);
    }
    let key = running.text("api_key");
    assert_eq!(running.get("/propelauth-dev/", &key).await.0, 501);

    let emulator = Emulator::start().await.unwrap();
    let url = format!("{}/propelauth-dev/snapshot", emulator.auth_url());
    let request = awc::Client::new().get(url).bearer_auth(emulator.api_key());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 501);
}

#[actix_web::test]
async fn its_signing_key_can_be_rotated() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    let user = auth.user().create_user("zoë@example.com").await.unwrap();
    let url = running.text("auth_url") + "/propelauth-dev/rotate-signing-key";
    let request = awc::Client::new().post(&url);
    let mut reply = request
        .bearer_auth(running.text("api_key"))
        .send()
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&reply.body().await.unwrap()).unwrap();
    assert_ne!(body["verifier_key_pem"], running.text("verifier_key"));
    let token = auth.access_token().create_access_token(&user.user_id, 10);
    let header = format!("Bearer {}", token.await.unwrap().access_token.expose());
    let verifies = |pem: &str| {
        let auth = PropelAuth::builder(running.text("auth_url"), "key").emulator();
        let auth = auth.verifier_key(pem).build().unwrap();
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    };
    assert!(verifies(body["verifier_key_pem"].as_str().unwrap()));
    assert!(!verifies(&running.text("verifier_key")));

    let request = awc::Client::new().post(&url);
    assert_eq!(
        request
            .bearer_auth("wrong")
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        401
    );
    let key = running.text("api_key");
    let (status, _) = running
        .get("/propelauth-dev/rotate-signing-key", &key)
        .await;
    assert_eq!(status, 501, "GET changes nothing");
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["TERM", "INT"] {
        let mut emulator = Running::start(&[]);
        let pid = emulator.child.id().to_string();
        let told = Command::new("sh")
            .args(["-c", &format!("kill -{signal} {pid}")])
            .status();
        assert!(told.unwrap().success());
        assert!(emulator.child.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn the_proxy_has_its_certificate_written() {
    let directory = std::env::temp_dir().join(format!("propelauth-dev-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("ca.pem");
    let emulator = Running::start(&["--ca-out", file.to_str().unwrap(), "--proxy-port", "0"]);
    let pem = std::fs::read_to_string(emulator.text("ca_file")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    if std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
        let count = pem.matches("BEGIN CERTIFICATE").count();
        assert!(count > 1, "the usual roots are missing");
    }
    assert!(!pem.contains("PRIVATE"), "the key was written");
    assert!(emulator.text("proxy_url").starts_with("http://127.0.0.1:"));
    drop(emulator);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn cli_reports_bad_arguments_and_exits_nonzero() {
    let emulator = Running::start(&[]);
    let broken = TempFile::new("broken.json", "{");
    let unknown = TempFile::new("unknown.json", r#"{"user":[]}"#);
    let newer = TempFile::new("newer.json", r#"{"version":2}"#);
    let twice = TempFile::new("twice.json", r#"{"users":[],"users":[]}"#);
    let url = emulator.text("auth_url");
    let port = url.rsplit(':').next().unwrap();
    for (arguments, told) in [
        (vec!["--port", port], port),
        // E01: there is no way to say it.
        (vec!["--host", "0.0.0.0"], "--host"),
        (
            vec!["--port", "0", "--issuer", "auth.localhost"],
            "write https://auth.localhost",
        ),
        (
            vec!["--port", "0", "--issuer", "ftp://x"],
            "not an http or https URL",
        ),
        (
            vec!["--port", "0", "--issuer", "https://x/"],
            "write https://x",
        ),
        (vec!["--port", "0", "--api-key", "a b"], "API key"),
        (vec!["--port", "0", "--role", "A", "--role", "A"], "twice"),
        (
            vec!["--port", "0", "--without-orgs", "--role", "A"],
            "without organizations",
        ),
        (
            vec!["--ca-out", "x", "--port", "9101"],
            "both have the port 9101",
        ),
        (
            vec!["--ca-out", broken.path(), "--seed", broken.path()],
            "--ca-out",
        ),
        (
            vec!["--port", "0", "--seed", twice.path()],
            "duplicate member at line 1 column",
        ),
        (
            vec!["node-preload", "--url", "https://x.example"],
            "http://127.0.0.1:PORT",
        ),
        (vec!["--permission", "Admin"], "ROLE=PERMISSION"),
        (vec!["--port", "0", "--permission", "Cook=x"], "Cook"),
        (vec!["--port", "0", "--ca-out", "/"], "/"),
        (vec!["--port", "0", "--role-mapping", "Paid"], "NAME=ROLE"),
        (vec!["--port", "0", "--seed", "no.json"], "no.json"),
        (vec!["--port", "0", "--seed", broken.path()], "broken.json"),
        (vec!["--port", "0", "--seed", unknown.path()], "`user`"),
        (vec!["--port", "0", "--seed", newer.path()], "version"),
    ] {
        let error = failed(&arguments);
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}

#[test]
fn the_preload_for_node_names_the_url() {
    let output = output(&["node-preload", "--url", "http://localhost:9200"]);
    assert!(output.status.success());
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(script.contains(r#""http://localhost:9200""#), "{script}");
}

#[actix_web::test]
async fn ids_are_other_ones_in_every_run_unless_they_are_asked_for() {
    let id = async |arguments: &[&str]| {
        let running = Running::start(arguments);
        let auth = running.auth().await;
        let user = auth.user().create_user("zoë@example.com").await;
        user.unwrap().user_id
    };
    assert_ne!(id(&[]).await, id(&[]).await);
    let seeded = ["--id-seed", "7"];
    assert_eq!(id(&seeded).await, id(&seeded).await);
    let seed = TempFile::new("ids.json", "{}");
    let seeded = ["--seed", seed.path()];
    assert_eq!(id(&seeded).await, id(&seeded).await);
}

/// E14: the outbox, as somebody sees it who does not write Rust.
#[actix_web::test]
async fn e_mails_can_be_read() {
    let running = Running::start(&[]);
    let (auth, key) = (running.auth().await, running.text("api_key"));
    let acme = auth.org().create_org("Acme").await.unwrap().org_id;
    let invited = auth
        .org()
        .invite_user_to_org("new@example.com", &acme, "Member");
    invited.await.unwrap();
    let link = auth.user().create_magic_link("new@example.com");
    let link = link
        .create_new_user_if_one_doesnt_exist(true)
        .await
        .unwrap();
    let (status, mails) = running.get("/propelauth-dev/emails", &key).await;
    assert_eq!(status, 200);
    assert_eq!(mails[0]["to"], "new@example.com");
    assert_eq!(mails[0]["kind"], "InviteToOrg");
    assert_eq!(mails[0]["org_id"], acme.as_str());
    assert_eq!(mails[0]["role"], "Member");
    let (_, links) = running.get("/propelauth-dev/magic-links", &key).await;
    assert_eq!(links[0]["url"], link.url.expose());
    assert_eq!(running.get("/propelauth-dev/emails", "wrong").await.0, 401);
    let (status, unknown) = running.get("/propelauth-dev/mails", &key).await;
    assert_eq!(status, 501);
    let told = unknown["message"].as_str().unwrap();
    assert!(told.contains("GET /propelauth-dev/emails"), "{told}");
}

/// E8: what a script does with the preload and without it.
const SCRIPT: &str = r#"
const http = require('node:http');
const https = require('node:https');
const backend = 'https://propelauth-api.com/api/backend/v1/user/query?page_size=1';
const headers = { Authorization: `Bearer ${process.env.KEY}` };
const got = (start) => new Promise((resolve) => {
    const done = (reply) => { reply.resume(); resolve(`status ${reply.statusCode}`); };
    try {
        start(done).on('error', (error) => resolve(`error ${error.code}`)).end();
    } catch (error) { resolve(`throws ${error.name} ${error.message}`); }
});
const fetched = (...args) => {
    try {
        return fetch(...args).then(
            async (reply) => `status ${reply.status} ${await reply.text()}`,
            (error) => `rejects ${error.name} ${error.message} ${error.cause?.code}`);
    } catch (error) { return Promise.resolve(`throws ${error.name} ${error.message}`); }
};
(async () => {
    const server = http.createServer((request, reply) => {
        let body = '';
        request.on('data', (part) => { body += part; });
        request.on('end', () => reply.end(`${request.method} ${request.url} ${body}`));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = server.address().port;
    const other = `http://127.0.0.1:${port}/x?y`;
    const closed = { hostname: '127.0.0.1', port: 1 };
    const used = new Request(backend, { method: 'POST', body: 'x', headers });
    await used.text();
    const plain = [
        await fetched(),
        await fetched('/relative'),
        await fetched('relative'),
        await fetched(''),
        await fetched('http://'),
        await fetched(null),
        await fetched({}),
        await fetched(Symbol('x')),
        await fetched('ftp://propelauth-api.com/'),
        await fetched('https://u:p@propelauth-api.com/'),
        await fetched('data:text/plain,hi'),
        await fetched(other),
        await fetched(new URL(other), { method: 'PUT', body: 'b' }),
        await fetched(new Request(other, { method: 'POST', body: 'b' })),
        await fetched(other, { method: 'no method' }),
        await got((done) => http.get(other, done)),
        await got((done) => http.request({ hostname: '127.0.0.1', port, path: '/' }, done)),
        await got((done) => https.get(`https://127.0.0.1:1/`, done)),
        await got((done) => https.get(new URL(`https://127.0.0.1:1/`), { headers }, done)),
        await got((done) => https.request(closed, done)),
        await got((done) => https.request('nonsense', done)),
        await got((done) => https.request({ ...closed, protocol: 'http:' }, done)),
    ].map((it) => it.replaceAll(String(port), 'PORT'));
    const ours = process.env.KEY ? [
        await fetched(backend, { headers }),
        await fetched(new URL(backend), { headers }),
        await fetched(new Request(backend, { headers })),
        await fetched(new Request(backend, { method: 'POST', body: 'x', headers })),
        await fetched(used),
        await got((done) => https.get(backend, { headers }, done)),
        await got((done) => https.get(new URL(backend), { headers }, done)),
        await got((done) => https.get({ ...new URL(backend), hostname: 'propelauth-api.com',
            path: '/api/v1/token_verification_metadata', headers }, done)),
        await got((done) => https.request(backend, { headers, agent: new https.Agent() }, done)),
        await got((done) => https.get(backend, done)),
    ].map((it) => it.split(' ').slice(0, 2).join(' ')) : [];
    server.close();
    console.log(JSON.stringify({ plain, ours }));
    process.exit(0);
})();
"#;

#[test]
fn node_is_as_it_was_but_for_one_host() {
    let Ok(version) = Command::new("node").arg("--version").output() else {
        return; // There is none to ask.
    };
    assert!(version.status.success());
    let running = Running::start(&[]);
    let url = running.text("auth_url");
    let preload = output(&["node-preload", "--url", &url]).stdout;
    let preload = TempFile::new("preload.cjs", &String::from_utf8(preload).unwrap());
    let script = TempFile::new("script.cjs", SCRIPT);
    let run = |node: &mut Command| -> Value {
        let output = node.arg(script.path()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let without = run(&mut Command::new("node"));
    let mut with = Command::new("node");
    with.args(["--require", preload.path()]);
    let with = run(with.env("KEY", running.text("api_key")));
    assert_eq!(with["plain"], without["plain"]);
    let (ok, other, no_key) = ("status 200", "status 501", "status 401");
    let expected = json!([
        ok,
        ok,
        ok,
        other,
        "rejects TypeError",
        ok,
        ok,
        ok,
        ok,
        no_key
    ]);
    assert_eq!(with["ours"], expected);
}
