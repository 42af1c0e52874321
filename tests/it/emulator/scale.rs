//! The emulator is as fast with many users as with few.

use std::time::{Duration, Instant};

use actix_web_propelauth::{
    OrgId, PropelAuth, UserId,
    api::{CreateApiKey, CreateOrg, CreateUser, InviteUserToOrg, SerializableSecret},
    emulator::Emulator,
};

const FEW: usize = 100;
const MANY: usize = 20_000;

/// What so many more users may cost. To look at each of them would cost 200 times as much, or
/// far less of it where most of the time is HTTP's.
const FACTOR: u32 = 3;

/// An emulator with so many users, organizations, invitations and API keys.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    acme: OrgId,
    boss: UserId,
    size: usize,
    /// A user in the middle of them all, and a key of that user.
    user_id: UserId,
    name: String,
    token: SerializableSecret,
}

impl World {
    async fn new(size: usize) -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(1_700_000_000);
        let auth = crate::fixtures::world::connect(&emulator);
        let acme = emulator.create_org("Acme").unwrap();
        let boss = UserId::from(emulator.create_user("boss@example.com").unwrap());
        emulator.add_user_to_org(&boss, &acme, "Owner").unwrap();
        let mut world = Self {
            user_id: boss.clone(),
            token: SerializableSecret::from(""),
            emulator,
            auth,
            acme,
            boss,
            size: 0,
            name: String::new(),
        };
        while world.size < size {
            let user_id = world.create();
            world.join(&user_id);
            world.invite();
            world.found();
            let token = world.key(&user_id);
            if world.size == size / 2 {
                (world.user_id, world.token) = (user_id, token);
                world.name = format!("user{}", world.size);
            }
        }
        world.second();
        world
    }

    fn create(&mut self) -> UserId {
        self.size += 1;
        let user = CreateUser::new(format!("user{}@example.com", self.size));
        let user = user.username(format!("user{}", self.size));
        self.emulator.create_user(user).unwrap().into()
    }

    fn join(&self, user_id: &UserId) {
        self.emulator
            .add_user_to_org(user_id, &self.acme, "Member")
            .unwrap();
    }

    fn invite(&self) {
        let email = format!("guest{}@example.com", self.size);
        let invite = InviteUserToOrg::new(email, &self.acme, "Member");
        self.emulator.invite_user_as(&self.boss, invite).unwrap();
    }

    fn found(&self) {
        let org = CreateOrg::new(format!("Org {}", self.size));
        self.emulator.create_org(org).unwrap();
    }

    fn key(&self, user_id: &UserId) -> SerializableSecret {
        let key = CreateApiKey::new().user_id(user_id);
        self.emulator.create_api_key(key).unwrap().api_key_token
    }

    /// Lets a second pass, at which the emulator notes what changed.
    fn second(&self) {
        self.emulator.advance_clock(Duration::from_secs(1));
    }

    /// Does everything once and returns how long each thing took.
    async fn times(&mut self) -> Vec<(&'static str, Duration)> {
        let mut times = Vec::new();
        let mut start = Instant::now();
        let mut note = |what| {
            times.push((what, start.elapsed()));
            start = Instant::now();
        };

        let user_id = self.create();
        note("create a user");
        self.join(&user_id);
        note("add a user to an organization");
        self.invite();
        note("invite somebody");
        self.found();
        note("create an organization");
        self.key(&user_id);
        note("create an API key");
        self.second();
        note("let a second pass");
        let user = self.auth.user();
        user.fetch_user_metadata_by_user_id(&self.user_id)
            .await
            .unwrap();
        note("fetch a user by id");
        let email = format!("{}@EXAMPLE.com", self.name);
        user.fetch_user_metadata_by_email(email).await.unwrap();
        note("fetch a user by e-mail address");
        user.fetch_user_metadata_by_username(&self.name)
            .await
            .unwrap();
        note("fetch a user by username");
        let api_key = self.auth.api_key();
        api_key.validate_api_key(self.token.expose()).await.unwrap();
        note("validate an API key");
        times
    }
}

#[actix_web::test]
async fn what_many_users_do_takes_no_longer_than_what_few_do() {
    let (mut few, mut many) = (World::new(FEW).await, World::new(MANY).await);
    let (mut of_few, mut of_many) = (few.times().await, many.times().await);
    // The quickest of several, as the machine may be busy, and in turns.
    for _ in 0..20 {
        for (world, best) in [(&mut few, &mut of_few), (&mut many, &mut of_many)] {
            for ((_, best), (_, time)) in best.iter_mut().zip(world.times().await) {
                *best = time.min(*best);
            }
        }
    }
    let slow = of_few.into_iter().zip(of_many);
    let slow: Vec<_> = slow
        .filter(|((_, few), (_, many))| *many > *few * FACTOR)
        .collect();
    assert!(slow.is_empty(), "{slow:#?}");
}
