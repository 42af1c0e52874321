//! What a caller and the log see while the stream is not visible.

use std::time::Duration;

use actix_web::{
    App, HttpResponse,
    http::header::RETRY_AFTER,
    test::{TestRequest, call_service, init_service, read_body},
    web,
};
use actix_web_propelauth::{
    AccessEnded, Denied, Unreachable, User,
    fleet::{Fleet, WhenBlind},
    testing::{HasAccessToken as _, TestRequestExt as _},
};

use crate::{
    logs,
    members::{auth, denied, eventually, user},
    redis_server::{Data, RedisServer, is_installed},
};

#[actix_web::test]
async fn an_instance_that_denies_while_blind_answers_503_and_ends_connections() {
    if !is_installed() {
        return;
    }
    let redis = RedisServer::start(Data::Kept);
    let (denies, goes_on) = (auth(), auth());
    let bound = WhenBlind::DenyAfter(Duration::from_secs(1));
    let fleet = || Fleet::redis(redis.url());
    denies.join_fleet(fleet().when_blind(bound)).await.unwrap();
    goes_on.join_fleet(fleet()).await.unwrap();
    let app = init_service(
        App::new()
            .route("/", web::get().to(async |_: User| HttpResponse::Ok()))
            .wrap(denies.require_user()),
    )
    .await;
    let alice = user();
    let get = || TestRequest::get().as_user(&alice).to_request();
    assert_eq!(call_service(&app, get()).await.status(), 200);
    let open = denies
        .validate_access_token_and_get_user(alice.authorization_header().as_str())
        .unwrap();
    let ending = actix_web::rt::spawn(open.access_ended());

    redis.signal("STOP");
    eventually(|| denied(&denies, &alice.authorization_header()).is_some()).await;
    let response = call_service(&app, get()).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "1");
    let body = read_body(response).await;
    let body = String::from_utf8_lossy(&body);
    assert!(
        !body.contains("fleet") && !body.to_lowercase().contains("redis"),
        "{body}"
    );
    assert!(matches!(
        denied(&denies, &alice.authorization_header()),
        Some(Denied::Unreachable {
            what: Unreachable::Fleet,
            ..
        })
    ));
    // Whoever relies on the memory of this instance is told as well, and can reconnect.
    assert_eq!(ending.await.unwrap(), AccessEnded::FleetUnreachable);
    // An instance that goes on serves the same token, and says how old its knowledge is.
    assert!(denied(&goes_on, &alice.authorization_header()).is_none());
    assert!(goes_on.staleness().unwrap() > Duration::from_millis(900));
    let lines = logs::text();
    assert!(
        lines.contains("fleet_unreachable"),
        "the denial is not in the log"
    );
    assert!(
        lines
            .lines()
            .any(|it| it.contains("fleet_blind") && it.contains("Tokens are denied with 503 once"))
    );

    redis.signal("CONT");
    eventually(|| denied(&denies, &alice.authorization_header()).is_none()).await;
    assert_eq!(call_service(&app, get()).await.status(), 200);
    eventually(|| logs::text().contains("fleet_sees_again")).await;
}
