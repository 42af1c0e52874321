//! Replies that only the operations on API keys have to make sense of.

use std::time::Duration;

use super::{KEY, server::Canned};
use crate::{
    api::{ValidateApiKeyRefusal, ValidateOrgApiKeyRefusal, ValidatePersonalApiKeyRefusal},
    call::{Error, OptionalExt as _},
    client::Client,
};

const TOKEN: &str = "f3a1b2c4-canary";
const USER: &str = r#"{"user_id":"u","email":"a@b"}"#;

/// Returns a client that was not here before: the server closes after each reply.
fn client(server: &Canned) -> Client {
    super::client(&server.url)
}

#[actix_web::test]
async fn whose_limit_it_is_decides_the_body() {
    let key =
        r#"{"wait_seconds":12.5,"error_code":"rate_limit_exceeded","user_facing_error":"Slow"}"#;
    let server = Canned::http("429 Too Many Requests", "", key);
    let client = || client(&server);
    let error = client()
        .api_key()
        .validate_api_key(TOKEN)
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(12_500)));
    let Error::Refused(ValidateApiKeyRefusal::RateLimited(limit)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(limit.user_facing_error.as_deref(), Some("Slow"));
    let error = client().api_key().validate_org_api_key(TOKEN).await;
    assert!(matches!(
        error.unwrap_err(),
        Error::Refused(ValidateOrgApiKeyRefusal::RateLimited(_))
    ));

    for body in ["Too Many Requests", "", "{}", "\"slow\""] {
        let server = Canned::http("429 Too Many Requests", "Retry-After: 7\r\n", body);
        let client = self::client(&server);
        let error = client.api_key().validate_api_key(TOKEN).await.unwrap_err();
        assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
}

#[actix_web::test]
async fn null_is_no_key() {
    for body in ["null", " null\n"] {
        let server = Canned::http("200 OK", "", body);
        let client = || client(&server);
        assert_eq!(
            client()
                .api_key()
                .fetch_api_key("k")
                .await
                .optional()
                .unwrap(),
            None
        );
        assert_eq!(
            client()
                .api_key()
                .validate_api_key(TOKEN)
                .await
                .optional()
                .unwrap(),
            None
        );
        client().api_key().update_api_key("k").await.unwrap(); // which answers nothing anyway
        // There is no such answer as "no page".
        let error = client()
            .api_key()
            .fetch_current_api_keys()
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
    }
}

#[actix_web::test]
async fn a_validation_is_of_the_kind_that_was_asked_for() {
    for (body, personal, org) in [
        (format!(r#"{{"user":{USER}}}"#), true, false),
        (
            format!(r#"{{"user":{USER},"org":null,"new":[]}}"#),
            true,
            false,
        ),
        (
            format!(r#"{{"user":{USER},"org":{{"org_id":"o"}}}}"#),
            false,
            true,
        ),
        (
            r#"{"org":{"org_id":"o"},"user":null}"#.to_owned(),
            false,
            true,
        ),
        ("{}".to_owned(), false, false),
    ] {
        let server = Canned::http("200 OK", "", &body);
        let client = || client(&server);
        match client().api_key().validate_personal_api_key(TOKEN).await {
            Ok(validation) => assert!(personal && *validation.user.user_id == *"u"),
            Err(Error::Refused(ValidatePersonalApiKeyRefusal::NotPersonal(_))) => {
                assert!(!personal, "{body}");
            }
            Err(other) => panic!("{other:?}"),
        }
        match client().api_key().validate_org_api_key(TOKEN).await {
            Ok(validation) => assert!(org && *validation.org.org_id == *"o"),
            Err(Error::Refused(ValidateOrgApiKeyRefusal::NotOfOrg(_))) => assert!(!org, "{body}"),
            Err(other) => panic!("{other:?}"),
        }
    }
    for body in [
        "",
        "[]",
        "{",
        r#"{"user":{"email":"a@b"}}"#,
        r#"{"user":7}"#,
    ] {
        let client = client(&Canned::http("200 OK", "", body));
        let error = client.api_key().validate_personal_api_key(TOKEN).await;
        assert!(matches!(error.unwrap_err(), Error::Decode(_)), "{body}");
    }
    // An array is not the key of nobody.
    for body in ["[]", " [ null ]"] {
        let client = client(&Canned::http("200 OK", "", body));
        let error = client.api_key().validate_api_key(TOKEN).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}");
    }
}

#[actix_web::test]
async fn a_malformed_key_is_named_whether_the_reasons_are_a_list_or_not() {
    for body in [r#"{"api_key_token":"bad"}"#, r#"{"api_key_token":["bad"]}"#] {
        let client = client(&Canned::http("400 Bad Request", "", body));
        let error = client.api_key().validate_api_key(TOKEN).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().get("api_key_token"), ["bad"]);
        let all = format!("{error} {error:?}");
        assert!(!all.contains(TOKEN) && !all.contains(KEY), "{all}");
    }
}

#[actix_web::test]
async fn a_key_is_never_in_a_url() {
    let server = Canned::http("404 Not Found", "", "");
    let client = || client(&server);
    let error = client().api_key().validate_api_key(TOKEN).await;
    assert!(error.unwrap_err().is_not_found());
    let error = client().api_key().validate_imported_api_key(TOKEN).await;
    assert!(error.unwrap_err().is_not_found());
    assert!(client().api_key().import_api_key(TOKEN).await.is_err());
    assert_eq!(server.requests().len(), 3);
    for request in server.requests() {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains(TOKEN) && body.contains(TOKEN), "{request}");
    }
}
