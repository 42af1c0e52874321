//! What every test starts from: an emulated PropelAuth with two organizations and their users.

use actix_web_propelauth::{
    OrgId, PropelAuth,
    emulator::{EmulatedUser, Emulator, TokenOptions},
};
use starter::error;

#[allow(dead_code)] // no test uses everything
pub struct World {
    pub emulator: Emulator,
    pub auth: PropelAuth,
    pub acme: OrgId,
    pub initech: OrgId,
    /// The owner of Acme.
    pub olga: EmulatedUser,
    /// An administrator of Acme.
    pub adam: EmulatedUser,
    /// A member of Acme.
    pub mia: EmulatedUser,
    /// The owner of Initech.
    pub eve: EmulatedUser,
}

#[allow(dead_code)] // as above
impl World {
    pub async fn start() -> Self {
        let emulator = Emulator::builder()
            .permission("Owner", "billing::read")
            .permission("Owner", "projects::write")
            .permission("Admin", "projects::write")
            .start()
            .await
            .unwrap();
        let builder = error::in_envelopes(emulator.propel_auth_builder());
        let auth = builder.fetch_and_init().await.unwrap();
        let acme = emulator.create_org("Acme Inc").unwrap();
        let initech = emulator.create_org("Initech").unwrap();
        let user = |name: &str, org: &OrgId, role: &str| {
            let user = emulator.create_user(format!("{name}@example.com")).unwrap();
            emulator.add_user_to_org(&user, org, role).unwrap();
            user
        };
        Self {
            olga: user("olga", &acme, "Owner"),
            adam: user("adam", &acme, "Admin"),
            mia: user("mia", &acme, "Member"),
            eve: user("eve", &initech, "Owner"),
            emulator,
            auth,
            acme,
            initech,
        }
    }

    /// Returns a token of Acme's owner that has expired.
    pub fn expired(&self) -> String {
        let options = TokenOptions::new("olga@example.com").expires_in(-60);
        self.emulator.create_token(&options).unwrap().access_token
    }

    /// Returns a token of Acme's owner that is signed with another key.
    pub fn forged(&self) -> String {
        let options = TokenOptions::new("olga@example.com").forged();
        self.emulator.create_token(&options).unwrap().access_token
    }
}
