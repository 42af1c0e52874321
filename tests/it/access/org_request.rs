//! What the closure of a guard sees of a request, and what the developer is told where it finds
//! no organization.

use std::sync::{Arc, Mutex};

use actix_web::{
    App,
    http::{Method, StatusCode, header::AUTHORIZATION},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, org_id,
    testing::{
        HasAccessToken as _, TestOrg, TestRequestExt as _, propel_auth, propel_auth_builder,
    },
};
use serde_json::Value;

use crate::fixtures::{alice, send, whoami};

#[actix_web::test]
async fn a_closure_sees_the_whole_request_and_prints_an_outline_of_it() {
    let acme = TestOrg::new("Acme Inc");
    let member = alice().in_org(&acme, "Member");
    let (token, org_id) = (member.access_token(), acme.org_id().clone());
    let printed = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&printed);
    let guard = InOrg::new(move |request| {
        *into.lock().unwrap() = format!("{request:?}");
        let head = request.head();
        let is_whole = head.method == Method::PUT
            && head.uri.path() == "/x"
            && head.headers().contains_key(AUTHORIZATION);
        is_whole.then(|| org_id.clone())
    });
    let app = App::new()
        .service(web::resource("/x").wrap(guard).to(whoami))
        .wrap(propel_auth().require_user());
    let request = TestRequest::put()
        .uri("/x?y=z")
        .insert_header((AUTHORIZATION, format!("Bearer {token}")));
    send(&init_service(app).await, request.to_request())
        .await
        .is_ok("alice@example.com", "the head is that of the request");

    let printed = printed.lock().unwrap();
    for text in ["OrgRequest", "PUT", "/x", member.user_id().as_str()] {
        assert!(printed.contains(text), "{text}: {printed}");
    }
    // The query may have a token.
    for secret in [token.as_str(), "alice@example.com", "y=z"] {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}

#[actix_web::test]
async fn where_a_path_parameter_is_not_found_the_reason_names_those_that_are() {
    let by_path = || InOrg::new(org_id::path("org"));
    let resource = || web::resource("/a/{one}/{two}");
    for (is_routed, reason) in [
        (false, r#"there is no path parameter "org" here"#),
        (
            true,
            r#"there must be exactly one path parameter "org" here; there are ["one", "two"]"#,
        ),
    ] {
        let auth = propel_auth_builder().debug_mode(true).build().unwrap();
        let request = TestRequest::with_uri("/a/b/c").as_user(&alice());
        let request = request.to_request();
        let answer = if is_routed {
            let app = App::new()
                .service(resource().wrap(by_path()).to(whoami))
                .wrap(auth.require_user());
            send(&init_service(app).await, request).await
        } else {
            let app = App::new()
                .service(resource().to(whoami))
                .wrap(by_path())
                .wrap(auth.require_user());
            send(&init_service(app).await, request).await
        };
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains(reason), "{detail}");
    }
}
