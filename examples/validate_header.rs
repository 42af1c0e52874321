//! Outside of actix-web: validates an `Authorization` header that any server or queue has received.
//!
//! ```text
//! cargo run --example validate_header --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! no header: 401 Unauthorized
//! garbage: 401 Unauthorized
//! alice's token: alice@example.com
//! alice in Acme Inc: Admin
//! alice in Acme Inc, as owner: 403 Forbidden
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use actix_web_propelauth::{Denied, emulator::Emulator};

fn outcome(result: Result<String, Denied>) -> String {
    result.unwrap_or_else(|denied| denied.status_code().to_string())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    emulator.add_user_to_org(&alice, &acme, "Admin")?;

    // As received from a WebSocket's first message, a gRPC call or a queue.
    let header = format!("Bearer {}", alice.log_in()?);

    let email = |header: Option<&str>| {
        let user = auth.validate_access_token_and_get_user(header);
        outcome(user.map(|user| user.email.clone()))
    };
    println!("no header: {}", email(None));
    println!("garbage: {}", email(Some("Bearer garbage")));
    println!("alice's token: {}", email(Some(&header)));

    let member = auth.validate_access_token_and_get_user_with_org_info(header.as_str(), &acme);
    println!(
        "alice in Acme Inc: {}",
        outcome(member.map(|it| it.org_member_info.user_role.clone()))
    );
    let owner = auth.validate_access_token_and_get_user_with_org_info_with_exact_role(
        header.as_str(),
        &acme,
        "Owner",
    );
    println!(
        "alice in Acme Inc, as owner: {}",
        outcome(owner.map(|it| it.user.email.clone()))
    );
    Ok(())
}
