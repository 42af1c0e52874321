//! Two emulators with different keys: every kind of credential in every kind of selection.

use actix_web::{
    http::header::{AUTHORIZATION, HOST},
    test::TestRequest,
};
use actix_web_propelauth::{
    ApiKeys, Environments, PropelAuth, TokenSource,
    api::CreateApiKey,
    emulator::{EmulatedUser, Emulator},
};

use crate::fixtures::{self, Answer, world};

/// An environment with a user.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    user: EmulatedUser,
    email: &'static str,
    key: String,
    host: &'static str,
    path: &'static str,
}

impl World {
    async fn new(
        email: &'static str,
        rotations: usize,
        host: &'static str,
        path: &'static str,
    ) -> Self {
        let emulator = Emulator::start().await.unwrap();
        for _ in 0..rotations {
            emulator.rotate_signing_key();
        }
        let auth = world::connect(&emulator);
        let user = emulator.create_user(email).unwrap();
        let key = emulator
            .create_api_key(CreateApiKey::new().user_id(&user))
            .unwrap();
        let key = key.api_key_token.expose().to_owned();
        Self {
            emulator,
            auth,
            user,
            email,
            key,
            host,
            path,
        }
    }

    fn token(&self) -> String {
        self.user.log_in().unwrap()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Issuer,
    Host,
    Path,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Credential {
    Header,
    Cookie,
    Query,
    Key,
}

impl By {
    fn environments(self, eu: &World, us: &World) -> Environments {
        let (one, two) = (eu.auth.clone(), us.auth.clone());
        let environments = match self {
            Self::Issuer => Environments::by_issuer([one, two]),
            Self::Host => Environments::by_host([(eu.host, one), (us.host, two)]),
            Self::Path => Environments::by_path([(eu.path, one), (us.path, two)]),
        };
        environments.unwrap()
    }
}

/// Sends the credential of one environment to the place of another.
async fn ask(
    environments: &Environments,
    from: &World,
    to: &World,
    credential: Credential,
) -> Answer {
    let middleware = environments
        .require_user()
        .accept_api_keys(ApiKeys::new())
        .token_from(TokenSource::cookie("token"))
        .token_from(TokenSource::query("token"));
    let uri = match credential {
        Credential::Query => format!("{}?token={}", to.path, from.token()),
        _ => to.path.to_owned(),
    };
    let request = TestRequest::with_uri(&uri).insert_header((HOST, to.host));
    let request = match credential {
        Credential::Header => {
            request.insert_header((AUTHORIZATION, format!("Bearer {}", from.token())))
        }
        Credential::Key => request.insert_header((AUTHORIZATION, format!("Bearer {}", from.key))),
        Credential::Cookie => request.insert_header(("cookie", format!("token={}", from.token()))),
        Credential::Query => request,
    };
    fixtures::send(&super::app(middleware).await, request.to_request()).await
}

#[actix_web::test]
async fn a_credential_of_one_environment_never_speaks_in_another() {
    let eu = World::new("alice@example.eu", 0, "eu.example", "/eu").await;
    let us = World::new("bob@example.us", 1, "us.example", "/us").await;
    assert_ne!(eu.emulator.verifier_key(), us.emulator.verifier_key());
    let credentials = [
        Credential::Header,
        Credential::Cookie,
        Credential::Query,
        Credential::Key,
    ];
    for by in [By::Issuer, By::Host, By::Path] {
        let environments = by.environments(&eu, &us);
        for (from, to) in [(&eu, &eu), (&eu, &us), (&us, &us), (&us, &eu)] {
            for credential in credentials {
                let answer = ask(&environments, from, to, credential).await;
                let is_own = match (by, credential) {
                    // A key names no issuer, and is judged by the first environment.
                    (By::Issuer, Credential::Key) => std::ptr::eq(from, &raw const eu),
                    // The token chooses, wherever the request goes.
                    (By::Issuer, _) => true,
                    (By::Host | By::Path, _) => std::ptr::eq(from, to),
                };
                let case = format!("{by:?} {credential:?} of {} at {}", from.host, to.host);
                if is_own {
                    let body = format!("{} in {}", from.email, from.auth.issuer());
                    answer.is_ok(&body, &case);
                } else {
                    answer.is_401("invalid_token", &case);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_role_that_is_taken_away_in_one_environment_is_not_asked_about_in_the_other() {
    let eu = World::new("alice@example.eu", 0, "eu.example", "/eu").await;
    let us = World::new("bob@example.us", 1, "us.example", "/us").await;
    let environments = By::Issuer.environments(&eu, &us);
    eu.auth.user().disable_user(eu.user.id()).await.unwrap();
    let answer = ask(&environments, &us, &us, Credential::Header).await;
    answer.is_ok(
        &format!("bob@example.us in {}", us.auth.issuer()),
        "not disabled",
    );
}
