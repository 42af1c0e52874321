//! What the three programs share: a service with users and organizations, requests to it, and a
//! comparison of what was exported with what should have been.

use std::{error::Error, net::TcpListener, process::ExitCode};

use actix_web::{
    HttpResponse, Responder,
    dev::Server,
    error::ErrorBadGateway,
    rt,
    web::{self, ServiceConfig, ThinData},
};
use actix_web_propelauth::{
    InOrgWithRole, OrgId, OrgMemberInfo, PropelAuth, User, emulator::Emulator, org_id,
};

/// The result of a program.
pub type Outcome = Result<ExitCode, Box<dyn Error>>;

/// An address that no export may contain.
pub const EMAIL: &str = "alice@example.com";

/// An emulated PropelAuth with an organization, its admin and its member.
pub struct World {
    /// Kept, because dropping it stops it.
    pub emulator: Emulator,
    /// The handle of the service.
    pub auth: PropelAuth,
    /// The organization.
    pub org: OrgId,
    admin: String,
    member: String,
}

impl World {
    /// Starts the emulator, and connects to it.
    pub async fn start() -> Result<Self, Box<dyn Error>> {
        let emulator = Emulator::start().await?;
        // The key makes pseudonyms the same in all instances of a service, and after a restart.
        let auth = emulator
            .propel_auth_builder()
            .pseudonym_key("a secret of the deployment")
            .fetch_and_init()
            .await?;
        let org = emulator.create_org("Acme Inc")?;
        let mut tokens = Vec::new();
        for (email, role) in [(EMAIL, "Admin"), ("bob@example.com", "Member")] {
            let user = emulator.create_user(email)?;
            emulator.emulated_org(&org).add_user(user.id(), role)?;
            tokens.push(user.log_in()?);
        }
        let member = tokens.pop().unwrap_or_default();
        let admin = tokens.pop().unwrap_or_default();
        Ok(Self {
            emulator,
            auth,
            org,
            admin,
            member,
        })
    }

    /// Serves with the given function, and sends five requests: two that are answered, and three that are
    /// denied.
    pub async fn send_requests(
        &self,
        serve: impl FnOnce(TcpListener) -> std::io::Result<Server>,
    ) -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = serve(listener)?;
        let handle = server.handle();
        rt::spawn(server);
        let billing = format!("/orgs/{}/billing", self.org);
        for (path, token, status) in [
            ("/whoami", Some(&*self.admin), 200),
            (&*billing, Some(&*self.admin), 200),
            (&*billing, Some(&*self.member), 403),
            ("/whoami", Some("undefined"), 401),
            ("/whoami", None, 401),
        ] {
            let mut request = awc::Client::default().get(format!("{url}{path}"));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let response = request.send().await.map_err(|error| error.to_string())?;
            println!("GET {path}: {}", response.status());
            assert_eq!(response.status().as_u16(), status, "{path}");
        }
        handle.stop(true).await;
        Ok(())
    }
}

/// The routes of the service: one for every user, and one for the admins of an organization.
pub fn routes(config: &mut ServiceConfig) {
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    config.route("/whoami", web::get().to(whoami)).service(
        web::resource("/orgs/{org_id}/billing")
            .get(billing)
            .wrap(admins),
    );
}

async fn whoami(user: User) -> String {
    user.user_id.to_string()
}

/// Calls the backend API, so that there is a call to see.
async fn billing(org: OrgMemberInfo, auth: ThinData<PropelAuth>) -> impl Responder {
    let org = auth.org().fetch_org(&org.org_id).await;
    org.map(|org| HttpResponse::Ok().body(format!("billing of {}", org.name)))
        .map_err(ErrorBadGateway)
}

/// Prints what was exported. With `--check`, compares it with what it must contain, and must not.
pub fn print_or_check(exported: &str, expected: &[&str], world: &World) -> ExitCode {
    println!("\n{exported}");
    if !std::env::args().any(|argument| argument == "--check") {
        return ExitCode::SUCCESS;
    }
    let missing: Vec<_> = { expected.iter() }
        .filter(|text| !exported.contains(**text))
        .collect();
    let secrets = ["example.com", world.emulator.api_key(), &world.admin, "eyJ"];
    let leaked: Vec<_> = { secrets.iter() }
        .filter(|text| exported.contains(**text))
        .collect();
    if missing.is_empty() && leaked.is_empty() {
        println!("as expected");
        return ExitCode::SUCCESS;
    }
    eprintln!("missing: {missing:#?}\nleaked: {} values", leaked.len());
    ExitCode::FAILURE
}
