//! Tokens in other places than the `Authorization` header: a cookie for pages, the query for a download. Programs
//! use the header as ever.
//!
//! ```text
//! cargo run --example token_sources --features emulator
//! ```
//!
//! For a WebSocket, see `examples/integrations/src/bin/websocket.rs`.

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{
        Method,
        header::{AUTHORIZATION, SET_COOKIE},
    },
    web,
};
use actix_web_propelauth::{
    OptionalUser, TokenSource, User, emulator::Emulator, testing::HasAccessToken as _,
};
use support::{Outcome, get, request};

#[path = "support/mod.rs"]
mod support;

/// Puts the token of the header into a cookie, which the browser sends from now on. A program in the page calls this
/// after each refresh of its token.
///
/// In production, name the cookie `__Host-access_token` and add `Secure`: browsers then accept it by https only, and
/// from no other host.
async fn remember(user: User, request: HttpRequest) -> HttpResponse {
    let header = request.headers().get(AUTHORIZATION);
    let token = header.and_then(|value| value.to_str().ok()?.split_once(' '));
    let token = token.map(|(_, token)| token).unwrap_or_default();
    let cookie = format!("access_token={token}; Path=/; HttpOnly; SameSite=Lax");
    HttpResponse::Ok()
        .insert_header((SET_COOKIE, cookie))
        .body(format!("welcome, {}", user.email))
}

/// Serves a page to everyone, also with an expired cookie, so that the program in it can renew the cookie. The first
/// request of a browser cannot have a header.
async fn page(user: OptionalUser) -> String {
    let email = user.as_ref().map(|user| user.email.clone());
    format!("a page for {}", email.as_deref().unwrap_or("strangers"))
}

/// Changes something. A page of another site can make a browser send this request with the cookie, and is denied.
async fn rename(user: User) -> String {
    format!("{} has a new name", user.email)
}

/// Serves a download, which a link starts.
async fn download(user: User) -> String {
    format!("the data of {}", user.email)
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::start().await?;
    let auth = emulator.propel_auth().await?;
    let alice = emulator.create_user("alice@example.com")?;
    let bob = emulator.create_user("bob@example.com")?;

    let server = HttpServer::new(move || {
        let cookie = || TokenSource::cookie("access_token").allow_origin("https://app.example.com");
        // The header only, so that no page of another site can renew its victim's cookie.
        let session = web::scope("/session")
            .route("", web::post().to(remember))
            .wrap(auth.require_user().token_from_header_only());
        let account = web::scope("/account")
            .route("/name", web::post().to(rename))
            .wrap(auth.require_user().token_from(cookie()));
        // The URL of a download ends up in the history of the browser, so nothing else reads the query.
        let downloads = web::scope("/downloads")
            .route("/data", web::get().to(download))
            .wrap(
                auth.require_user()
                    .token_from(TokenSource::query("access_token")),
            );
        let pages = web::scope("/pages")
            .route("/start", web::get().to(page))
            .wrap(auth.allow_anonymous().token_from(cookie()));
        App::new()
            .service(session)
            .service(account)
            .service(downloads)
            .service(pages)
    })
    .bind(support::address())?;

    let token = alice.access_token();
    let cookie = format!("access_token={token}");
    let with_cookie = |request: support::Try| request.header("cookie", cookie.as_str());
    let rename = || with_cookie(request(Method::POST, "/account/name"));
    let data = format!("/downloads/data?access_token={token}");
    let requests = [
        request(Method::POST, "/session")
            .as_user(&alice)
            .answers(200, "welcome, alice@example.com"),
        with_cookie(request(Method::POST, "/session")).denied(401),
        // A page, and what caches may do with it.
        with_cookie(get("/pages/start"))
            .answers(200, "a page for alice@example.com")
            .answers_header("cache-control", "private")
            .answers_header("vary", "Cookie"),
        get("/pages/start")
            .answers(200, "a page for strangers")
            .answers_header("vary", "Cookie"),
        // A form of this site, of the app on another origin, and of a site that nobody knows.
        rename()
            .header("sec-fetch-site", "same-origin")
            .answers(200, "alice@example.com has a new name"),
        rename()
            .header("origin", "https://app.example.com")
            .answers(200, "alice@example.com has a new name"),
        rename()
            .header("origin", "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .denied(403),
        rename().denied(403),
        request(Method::POST, "/account/name")
            .as_user(&alice)
            .answers(200, "alice@example.com has a new name"),
        // Whose name? Two tokens are never one caller.
        rename()
            .as_user(&bob)
            .header("sec-fetch-site", "same-origin")
            .denied(401),
        get(data)
            .answers(200, "the data of alice@example.com")
            .answers_header("cache-control", "private")
            .answers_header("referrer-policy", "strict-origin"),
        with_cookie(get("/downloads/data")).denied(401),
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
