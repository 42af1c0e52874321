//! Testing in three ways: with users that exist in tokens only, with an emulator, and over a socket.
//!
//! ```text
//! cargo test --example testing --features emulator
//! cargo run --example testing --features emulator
//! ```
//!
//! The first command runs the tests at the end of this file, the second the app that they test.

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    Error, InOrgWithRole, OrgMemberInfo, PropelAuth, User, api::NotFound, emulator::Emulator,
    org_id,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn settings(org: OrgMemberInfo) -> String {
    format!("settings of {}", org.org_name)
}

async fn profile(user: User, auth: PropelAuth) -> Result<String, Error<NotFound>> {
    let user = auth
        .user()
        .fetch_user_metadata_by_user_id(&user.user_id)
        .await?;
    Ok(format!("{}, username: {:?}", user.email, user.username))
}

/// The app. `main` and the tests pass different handles.
fn routes(auth: &PropelAuth) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let auth = auth.clone();
    move |app| {
        let settings = web::resource("/orgs/{org_id}/settings")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(settings);
        app.service(
            web::scope("")
                .wrap(auth.require_user())
                .service(settings)
                .route("/profile", web::get().to(profile)),
        );
    }
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;
    let server = HttpServer::new(move || App::new().configure(routes(&auth)));
    let server = server.bind(support::address())?;
    let requests = [
        get("/profile")
            .as_user(&alice)
            .answers(200, "alice@example.com, username: None"),
        get("/profile").denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_and_read_body, call_service, init_service};
    use actix_web_propelauth::testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth};

    use super::*;

    /// Without a server: for handlers and guards that need no more than the token.
    #[actix_web::test]
    async fn settings_are_for_admins() {
        let app = init_service(App::new().configure(routes(&propel_auth()))).await;
        let acme = TestOrg::new("Acme Inc");
        for (role, status) in [("Owner", 403), ("Admin", 200), ("Member", 403)] {
            let user = TestUser::new("alice@example.com").in_org(&acme, role);
            let request = TestRequest::with_uri(&format!("/orgs/{}/settings", acme.org_id()));
            let response = call_service(&app, request.as_user(&user).to_request()).await;
            assert_eq!(response.status().as_u16(), status, "{role}");
        }
    }

    /// Callers of every kind: what they send is signed, expired or forged as asked.
    #[actix_web::test]
    async fn expired_and_forged_tokens_are_rejected() {
        let app = init_service(App::new().configure(routes(&propel_auth()))).await;
        let alice = TestUser::new("alice@example.com");
        for user in [
            alice.clone().expired(),
            alice.clone().forged(),
            alice.issuer("https://other"),
        ] {
            let request = TestRequest::with_uri("/profile")
                .as_user(&user)
                .to_request();
            assert_eq!(call_service(&app, request).await.status().as_u16(), 401);
        }
    }

    /// With an emulator: for handlers that call PropelAuth.
    #[actix_web::test]
    async fn profile_shows_what_propelauth_knows() {
        let emulator = Emulator::start().await.unwrap();
        let auth = emulator.propel_auth().await.unwrap();
        let app = init_service(App::new().configure(routes(&auth))).await;
        let alice = emulator.create_user("alice@example.com").unwrap();
        let request = TestRequest::with_uri("/profile").as_user(&alice);
        let body = call_and_read_body(&app, request.to_request()).await;
        assert_eq!(body, "alice@example.com, username: None");
    }

    /// Over a socket: for what only a real server and a real client do.
    #[actix_web::test]
    async fn clients_receive_the_challenge() {
        let emulator = Emulator::start().await.unwrap();
        let auth = emulator.propel_auth().await.unwrap();
        let server = HttpServer::new(move || App::new().configure(routes(&auth)));
        let server = server.workers(1).bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/profile", server.addrs()[0]);
        actix_web::rt::spawn(server.run());

        let response = awc::Client::default().get(url).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(
            response.headers().get("www-authenticate").unwrap(),
            r#"Bearer realm="api""#
        );
    }
}
