//! Members: create an organization, invite a user, change roles and remove members.
//!
//! ```text
//! cargo run --example manage_members --features emulator
//! ```
//!
//! prints
//!
//! ```text
//! alice created Acme Inc
//! invited: ["bob@example.com as Member"]
//! members: ["alice@example.com: Owner", "bob@example.com: Member"]
//! promoted: ["alice@example.com: Owner", "bob@example.com: Admin"]
//! removed: ["alice@example.com: Owner"]
//! ```

#![allow(clippy::print_stdout)] // printing is what this program is for

use actix_web_propelauth::{OrgId, PropelAuth, api::FetchUsersInOrg, emulator::Emulator};

async fn members(
    auth: &PropelAuth,
    org: &OrgId,
) -> Result<Vec<String>, actix_web_propelauth::Error> {
    let call = auth.call(FetchUsersInOrg::new(org));
    let mut members = call.stream().collect_all().await?;
    members.sort_by(|one, other| one.email.cmp(&other.email));
    let members = members.iter();
    Ok(members
        .map(|user| format!("{}: {}", user.email, user.role_in_org))
        .collect())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?; // with an account: PropelAuth::from_env().await?
    let orgs = auth.org();

    let alice = auth.user().create_user("alice@example.com").await?.user_id;
    let acme = orgs.create_org("Acme Inc").max_users(10).await?.org_id;
    orgs.add_user_to_org(&alice, &acme, "Owner").await?;
    println!("alice created {}", orgs.fetch_org(&acme).await?.name);

    // PropelAuth sends an email. The emulator keeps it, and accepts the invitation for bob.
    orgs.invite_user_to_org("bob@example.com", &acme, "Member")
        .await?;
    let invites = orgs
        .fetch_pending_invites()
        .org_id(&acme)
        .stream()
        .collect_all()
        .await?;
    let invites = invites.iter();
    let invites: Vec<_> = invites
        .map(|it| format!("{} as {}", it.invitee_email, it.role_in_org))
        .collect();
    println!("invited: {invites:?}");
    let bob = emulator.accept_invite("bob@example.com", &acme)?;
    println!("members: {:?}", members(&auth, &acme).await?);

    orgs.change_user_role_in_org(&bob, &acme, "Admin").await?;
    println!("promoted: {:?}", members(&auth, &acme).await?);
    orgs.remove_user_from_org(&bob, &acme).await?;
    println!("removed: {:?}", members(&auth, &acme).await?);
    Ok(())
}
