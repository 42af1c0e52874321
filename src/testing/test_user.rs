//! Users that exist in tokens only.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tracing::subscriber::NoSubscriber;

use super::{
    HasAccessToken, ISSUER, TestClock, TestMember, TestOrg, propel_auth_builder, test_id::next_id,
};
use crate::{
    access::{KeyOrg, KeyOwner, KeyUser, Principal, Settings, User, Validation},
    dev_keys,
    words::ids::{EmployeeId, UserId},
};

/// The lifetime of a token of a [`TestUser`], in seconds: that of PropelAuth's tokens.
const LIFETIME: i64 = 30 * 60;

/// How long ago a token has expired, or until when it is not valid, in seconds: longer than any leeway.
const BEYOND_LEEWAY: i64 = 2 * 60 * 60;

/// A user that exists only in its own access tokens.
///
/// ```
/// use actix_web_propelauth::testing::{TestOrg, TestUser};
///
/// let acme = TestOrg::new("Acme Inc");
/// let alice = TestUser::new("alice@example.com")
///     .in_org(&acme, "Admin")
///     .claim("first_name", "Alice")
///     .expires_in(60);
/// assert_eq!(alice.user().first_name.as_deref(), Some("Alice"));
/// ```
///
/// A user can also send what a service has to deny. Each of these methods returns another user, so the
/// same user can be tested with a valid token and with a forged one:
///
/// ```
/// use actix_web::{App, http::StatusCode, test, web};
/// use actix_web_propelauth::testing::{TestRequestExt, TestUser, propel_auth};
///
/// # #[actix_web::main]
/// # async fn main() {
/// let app = App::new()
///     .route("/", web::get().to(|| async { "hello" }))
///     .wrap(propel_auth().require_user());
/// let app = test::init_service(app).await;
///
/// let alice = TestUser::new("alice@example.com");
/// for caller in [
///     alice.clone().expired(),
///     alice.clone().not_yet_valid(),
///     alice.clone().forged(),
///     alice.clone().issuer("https://auth.another.example"),
///     alice.clone().without_claim("user_id"),
/// ] {
///     let request = test::TestRequest::get().as_user(&caller).to_request();
///     let response = test::call_service(&app, request).await;
///     assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestUser {
    claims: Map<String, Value>,
    without: BTreeSet<String>,
    orgs: Map<String, Value>,
    active_org: Option<String>,
    /// When tokens become valid, in seconds from now, if they are not valid at once.
    valid_in: Option<i64>,
    expires_in: i64,
    is_forged: bool,
    clock: TestClock,
}

impl TestUser {
    /// Creates a user with this email address and a new id, in no organization.
    #[must_use]
    pub fn new(email: impl Into<String>) -> Self {
        let user_id = next_id(1);
        let claims = [
            ("sub", json!(user_id)),
            ("user_id", json!(user_id)),
            ("email", json!(email.into())),
            ("iss", json!(ISSUER)),
        ];
        Self {
            claims: claims
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            without: BTreeSet::new(),
            orgs: Map::new(),
            active_org: None,
            valid_in: None,
            expires_in: LIFETIME,
            is_forged: false,
            clock: TestClock::new(),
        }
    }

    /// Adds the user to an organization, in a role.
    #[must_use]
    pub fn in_org(self, org: &TestOrg, role: &str) -> Self {
        self.in_org_with_roles(org, &[role])
    }

    /// Adds the user to an organization that has
    /// [multiple roles per user](TestOrg::multiple_roles_per_user), in these roles.
    #[must_use]
    pub fn in_org_with_roles(self, org: &TestOrg, roles: &[&str]) -> Self {
        self.in_org_with(org, |member| {
            roles.iter().fold(member, |member, role| member.role(*role))
        })
    }

    /// Adds the user to an organization, with anything in the membership that a test needs, such as a
    /// permission that no role has.
    ///
    /// ```
    /// use actix_web_propelauth::testing::{TestOrg, TestUser};
    ///
    /// let acme = TestOrg::new("Acme Inc");
    /// let bob = TestUser::new("bob@example.com")
    ///     .in_org_with(&acme, |member| member.role("Member").permission("can_view_billing"));
    /// assert!(bob.user().org(acme.org_id()).unwrap().has_permission("can_view_billing"));
    /// ```
    #[must_use]
    pub fn in_org_with(
        mut self,
        org: &TestOrg,
        describe: impl FnOnce(TestMember) -> TestMember,
    ) -> Self {
        let member = org.claims_of(describe(TestMember::default()));
        self.orgs.insert(org.org_id().to_string(), member);
        self
    }

    /// Sets the active organization of the user's tokens. The user must be a member of it.
    #[must_use]
    pub fn active_org(mut self, org: &TestOrg) -> Self {
        self.active_org = Some(org.org_id().to_string());
        self
    }

    /// Sets the lifetime of the user's tokens, in seconds. By default, 30 minutes. A negative number creates
    /// tokens that have expired.
    #[must_use]
    pub fn expires_in(mut self, seconds: i64) -> Self {
        self.expires_in = seconds;
        self
    }

    /// Makes the user's tokens ones that expired two hours ago.
    #[must_use]
    pub fn expired(self) -> Self {
        self.expires_in(-BEYOND_LEEWAY)
    }

    /// Makes the user's tokens valid in two hours (`nbf`).
    #[must_use]
    pub fn not_yet_valid(mut self) -> Self {
        self.valid_in = Some(BEYOND_LEEWAY);
        self.expires_in(BEYOND_LEEWAY + LIFETIME)
    }

    /// Gives the user's tokens a signature that no key made. All else is as it should be.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.is_forged = true;
        self
    }

    /// Sets the issuer of the user's tokens. By default, [`ISSUER`].
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.claim("iss", issuer.into())
    }

    /// Makes an employee impersonate the user: the tokens name both.
    #[must_use]
    pub fn impersonated_by(self, employee_id: impl Into<EmployeeId>) -> Self {
        self.claim("impersonator_user_id", employee_id.into().into_string())
    }

    /// Sets a claim, such as `properties`, and replaces the one that the token would have.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.without.remove(&name);
        self.claims.insert(name, value.into());
        self
    }

    /// Removes a claim.
    #[must_use]
    pub fn without_claim(mut self, name: impl Into<String>) -> Self {
        self.without.insert(name.into());
        self
    }

    /// Sets the clock that the user's tokens are issued by. By default, the system clock.
    #[must_use]
    pub fn clock(mut self, clock: &TestClock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.claims
            .get("user_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .into()
    }

    /// Returns the claims of a token that is created now.
    #[must_use]
    pub fn claims(&self) -> Value {
        let now = self.clock.now();
        let expires_at = now.saturating_add(self.expires_in);
        // A token that has expired was issued before.
        let age = LIFETIME.min(self.expires_in.saturating_abs());
        let issued_at = now.min(expires_at.saturating_sub(age));
        let mut claims = Map::new();
        claims.insert("iat".to_owned(), json!(issued_at));
        claims.insert("exp".to_owned(), json!(expires_at));
        if let Some(valid_in) = self.valid_in {
            claims.insert("nbf".to_owned(), json!(now.saturating_add(valid_in)));
        }
        match self
            .active_org
            .as_ref()
            .and_then(|org_id| self.orgs.get(org_id))
        {
            Some(org) => claims.insert("org_member_info".to_owned(), org.clone()),
            None => claims.insert("org_id_to_org_member_info".to_owned(), json!(self.orgs)),
        };
        claims.extend(self.claims.clone());
        claims.retain(|name, _| !self.without.contains(name));
        Value::Object(claims)
    }

    /// Returns the user as a handler receives it.
    ///
    /// # Panics
    ///
    /// Panics if the claims are not those of a valid token.
    #[must_use]
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    pub fn user(&self) -> User {
        let builder = propel_auth_builder()
            .max_token_len(usize::MAX)
            .clock(self.clock.to_fn());
        // The handle is no part of the application, so its warning would mislead.
        let auth = tracing::subscriber::with_default(NoSubscriber::default(), || builder.build());
        let auth = auth.expect("the development key is a valid key");
        auth.validate_access_token_and_get_user(self.authorization_header().as_str())
            .expect("the claims of a test user make a valid token")
    }

    /// Returns the user as a handler receives it that takes a [`Principal`]: as the owner of an API key. With an
    /// [active organization](Self::active_org), the key is the organization's, and otherwise it is personal.
    ///
    /// ```
    /// use actix_web_propelauth::{ApiKeyKind, Principal, testing::{TestOrg, TestUser}};
    ///
    /// let acme = TestOrg::new("Acme Inc");
    /// let alice = TestUser::new("alice@example.com").in_org(&acme, "Admin");
    /// let kind = |caller: &Principal| caller.key().unwrap().kind();
    /// assert_eq!(kind(&alice.by_key()), ApiKeyKind::Personal);
    /// assert_eq!(kind(&alice.active_org(&acme).by_key()), ApiKeyKind::Member);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the claims are not those of a valid token.
    #[must_use]
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    pub fn by_key(&self) -> Principal {
        let user = self.user();
        let active = user.active_org();
        let owner = KeyOwner {
            org: active.map(|org| KeyOrg {
                org_id: org.org_id.clone(),
                org_name: org.org_name.clone(),
                metadata: org.org_metadata.clone(),
                legacy_org_id: org.legacy_org_id.clone(),
            }),
            user_in_org: active.cloned(),
            user: Some(KeyUser {
                user_id: user.user_id.clone(),
                email: user.email.clone(),
                first_name: user.first_name.clone(),
                last_name: user.last_name.clone(),
                username: user.username.clone(),
                legacy_user_id: user.legacy_user_id.clone(),
                properties: Some(user.properties.clone()),
                metadata: Some(user.metadata.clone()),
                orgs: user.org_id_to_org_member_info.clone(),
                is_enabled: true,
            }),
            ..KeyOwner::default()
        };
        let principal = owner.into_principal(Validation::endless(), &Settings::fallback());
        principal.expect("a user owns its key")
    }
}

impl HasAccessToken for TestUser {
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    fn access_token(&self) -> String {
        let token = dev_keys::sign(&self.claims()).expect("the development key signs");
        if self.is_forged {
            dev_keys::with_invalid_signature(&token)
        } else {
            token
        }
    }
}
