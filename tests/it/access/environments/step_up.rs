//! A step-up grant is good in the environment that gave it.

use std::time::Duration;

use actix_web::{
    App,
    http::header::{AUTHORIZATION, HOST},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Environments, InOrg, PropelAuth, TokenSource, UserId,
    api::{StepUpGrantType, VerifyStepUpTotpChallengeArgs},
    emulator::{EmulatedUser, Emulator},
    org_id::OrgRequest,
};

use super::whoami;
use crate::fixtures::{self, Answer, world};

const ACTION: &str = "DELETE_ACCOUNT";

/// An environment with a user who has an authenticator app.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    user: EmulatedUser,
    host: &'static str,
}

impl World {
    async fn new(host: &'static str) -> Self {
        Self::of(host, world::start().await)
    }

    /// Creates an environment whose handle reads a cookie.
    async fn with_cookie(host: &'static str) -> Self {
        let emulator = world::start().await.0;
        let builder = emulator
            .propel_auth_builder()
            .token_from(TokenSource::cookie(host));
        let auth = builder.fetch_and_init().await.unwrap();
        Self::of(host, (emulator, auth))
    }

    fn of(host: &'static str, (emulator, auth): (Emulator, PropelAuth)) -> Self {
        emulator.freeze_clock(2_000_000_000);
        let user = emulator.create_user(format!("alice@{host}")).unwrap();
        emulator.set_up_totp(user.id()).unwrap();
        Self {
            emulator,
            auth,
            user,
            host,
        }
    }

    /// Returns a one-time grant.
    async fn grant(&self) -> String {
        // A code is good once.
        self.emulator.advance_clock(Duration::from_secs(30));
        let code = self.emulator.totp_code(self.user.id()).unwrap();
        let args = VerifyStepUpTotpChallengeArgs {
            action_type: ACTION.to_owned(),
            user_id: UserId::clone(self.user.id()),
            code: code.into(),
            grant_type: StepUpGrantType::OneTimeUse,
            valid_for_seconds: 300,
        };
        let created = self.auth.mfa().verify_step_up_totp_challenge(args).await;
        created.unwrap().step_up_grant.expose().to_owned()
    }
}

/// Deletes the account of a user with a grant.
async fn delete(
    environments: &Environments,
    world: &World,
    grant: &str,
    in_cookie: bool,
) -> Answer {
    let app = App::new()
        .route(
            "/",
            web::get()
                .to(whoami)
                .wrap(environments.require_step_up(ACTION)),
        )
        .wrap(
            environments
                .require_user()
                .token_from(TokenSource::cookie("token")),
        );
    let token = world.user.log_in().unwrap();
    let request = TestRequest::get()
        .insert_header((HOST, world.host))
        .insert_header(("x-step-up-grant", grant));
    let request = if in_cookie {
        request.insert_header(("cookie", format!("token={token}")))
    } else {
        request.insert_header((AUTHORIZATION, format!("Bearer {token}")))
    };
    fixtures::send(&init_service(app).await, request.to_request()).await
}

#[actix_web::test]
async fn a_grant_is_verified_by_the_environment_that_the_request_chose() {
    let (eu, us) = (
        World::new("eu.example").await,
        World::new("us.example").await,
    );
    let by_host =
        Environments::by_host([(eu.host, eu.auth.clone()), (us.host, us.auth.clone())]).unwrap();
    let by_issuer = Environments::by_issuer([eu.auth.clone(), us.auth.clone()]).unwrap();
    for environments in [&by_host, &by_issuer] {
        for (world, other) in [(&eu, &us), (&us, &eu)] {
            for in_cookie in [true, false] {
                let grant = world.grant().await;
                let answer = delete(environments, world, &other.grant().await, in_cookie).await;
                answer.is_401(
                    "insufficient_user_authentication",
                    "a grant of another environment",
                );
                let body = format!("alice@{} in {}", world.host, world.auth.issuer());
                let answer = delete(environments, world, &grant, in_cookie).await;
                answer.is_ok(&body, "its own grant");
                let answer = delete(environments, world, &grant, in_cookie).await;
                answer.is_401("insufficient_user_authentication", "used up");
            }
        }
    }
}

#[actix_web::test]
async fn a_request_for_no_environment_uses_up_no_grant() {
    let eu = World::new("eu.example").await;
    let environments = Environments::by_host([(eu.host, eu.auth.clone())]).unwrap();
    let app = App::new().route(
        "/",
        web::get()
            .to(fixtures::whoami)
            .wrap(environments.require_step_up(ACTION)),
    );
    let app = init_service(app).await;
    let grant = eu.grant().await;
    let request = |host| {
        TestRequest::get()
            .insert_header((HOST, host))
            .insert_header(("x-step-up-grant", grant.as_str()))
            .insert_header((
                AUTHORIZATION,
                format!("Bearer {}", eu.user.log_in().unwrap()),
            ))
            .to_request()
    };
    let answer = fixtures::send(&app, request("us.example")).await;
    assert_eq!(answer.status.as_u16(), 421);
    assert_eq!(
        fixtures::send(&app, request("eu.example"))
            .await
            .status
            .as_u16(),
        200
    );
}

#[actix_web::test]
async fn a_token_that_the_middleware_does_not_read_chooses_no_environment() {
    let (eu, us) = (
        World::with_cookie("eu.example").await,
        World::with_cookie("us.example").await,
    );
    let environments = Environments::by_issuer([eu.auth.clone(), us.auth.clone()]).unwrap();
    let app = App::new()
        .route(
            "/",
            web::get()
                .to(whoami)
                .wrap(environments.require_step_up(ACTION)),
        )
        .wrap(environments.optional_user().token_from_header_only());
    let app = init_service(app).await;
    for world in [&eu, &us] {
        let token = world.user.log_in().unwrap();
        let request = TestRequest::get()
            .insert_header(("cookie", format!("{}={token}", world.host)))
            .insert_header(("x-step-up-grant", world.grant().await));
        let answer = fixtures::send(&app, request.to_request()).await;
        assert_eq!(answer.status.as_u16(), 401, "{}: {answer:?}", world.host);
    }
}

#[actix_web::test]
async fn a_guard_inside_is_about_the_user_whose_grant_was_verified() {
    let (eu, us) = (
        World::with_cookie("eu.example").await,
        World::with_cookie("us.example").await,
    );
    let acme = us.emulator.create_org("Acme").unwrap();
    let of_us = us.user.id();
    us.emulator.add_user_to_org(of_us, &acme, "Owner").unwrap();
    let guard = InOrg::new(move |_: &OrgRequest<'_>| Some(acme.clone()));
    let route = web::get().to(fixtures::whoami).wrap(guard);
    let app = App::new()
        .app_data(us.auth.clone())
        .route("/", route.wrap(eu.auth.require_step_up(ACTION)));
    let tokens = [&eu, &us].map(|it| format!("{}={}", it.host, it.user.log_in().unwrap()));
    let request = TestRequest::get()
        .insert_header(("cookie", tokens.join("; ")))
        .insert_header(("x-step-up-grant", eu.grant().await));
    let answer = fixtures::send(&init_service(app).await, request.to_request()).await;
    assert_eq!(answer.status.as_u16(), 403, "{answer:?}");
}
