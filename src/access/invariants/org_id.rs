use std::{mem::ManuallyDrop, rc::Rc};

use actix_web::{
    App, HttpRequest, HttpResponse,
    http::{
        StatusCode, Uri,
        header::{AUTHORIZATION, HeaderValue},
    },
    rt::Runtime,
    test::{TestRequest, call_service, init_service},
    web,
};
use futures_util::future::LocalBoxFuture;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    access::{InOrg, request::org_id as lookup},
    testing::{HasAccessToken as _, TestUser, propel_auth},
    words::org_member_info::OrgMemberInfo,
};

/// The organizations of the one user that asks: short, so that they are found, and some of them
/// another one's where a reader decodes too little or too much.
const ORGS: [&str; 5] = ["a", "b", "a/b", "%61", "é"];

const X_ORG: &str = "x-org";

/// Lines are a path segment, a query and headers of one request. Whatever way a guard looks for
/// the organization, it lets the request pass if and only if there is one to be found, and the
/// handler behind it reads the same.
#[must_use]
pub fn org_id(lines: &[u8]) -> bool {
    // Never dropped: actix's own thread-locals may be gone by then.
    thread_local!(static SITE: ManuallyDrop<Site> = ManuallyDrop::new(Site::new()));

    let mut lines = lines.split(|byte| *byte == b'\n');
    let mut text = || str::from_utf8(lines.next().unwrap_or_default()).ok();
    let (Some(segment), Some(query)) = (text(), text()) else {
        return false;
    };
    let headers: Vec<_> = lines
        .filter_map(|value| HeaderValue::from_bytes(value).ok())
        .collect();

    SITE.with(|site| {
        let ask = |path: &str| site.ask(path, query, &headers);
        let path = ask(&format!("/path/{segment}"));
        for other in ["guard", "either"] {
            assert_eq!(ask(&format!("/{other}/{segment}")), path, "{other}");
        }
        if let (Some(passed), false) = (path, segment.contains(['/', '?', '#'])) {
            let decoded = percent_decode_str(segment).decode_utf8().ok();
            assert_eq!(
                passed,
                decoded.is_some_and(|it| is_known(&it)),
                "{segment:?}"
            );
        }

        let by_query = ask("/query");
        assert_eq!(ask("/either"), by_query);
        if let (Some(passed), false) = (by_query, query.contains('#')) {
            let pairs = form_urlencoded::parse(query.as_bytes());
            let ids: Vec<_> = pairs.filter(|(name, _)| name == "org_id").collect();
            assert_eq!(
                passed,
                matches!(&ids[..], [(_, id)] if is_known(id)),
                "{query:?}"
            );
        }

        let by_header = ask("/header");
        if let Some(passed) = by_header {
            let only = matches!(&headers[..], [id] if id.to_str().is_ok_and(is_known));
            assert_eq!(passed, only, "{headers:?}");
        }
        [path, by_query, by_header].contains(&Some(true))
    })
}

fn is_known(org_id: &str) -> bool {
    ORGS.contains(&org_id)
}

type Call = dyn Fn(TestRequest) -> LocalBoxFuture<'static, StatusCode>;

/// An application with a route for every way to look, and a user who asks.
struct Site {
    runtime: Runtime,
    call: Rc<Call>,
    authorization: String,
}

impl Site {
    fn new() -> Self {
        let member = |org_id: &str| (org_id.to_owned(), json!({"org_name": org_id}));
        let orgs: serde_json::Map<String, Value> = ORGS.into_iter().map(member).collect();
        let years = 10 * 365 * 24 * 60 * 60; // longer than anyone will fuzz
        let user = TestUser::new("a@b.c")
            .expires_in(years)
            .claim("org_id_to_org_member_info", orgs);
        let runtime = Runtime::new().unwrap();
        let call = runtime.block_on(async {
            let chosen = InOrg::new(lookup::path("id")).path_pattern("/guard/{id}");
            let path = InOrg::new(lookup::path("id"));
            let query = InOrg::new(lookup::query("org_id"));
            let header = InOrg::new(lookup::header(X_ORG));
            let either = InOrg::default;
            let app = App::new()
                .service(web::resource("/path/{id}").wrap(path).get(in_path))
                .service(
                    web::resource("/guard/{id}").route(chosen.guard_route(web::get().to(in_path))),
                )
                .service(web::resource("/query").wrap(query).get(in_query))
                .service(
                    web::resource("/either/{org_id}")
                        .wrap(either())
                        .get(in_path),
                )
                .service(web::resource("/either").wrap(either()).get(in_query))
                .service(web::resource("/header").wrap(header).get(in_header))
                .wrap(propel_auth().require_user());
            let service = Rc::new(init_service(app).await);
            let call = move |request: TestRequest| {
                let service = Rc::clone(&service);
                let answer =
                    async move { call_service(&*service, request.to_request()).await.status() };
                Box::pin(answer) as LocalBoxFuture<'static, _>
            };
            Rc::new(call) as Rc<Call>
        });
        Self {
            runtime,
            call,
            authorization: format!("Bearer {}", user.access_token()),
        }
    }
}

impl Site {
    /// Returns whether a request passed the guard, or `None` if there is no such request or route.
    fn ask(&self, path: &str, query: &str, headers: &[HeaderValue]) -> Option<bool> {
        let uri = Uri::try_from(format!("{path}?{query}")).ok()?;
        let mut request = TestRequest::with_uri(&uri.to_string())
            .insert_header((AUTHORIZATION, self.authorization.as_str()));
        for value in headers {
            request = request.append_header((X_ORG, value.clone()));
        }
        match self.runtime.block_on((self.call)(request)) {
            StatusCode::OK => Some(true),
            StatusCode::FORBIDDEN => Some(false),
            StatusCode::NOT_FOUND => None,
            other => panic!("{other}"),
        }
    }
}

async fn in_path(org: OrgMemberInfo, path: web::Path<String>) -> HttpResponse {
    assert_eq!(org.org_id.as_str(), path.as_str());
    HttpResponse::Ok().finish()
}

#[derive(Deserialize)]
struct Query {
    org_id: String,
}

async fn in_query(org: OrgMemberInfo, request: HttpRequest) -> HttpResponse {
    let query = web::Query::<Query>::from_query(request.query_string());
    assert_eq!(org.org_id.as_str(), query.unwrap().org_id);
    HttpResponse::Ok().finish()
}

async fn in_header(org: OrgMemberInfo, request: HttpRequest) -> HttpResponse {
    let value = request.headers().get(X_ORG).unwrap();
    assert_eq!(org.org_id.as_str(), value.to_str().unwrap());
    HttpResponse::Ok().finish()
}
