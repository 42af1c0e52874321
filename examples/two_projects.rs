//! Two projects: customers and staff log in to different PropelAuth projects, in one service.
//!
//! ```text
//! cargo run --example two_projects --features emulator
//! ```

use actix_web::{App, HttpServer, web};
use actix_web_propelauth::{InOrgWithRole, OrgMemberInfo, User, emulator::Emulator, org_id};
use support::{Outcome, get};

#[path = "support/mod.rs"]
mod support;

async fn account(user: User) -> String {
    format!("account of {}", user.email)
}

async fn tickets(user: User, team: OrgMemberInfo) -> String {
    format!("tickets for {} of {}", user.email, team.org_name)
}

#[actix_web::main]
async fn main() -> Outcome {
    // With accounts, `builder(url, key)` takes the auth URL and the API key of each project.
    let (customer_project, staff_project) = (Emulator::start().await?, Emulator::start().await?);
    let customers = customer_project
        .propel_auth_builder()
        .realm("shop")
        .fetch_and_init()
        .await?;
    let staff = staff_project
        .propel_auth_builder()
        .realm("staff")
        .fetch_and_init()
        .await?;

    let carol = customer_project.create_user("carol@example.com")?;
    let sam = staff_project.create_user("sam@shop.example")?;
    let helpdesk = staff_project.create_org("Helpdesk")?;
    staff_project.add_user_to_org(&sam, &helpdesk, "Admin")?;

    let server = HttpServer::new(move || {
        let tickets = web::resource("/teams/{org_id}/tickets")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(tickets);
        // A scope for each project. A token of one is worth nothing in the other.
        App::new()
            .service(
                web::scope("/staff")
                    .wrap(staff.require_user())
                    .service(tickets),
            )
            .service(
                web::scope("/shop")
                    .wrap(customers.require_user())
                    .route("/account", web::get().to(account)),
            )
    })
    .bind(support::address())?;

    let tickets = format!("/staff/teams/{helpdesk}/tickets");
    let realm = "www-authenticate";
    let requests = [
        get("/shop/account")
            .as_user(&carol)
            .answers(200, "account of carol@example.com"),
        get("/shop/account").as_user(&sam).denied(401),
        get(&tickets)
            .as_user(&sam)
            .answers(200, "tickets for sam@shop.example of Helpdesk"),
        get(&tickets).as_user(&carol).denied(401),
        get(&tickets)
            .denied(401)
            .answers_header(realm, r#"Bearer realm="staff""#),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
