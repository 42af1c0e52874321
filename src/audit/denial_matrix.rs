//! The denial matrix: requests of several callers to every route.

use std::fmt;

use actix_http::Request;
use actix_service::Service;
use actix_web::{Error, body::MessageBody, dev::ServiceResponse};

use super::{
    examine::set,
    matrix_report::{MatrixReport, MatrixRow},
    route_audit::RouteAudit,
    send::{End, Shot, Target},
};
use crate::{
    access::{Denied, Unauthorized, probe::OrgSource},
    testing::{HasAccessToken, TestOrg, TestUser},
    words::ids::OrgId,
};

/// Sends requests of several callers to every route of an application, and reports which were denied.
///
/// A caller who is asked for a step-up grant is reported as `step-up`: with a grant, the response may be another
/// one.
///
/// The first column is a caller without a token. [`for_org`](Self::for_org) adds the usual callers for
/// applications that use [`testing::propel_auth`](crate::testing::propel_auth).
/// [`caller`](Self::caller) adds any others, such as users of the emulator:
///
/// ```
/// # #[cfg(feature = "emulator")]
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use actix_web::{App, test, web};
/// use actix_web_propelauth::{InOrg, audit::DenialMatrix, emulator::Emulator, org_id};
///
/// let emulator = Emulator::start().await?;
/// let alice = emulator.create_user("alice@example.com")?;
/// let bob = emulator.create_user("bob@example.com")?;
/// let acme = emulator.emulated_org(emulator.create_org("Acme Inc")?);
/// acme.add_user(&alice, "Admin")?;
///
/// let auth = emulator.propel_auth().await?;
/// let members = InOrg::new(org_id::path("org_id"));
/// let files = web::resource("/orgs/{org_id}/files").get(|| async { "files" }).wrap(members);
/// let app = test::init_service(App::new().service(files).wrap(auth.require_user())).await;
///
/// let matrix = DenialMatrix::new()
///     .org(&acme)
///     .caller("Admin", &alice)
///     .caller("no member", &bob)
///     .run(&app)
///     .await;
/// assert_eq!(
///     matrix.to_string(),
///     "METHOD  ROUTE                 anonymous  Admin  no member  PROTECTION\n\
///      GET     /orgs/{org_id}/files  401        ok     403        user, InOrg(path \"org_id\")\n"
/// );
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "emulator"))]
/// # fn main() {}
/// ```
#[derive(Clone, Default)]
#[must_use = "a matrix does nothing until it is run"]
pub struct DenialMatrix {
    audit: RouteAudit,
    callers: Vec<(String, Caller)>,
}

/// Who sends the requests of a column.
#[derive(Clone)]
enum Caller {
    /// A user, by a token.
    Token(String),
    /// A member of an organization, which is the active one where a guard asks for that.
    Member(Box<(TestUser, TestOrg)>),
}

impl DenialMatrix {
    /// Creates a matrix with one caller, who has no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a matrix for an organization, with these callers: one without a token, one whose token has
    /// expired, a user who has the highest role in another organization, and a member in each role.
    pub fn for_org(org: &TestOrg) -> Self {
        let roles = org.role_names();
        let highest = roles.first().map_or("", String::as_str);
        let other = org.clone().with_new_id();
        let expired = TestUser::new("expired@example.com").in_org(org, highest);
        let mut matrix = Self::new().org(org.org_id());
        matrix.add_member("expired", expired.expires_in(-60), org);
        let outsider = TestUser::new("outsider@example.com").in_org(&other, highest);
        matrix.add_member("other org", outsider, &other);
        for role in roles {
            let user = TestUser::new("member@example.com").in_org(org, role);
            matrix.add_member(role, user, org);
        }
        matrix
    }

    fn add_member(&mut self, name: &str, user: TestUser, org: &TestOrg) {
        let caller = Caller::Member(Box::new((user, org.clone())));
        self.callers.push((name.to_owned(), caller));
    }

    /// Adds a column for a caller, whose token is created now.
    ///
    /// Where a guard uses the active organization, the token must have one.
    pub fn caller(mut self, name: impl Into<String>, user: &impl HasAccessToken) -> Self {
        let caller = Caller::Token(user.access_token());
        self.callers.push((name.into(), caller));
        self
    }

    /// Sets the organization that requests name, wherever a guard looks for one: in a path parameter, a
    /// query parameter or a header.
    pub fn org(mut self, org_id: impl Into<OrgId>) -> Self {
        self.audit = self.audit.org_in_requests(org_id.into());
        self
    }

    /// Finds the routes with this audit: its list of public routes, path parameters and variants.
    pub fn audit(mut self, audit: RouteAudit) -> Self {
        self.audit = audit.with_org_of(&self.audit);
        self
    }

    /// Sends requests of each caller to every route of an application, as [`init_service`] returns it.
    ///
    /// [`init_service`]: actix_web::test::init_service
    pub async fn run<S, B>(&self, app: &S) -> MatrixReport
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let target = Target::new(app);
        let (survey, problems) = self.audit.survey(&target).await;
        let org_id = self.audit.org_id();
        let tokens = |needs_active_org| -> Vec<(String, String)> {
            let callers = self.callers.iter();
            callers
                .map(|(name, caller)| (name.clone(), caller.token(needs_active_org)))
                .collect()
        };
        let (plain, with_active_org) = (tokens(false), tokens(true));
        let mut rows = Vec::new();
        for surveyed in survey {
            let mut shot = surveyed.shot;
            let mut needs_active_org = false;
            for source in &surveyed.sources {
                match source {
                    OrgSource::Query(name) => set(&mut shot.query, name, org_id),
                    OrgSource::Header(name) => set(&mut shot.headers, name, org_id),
                    OrgSource::Path(_) => {}
                    OrgSource::ActiveOrg => needs_active_org = true,
                }
            }
            let mut cells = vec![(ANONYMOUS.to_owned(), cell(&target, &shot).await)];
            let callers = if needs_active_org {
                &with_active_org
            } else {
                &plain
            };
            for (name, token) in callers {
                shot.token = Some(token.clone());
                cells.push((name.clone(), cell(&target, &shot).await));
            }
            rows.push(MatrixRow {
                route: surveyed.route,
                cells,
            });
        }
        let names = self.callers.iter().map(|(name, _)| name.clone());
        MatrixReport {
            callers: std::iter::once(ANONYMOUS.to_owned()).chain(names).collect(),
            rows,
            problems,
        }
    }
}

/// The name of the first column.
const ANONYMOUS: &str = "anonymous";

async fn cell<S, B>(target: &Target<'_, S>, shot: &Shot) -> String
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    match target.send(shot).await.end {
        // A caller with the second factor gets further.
        End::Denied(_, Denied::Unauthorized(Unauthorized::StepUpRequired { .. })) => {
            "step-up".to_owned()
        }
        End::Denied(_, denied) => denied.status_code().as_u16().to_string(),
        End::Unrouted(status) => status.as_u16().to_string(),
        End::Reached => "ok".to_owned(),
    }
}

impl Caller {
    fn token(&self, needs_active_org: bool) -> String {
        match self {
            Self::Token(token) => token.clone(),
            Self::Member(member) if needs_active_org => {
                let (user, org) = &**member;
                user.clone().active_org(org).access_token()
            }
            Self::Member(member) => member.0.access_token(),
        }
    }
}

impl fmt::Debug for DenialMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let callers: Vec<&str> = self.callers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("DenialMatrix")
            .field("audit", &self.audit)
            .field("callers", &callers)
            .finish()
    }
}
