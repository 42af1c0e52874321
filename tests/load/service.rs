//! The service under load. Its handlers answer whom they see, and count how often they ran.

use std::{
    net::SocketAddr,
    panic,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{
    App, HttpMessage as _, HttpRequest, HttpServer,
    dev::ServerHandle,
    rt::{System, task::yield_now, time::sleep},
    web,
};
use actix_web_propelauth::{InOrg, OrgMemberInfo, PropelAuth, User, org_id};

pub(crate) const WORKERS: usize = 4;

/// What is in the message of a panic that is wanted.
const WANTED: &str = "as this test wants";

/// How often each handler ran.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) me: AtomicUsize,
    pub(crate) org: AtomicUsize,
    pub(crate) anyone: AtomicUsize,
    pub(crate) slow: AtomicUsize,
    pub(crate) panics: AtomicUsize,
    pub(crate) given_up: AtomicUsize,
    /// Runs of handlers behind `require_user` that found nobody, or two.
    pub(crate) without_one_user: AtomicUsize,
}

impl Ran {
    fn count(counter: &AtomicUsize) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

type State = web::Data<Ran>;

/// Returns the number that the client gave the request, so that no answer passes for another's.
fn number(request: &HttpRequest) -> &str {
    request.query_string()
}

/// Returns whom the extensions know, after a look at whether it is whom the handler was given.
fn seen(request: &HttpRequest, user: &User, ran: &Ran) -> String {
    let extensions = request.extensions();
    let known = extensions.get::<User>().map(|known| &known.email);
    if known != Some(&user.email) {
        Ran::count(&ran.without_one_user);
    }
    known.cloned().unwrap_or_default()
}

async fn me(request: HttpRequest, user: User, ran: State) -> String {
    Ran::count(&ran.me);
    format!("{} {}", number(&request), seen(&request, &user, &ran))
}

/// Looks once before and once after others had their turn.
async fn slow(request: HttpRequest, user: User, ran: State) -> String {
    Ran::count(&ran.slow);
    let before = seen(&request, &user, &ran);
    sleep(Duration::from_millis(1)).await;
    yield_now().await;
    let after = seen(&request, &user, &ran);
    format!("{} {before} {after}", number(&request))
}

async fn org(request: HttpRequest, user: User, org: OrgMemberInfo, ran: State) -> String {
    Ran::count(&ran.org);
    let email = seen(&request, &user, &ran);
    let (name, role) = (&org.org_name, &org.user_role);
    format!("{} {email} {name} {role}", number(&request))
}

/// Asks for nobody: whoever is there was left there by the middleware.
async fn anyone(request: HttpRequest, ran: State) -> String {
    Ran::count(&ran.anyone);
    let extensions = request.extensions();
    let org = extensions.get::<OrgMemberInfo>().map(|org| &*org.org_name);
    let email = extensions.get::<User>().map(|user| &*user.email);
    format!(
        "{} {}{}",
        number(&request),
        email.unwrap_or("nobody"),
        org.unwrap_or("")
    )
}

async fn panics(user: User, ran: State) -> String {
    Ran::count(&ran.panics);
    panic!("{WANTED}: {}", user.email)
}

async fn given_up(request: HttpRequest, user: User, ran: State) -> String {
    Ran::count(&ran.given_up);
    sleep(Duration::from_millis(5)).await;
    seen(&request, &user, &ran)
}

pub(crate) struct Service {
    pub(crate) addr: SocketAddr,
    pub(crate) ran: Arc<Ran>,
    handle: ServerHandle,
    thread: JoinHandle<()>,
}

impl Service {
    pub(crate) fn start(auth: &PropelAuth) -> Self {
        let (auth, ran) = (auth.clone(), State::default());
        let (sender, receiver) = mpsc::channel();
        let state = ran.clone();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let anyone = web::resource("/anyone").get(anyone);
                    let org = web::resource("/orgs/{org_id}").get(org);
                    App::new()
                        .app_data(state.clone())
                        .service(anyone.wrap(auth.allow_anonymous()))
                        .service(
                            web::scope("")
                                .service(org.wrap(InOrg::new(org_id::path("org_id"))))
                                .route("/me", web::get().to(me))
                                .route("/slow", web::get().to(slow))
                                .route("/panic", web::get().to(panics))
                                .route("/given-up", web::to(given_up))
                                .wrap(auth.require_user()),
                        )
                });
                let server = server.workers(WORKERS).bind(("127.0.0.1", 0)).unwrap();
                let addr = server.addrs()[0];
                let server = server.disable_signals().run();
                sender.send((addr, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (addr, handle) = receiver.recv().unwrap();
        Self {
            addr,
            ran: ran.into_inner(),
            handle,
            thread,
        }
    }

    pub(crate) fn stop(self) {
        // The command is sent at once; its future only waits for the end.
        drop(self.handle.stop(false));
        self.thread.join().unwrap();
    }
}

/// Keeps the panics that are wanted from filling the output.
pub(crate) fn silence_wanted_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !info.to_string().contains(WANTED) {
            report(info);
        }
    }));
}
