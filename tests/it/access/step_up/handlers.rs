//! Grants that only a handler knows the need of.

use actix_web::{App, HttpRequest, test::init_service, web};
use actix_web_propelauth::{
    Denied, Forbidden, OrgMemberInfo, Principal, Requirement, Unauthorized, User,
};

use super::{ACTION, World, answer, asks_for_grant};

async fn pay(user: User, cents: web::Path<u64>, request: HttpRequest) -> Result<String, Denied> {
    if *cents > 1_000_000 {
        user.verify_step_up(ACTION, &request).await?;
    }
    Ok(format!("{cents} by {}", user.email))
}

async fn pay_as_any(caller: Principal, request: HttpRequest) -> Result<&'static str, Denied> {
    caller.verify_step_up(ACTION, &request).await?;
    Ok("paid")
}

async fn delete(
    caller: Principal,
    org_id: web::Path<String>,
    request: HttpRequest,
) -> Result<String, Denied> {
    let requirement = Requirement::role("Owner").or(Requirement::step_up(ACTION));
    let org: &OrgMemberInfo = caller
        .authorize_with_step_up(org_id.as_str(), &requirement, &request)
        .await?;
    Ok(format!("{} by {}", org.org_name, org.user_role))
}

macro_rules! app {
    ($world:expr) => {
        init_service(
            App::new()
                .route("/pay/{cents}", web::delete().to(pay))
                .route("/pay-as-any", web::delete().to(pay_as_any))
                .route("/orgs/{org_id}", web::delete().to(delete))
                .wrap($world.auth.require_user()),
        )
        .await
    };
}

#[actix_web::test]
async fn a_handler_asks_for_a_grant_by_the_amount() {
    let world = World::new().await;
    let app = app!(world);
    let request = |path: &str, grant: Option<&str>| world.request(&world.mia, grant).uri(path);
    answer!(app, request("/pay/5", None)).is_ok("5 by mia@example.com", "little");
    assert!(asks_for_grant(&answer!(app, request("/pay/1000001", None))));
    assert_eq!(world.asked(), 0);
    let grant = world.once(&world.mia).await;
    let answer = answer!(app, request("/pay/1000001", Some(&grant)));
    answer.is_ok("1000001 by mia@example.com", "much");
    let again = answer!(app, request("/pay/1000001", Some(&grant)));
    assert!(asks_for_grant(&again));
    let of_olga = world.once(&world.olga).await;
    assert!(asks_for_grant(&answer!(
        app,
        request("/pay/1000001", Some(&of_olga))
    )));
    let grant = world.once(&world.mia).await;
    answer!(app, request("/pay-as-any", Some(&grant))).is_ok("paid", "as a caller of any kind");
}

#[actix_web::test]
async fn a_handler_authorizes_by_a_role_or_a_grant() {
    let world = World::new().await;
    let app = app!(world);
    let grant = world.once(&world.olga).await;
    let answer = answer!(app, world.request(&world.olga, Some(&grant)));
    answer.is_ok("Acme by Owner", "an owner");
    assert_eq!(world.asked(), 0);
    assert!(asks_for_grant(&answer!(
        app,
        world.request(&world.mia, None)
    )));
    let grant = world.once(&world.mia).await;
    let answer = answer!(app, world.request(&world.mia, Some(&grant)));
    answer.is_ok("Acme by Member", "a member with a grant");
    // Another organization, with or without a grant.
    let elsewhere = world.emulator.create_org("Bolt").unwrap();
    let grant = world.once(&world.mia).await;
    let asked = world.asked();
    let request = world.request(&world.mia, Some(&grant));
    answer!(app, request.uri(&format!("/orgs/{elsewhere}"))).is_403("no member");
    assert_eq!(world.asked(), asked);
}

#[actix_web::test]
async fn the_denial_names_the_action_and_what_is_wrong() {
    let world = World::new().await;
    let token = actix_web_propelauth::testing::HasAccessToken::access_token(&world.mia);
    let user = world.auth.authenticate(&token).await.unwrap();
    let request = actix_web::test::TestRequest::default().to_http_request();
    let denied = user.verify_step_up("PAY", &request).await.unwrap_err();
    assert!(
        matches!(&denied, Denied::Unauthorized(Unauthorized::StepUpRequired { action_type, .. }) if action_type == "PAY"),
        "{denied}"
    );
    assert_eq!(denied.code(), "no_step_up_grant");
    let neither = Requirement::step_up("PAY").or(Requirement::step_up("SIGN"));
    let denied = user
        .authorize_with_step_up(&world.acme, &neither, &request)
        .await
        .unwrap_err();
    assert!(
        denied.to_string().contains(r#"the action "PAY""#),
        "{denied}"
    );
    let both = Requirement::step_up("PAY").and(Requirement::step_up("SIGN"));
    let denied = user
        .authorize_with_step_up(&world.acme, &both, &request)
        .await
        .unwrap_err();
    assert!(
        matches!(
            denied,
            Denied::Forbidden(Forbidden::RequirementNotMet { .. })
        ),
        "{denied}"
    );
}
