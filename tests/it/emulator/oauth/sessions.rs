//! Sessions: listed without their tokens, and ended.

use serde_json::json;

use super::{ask, start, text, tokens};

const SESSIONS: &str = "/propelauth-dev/sessions";

#[actix_web::test]
async fn sessions_are_listed_and_ended() {
    let (emulator, alice) = start().await;
    let bob = emulator.create_user("bob@example.com").unwrap();
    let token = bob.start_session().unwrap();
    let tokens = tokens(&emulator, &alice, &[("scope", "openid")]).await;
    let of_alice = super::sessions(&emulator, &alice);
    let clients: Vec<_> = of_alice.iter().map(|it| it.client_id.as_deref()).collect();
    assert!(
        clients.contains(&None) && clients.contains(&Some("app")),
        "{clients:?}"
    );
    let of_client = of_alice.iter().find(|it| it.client_id.is_some()).unwrap();
    assert_eq!(of_client.scope, ["openid"]);
    let listed = ask(&emulator, "GET", SESSIONS, &[], "").await;
    assert_eq!(listed.json().as_array().unwrap().len(), 3);
    let body = String::from_utf8(listed.body).unwrap();
    assert!(!body.contains(&token) && !body.contains(text(&tokens, "refresh_token")));

    let of_bob = super::sessions(&emulator, &bob).remove(0);
    let path = format!("{SESSIONS}/{}", of_bob.session_id);
    assert_eq!(ask(&emulator, "DELETE", &path, &[], "").await.status, 200);
    assert_eq!(ask(&emulator, "DELETE", &path, &[], "").await.status, 400);
    assert!(super::sessions(&emulator, &bob).is_empty());
    let outs = emulator.webhook_messages();
    let outs: Vec<_> = outs
        .iter()
        .filter(|it| it.event_type == "user.logged_out")
        .collect();
    assert_eq!(outs.len(), 1);
    assert_eq!(outs[0].payload["user_id"], json!(bob.id()));

    emulator.end_session(&of_client.session_id).unwrap();
    assert!(emulator.end_session(&of_client.session_id).is_err());
    assert_eq!(super::sessions(&emulator, &alice).len(), 1);
    // What has ended by time is not listed.
    emulator.advance_clock(std::time::Duration::from_secs(1_209_601));
    assert!(super::sessions(&emulator, &alice).is_empty());
}
