//! `propelauth-dev node-preload`.

use std::process::Command;

use serde_json::{Value, json};

use super::{Running, TempFile, output};

#[test]
fn the_preload_for_node_names_the_url() {
    let output = output(&["node-preload", "--url", "http://localhost:9200"]);
    assert!(output.status.success());
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(script.contains(r#""http://localhost:9200""#), "{script}");
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
