//! A user of the emulator as the sender of requests that a service has to deny, or to treat specially.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    dev_keys,
    emulator::{
        control::{EmulatedUser, EmulatorError},
        http::Shared,
        state::{Store, TokenOptions, ids::canonical},
    },
    testing::{HasAccessToken, TestMember},
    words::ids::{EmployeeId, OrgId},
};

/// How long ago a token has expired, or until when it is not valid, in seconds: longer than any leeway.
const BEYOND_LEEWAY: i64 = 2 * 60 * 60;

/// The lifetime of a token that is not valid yet, from then on, in seconds.
const LIFETIME: i64 = 30 * 60;

/// A user of an [`Emulator`](super::Emulator) with a token that differs from the one at login. Created by
/// the methods of [`EmulatedUser`] with the same names.
///
/// Nothing else changes: no session starts, and the user's memberships stay as they are.
///
/// ```
/// use actix_web::{App, http::StatusCode, test, web};
/// use actix_web_propelauth::{emulator::Emulator, testing::TestRequestExt as _};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let auth = emulator.propel_auth().await?;
/// let app = App::new()
///     .route("/", web::get().to(|| async { "hello" }))
///     .wrap(auth.require_user());
/// let app = test::init_service(app).await;
///
/// let alice = emulator.create_user("alice@example.com")?;
/// for caller in [alice.expired(), alice.forged(), alice.issuer("https://auth.another.example")] {
///     let request = test::TestRequest::get().as_user(&caller).to_request();
///     let response = test::call_service(&app, request).await;
///     assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a caller does nothing until it sends a request"]
pub struct EmulatedCaller {
    shared: Arc<Shared>,
    options: TokenOptions,
    memberships: Vec<(OrgId, TestMember)>,
    active_org: Option<OrgId>,
    /// When tokens become valid, in seconds from now, if they are not valid at once.
    valid_in: Option<i64>,
    claims: Map<String, Value>,
    without: BTreeSet<String>,
    is_forged: bool,
}

/// Declares the methods of a caller, and those of a user that begin with them.
macro_rules! variants {
    ($(
        $(#[$doc:meta])*
        $name:ident($($arg:ident: $ty:ty),*) |$caller:ident| $body:expr;
    )*) => {
        impl EmulatedCaller {
            $(
                $(#[$doc])*
                pub fn $name(self $(, $arg: $ty)*) -> Self {
                    #[allow(unused_mut)]
                    let mut $caller = self;
                    $body
                }
            )*
        }

        /// The same user with a token that differs from the one at login.
        impl EmulatedUser {
            $(
                $(#[$doc])*
                pub fn $name(&self $(, $arg: $ty)*) -> EmulatedCaller {
                    EmulatedCaller::new(self).$name($($arg),*)
                }
            )*
        }
    };
}

variants! {
    /// Sets the lifetime of the token, in seconds. A negative number creates a token that has expired.
    expires_in(seconds: i64) |caller| {
        caller.options = caller.options.expires_in(seconds);
        caller
    };
    /// Makes the token one that expired two hours ago.
    expired() |caller| caller.expires_in(-BEYOND_LEEWAY);
    /// Makes the token valid in two hours (`nbf`).
    not_yet_valid() |caller| {
        caller.valid_in = Some(BEYOND_LEEWAY);
        caller.expires_in(BEYOND_LEEWAY + LIFETIME)
    };
    /// Gives the token a signature that no key made. All else is as it should be.
    forged() |caller| {
        caller.is_forged = true;
        caller
    };
    /// Sets the issuer of the token. By default, the emulator's.
    issuer(issuer: impl Into<String>) |caller| {
        caller.options = caller.options.issuer(issuer);
        caller
    };
    /// Makes an employee impersonate the user: the token names both. The employee may be unknown to the
    /// emulator.
    impersonated_by(employee_id: impl Into<EmployeeId>) |caller| {
        caller.options = caller.options.impersonated_by(employee_id.into().into_string());
        caller
    };
    /// Makes the user a member of an organization, in a role, as far as the token says.
    in_org(org_id: impl Into<OrgId>, role: &str) |caller| {
        caller.in_org_with(org_id, |member| member.role(role))
    };
    /// Makes the user a member of an organization, as far as the token says, with anything in the
    /// membership that a test needs, such as a permission that no role has.
    in_org_with(
        org_id: impl Into<OrgId>,
        describe: impl FnOnce(TestMember) -> TestMember
    ) |caller| {
        let member = describe(TestMember::default());
        caller.memberships.push((canonical(org_id), member));
        caller
    };
    /// Sets the active organization of the token. The user must be a member of it.
    active_org(org_id: impl Into<OrgId>) |caller| {
        caller.active_org = Some(canonical(org_id));
        caller
    };
    /// Sets a claim, and replaces the one that the token would have.
    claim(name: impl Into<String>, value: impl Into<Value>) |caller| {
        let name = name.into();
        caller.without.remove(&name);
        caller.claims.insert(name, value.into());
        caller
    };
    /// Removes a claim.
    without_claim(name: impl Into<String>) |caller| {
        caller.without.insert(name.into());
        caller
    };
}

impl EmulatedCaller {
    fn new(user: &EmulatedUser) -> Self {
        Self {
            shared: Arc::clone(user.shared()),
            options: TokenOptions::new(user.id().as_str()),
            memberships: Vec::new(),
            active_org: None,
            valid_in: None,
            claims: Map::new(),
            without: BTreeSet::new(),
            is_forged: false,
        }
    }

    /// Returns an access token, which is issued now.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, if an organization does not exist, or if
    /// the user is not a member of the active one.
    pub fn create_token(&self) -> Result<String, EmulatorError> {
        let store = self.shared.lock_store();
        let claims = self.token_claims(&store).map_err(EmulatorError::Rejected)?;
        let token = store.signing_key.sign(&claims);
        let token = token.map_err(EmulatorError::Rejected)?;
        Ok(if self.is_forged {
            dev_keys::with_invalid_signature(&token)
        } else {
            token
        })
    }

    fn token_claims(&self, store: &Store) -> Result<Value, String> {
        let mut claims = store.create_token(&self.options)?.claims;
        let Value::Object(fields) = &mut claims else {
            return Ok(claims);
        };
        if let Some(valid_in) = self.valid_in {
            let from = store.now().saturating_add(valid_in);
            fields.insert("nbf".to_owned(), from.into());
        }
        let orgs = fields
            .entry(ORGS)
            .or_insert_with(|| Value::Object(Map::new()));
        for (org_id, member) in &self.memberships {
            let org = store.org_identity(org_id);
            let org = org.ok_or_else(|| format!("there is no organization {org_id:?}"))?;
            let roles = store.roles_of(org_id);
            let lowest = roles.names().last().map(String::as_str);
            let membership = member.clone().membership(lowest, |role, additional_roles| {
                roles.membership(org, role, additional_roles)
            });
            if let Value::Object(orgs) = orgs {
                orgs.insert(org_id.to_string(), membership);
            }
        }
        if let Some(org_id) = &self.active_org {
            let org = orgs.get(org_id.as_str()).cloned();
            let org = org.ok_or_else(|| {
                format!("the user is not in the organization {org_id:?}: add `.in_org(…)`")
            })?;
            fields.remove(ORGS);
            fields.insert("org_member_info".to_owned(), org);
        }
        fields.extend(self.claims.clone());
        fields.retain(|name, _| !self.without.contains(name));
        Ok(claims)
    }
}

/// The claim with all memberships of a token without an active organization.
const ORGS: &str = "org_id_to_org_member_info";

/// # Panics
///
/// Panics if [`create_token`](EmulatedCaller::create_token) returns an error.
impl HasAccessToken for EmulatedCaller {
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    fn access_token(&self) -> String {
        self.create_token().expect("the token can be created")
    }
}

impl fmt::Debug for EmulatedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedCaller")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Denied, InvalidToken, Unauthorized, User, emulator::Emulator, testing::HasAccessToken,
    };

    async fn checked(emulator: &Emulator, caller: &impl HasAccessToken) -> Result<User, Denied> {
        let auth = emulator.propel_auth().await.unwrap();
        auth.validate_access_token_and_get_user(caller.authorization_header().as_str())
    }

    fn reason(result: Result<User, Denied>) -> InvalidToken {
        match result {
            Err(Denied::Unauthorized(Unauthorized::InvalidToken(reason))) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[actix_web::test]
    async fn each_variant_is_denied_for_its_own_reason_by_the_clock_of_the_emulator() {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(1_700_000_000);
        let alice = emulator.create_user("alice@example.com").unwrap();
        let expired = reason(checked(&emulator, &alice.expired()).await);
        assert!(matches!(expired, InvalidToken::Expired), "{expired:?}");
        let early = reason(checked(&emulator, &alice.not_yet_valid()).await);
        assert!(matches!(early, InvalidToken::NotYetValid), "{early:?}");
        let forged = reason(checked(&emulator, &alice.forged()).await);
        assert_eq!(forged, InvalidToken::Signature);
        let foreign = reason(checked(&emulator, &alice.issuer("https://x.example")).await);
        assert!(
            matches!(foreign, InvalidToken::Issuer { .. }),
            "{foreign:?}"
        );
        let without = reason(checked(&emulator, &alice.without_claim("exp")).await);
        assert!(without.to_string().contains("exp"), "{without}");
        let user = checked(&emulator, &alice.impersonated_by("emp-1"))
            .await
            .unwrap();
        assert!(user.is_impersonated());
        let user = checked(&emulator, &alice.claim("email", "a@b.c"))
            .await
            .unwrap();
        assert_eq!(user.email, "a@b.c");
    }

    #[actix_web::test]
    async fn a_membership_is_in_the_token_only() {
        let emulator = Emulator::start().await.unwrap();
        let alice = emulator.create_user("alice@example.com").unwrap();
        let acme = emulator.emulated_org(emulator.create_org("Acme Inc").unwrap());
        let caller = alice.in_org_with(&acme, |member| member.role("Admin").permission("can_fly"));
        let user = checked(&emulator, &caller).await.unwrap();
        let org = user.org(acme.id()).unwrap();
        assert!(org.is_role("Admin") && org.is_at_least_role("Member"));
        assert!(org.has_permission("can_fly") && org.org_name == "Acme Inc");
        assert_eq!(acme.role_of(&alice), None);

        let active = caller.active_org(&acme);
        let user = checked(&emulator, &active).await.unwrap();
        assert!(user.active_org().unwrap().is_role("Admin"));
        assert!(alice.active_org(&acme).create_token().is_err());
        assert!(alice.in_org("no-org", "Admin").create_token().is_err());
        acme.add_user(&alice, "Member").unwrap();
        let user = checked(&emulator, &alice.active_org(&acme)).await.unwrap();
        assert!(user.active_org().unwrap().is_role("Member"));
    }
}
