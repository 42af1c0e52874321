//! API keys in place of access tokens: which caller each kind of key is, and what cannot be validated.

mod answers;
mod cache;
mod ended;
mod kinds;
mod log_lines;
mod nested;

use std::time::Duration;

use actix_web::{
    App, Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    web,
};
use actix_web_propelauth::{
    ActiveOrg, ApiKeyId, ApiKeyKind, InOrg, InOrgWithMinimumRole, InOrgWithPermission,
    InOrgWithRole, OptionalUser, OrgId, OrgMemberInfo, Principal, PropelAuth, PropelAuthExt as _,
    User,
    api::{CreateApiKey, SerializableSecret},
    emulator::{EmulatedUser, Emulator},
    org_id,
};

use crate::{a_canary, fixtures::world};

/// Alice, an admin of Acme and a member of Bolt; and keys of each kind.
struct World {
    emulator: Emulator,
    auth: PropelAuth,
    alice: EmulatedUser,
    acme: OrgId,
    bolt: OrgId,
    /// Alice's.
    personal: Key,
    /// Acme's, used by Alice.
    member: Key,
    /// Acme's.
    org: Key,
    /// Nobody's.
    generic: Key,
}

struct Key {
    id: ApiKeyId,
    text: SerializableSecret,
}

impl Key {
    fn text(&self) -> &str {
        self.text.expose()
    }
}

impl World {
    async fn new() -> Self {
        let builder = Emulator::builder().permission("Admin", "can_export");
        let (emulator, auth) = world::start_with(builder).await;
        let (acme, bolt) = (
            emulator.create_org("Acme Inc").unwrap(),
            emulator.create_org("Bolt Ltd").unwrap(),
        );
        let alice = emulator.create_user("alice@example.com").unwrap();
        emulator.add_user_to_org(&alice, &acme, "Admin").unwrap();
        emulator.add_user_to_org(&alice, &bolt, "Member").unwrap();
        let create = |request: CreateApiKey| {
            let key = emulator.create_api_key(request).unwrap();
            Key {
                id: key.api_key_id,
                text: key.api_key_token,
            }
        };
        let personal = create(CreateApiKey::new().user_id(&alice));
        let member = create(CreateApiKey::new().user_id(&alice).org_id(&acme));
        let org = create(CreateApiKey::new().org_id(&acme));
        let generic = create(CreateApiKey::new());
        emulator.clear_requests();
        Self {
            emulator,
            auth,
            alice,
            acme,
            bolt,
            personal,
            member,
            org,
            generic,
        }
    }

    /// Returns how often PropelAuth was asked about a key since the last time.
    fn asked(&self) -> usize {
        let requests = self.emulator.requests();
        self.emulator.clear_requests();
        let is_validation = |path: &str| path.contains("/end_user_api_keys/validate");
        requests.iter().filter(|it| is_validation(&it.path)).count()
    }
}

async fn whoami(user: User) -> String {
    user.email.clone()
}

async fn maybe(user: OptionalUser) -> String {
    user.as_ref()
        .map_or_else(|| "none".to_owned(), |user| user.email.clone())
}

/// Who it is, by which kind of key, and until when.
async fn caller(request: HttpRequest, caller: Principal) -> String {
    a_canary::check(
        "Debug of a caller",
        &format!("{caller:?} {:?}", caller.key()),
    );
    assert_eq!(request.propelauth_principal(), Some(caller.clone()));
    assert_eq!(request.propelauth_user(), caller.user().cloned());
    let kind = match caller.key().map(|key| key.kind()) {
        Some(ApiKeyKind::Personal) => "personal",
        Some(ApiKeyKind::Member) => "member",
        Some(ApiKeyKind::Org) => "org",
        Some(_) => "another",
        None => "token",
    };
    let name = match &caller {
        Principal::User(user) => user.email.clone(),
        Principal::UserByKey(by_key) => by_key.user().email.clone(),
        Principal::Org(org) => org.org_name().to_owned(),
        _ => "unknown".to_owned(),
    };
    format!("{name} by {kind}")
}

async fn active(org: ActiveOrg) -> String {
    format!("{} as {:?}", org.org_name, org.user_role)
}

async fn checked(org: OrgMemberInfo) -> String {
    format!("{} as {:?}", org.org_name, org.user_role)
}

/// The routes that all tests use, without middleware.
fn routes() -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let by_path = || org_id::path("org_id");
    let path = "/orgs/{org_id}/which";
    let admins = InOrgWithRole::new("Admin", by_path()).path_pattern(path);
    App::new()
        .route("/whoami", web::get().to(whoami))
        .route("/maybe", web::get().to(maybe))
        .route("/caller", web::get().to(caller))
        .route("/active", web::get().to(active))
        .service(
            web::resource("/active/checked")
                .get(checked)
                .wrap(InOrg::new(org_id::active())),
        )
        .service(
            web::resource("/orgs/{org_id}/member")
                .get(checked)
                .wrap(InOrg::new(by_path())),
        )
        .service(
            web::resource("/orgs/{org_id}/admin")
                .get(checked)
                .wrap(InOrgWithRole::new("Admin", by_path())),
        )
        .service(
            web::resource("/orgs/{org_id}/minimum")
                .get(checked)
                .wrap(InOrgWithMinimumRole::new("Member", by_path())),
        )
        .service(
            web::resource("/orgs/{org_id}/permission")
                .get(checked)
                .wrap(InOrgWithPermission::new("can_export", by_path())),
        )
        .service(
            web::resource(path)
                .route(admins.guard_route(web::get().to(async || "the admins' route")))
                .route(web::get().to(async || "the other route")),
        )
}

/// Just longer than a valid key is believed by default.
const LONGER: Duration = Duration::from_secs(11);
