//! Step-up grants: what requires one, what PropelAuth is asked about it, and what it is good for.

#[cfg(feature = "audit")]
mod audit;
mod emulator;
mod handlers;
mod limits;
mod middleware;
mod once;
mod requirements;
mod routing;

use std::time::Duration;

use actix_web::{http::StatusCode, test::TestRequest};
use actix_web_propelauth::{
    OrgId, PropelAuth, UserId,
    api::{StepUpGrantType, VerifyStepUpTotpChallengeArgs},
    emulator::{EmulatedUser, Emulator, EmulatorBuilder},
    testing::TestRequestExt as _,
};

use crate::fixtures::{Answer, world::start_with};

const ACTION: &str = "DELETE_ORG";
const VERIFY: &str = "verify_step_up_grant";
const HEADER: &str = "x-step-up-grant";

/// An organization with an owner, an admin and a member, who all have an authenticator app.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    olga: EmulatedUser,
    adam: EmulatedUser,
    mia: EmulatedUser,
    acme: OrgId,
    path: String,
}

impl World {
    async fn new() -> Self {
        Self::with(Emulator::builder()).await
    }

    async fn with(builder: EmulatorBuilder) -> Self {
        let (emulator, auth) = start_with(builder).await;
        emulator.freeze_clock(2_000_000_000);
        let acme = emulator.create_org("Acme").unwrap();
        let [olga, adam, mia] =
            [("olga", "Owner"), ("adam", "Admin"), ("mia", "Member")].map(|(name, role)| {
                let user = emulator.create_user(format!("{name}@example.com")).unwrap();
                emulator.set_up_totp(user.id()).unwrap();
                emulator.add_user_to_org(&user, &acme, role).unwrap();
                user
            });
        let path = format!("/orgs/{acme}");
        Self {
            emulator,
            auth,
            olga,
            adam,
            mia,
            acme,
            path,
        }
    }

    /// Returns a grant that the user gets with a code of the app.
    async fn grant(
        &self,
        user: &EmulatedUser,
        action: &str,
        grant_type: StepUpGrantType,
    ) -> String {
        // A code is good once.
        self.emulator.advance_clock(Duration::from_secs(30));
        let code = self.emulator.totp_code(user.id()).unwrap();
        let args = VerifyStepUpTotpChallengeArgs {
            action_type: action.to_owned(),
            user_id: UserId::clone(user.id()),
            code: code.into(),
            grant_type,
            valid_for_seconds: 600,
        };
        let created = self
            .auth
            .mfa()
            .verify_step_up_totp_challenge(args)
            .await
            .unwrap();
        created.step_up_grant.expose().to_owned()
    }

    /// Returns a grant for one request, for [`ACTION`].
    async fn once(&self, user: &EmulatedUser) -> String {
        self.grant(user, ACTION, StepUpGrantType::OneTimeUse).await
    }

    /// Returns how often PropelAuth was asked about a grant.
    fn asked(&self) -> usize {
        let requests = self.emulator.requests();
        let asked = requests
            .iter()
            .filter(|it| it.operation.as_deref() == Some(VERIFY));
        asked.count()
    }

    /// Returns a request of a user, with a grant if there is one.
    fn request(&self, user: &EmulatedUser, grant: Option<&str>) -> TestRequest {
        let request = TestRequest::delete().uri(&self.path).as_user(user);
        match grant {
            Some(grant) => request.insert_header((HEADER, grant)),
            None => request,
        }
    }

    /// Returns `true` if PropelAuth accepts a grant, and uses it up if it is a one-time grant.
    async fn is_good(&self, user: &EmulatedUser, action: &str, grant: &str) -> bool {
        let call = self
            .auth
            .mfa()
            .verify_step_up_grant(action, user.id(), grant);
        call.await.is_ok()
    }
}

/// Returns `true` if a response asks for a grant.
fn asks_for_grant(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        && answer.challenge()
            == Some(r#"Bearer realm="api", error="insufficient_user_authentication""#)
}

/// Sends a request to an application, and reads the response.
macro_rules! answer {
    ($app:expr, $request:expr) => {
        crate::fixtures::send(&$app, $request.to_request()).await
    };
}
use answer;
