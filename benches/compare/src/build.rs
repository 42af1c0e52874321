//! What the same small application costs to build on each crate, from nothing.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Instant};

use crate::{median, turns};

const ROUNDS: u64 = 3;

const ACTIX: &str =
    r#"actix-web = { version = "4.18", default-features = false, features = ["macros"] }"#;

/// An application: its dependencies, and its program.
struct Hello {
    name: &'static str,
    dependencies: &'static str,
    program: &'static str,
}

pub struct Measured {
    pub name: &'static str,
    pub crates: usize,
    pub seconds: f64,
}

const HELLOS: [Hello; 3] = [
    Hello {
        name: "ours",
        dependencies: concat!(
            r#"actix-web-propelauth = { path = ""#,
            env!("CARGO_MANIFEST_DIR"),
            r#"/../.." }"#
        ),
        program: r#"
            use actix_web::{App, HttpServer, web};
            use actix_web_propelauth::{PropelAuth, User};

            async fn hello(user: User) -> String { user.email.clone() }

            #[actix_web::main]
            async fn main() -> Result<(), Box<dyn std::error::Error>> {
                let auth = PropelAuth::from_env().await?;
                let app = move || App::new().wrap(auth.require_user()).route("/", web::get().to(hello));
                Ok(HttpServer::new(app).bind(("127.0.0.1", 8080))?.run().await?)
            }
        "#,
    },
    Hello {
        name: "official",
        dependencies: r#"propelauth = { version = "0.24", features = ["actix4"] }"#,
        program: r#"
            use actix_web::{App, HttpServer, web};
            use propelauth::propelauth::{auth::PropelAuth, options::AuthOptions, token_models::User};

            async fn hello(user: User) -> String { user.email }

            #[actix_web::main]
            async fn main() -> Result<(), Box<dyn std::error::Error>> {
                let (auth_url, api_key) = (std::env::var("AUTH_URL")?, std::env::var("API_KEY")?);
                let auth = PropelAuth::fetch_and_init(AuthOptions { auth_url, api_key }).await?;
                let app = move || App::new().app_data(web::Data::new(auth.clone())).route("/", web::get().to(hello));
                Ok(HttpServer::new(app).bind(("127.0.0.1", 8080))?.run().await?)
            }
        "#,
    },
    Hello {
        name: "httpauth",
        dependencies: r#"
            actix-web-httpauth = "0.8"
            jsonwebtoken = { version = "11.1", default-features = false, features = ["aws_lc_rs", "use_pem"] }
            serde = { version = "1", features = ["derive"] }
        "#,
        program: r#"
            use actix_web::{App, HttpServer, web};
            use actix_web_httpauth::extractors::bearer::BearerAuth;
            use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

            #[derive(Clone, serde::Deserialize)]
            struct Claims { email: String }

            async fn hello(bearer: BearerAuth, key: web::Data<DecodingKey>) -> actix_web::Result<String> {
                let token = decode::<Claims>(bearer.token(), &key, &Validation::new(Algorithm::RS256));
                Ok(token.map_err(actix_web::error::ErrorUnauthorized)?.claims.email)
            }

            #[actix_web::main]
            async fn main() -> Result<(), Box<dyn std::error::Error>> {
                let key = web::Data::new(DecodingKey::from_rsa_pem(std::env::var("VERIFIER_KEY")?.as_bytes())?);
                let app = move || App::new().app_data(key.clone()).route("/", web::get().to(hello));
                Ok(HttpServer::new(app).bind(("127.0.0.1", 8080))?.run().await?)
            }
        "#,
    },
];

pub fn measure() -> Vec<Measured> {
    let directory = std::env::temp_dir().join(format!("hello-{}", std::process::id()));
    let mut times = vec![Vec::new(); HELLOS.len()];
    let mut crates = vec![0; HELLOS.len()];
    for round in 0..ROUNDS {
        for number in turns(round, HELLOS.len()) {
            let hello = &HELLOS[number];
            let package = directory.join(hello.name);
            write(hello, &package);
            cargo(&package, &["fetch"]);
            crates[number] = count(&package);
            let start = Instant::now();
            cargo(&package, &["build"]);
            times[number].push(start.elapsed().as_secs_f64());
            fs::remove_dir_all(&package).unwrap();
        }
    }
    fs::remove_dir_all(&directory).ok();
    let all = HELLOS.iter().zip(crates).zip(times);
    all.map(|((hello, crates), times)| Measured {
        name: hello.name,
        crates,
        seconds: median(times),
    })
    .collect()
}

fn write(hello: &Hello, package: &Path) {
    let Hello {
        name,
        dependencies,
        program,
    } = hello;
    fs::create_dir_all(package.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"hello-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{ACTIX}\n{dependencies}\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("src/main.rs"), program).unwrap();
    // The versions of this comparison; what a package does not need is dropped from it.
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"),
        package.join("Cargo.lock"),
    )
    .unwrap();
}

/// Returns how many crates are built, this application aside.
fn count(package: &Path) -> usize {
    let tree = cargo(
        package,
        &[
            "tree",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    );
    let crates: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    crates.len() - 1
}

fn cargo(package: &Path, args: &[&str]) -> String {
    let output = Command::new("cargo")
        .args(args)
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        // As crates of a registry are, and one in a folder, as ours is here, is not.
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
