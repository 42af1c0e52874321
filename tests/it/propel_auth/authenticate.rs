//! `authenticate`: a token without a request.

use std::time::Duration;

use actix_web_propelauth::{
    Denied, InvalidToken, MalformedCredential, PropelAuth, freshness::Mark, testing::propel_auth,
};

use crate::fixtures::{token, world};

#[actix_web::test]
async fn a_bare_token_is_treated_like_one_in_a_request() {
    let auth = propel_auth();
    let valid = token();
    let user = auth.authenticate(&valid).await.unwrap();
    assert_eq!(user.email, "alice@example.com");
    auth.authenticate(&valid).await.unwrap();
    assert_eq!(auth.token_cache_stats().tokens, 1);

    let malformed: Denied = MalformedCredential::NotOneToken("the text".into()).into();
    for text in [
        "a b",
        " x",
        "x\n",
        "é",
        "a,b",
        &format!("Bearer {}", token()),
    ] {
        assert_eq!(
            auth.authenticate(text).await.unwrap_err(),
            malformed,
            "{text}"
        );
    }
    for text in ["", "00ff", "undefined"] {
        let denied = auth.authenticate(text).await.unwrap_err();
        assert!(denied.is_unauthorized(), "{text}: {denied}");
    }
    let denied = auth
        .authenticate(&format!("{}x", token()))
        .await
        .unwrap_err();
    assert!(denied.is_unauthorized());
    let denied = auth.authenticate(&"x".repeat(20_000)).await.unwrap_err();
    assert!(matches!(denied, Denied::TokenTooLong { .. }), "{denied}");
}

#[actix_web::test]
async fn a_stale_token_is_denied_and_a_new_key_is_waited_for() {
    let (emulator, _) = world::start().await;
    // It has no key yet, so that only one who waits for it is let in.
    let auth = emulator.propel_auth_builder().build_lazy().unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let token = alice.log_in().unwrap();
    let user = auth.authenticate(&token).await.unwrap();
    let _ = auth.mark_stale(Mark::user(&user.user_id)).await;
    let denied = auth.authenticate(&token).await.unwrap_err();
    let is_stale = matches!(
        &denied,
        Denied::Unauthorized(actix_web_propelauth::Unauthorized::InvalidToken(
            InvalidToken::Stale(_)
        ))
    );
    assert!(is_stale, "{denied}");
}

#[actix_web::test]
async fn the_future_may_move_to_another_thread() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    async fn ask(auth: PropelAuth) -> bool {
        auth.authenticate(&token()).await.is_ok()
    }
    let auth = propel_auth();
    let limit = Duration::from_secs(10);
    let asked = tokio::time::timeout(limit, is_send(ask(auth))).await;
    assert!(asked.unwrap());
}
