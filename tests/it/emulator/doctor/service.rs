//! Mistakes that the service's responses show.

use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_propelauth::{PropelAuth, User, emulator::Emulator};

use super::fixtures::{
    Doctor, Folder, ORIGIN, cors, emulator, fake, free_port, healthy_service, response, serve,
};
use crate::fixtures::{whoami, world::connect};

const WHOAMI: [&str; 2] = ["--route", "GET /whoami"];

#[actix_web::test]
async fn a_service_that_is_not_running_is_named() {
    let emulator = emulator().await;
    let port = free_port();
    let doctor = Doctor::with(&emulator, &[]).service(([127, 0, 0, 1], port).into());
    let line = format!(".bind((\"127.0.0.1\", {port}))?");
    doctor
        .shown(format!(", {port})"), ", 8080)")
        .names("service_not_running", &[&line]);
}

#[actix_web::test]
async fn a_service_on_another_port_is_named() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let port = service.addr.port().to_string();
    let asked = free_port();
    let doctor = Doctor::with(&emulator, &[("PORT", &port)])
        .service(([127, 0, 0, 1], asked).into())
        .shown(format!(":{port}"), ":3000");
    let line = format!("http://127.0.0.1:{port} instead of http://127.0.0.1:{asked}");
    doctor.names("service_on_another_port", &[&line]);

    // The emulator is no service.
    let doctor = Doctor::with(&emulator, &[]).args(&["--service", emulator.auth_url()]);
    doctor.also_names("service_on_another_port", &["--service <the URL"]);
}

#[actix_web::test]
async fn a_handler_without_middleware_is_named() {
    let emulator = emulator().await;
    let service = serve(|config| {
        config.route("/whoami", web::get().to(whoami));
    });
    let code =
        "fn main() {\n    HttpServer::new(|| App::new().route(\"/whoami\", get(whoami)))\n}\n";
    let folder = Folder::new("middleware", &[("src/main.rs", code)]);
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let line = format!(
        "{}/src/main.rs:2: App::new()….wrap(auth.require_user())",
        folder.path()
    );
    doctor
        .args(&["--source", folder.path()])
        .shown(folder.path(), "shop")
        .names("middleware_missing", &[&line]);
}

#[actix_web::test]
async fn authentication_outside_of_cors_is_named() {
    let emulator = emulator().await;
    let auth = connect(&emulator);
    let inside = |auth: PropelAuth, passes: bool| {
        serve(move |config| {
            let mut user = auth.require_user();
            if passes {
                user = user.pass_cors_preflight();
            }
            let scope = web::scope("").route("/whoami", web::get().to(whoami));
            config.service(scope.wrap(cors()).wrap(user));
        })
    };
    let browser = ["--origin", ORIGIN];
    // The preflight is denied.
    let service = inside(auth.clone(), false);
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let line = ".wrap(auth.require_user()).wrap(cors)";
    doctor.args(&browser).names("auth_outside_of_cors", &[line]);
    // The preflight passes, and the 401 has no CORS headers.
    let service = inside(auth, true);
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let seen = "without a token: 401, without Access-Control-Allow-Origin";
    doctor
        .args(&browser)
        .also_names("auth_outside_of_cors", &[line, seen]);
}

#[actix_web::test]
async fn an_origin_or_a_header_that_cors_does_not_allow_is_named() {
    let emulator = emulator().await;
    let auth = connect(&emulator);
    let service = healthy_service(&auth);
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let line = ".allowed_origin(\"https://other.example.com\")";
    let origin = ["--origin", "https://other.example.com"];
    doctor
        .args(&origin)
        .names("cors_origin_not_allowed", &[line]);

    let service = fake(|head| {
        let allow = "access-control-allow-origin: *\r\naccess-control-allow-headers: *\r\n";
        if head.starts_with("OPTIONS") {
            response("204 No Content", allow, "")
        } else if head.contains("\r\nauthorization: ") {
            response("403 Forbidden", "", "")
        } else {
            response("401 Unauthorized", "www-authenticate: Bearer\r\n", "")
        }
    });
    let doctor = Doctor::with(&emulator, &[]).service(service).args(&WHOAMI);
    let line = ".allowed_header(header::AUTHORIZATION)";
    doctor
        .args(&["--origin", ORIGIN])
        .names("cors_without_authorization", &[line]);
}

#[actix_web::test]
async fn a_route_that_responds_without_a_token_is_named() {
    let emulator = emulator().await;
    let auth = connect(&emulator);
    let service = serve(move |config| {
        let hello = || async { "hello" };
        config.route("/open", web::get().to(hello)).service(
            web::scope("")
                .route("/whoami", web::get().to(whoami))
                .wrap(auth.require_user()),
        );
    });
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let line = "….wrap(auth.require_user())";
    doctor
        .args(&["--route", "GET /open"])
        .names("route_without_token", &[line]);
}

#[actix_web::test]
async fn a_proxy_whose_header_limit_is_below_a_token_is_named() {
    use std::io::{Read as _, Write as _};

    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let behind = service.addr;
    let proxy = fake(move |head| {
        if head.len() > 8 * 1024 {
            return response(
                "400 Bad Request",
                "server: nginx\r\n",
                "Request Header Or Cookie Too Large",
            );
        }
        let mut stream = std::net::TcpStream::connect(behind).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        reply
    });
    let doctor = Doctor::with(&emulator, &[]).service(proxy).args(&WHOAMI);
    doctor.cut_after("up to about ").names(
        "header_limit_too_small",
        &["large_client_header_buffers 4 32k"],
    );
}

#[actix_web::test]
async fn a_redirect_to_another_origin_is_named() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let target = service.addr;
    let front = fake(move |head| {
        let path = head.split(' ').nth(1).unwrap();
        let location = format!("location: http://{target}{path}\r\n");
        response("308 Permanent Redirect", &location, "")
    });
    let doctor = Doctor::with(&emulator, &[]).service(front).args(&WHOAMI);
    let line = format!("http://{target} instead of http://{front}");
    doctor
        .shown(format!(":{}", target.port()), ":8443")
        .names("redirect_drops_authorization", &[&line]);
}

#[actix_web::test]
async fn a_redirect_on_the_same_origin_is_followed() {
    let emulator = emulator().await;
    let auth = connect(&emulator);
    let service = serve(move |config| {
        let redirect = |request: HttpRequest| async move {
            let path = request.path().trim_end_matches('/').to_owned();
            HttpResponse::PermanentRedirect()
                .insert_header(("location", path))
                .finish()
        };
        config.route("/whoami/", web::get().to(redirect)).service(
            web::scope("")
                .route("/whoami", web::get().to(whoami))
                .wrap(auth.require_user()),
        );
    });
    let doctor = Doctor::with(&emulator, &[]).service(service.addr);
    let examined = doctor.args(&["--route", "GET /whoami/"]).run();
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
}

#[actix_web::test]
async fn a_redirect_to_the_services_own_login_is_healthy() {
    let emulator = emulator().await;
    let service = fake(|head| {
        if head.starts_with("GET /login ") {
            response("200 OK", "", "log in")
        } else if head.contains("\r\nauthorization: ") {
            response("200 OK", "", "")
        } else {
            response("302 Found", "location: /login\r\n", "")
        }
    });
    let doctor = Doctor::with(&emulator, &[]).service(service);
    let examined = doctor.args(&["--route", "GET /page?x=1"]).run();
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
}

#[actix_web::test]
async fn a_service_with_the_variables_of_another_environment_is_named() {
    let emulator = emulator().await;
    let other = Emulator::start().await.unwrap();
    let service = healthy_service(&connect(&other));
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    let line = format!("PROPELAUTH_AUTH_URL={}", emulator.auth_url());
    doctor.names("service_of_another_environment", &[&line]);
}

#[actix_web::test]
async fn a_service_that_has_no_key_is_named() {
    let emulator = emulator().await;
    let url = format!("http://127.0.0.1:{}", free_port());
    let builder = PropelAuth::builder(url, "key").emulator();
    let service = healthy_service(&builder.build_lazy().unwrap());
    let doctor = Doctor::with(&emulator, &[])
        .service(service.addr)
        .args(&WHOAMI);
    doctor.names("service_has_no_key", &["run `propelauth-dev doctor` there"]);
}

#[actix_web::test]
async fn a_proxy_that_removes_the_token_is_named() {
    let emulator = emulator().await;
    let service = fake(|_| {
        response(
            "401 Unauthorized",
            "www-authenticate: Bearer realm=\"api\"\r\n",
            "",
        )
    });
    let doctor = Doctor::with(&emulator, &[]).service(service).args(&WHOAMI);
    doctor.names("authorization_removed", &["proxy_set_header Authorization"]);
}

#[actix_web::test]
async fn a_route_that_does_not_exist_is_named() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let doctor = Doctor::with(&emulator, &[]).service(service.addr);
    doctor
        .args(&["--route", "GET /nothing"])
        .names("route_not_found", &["a route for GET /nothing"]);
}

#[actix_web::test]
async fn a_route_that_changes_something_gets_no_token() {
    let emulator = emulator().await;
    let auth = connect(&emulator);
    let service = serve(move |config| {
        let change = |_: User| async { HttpResponse::InternalServerError().finish() };
        config.service(
            web::scope("")
                .route("/change", web::post().to(change))
                .wrap(auth.require_user()),
        );
    });
    let doctor = Doctor::with(&emulator, &[]).service(service.addr);
    let examined = doctor.args(&["--route", "POST /change"]).run();
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    assert!(
        examined.text.contains("could change something"),
        "{}",
        examined.text
    );
}
