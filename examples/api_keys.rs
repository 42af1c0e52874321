//! Callers of every kind on the same routes: a person with a token, a program with an API key of a user, and
//! one with a key of an organization.
//!
//! ```text
//! cargo run --example api_keys --features emulator
//! ```

use std::time::Duration;

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{
    ApiKeys, InOrg, InOrgWithRole, OrgMemberInfo, Principal, User, api::CreateApiKey,
    emulator::Emulator, org_id,
};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

/// Serves every kind of caller.
async fn whoami(caller: Principal) -> String {
    match &caller {
        Principal::User(user) => format!("{} with a browser", user.email),
        Principal::UserByKey(by_key) => format!("a program of {}", by_key.user().email),
        Principal::Org(org) => format!("a program of {}", org.org_name()),
        _ => "unknown".to_owned(),
    }
}

/// Serves users, by token or by key.
async fn inbox(user: User) -> String {
    format!("the inbox of {}", user.email)
}

/// Serves people. The middleware around it accepts tokens only.
async fn password(user: User) -> String {
    format!("the password of {}", user.email)
}

/// Serves members of an organization, and the organization itself.
async fn reports(org: OrgMemberInfo) -> String {
    format!("reports of {}", org.org_name)
}

/// Serves admins. An organization has no role.
async fn billing(org: OrgMemberInfo) -> String {
    format!("billing of {}", org.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;

    let create = |request| emulator.create_api_key(request);
    let of_alice = create(CreateApiKey::new().user_id(&alice))?;
    let of_alice_in_acme = create(CreateApiKey::new().user_id(&alice).org_id(&acme))?;
    let of_acme = create(CreateApiKey::new().org_id(&acme))?;
    let throttled = create(CreateApiKey::new().org_id(&acme))?;
    emulator.rate_limit_api_key(&throttled.api_key_id, 0, Duration::from_secs(60))?;
    let deleted = create(CreateApiKey::new().org_id(&acme))?;
    auth.api_key().delete_api_key(&deleted.api_key_id).await?;

    let server = HttpServer::new(move || {
        let in_org = || org_id::path("org_id");
        let reports = web::resource("/orgs/{org_id}/reports")
            .get(reports)
            .wrap(InOrg::new(in_org()));
        let billing = web::resource("/orgs/{org_id}/billing")
            .get(billing)
            .wrap(InOrgWithRole::new("Admin", in_org()));
        let password = web::resource("/password")
            .get(password)
            .wrap(auth.require_user());
        App::new()
            .route("/whoami", web::get().to(whoami))
            .route("/inbox", web::get().to(inbox))
            .service(reports)
            .service(billing)
            .service(password)
            .wrap(auth.require_user().accept_api_keys(ApiKeys::new()))
    })
    .bind(support::address())?;

    let by_key = |path: &str, name, key: &str| get(path).token(name, key);
    let (reports, billing) = (
        format!("/orgs/{acme}/reports"),
        format!("/orgs/{acme}/billing"),
    );
    let alices = of_alice.api_key_token.expose();
    let alices_in_acme = of_alice_in_acme.api_key_token.expose();
    let acmes = of_acme.api_key_token.expose();
    let requests = [
        get("/whoami")
            .as_user(&alice)
            .answers(200, "alice@example.com with a browser"),
        by_key("/whoami", "of_alice", alices).answers(200, "a program of alice@example.com"),
        by_key("/inbox", "of_alice", alices).answers(200, "the inbox of alice@example.com"),
        by_key(&billing, "of_alice_in_acme", alices_in_acme).answers(200, "billing of Acme Inc"),
        by_key("/whoami", "of_acme", acmes).answers(200, "a program of Acme Inc"),
        by_key(&reports, "of_acme", acmes).answers(200, "reports of Acme Inc"),
        // It has no user, and no role.
        by_key("/inbox", "of_acme", acmes).denied(403),
        by_key(&billing, "of_acme", acmes).denied(403),
        by_key("/password", "of_alice", alices).denied(401),
        get("/password")
            .as_user(&alice)
            .answers(200, "the password of alice@example.com"),
        by_key("/whoami", "throttled", throttled.api_key_token.expose())
            .answers(429, r#"{"title":"Too Many Requests","status":429}"#)
            .answers_header("retry-after", "60"),
        by_key("/whoami", "deleted", deleted.api_key_token.expose()).denied(401),
        get("/whoami").denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
