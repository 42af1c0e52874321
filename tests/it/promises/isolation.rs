//! One request never sees the user of another: on a real server, with workers and keep-alive.

use std::{thread, time::Duration};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    rt::time::sleep,
    web::{self, ServiceConfig},
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, User, org_id,
    testing::{HasAccessToken as _, TestOrg, TestUser, propel_auth, propel_auth_builder},
};

use crate::{
    fixtures::server::{Server, get},
    fixtures::whoami,
};

/// Says whom the extensions know, without asking for anyone.
async fn leftovers(request: HttpRequest) -> String {
    let extensions = request.extensions();
    let user = extensions.get::<User>().map(|user| user.email.clone());
    let org = extensions
        .get::<OrgMemberInfo>()
        .map(|org| org.org_name.clone());
    format!("{user:?} {org:?}")
}

#[test]
fn the_next_request_of_a_connection_starts_with_nobody() {
    let acme = TestOrg::new("Acme Inc");
    let alice = TestUser::new("alice@example.com")
        .in_org(&acme, "Owner")
        .access_token();
    let auth = propel_auth();
    let server = Server::start(&auth, 1, {
        let auth = auth.clone();
        move |app: &mut ServiceConfig| {
            app.service(
                web::resource("/org/{org_id}")
                    .wrap(InOrg::default())
                    .route(web::get().to(leftovers)),
            );
            app.route("/user", web::get().to(leftovers));
            app.app_data(auth.clone());
        }
    });
    let with_org = get(&format!("/org/{}", acme.org_id()), Some(&alice));
    let (with_user, without) = (get("/user", Some(&alice)), get("/user", None));
    let preflight = "OPTIONS /user HTTP/1.1\r\nhost: x\r\norigin: http://x\r\naccess-control-request-method: GET\r\n\r\n";
    let mut client = server.connect();
    for round in 0..50 {
        // Alternately pipelined and one after the other.
        let requests = [with_org.as_str(), &without, &with_user, preflight, &without];
        let mut replies = Vec::new();
        if round % 2 == 0 {
            client.send(requests.concat());
            replies.extend(requests.map(|_| client.receive()));
        } else {
            for request in requests {
                client.send(request);
                replies.push(client.receive());
            }
        }
        let seen: Vec<_> = replies
            .iter()
            .map(|reply| (reply.status, reply.body.as_str()))
            .collect();
        assert_eq!(
            seen[0],
            (200, r#"Some("alice@example.com") Some("Acme Inc")"#),
            "X01"
        );
        assert_eq!(seen[1].0, 401, "X01");
        assert_eq!(
            seen[2],
            (200, r#"Some("alice@example.com") None"#),
            "X01 no org is left over"
        );
        assert_eq!(
            seen[3].0, 401,
            "X01 a preflight is a request without a token"
        );
        assert_eq!(seen[4].0, 401, "X01");
    }
}

#[test]
fn ten_thousand_interleaved_requests_each_see_their_own_user() {
    async fn slowly(user: User, request: HttpRequest) -> String {
        // Now and then another request of the same worker gets in between.
        if user.email.starts_with('a') {
            actix_web::rt::task::yield_now().await;
        }
        let extensions = request.extensions();
        format!("{} {}", user.email, extensions.get::<User>().unwrap().email)
    }
    let auth = propel_auth_builder().token_cache_bytes(0).build().unwrap();
    let server = Server::start(&auth, 4, |app| {
        app.route("/", web::get().to(slowly));
    });
    let people = ["alice@example.com", "bob@example.com"].map(|email| {
        let token = TestUser::new(email).access_token();
        (get("/", Some(&token)), format!("{email} {email}"))
    });
    thread::scope(|scope| {
        for thread in 0..8 {
            let (server, people) = (&server, &people);
            scope.spawn(move || {
                let mut client = server.connect();
                for round in 0..125 {
                    let turn = |n: usize| (thread + round + n / 3) % 2;
                    let batch: String = (0..10).map(|n| people[turn(n)].0.as_str()).collect();
                    client.send(batch);
                    for n in 0..10 {
                        let reply = client.receive();
                        assert_eq!(
                            (reply.status, reply.body),
                            (200, people[turn(n)].1.clone()),
                            "X02"
                        );
                    }
                }
            });
        }
    });
    assert_eq!(
        auth.verification_count(),
        10_000,
        "X02 one verification a request"
    );
}

#[test]
fn a_request_that_its_client_gave_up_leaves_nothing_behind() {
    async fn slow(user: User) -> String {
        sleep(Duration::from_millis(20)).await;
        user.email.clone()
    }
    let server = Server::start(&propel_auth(), 1, |app| {
        app.route("/slow", web::get().to(slow))
            .route("/", web::get().to(whoami));
    });
    let alice = TestUser::new("alice@example.com").access_token();
    let bob = TestUser::new("bob@example.com").access_token();
    for _ in 0..50 {
        let mut client = server.connect();
        client.send(get("/slow", Some(&alice)));
        drop(client);
        assert_eq!(server.exchange(get("/", None)).status, 401, "X04");
        let reply = server.exchange(get("/", Some(&bob)));
        assert_eq!(
            (reply.status, &*reply.body),
            (200, "bob@example.com"),
            "X04"
        );
    }
}

#[test]
#[expect(
    clippy::await_holding_refcell_ref,
    reason = "what a careless handler would do"
)]
fn handlers_may_hold_on_to_the_request_and_what_is_in_it() {
    async fn holds_extensions(request: HttpRequest) -> String {
        let extensions = request.extensions();
        sleep(Duration::from_millis(1)).await;
        extensions.get::<User>().unwrap().email.clone()
    }
    async fn holds_connection_info(request: HttpRequest) -> HttpResponse {
        let info = request.connection_info();
        sleep(Duration::from_millis(1)).await;
        HttpResponse::NotFound().body(info.host().to_owned())
    }
    async fn outlives(request: HttpRequest, org: OrgMemberInfo) -> String {
        let kept = request.clone();
        actix_web::rt::spawn(async move {
            sleep(Duration::from_millis(5)).await;
            drop(kept);
        });
        org.user_role.clone()
    }
    let acme = TestOrg::new("Acme Inc");
    let alice = TestUser::new("alice@example.com")
        .in_org(&acme, "Owner")
        .access_token();
    let auth = propel_auth_builder().token_cache_bytes(0).build().unwrap();
    let server = Server::start(&auth, 1, {
        let auth = auth.clone();
        move |app: &mut ServiceConfig| {
            // Middleware around an app, two scopes, a resource and a route.
            app.service(
                web::scope("/a").wrap(auth.optional_user()).service(
                    web::scope("/{org_id}")
                        .wrap(auth.require_user())
                        .wrap(auth.allow_anonymous())
                        .service(
                            web::resource("/{part}").wrap(InOrg::default()).route(
                                web::get()
                                    .to(outlives)
                                    .wrap(InOrgWithRole::new("Owner", org_id::default())),
                            ),
                        ),
                ),
            );
            app.route("/extensions", web::get().to(holds_extensions));
            app.route("/connection", web::get().to(holds_connection_info));
        }
    });
    let nested = format!("/a/{}/b", acme.org_id());
    let mut client = server.connect();
    for _ in 0..50 {
        for (path, status, body) in [
            (nested.as_str(), 200, "Owner"),
            ("/extensions", 200, "alice@example.com"),
            ("/connection", 404, "x"),
        ] {
            client.send(get(path, Some(&alice)));
            let reply = client.receive();
            assert_eq!(
                (reply.status, &*reply.body),
                (status, body),
                "X06 X07 {path}"
            );
        }
        client.send(get(&nested, None));
        assert_eq!(client.receive().status, 401, "X07");
    }
    assert_eq!(
        auth.verification_count(),
        150,
        "X05 one verification a request"
    );
}

#[test]
fn a_handler_that_panics_takes_nobody_with_it() {
    async fn panics(user: User) -> String {
        panic!("a handler of {} panics, as this test wants", user.email)
    }
    let server = Server::start(&propel_auth(), 1, |app| {
        app.route("/panic", web::get().to(panics))
            .route("/", web::get().to(whoami));
    });
    let alice = TestUser::new("alice@example.com").access_token();
    for _ in 0..5 {
        let mut client = server.connect();
        client.send(get("/panic", Some(&alice)));
        assert_eq!(client.rest(), "", "X08");
        assert_eq!(server.exchange(get("/", None)).status, 401, "X08");
        assert_eq!(
            server.exchange(get("/", Some(&alice))).body,
            "alice@example.com",
            "X08"
        );
    }
}

// X03, a handler that asks for a user without middleware, is in `extract`; X05, middleware
// applied twice, in `middleware`.
