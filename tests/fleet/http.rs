//! The same through a real HTTP server and a connection to it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::mpsc::channel,
    thread,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::header::{HeaderName, HeaderValue},
    web,
};
use actix_web_propelauth::{InOrg, OrgId, OrgMemberInfo, PropelAuth, User, org_id};

use crate::{history::Why, instance::why};

/// The header in which the test learns why a request was denied.
const WHY: &str = "x-why";

pub(crate) struct Http {
    stream: TcpStream,
    org: String,
}

async fn user(user: User) -> String {
    user.user_id.to_string()
}

async fn member(member: OrgMemberInfo) -> String {
    member.org_name.clone()
}

/// Returns the hook that writes the reason of a denial into the response.
pub(crate) fn reveal(
    denied: &actix_web_propelauth::Denied,
    _: &actix_web::HttpRequest,
    mut response: HttpResponse,
) -> HttpResponse {
    let why = serde_json::to_string(&why(denied)).unwrap();
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static(WHY),
        HeaderValue::try_from(why).unwrap(),
    );
    response
}

impl Http {
    pub(crate) fn start(auth: &PropelAuth, org: &OrgId) -> Self {
        let (sender, receiver) = channel();
        let auth = auth.clone();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let member = web::resource("/orgs/{org_id}")
                        .get(member)
                        .wrap(InOrg::new(org_id::path("org_id")));
                    App::new()
                        .route("/user", web::get().to(user))
                        .service(member)
                        .wrap(auth.require_user())
                })
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
                sender.send(server.addrs()[0]).unwrap();
                server.run().await.unwrap();
            });
        });
        let stream = TcpStream::connect(receiver.recv().unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            org: org.to_string(),
        }
    }

    /// Sends a request with this header, and returns why it was denied.
    pub(crate) fn ask(&mut self, is_of_user: bool, authorization: &str) -> Option<Why> {
        let path = if is_of_user {
            "/user".to_owned()
        } else {
            format!("/orgs/{}", self.org)
        };
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: {authorization}\r\n\r\n");
        self.stream.write_all(request.as_bytes()).unwrap();
        let response = self.receive();
        if response.starts_with("HTTP/1.1 200 ") {
            return None;
        }
        let why = response
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{WHY}: ")))
            .unwrap_or_else(|| panic!("{response}"));
        Some(serde_json::from_str(why).unwrap())
    }

    fn receive(&mut self) -> String {
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&received).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .map_or(0, |length| length.parse().unwrap());
                if body.len() >= length {
                    return text;
                }
            }
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the server closed the connection");
            received.extend_from_slice(&buffer[..read]);
        }
    }
}
