//! What must hold in every build: a service that starts, accepts, refuses and calls PropelAuth.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web::{App, HttpServer, rt, web};
use actix_web_propelauth::{
    InOrgWithRole, OrgMemberInfo, PropelAuth, PropelAuthBuilder, emulator::Emulator, org_id,
};

/// Panics unless everything is as it should be.
///
/// `reach` starts the configuration with the URL at which this build reaches the emulator.
pub async fn check(emulator: &Emulator, reach: impl FnOnce() -> PropelAuthBuilder) {
    let alice = emulator.create_user("alice@example.com").unwrap();
    let bob = emulator.create_user("bob@example.com").unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
    emulator.add_user_to_org(&bob, &acme, "Member").unwrap();
    let valid = alice.log_in().unwrap();
    let of_a_member = bob.log_in().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    emulator.freeze_clock(i64::try_from(now.as_secs()).unwrap() - 24 * 60 * 60);
    let expired = alice.log_in().unwrap();
    emulator.resume_clock();

    let auth = reach()
        .emulator()
        .fetch_and_init()
        .await
        .expect("it starts");

    let user = auth.user().fetch_user_metadata_by_user_id(&alice).await;
    assert_eq!(user.expect("a call is answered").email, "alice@example.com");

    let address = serve(auth);
    let path = format!("/orgs/{acme}/billing");
    for (whose, token, status) in [
        ("an Admin's", Some(valid.clone()), "200"),
        ("no", None, "401"),
        ("a forged", Some(forged(&valid)), "401"),
        ("an expired", Some(expired), "401"),
        ("a Member's", Some(of_a_member), "403"),
        ("an Admin's, once more", Some(valid), "200"),
    ] {
        let path = path.clone();
        let response = web::block(move || get(address, &path, token.as_deref()));
        let response = response.await.unwrap();
        let answer = response.split(' ').nth(1);
        assert_eq!(answer, Some(status), "{whose} token: {response:?}");
        assert_eq!(response.ends_with("billing of Acme Inc"), status == "200");
    }
}

fn serve(auth: PropelAuth) -> SocketAddr {
    async fn billing(org: OrgMemberInfo) -> String {
        format!("billing of {}", org.org_name)
    }

    let server = HttpServer::new(move || {
        let billing = web::resource("/orgs/{org_id}/billing")
            .get(billing)
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")));
        App::new().service(billing).wrap(auth.require_user())
    });
    let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    rt::spawn(server.run());
    address
}

/// Claims somebody else's with a signature that is real.
fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let middle = payload.len() / 2;
    let other = if payload.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    let (before, after) = (&payload[..middle], &payload[middle + 1..]);
    format!("{header}.{before}{other}{after}.{signature}")
}

fn get(address: SocketAddr, path: &str, token: Option<&str>) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let credentials = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let credentials = credentials.unwrap_or_default();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{credentials}\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
