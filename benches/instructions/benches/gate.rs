//! Instructions of what every request pays for, each with a limit.
//!
//! ```text
//! benches/instructions/run
//! ```
//!
//! Counts repeat where times do not: the same program, input and machine give the same number.
//! Limits are a tenth above what was counted, so that a new compiler passes and a copy of the
//! claims does not.

use std::hint::black_box;

use actix_http::Request;
use actix_web::{
    App, Error, HttpMessage as _, HttpResponse,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform as _},
    http::header::AUTHORIZATION,
    rt::{System, SystemRunner},
    test, web,
};
use actix_web_propelauth::{
    InOrgWithRole, PropelAuth, Requirement, User, org_id,
    testing::{self, DEV_PUBLIC_KEY_PEM, HasAccessToken as _, TestOrg, TestUser, encode},
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt as _;
use gungraun::{Callgrind, EventKind, prelude::*};

/// What is counted; it was done once before, so that nothing is that only the first time needs.
type Work = Box<dyn FnMut()>;

fn warmed(mut work: impl FnMut() + 'static) -> Work {
    work();
    Box::new(work)
}

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let limits = [(EventKind::Ir, instructions)];
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits(limits).clone());
    config
}

fn user_in(orgs: usize) -> (TestUser, TestOrg) {
    let last = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let others = (1..orgs).map(|number| TestOrg::new(format!("Org {number}")));
    let alice = TestUser::new("alice@example.com");
    let user = others.fold(alice, |user, org| user.in_org(&org, "Member"));
    (user.in_org(&last, "Admin"), last)
}

/// RSA and SHA-256 alone, which nobody can save.
fn rsa(orgs: usize) -> Work {
    let token = user_in(orgs).0.access_token();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (message, signature) = (
        message.to_owned(),
        URL_SAFE_NO_PAD.decode(signature).unwrap(),
    );
    let der = pem::parse(DEV_PUBLIC_KEY_PEM).unwrap().into_contents();
    let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap();
    warmed(move || key.verify_sig(message.as_bytes(), &signature).unwrap())
}

fn verify(auth: PropelAuth, orgs: usize) -> Work {
    let header = format!("Bearer {}", user_in(orgs).0.access_token());
    warmed(move || {
        drop(
            auth.validate_access_token_and_get_user(black_box(&*header))
                .unwrap(),
        )
    })
}

fn cold(orgs: usize) -> Work {
    verify(
        testing::propel_auth_builder()
            .token_cache_bytes(0)
            .build()
            .unwrap(),
        orgs,
    )
}

fn warm(orgs: usize) -> Work {
    verify(testing::propel_auth(), orgs)
}

/// The part of a guard that is not actix: the lookup of the organization and of the role.
fn authorize(orgs: usize) -> Work {
    let (user, org) = user_in(orgs);
    let (user, requirement) = (user.user(), Requirement::role("Admin"));
    warmed(move || {
        assert!(
            user.authorize(black_box(org.org_id()), &requirement)
                .is_ok()
        )
    })
}

/// A guard as a whole, on a request whose user is known, around a service that answers at once.
fn guard(orgs: usize) -> Work {
    let guard = InOrgWithRole::new("Admin", org_id::path("org_id"));
    let service = guard.new_transform(test::ok_service()).now_or_never();
    through(service.unwrap().unwrap(), orgs)
}

/// What of that is not the guard.
fn no_guard(orgs: usize) -> Work {
    through(test::ok_service(), orgs)
}

fn through<B: MessageBody + 'static>(
    service: impl Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    orgs: usize,
) -> Work {
    let (user, org) = user_in(orgs);
    let request = test::TestRequest::default().param("org_id", org.org_id().to_string());
    let request = request.to_http_request();
    request.extensions_mut().insert(user.user());
    let mut request = Some(request);
    warmed(move || {
        let next = ServiceRequest::from_request(request.take().unwrap());
        let answer = service.call(next).now_or_never().unwrap().unwrap();
        assert!(answer.status().is_success());
        request = Some(answer.into_parts().0);
    })
}

/// How many requests are counted together, so that starting the runtime does not count.
const REQUESTS: usize = 100;

/// Requests through an application, from the head to the end of the handler.
fn request(wrapping: &'static str) -> Work {
    let system = System::new();
    let (user, org) = user_in(2);
    let auth = testing::propel_auth();
    let ask = Ask {
        uri: format!("/{}", org.org_id()),
        token: format!("Bearer {}", user.access_token()),
    };
    match wrapping {
        "bare" => {
            let app = App::new().route("/{org_id}", web::get().to(HttpResponse::Ok));
            let app = system.block_on(test::init_service(app));
            ask.all(system, app)
        }
        "user" => {
            let app = App::new()
                .wrap(auth.require_user())
                .route("/{org_id}", web::get().to(handler));
            let app = system.block_on(test::init_service(app));
            ask.all(system, app)
        }
        _ => {
            let guard = InOrgWithRole::new("Admin", org_id::path("org_id"));
            let app = App::new().wrap(auth.require_user()).service(
                web::resource("/{org_id}")
                    .wrap(guard)
                    .route(web::get().to(handler)),
            );
            let app = system.block_on(test::init_service(app));
            ask.all(system, app)
        }
    }
}

struct Ask {
    uri: String,
    token: String,
}

impl Ask {
    /// Makes all requests beforehand, since a request is no cost of ours.
    fn requests(&self, count: usize) -> Vec<Request> {
        let request = || {
            test::TestRequest::get()
                .uri(&self.uri)
                .insert_header((AUTHORIZATION, &*self.token))
        };
        (0..count).map(|_| request().to_request()).collect()
    }

    fn all<B: MessageBody + 'static>(
        self,
        system: SystemRunner,
        app: impl Service<Request, Response = ServiceResponse<B>, Error = Error> + 'static,
    ) -> Work {
        let ask = move |requests: Vec<Request>| {
            system.block_on(async {
                for request in requests {
                    assert!(app.call(request).await.unwrap().status().is_success());
                }
            });
        };
        ask(self.requests(1));
        let mut all = Some(self.requests(REQUESTS));
        Box::new(move || ask(all.take().unwrap()))
    }
}

async fn handler(user: User) -> HttpResponse {
    drop(user);
    HttpResponse::Ok().finish()
}

fn encode_get(_: usize) -> Work {
    let auth = testing::propel_auth();
    warmed(move || {
        let id = "00000000-0000-4000-8000-000000000001";
        drop(
            encode(
                &auth
                    .user()
                    .fetch_user_metadata_by_user_id(id)
                    .include_orgs(true),
            )
            .unwrap(),
        );
    })
}

fn encode_post(_: usize) -> Work {
    let auth = testing::propel_auth();
    warmed(move || {
        let call = auth
            .user()
            .create_user("alice@example.com")
            .first_name("Alice")
            .last_name("Anderson");
        drop(encode(&call).unwrap());
    })
}

#[library_benchmark]
#[bench::rsa_alone(args = (2), setup = rsa)]
#[bench::verify_cold(args = (2), setup = cold, config = at_most(396_000))]
#[bench::verify_warm(args = (2), setup = warm, config = at_most(1_600))]
#[bench::authorize_1_org(args = (1), setup = authorize, config = at_most(610))]
#[bench::authorize_200_orgs(args = (200), setup = authorize, config = at_most(760))]
#[bench::no_guard(args = (1), setup = no_guard)]
#[bench::guard_1_org(args = (1), setup = guard, config = at_most(2_960))]
#[bench::guard_200_orgs(args = (200), setup = guard, config = at_most(3_080))]
#[bench::request_bare(args = ("bare"), setup = request)]
#[bench::request_authenticated(args = ("user"), setup = request, config = at_most(4_700_000))]
#[bench::request_guarded(args = ("guard"), setup = request, config = at_most(4_910_000))]
#[bench::encode_get(args = (0), setup = encode_get, config = at_most(4_340))]
#[bench::encode_post(args = (0), setup = encode_post, config = at_most(5_450))]
fn instructions(mut work: Work) -> Work {
    work();
    work
}

library_benchmark_group!(name = hot_paths, benchmarks = instructions);
main!(library_benchmark_groups = hot_paths);
