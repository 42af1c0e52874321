//! Users and signed access tokens for tests, without a server and without a network.
//!
//! A [`TestUser`] has real access tokens, signed with a development key that is published with this
//! crate, so that a test passes through the same verification as production. The [`PropelAuth`] that
//! [`propel_auth`] returns accepts them; a `PropelAuth` for production never does.
//!
//! ```
//! use actix_web::{App, http::StatusCode, test, web};
//! use actix_web_propelauth::{InOrgWithRole, User, org_id, testing::{TestOrg, TestRequestExt, TestUser, propel_auth}};
//!
//! async fn whoami(user: User) -> String {
//!     user.email.clone()
//! }
//!
//! # #[actix_web::main]
//! # async fn main() {
//! let acme = TestOrg::new("Acme Inc");
//! let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin");
//! let bob = TestUser::new("bob@example.com");
//!
//! let app = test::init_service(
//!     App::new().service(
//!         web::resource("/orgs/{org_id}")
//!             .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
//!             .route(web::get().to(whoami)),
//!     )
//!     .wrap(propel_auth().require_user()),
//! )
//! .await;
//!
//! let get = || test::TestRequest::get().uri(&format!("/orgs/{}", acme.org_id()));
//! let response = test::call_service(&app, get().as_user(&alice).to_request()).await;
//! assert_eq!(response.status(), StatusCode::OK);
//! let response = test::call_service(&app, get().as_user(&bob).to_request()).await;
//! assert_eq!(response.status(), StatusCode::FORBIDDEN);
//! # }
//! ```

mod encoded;
mod test_clock;
mod test_id;
mod test_org;
mod test_user;
mod webhook;

use actix_web::{http::header::AUTHORIZATION, test::TestRequest};

pub use self::{
    encoded::{EncodedCall, encode},
    test_clock::TestClock,
    test_org::{TestMember, TestOrg},
    test_user::TestUser,
    webhook::sign_webhook,
};
use crate::{
    dev_keys,
    propel_auth::{PropelAuth, PropelAuthBuilder},
};

/// The public half of the first development key, as PEM text. It is valid for no production environment.
pub const DEV_PUBLIC_KEY_PEM: &str = dev_keys::PUBLIC_KEY_PEMS[0];

/// The issuer of the access tokens of a [`TestUser`]. The domain `.test` is reserved
/// ([RFC 6761 §6.2](https://www.rfc-editor.org/rfc/rfc6761#section-6.2)), so it is never real.
pub const ISSUER: &str = "https://auth.propelauth.test";

/// Returns a [`PropelAuth`] that accepts the access tokens of every [`TestUser`].
///
/// ```
/// use actix_web_propelauth::testing::{HasAccessToken as _, TestUser, propel_auth};
///
/// let header = TestUser::new("alice@example.com").authorization_header();
/// let user = propel_auth().validate_access_token_and_get_user(header.as_str())?;
/// assert_eq!(user.email, "alice@example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// Panics if the development key cannot be read, which would be a defect of this crate.
#[must_use]
#[allow(clippy::expect_used)] // in a test, a panic is the error message
pub fn propel_auth() -> PropelAuth {
    propel_auth_builder()
        .build()
        .expect("the development key is a valid key")
}

/// Returns the builder that [`propel_auth`] uses, for other settings.
///
/// ```
/// use actix_web_propelauth::testing::propel_auth_builder;
///
/// let auth = propel_auth_builder().debug_mode(true).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn propel_auth_builder() -> PropelAuthBuilder {
    PropelAuth::builder(ISSUER, "test-integration-api-key")
        .verifier_key(DEV_PUBLIC_KEY_PEM)
        .emulator()
        .trust_published_keys()
}

/// A user that has an access token: a [`TestUser`], or a user of the emulator.
///
/// A text is a token as well: `.as_user(&"not a token")`. Implement it for a user of your own tests to pass
/// it to [`TestRequestExt::as_user`].
pub trait HasAccessToken {
    /// Returns an access token, which is issued now.
    fn access_token(&self) -> String;

    /// Returns the value of an `Authorization` header with an access token, for any HTTP client.
    ///
    /// ```
    /// use actix_web_propelauth::testing::{HasAccessToken as _, TestUser};
    ///
    /// let header = TestUser::new("alice@example.com").authorization_header();
    /// assert!(header.starts_with("Bearer "));
    /// // With reqwest: client.get(url).header("authorization", header)
    /// ```
    fn authorization_header(&self) -> String {
        format!("Bearer {}", self.access_token())
    }
}

/// A token that a test has already.
impl HasAccessToken for String {
    fn access_token(&self) -> String {
        self.clone()
    }
}

/// A token that a test has already, or any other text in its place.
impl HasAccessToken for &str {
    fn access_token(&self) -> String {
        (*self).to_owned()
    }
}

/// Adds credentials to a request that is being built.
///
/// ```
/// use actix_web::test::TestRequest;
/// use actix_web_propelauth::testing::{TestRequestExt as _, TestUser};
///
/// let request = TestRequest::get().as_user(&TestUser::new("alice@example.com")).to_srv_request();
/// assert!(request.headers().contains_key("authorization"));
/// ```
pub trait TestRequestExt: Sized {
    /// Adds an `Authorization` header with an access token of the user.
    #[must_use]
    #[allow(clippy::wrong_self_convention)] // it reads as what it says: a request, as a user
    fn as_user(self, user: &impl HasAccessToken) -> Self;
}

impl TestRequestExt for TestRequest {
    fn as_user(self, user: &impl HasAccessToken) -> Self {
        self.insert_header((AUTHORIZATION, user.authorization_header()))
    }
}

impl TestRequestExt for awc::ClientRequest {
    fn as_user(self, user: &impl HasAccessToken) -> Self {
        self.insert_header((AUTHORIZATION.as_str(), user.authorization_header()))
    }
}
