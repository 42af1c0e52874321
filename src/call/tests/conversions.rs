//! What callers have at hand is taken, and every error becomes the one that `Error` is.

use std::{borrow::Cow, error::Error as StdError, time::Duration};

use super::client;
use crate::{
    api::{CreateOrg, CreateUser, Never, NotFound, Reason},
    call::{Error, OptionalExt as _},
    client::Client,
    words::{
        ids::{OrgId, UserId},
        secret::Secret,
    },
};

async fn several(client: &Client) -> Result<(), Error> {
    let user = client.user().fetch_user_metadata_by_user_id("u").await?;
    client.user().create_user(user.email).await?;
    client.org().create_org(format!("{}-{}", "a", 1)).await?;
    Ok(())
}

async fn boxed(client: &Client) -> Result<(), Box<dyn StdError>> {
    client.user().fetch_user_metadata_by_user_id("u").await?;
    several(client).await?;
    Ok(())
}

async fn handler(client: &Client) -> Result<(), actix_web::Error> {
    client.user().fetch_user_metadata_by_user_id("u").await?;
    several(client).await?;
    Ok(())
}

/// An application's own error, which takes the error of every call, and the common one.
#[derive(Debug)]
struct AppError(Error);

impl<R: Reason> From<Error<R>> for AppError {
    fn from(error: Error<R>) -> Self {
        Self(error.into_any())
    }
}

#[actix_web::test]
async fn an_error_of_the_application_takes_the_errors_of_all_operations() {
    async fn handler(client: &Client) -> Result<(), AppError> {
        let mut users = client.user().fetch_users_by_query().stream();
        while let Some(user) = users.next().await {
            client.user().delete_user(user?.user_id).await?;
        }
        several(client).await?;
        Ok(())
    }
    let server = super::server::Canned::http("429 Too Many Requests", "Retry-After: 7\r\n", "");
    let AppError(error) = handler(&client(&server.url)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = Error::Refused(NotFound::NotFound).into_any().into_any();
    let Error::Refused(refusal) = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.downcast_ref(), Some(&NotFound::NotFound));
}

#[actix_web::test]
async fn errors_of_all_operations_are_one() {
    let server = super::server::Canned::http("404 Not Found", "", "");
    let client = client(&server.url);
    let error = several(&client).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        Error::Refused(NotFound::NotFound).to_string()
    );
    assert!(matches!(several(&client).await.optional(), Ok(None)));
    assert!(boxed(&client).await.is_err());
    let status = handler(&client)
        .await
        .unwrap_err()
        .as_response_error()
        .status_code();
    assert_eq!(status, 404);

    let retry_after = Some(Duration::from_secs(7));
    let error: Error = Error::from(Error::<Never>::RateLimited {
        retry_after,
        source: None,
    });
    assert_eq!(error.retry_after(), retry_after);
    assert!(!error.is_not_found());
}

#[test]
fn text_of_every_kind_is_an_argument() {
    fn takes<T>(email: &str) -> [T; 4]
    where
        T: for<'a> From<&'a str>
            + From<String>
            + for<'a> From<&'a String>
            + for<'a> From<Cow<'a, str>>,
    {
        let text = email.to_owned();
        [
            email.into(),
            (&text).into(),
            Cow::Borrowed(email).into(),
            text.into(),
        ]
    }
    assert!(takes::<UserId>("u").iter().all(|id| id == "u"));
    assert!(takes::<OrgId>("o").iter().all(|id| id == "o"));
    assert!(takes::<Secret>("s").iter().all(|it| it.expose() == "s"));
    assert!(takes::<CreateOrg>("o").iter().all(|it| it.name == "o"));
    assert!(takes::<CreateUser>("e").iter().all(|it| it.email == "e"));
}
