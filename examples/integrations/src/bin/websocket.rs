//! WebSockets with actix-ws: a browser sends its token as a protocol, and the connection is closed in less than a second
//! after the role that opened it is taken away, and when the token expires.
//!
//! ```text
//! cargo run --manifest-path examples/integrations/Cargo.toml --bin websocket
//! ```
//!
//! prints
//!
//! ```text
//! the server chooses the protocol v1
//! the server repeats: hello
//! closed as Policy within a second, by the role
//! the member cannot open it: 401 Unauthorized
//! closed as Policy within a second, by the expiry
//! ```
//!
//! With `-- --serve`, it prints a line for the console of a browser, and serves until Ctrl-C.

#![allow(clippy::print_stdout)] // printing is what this program is for

use std::{
    error::Error,
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, http::header::SEC_WEBSOCKET_PROTOCOL, rt, web,
};
use actix_web_propelauth::{
    InOrgWithRole, OrgMemberInfo, TokenSource, User, emulator::Emulator, org_id,
    testing::HasAccessToken as _, webhook::WebhookVerifier,
};
use actix_ws::{CloseCode, CloseReason, Message};
use awc::{error::WsClientError, ws::Frame};
use futures_util::{
    SinkExt as _, StreamExt as _,
    future::{Either, select},
};

/// What the token follows in the protocol that has it.
const PREFIX: &str = "access_token.";

/// Repeats what an admin says. The guard checks the request that opens the connection, and the future checks
/// everything after it.
async fn repeat(
    user: User,
    org: OrgMemberInfo,
    request: HttpRequest,
    body: web::Payload,
) -> actix_web::Result<HttpResponse> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, body)?;
    let mut access_ended = user.access_ended_in(&org.org_id);
    rt::spawn(async move {
        loop {
            let sent = match select(messages.next(), &mut access_ended).await {
                Either::Left((Some(Ok(Message::Text(text))), _)) => session.text(text).await,
                Either::Left((Some(Ok(Message::Ping(bytes))), _)) => session.pong(&bytes).await,
                Either::Left((Some(Ok(Message::Close(_)) | Err(_)) | None, _)) => return,
                Either::Left(_) => Ok(()),
                // The reason is for the log of a service. The client learns that it may try again with a new token.
                Either::Right((_reason, _)) => {
                    let reason = CloseReason {
                        code: CloseCode::Policy,
                        description: Some("connect again with a new token".to_owned()),
                    };
                    let _ = session.close(Some(reason)).await;
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
    Ok(response)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;
    for admin in [&alice, &bob] {
        emulator.add_user_to_org(admin, &acme, "Admin")?;
    }

    // Webhooks tell this service of changes. With an account: `WebhookVerifier::from_env()?`.
    let verifier = WebhookVerifier::new(emulator.webhook_secret())?;
    let server = HttpServer::new(move || {
        let repeat = web::resource("/orgs/{org_id}/repeat")
            .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")))
            .get(repeat);
        App::new().service(auth.webhooks(verifier.clone())).service(
            web::scope("/api").service(repeat).wrap(
                auth.require_user()
                    .token_from(TokenSource::websocket_protocol(PREFIX)),
            ),
        )
    })
    .bind("127.0.0.1:0")?;
    let addresses = server.addrs();
    let address = addresses.first().ok_or("the server has no address")?;
    emulator.add_webhook(format!("http://{address}/webhooks/propelauth"))?;
    let url = format!("ws://{address}/api/orgs/{acme}/repeat");
    let token = alice.access_token();
    if std::env::args().any(|argument| argument == "--serve") {
        println!("socket = new WebSocket({url:?}, [\"v1\", {PREFIX:?} + {token:?}])");
        println!(
            "socket.onmessage = (message) => console.log(message.data); socket.send(\"hello\")"
        );
        server.run().await?;
        return Ok(());
    }
    rt::spawn(server.run());

    // A browser cannot send `Authorization` here, and does the same as `new WebSocket(url, ["v1", PREFIX + token])`. It
    // closes the connection if the response names no protocol.
    let connect = async |token: &str| {
        let protocols = ["v1".to_owned(), format!("{PREFIX}{token}")];
        awc::Client::new()
            .ws(url.as_str())
            .protocols(protocols)
            .connect()
            .await
    };
    let (response, mut connection) = connect(&token).await?;
    let chosen = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
    let chosen = chosen
        .and_then(|value| value.to_str().ok())
        .unwrap_or("none");
    println!("the server chooses the protocol {chosen}");
    connection
        .send(awc::ws::Message::Text("hello".into()))
        .await?;
    if let Some(Frame::Text(text)) = connection.next().await.transpose()? {
        println!("the server repeats: {}", String::from_utf8_lossy(&text));
    }

    let change = Instant::now();
    emulator.change_user_role_in_org(&alice, &acme, "Member")?;
    print_close(connection.next().await.transpose()?, change, "role");
    if let Err(WsClientError::InvalidResponseStatus(status)) = connect(&token).await {
        println!("the member cannot open it: {status}");
    }

    // The emulator's clock is that of the handle.
    let (_, mut connection) = connect(&bob.access_token()).await?;
    let expiry = Instant::now();
    emulator.advance_clock(Duration::from_secs(30 * 60));
    print_close(connection.next().await.transpose()?, expiry, "expiry");
    Ok(())
}

fn print_close(frame: Option<Frame>, since: Instant, by: &str) {
    let time = since.elapsed();
    match frame {
        Some(Frame::Close(Some(reason))) if time < Duration::from_secs(1) => {
            println!("closed as {:?} within a second, by the {by}", reason.code);
        }
        frame => println!("not closed by the {by}: {frame:?} after {time:?}"),
    }
}
