//! Every list of the backend API as a stream: complete, nothing twice, and no page before its
//! time.

use std::{
    cell::Cell,
    collections::BTreeSet,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use actix_web_propelauth::{
    Error, OrgId, PropelAuth,
    api::{
        ApiKey, CreateApiKey, CreateUser, OrgBasic, OrgReportRow, PendingInvite, Refusal,
        ScimGroupBasic, ScimGroupMember, UserInOrg, UserMetadata, UserReportRow,
    },
    emulator::{EmulatedUser, Emulator, NewScimGroup},
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};

use crate::api::org::ODD;

/// How many things each list is of; with two a page, that is three pages.
const ALL: usize = 5;
const DAY: u64 = 24 * 60 * 60;

/// An emulator behind a server that counts what it is asked.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    asked: Arc<AtomicUsize>,
    seen: Cell<usize>,
}

impl World {
    async fn new() -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(1_700_000_000);
        let asked = Arc::new(AtomicUsize::new(0));
        let target = emulator.auth_url().to_owned();
        let counter = Arc::clone(&asked);
        let server = HttpServer::new(move || {
            let (target, counter) = (target.clone(), Arc::clone(&counter));
            App::new().default_service(web::to(move |request: HttpRequest, body: web::Bytes| {
                counter.fetch_add(1, Ordering::SeqCst);
                forward(target.clone(), request, body)
            }))
        });
        let server = server.workers(1).disable_signals();
        let server = server.bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        rt::spawn(server.run());
        let auth = PropelAuth::builder(&url, emulator.api_key())
            .verifier_key(emulator.verifier_key())
            .emulator()
            .build()
            .unwrap();
        Self {
            emulator,
            auth,
            asked,
            seen: Cell::new(0),
        }
    }

    /// Returns how many requests there were since it was asked last.
    fn requests(&self) -> usize {
        let asked = self.asked.load(Ordering::SeqCst);
        asked - self.seen.replace(asked)
    }

    fn users(&self) -> Vec<EmulatedUser> {
        let user = |n| CreateUser::new(format!("user-{n}@example.com")).first_name(ODD);
        let users = (0..ALL).map(|n| self.emulator.create_user(user(n)).unwrap());
        users.collect()
    }

    /// Makes as many organizations, and returns them with the members that each has.
    fn orgs(&self, members: &[EmulatedUser]) -> Vec<OrgId> {
        let orgs = (0..ALL).map(|n| {
            let org_id = self.emulator.create_org(&*format!("{ODD}{n}")).unwrap();
            for member in members {
                self.join(member, &org_id);
            }
            org_id
        });
        orgs.collect()
    }

    fn join(&self, user: &EmulatedUser, org_id: &OrgId) {
        let role = "Member";
        self.emulator.add_user_to_org(user, org_id, role).unwrap();
    }

    fn days(&self, days: u64) {
        self.emulator.advance_clock(Duration::from_secs(days * DAY));
    }

    fn seen(&self, users: &[EmulatedUser]) {
        for user in users {
            self.emulator.record_activity(user).unwrap();
        }
    }

    /// Asserts that a stream of two items a page gives each of these once, in as many requests
    /// as it must, the first of them when it is first polled and the second after two items.
    async fn assert_streams<T, R: Refusal>(
        &self,
        mut stream: impl Stream<Item = Result<T, Error<R>>> + Unpin,
        key: impl Fn(&T) -> String,
        requests: usize,
        expected: impl IntoIterator<Item = impl fmt::Display>,
    ) {
        let expected: BTreeSet<String> = expected.into_iter().map(|it| it.to_string()).collect();
        assert_eq!(expected.len(), ALL);
        assert_eq!(self.requests(), 0, "nothing was asked for yet");
        let mut given = Vec::new();
        for (after, asked) in [1, 0, 1].into_iter().enumerate() {
            given.push(stream.next().await.unwrap().unwrap());
            assert_eq!(self.requests(), asked, "before item {after}");
        }
        given.extend(stream.try_collect::<Vec<_>>().await.unwrap());
        assert_eq!(self.requests(), requests - 2);
        let keys: BTreeSet<String> = given.iter().map(key).collect();
        assert_eq!((given.len(), keys), (ALL, expected));
    }
}

async fn forward(target: String, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let path = request.uri().path_and_query().unwrap();
    let request = awc::Client::default().request_from(format!("{target}{path}"), request.head());
    let mut response = request.send_body(body).await.unwrap();
    let body = response.body().await.unwrap();
    HttpResponse::build(response.status())
        .content_type("application/json")
        .body(body)
}

fn ids(users: &[EmulatedUser]) -> Vec<String> {
    users.iter().map(|user| user.id().to_string()).collect()
}

#[actix_web::test]
async fn users_can_be_streamed_across_pages() {
    let world = World::new().await;
    let users = world.users();
    let api = world.auth.user();
    let stream = api.fetch_users_by_query().page_size(2).stream();
    let key = |user: &UserMetadata| user.user_id.to_string();
    world.assert_streams(stream, key, 3, ids(&users)).await;

    let org_id = world.emulator.create_org(ODD).unwrap();
    for user in &users {
        world.join(user, &org_id);
    }
    world.emulator.create_user("stranger@example.com").unwrap();
    let api = world.auth.org();
    let stream = api.fetch_users_in_org(&org_id).page_size(2).stream();
    let key = |user: &UserInOrg| user.user_id.to_string();
    world.assert_streams(stream, key, 3, ids(&users)).await;
}

#[actix_web::test]
async fn orgs_and_invitations_stream() {
    let world = World::new().await;
    let orgs = world.orgs(&[]);
    let api = world.auth.org();
    let stream = api.fetch_orgs_by_query().page_size(2).stream();
    let key = |org: &OrgBasic| org.org_id.to_string();
    world.assert_streams(stream, key, 3, &orgs).await;

    let invitees: Vec<_> = (0..ALL)
        .map(|n| format!("zoë+%2F{n}@example.com"))
        .collect();
    for invitee in &invitees {
        api.invite_user_to_org(&**invitee, &orgs[0], "Member")
            .await
            .unwrap();
    }
    api.invite_user_to_org("other@example.com", &orgs[1], "Member")
        .await
        .unwrap();
    world.requests();
    let call = api.fetch_pending_invites().org_id(&orgs[0]);
    let key = |invite: &PendingInvite| invite.invitee_email.clone();
    let stream = call.page_size(2).stream();
    world.assert_streams(stream, key, 3, &invitees).await;
}

#[actix_web::test]
async fn api_keys_stream() {
    let world = World::new().await;
    let alice = world.emulator.create_user("alice@example.com").unwrap();
    let create = |seconds: i64| {
        let at = world.emulator.now() + seconds;
        let request = CreateApiKey::new().user_id(&alice).expires_at_seconds(at);
        world.emulator.create_api_key(request).unwrap().api_key_id
    };
    let early: Vec<_> = (0..ALL).map(|_| create(60)).collect();
    let late: Vec<_> = (0..ALL).map(|_| create(1_000_000)).collect();
    world.days(1);
    let api = world.auth.api_key();
    let key = |key: &ApiKey| key.api_key_id.to_string();
    let stream = api.fetch_current_api_keys().page_size(2).stream();
    world.assert_streams(stream, key, 3, &late).await;
    let stream = api.fetch_archived_api_keys().page_size(2).stream();
    world.assert_streams(stream, key, 3, &early).await;
}

#[actix_web::test]
async fn scim_groups_and_their_members_stream() {
    let world = World::new().await;
    let users = world.users();
    let org_id = world.emulator.create_org(ODD).unwrap();
    for user in &users {
        world.join(user, &org_id);
    }
    let groups: Vec<_> = (0..ALL)
        .map(|n| {
            let group = NewScimGroup::new(format!("{ODD}{n}")).members(&users);
            world.emulator.add_scim_group(&org_id, group).unwrap()
        })
        .collect();
    let api = world.auth.scim();
    let stream = api.fetch_org_scim_groups(&org_id).page_size(2).stream();
    let key = |group: &ScimGroupBasic| group.group_id.to_string();
    world.assert_streams(stream, key, 3, &groups).await;

    // A group does not say how many there are: a page without members is its end.
    let call = api.fetch_scim_group(&org_id, &groups[0]);
    let stream = call.members_page_size(2).stream();
    let key = |member: &ScimGroupMember| member.user_id.to_string();
    world.assert_streams(stream, key, 4, ids(&users)).await;
}

#[actix_web::test]
async fn user_reports_stream() {
    let world = World::new().await;
    let users = world.users();
    let api = world.auth.user_insights();
    let key = |row: &UserReportRow| row.user_id.to_string();

    world.days(8);
    let stream = api.fetch_user_churn_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, ids(&users)).await;
    world.days(2);
    world.seen(&users);
    for user in &users {
        world.emulator.record_invite(user).unwrap();
    }
    let stream = api.fetch_user_reengagement_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, ids(&users)).await;
    let stream = api.fetch_user_champion_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, ids(&users)).await;
    let stream = api.fetch_user_top_inviter_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, ids(&users)).await;
}

#[actix_web::test]
async fn org_reports_stream() {
    let world = World::new().await;
    let users = world.users();
    let orgs = world.orgs(&users[..2]);
    let api = world.auth.user_insights();
    let key = |row: &OrgReportRow| row.org_id.to_string();

    world.days(8);
    let stream = api.fetch_org_churn_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, &orgs).await;
    world.days(2);
    world.seen(&users[..2]);
    let stream = api.fetch_org_reengagement_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, &orgs).await;
    world.days(40);
    for org_id in &orgs {
        world
            .emulator
            .remove_user_from_org(&users[0], org_id)
            .unwrap();
    }
    let stream = api.fetch_org_attrition_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, &orgs).await;
    world.days(40);
    for org_id in &orgs {
        world.join(&users[2], org_id);
    }
    let stream = api.fetch_org_growth_report().page_size(2).stream();
    world.assert_streams(stream, key, 3, &orgs).await;
}

/// Returned from a function whose handle is gone by then.
fn emails() -> impl FnOnce(PropelAuth) -> HttpResponse {
    |auth| {
        let users = auth.user().fetch_users_by_query().page_size(2).stream();
        drop(auth);
        let lines = users.map_ok(|user| web::Bytes::from(format!("{}\n", user.email)));
        HttpResponse::Ok().streaming(lines)
    }
}

#[actix_web::test]
async fn a_stream_owns_what_it_needs_and_can_be_the_body_of_a_response() {
    let world = World::new().await;
    let users = world.users();
    let auth = world.auth.clone();
    let server = HttpServer::new(move || {
        let auth = auth.clone();
        App::new().default_service(web::to(move || {
            let response = emails()(auth.clone());
            async { response }
        }))
    });
    let server = server.workers(1).disable_signals();
    let server = server.bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    rt::spawn(server.run());
    let body = awc::Client::default()
        .get(url)
        .send()
        .await
        .unwrap()
        .body()
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let mut sent: Vec<&str> = body.lines().collect();
    sent.sort_unstable();
    let mut expected: Vec<_> = (0..users.len())
        .map(|n| format!("user-{n}@example.com"))
        .collect();
    expected.sort_unstable();
    assert_eq!(sent, expected);
}
