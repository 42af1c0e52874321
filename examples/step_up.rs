//! A second factor before what matters: a grant that the user gets with the code of an authenticator app.
//!
//! ```text
//! cargo run --example step_up --features emulator
//! ```

use actix_web::{
    App, HttpRequest, HttpServer,
    error::ErrorForbidden,
    http::Method,
    web::{self, Json},
};
use actix_web_propelauth::{
    Denied, Error, InOrg, OrgMemberInfo, PropelAuth, Requirement, User,
    api::{StepUpGrantType, VerifyStepUpTotpChallengeArgs, VerifyTotpChallengeRefusal},
    emulator::Emulator,
    org_id,
};
use support::{Outcome, request};

#[path = "support/mod.rs"]
mod support;

/// Exchanges a code for a grant to delete an organization. An application has such a route itself.
async fn step_up(user: User, auth: PropelAuth, code: Json<String>) -> actix_web::Result<String> {
    let challenge = VerifyStepUpTotpChallengeArgs {
        action_type: "DELETE_ORG".to_owned(),
        user_id: user.user_id.clone(),
        code: code.into_inner().into(),
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 300,
    };
    match auth.mfa().verify_step_up_totp_challenge(challenge).await {
        Ok(created) => Ok(created.step_up_grant.expose().to_owned()),
        Err(Error::Refused(VerifyTotpChallengeRefusal::IncorrectCode)) => {
            Err(ErrorForbidden("wrong code"))
        }
        Err(error) => Err(error.into()),
    }
}

async fn delete(org: OrgMemberInfo) -> String {
    format!("{} is deleted", org.org_name)
}

/// Asks for a grant if the amount is large.
async fn pay(user: User, cents: web::Path<u64>, request: HttpRequest) -> Result<String, Denied> {
    if *cents > 1_000_000 {
        user.verify_step_up("PAY", &request).await?;
    }
    Ok(format!("{} pays {cents} cents", user.email))
}

fn routes(app: &mut web::ServiceConfig) {
    // Owners with a grant. A member is denied before PropelAuth is asked about the grant.
    let owners = Requirement::role("Owner").and(Requirement::step_up("DELETE_ORG"));
    app.service(
        web::resource("/orgs/{org_id}")
            .wrap(InOrg::new(org_id::path("org_id")).and(owners))
            .delete(delete),
    )
    .route("/payments/{cents}", web::post().to(pay))
    .route("/step-up", web::post().to(step_up));
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let [olga, mia] = [
        emulator.create_user("olga@example.com")?,
        emulator.create_user("mia@example.com")?,
    ];
    emulator.add_user_to_org(&olga, &acme, "Owner")?;
    emulator.add_user_to_org(&mia, &acme, "Member")?;

    // What each of them gets with a code, for an hour so that there is time to try it.
    let mut grants = Vec::new();
    for (user, action_type, grant_type) in [
        (&olga, "DELETE_ORG", StepUpGrantType::OneTimeUse),
        (&mia, "PAY", StepUpGrantType::TimeBased),
    ] {
        emulator.set_up_totp(user.id())?;
        let challenge = VerifyStepUpTotpChallengeArgs {
            action_type: action_type.to_owned(),
            user_id: user.id().clone(),
            code: emulator.totp_code(user.id())?.into(),
            grant_type,
            valid_for_seconds: 3600,
        };
        let created = auth.mfa().verify_step_up_totp_challenge(challenge).await?;
        grants.push(created.step_up_grant.expose().to_owned());
    }
    let [once, for_a_time] = grants.try_into().map_err(|_| "two grants")?;

    let server = HttpServer::new(move || App::new().configure(routes).wrap(auth.require_user()))
        .bind(support::address())?;

    let asks = r#"Bearer realm="api", error="insufficient_user_authentication""#;
    let (header, challenge) = ("X-Step-Up-Grant", "www-authenticate");
    let delete = || request(Method::DELETE, format!("/orgs/{acme}"));
    let pay = |cents: u64| request(Method::POST, format!("/payments/{cents}")).as_user(&mia);
    let requests = [
        delete().as_user(&mia).header(header, &once).denied(403), // no owner
        delete()
            .as_user(&olga)
            .denied(401)
            .answers_header(challenge, asks),
        request(Method::POST, "/step-up")
            .as_user(&olga)
            .header("content-type", "application/json")
            .body("\"0\"")
            .answers(403, "wrong code"),
        delete()
            .as_user(&olga)
            .header(header, &once)
            .answers(200, "Acme Inc is deleted"),
        delete().as_user(&olga).header(header, &once).denied(401), // it was for one request
        pay(500).answers(200, "mia@example.com pays 500 cents"),
        pay(5_000_000).denied(401),
        pay(5_000_000)
            .header(header, &for_a_time)
            .answers(200, "mia@example.com pays 5000000 cents"),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
