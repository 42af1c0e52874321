//! The order of the checks: each needs what those before it found.

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

use serde_json::Value;
use url::Url;

use super::{
    args::DoctorArgs,
    cargo, clock, cors,
    environment::{self, unreadable},
    finding::Report,
    header_size, metadata,
    project::Project,
    roles,
    service::Service,
    source::{Kind, Name, Source},
    token,
    variables::{self, Variables},
    verifier_key,
};
use crate::{
    emulator::cli::{
        client::Client,
        output::{note, print},
        target::DEFAULT_URL,
    },
    propel_auth::env::{API_KEY, AUTH_URL, EMULATOR, ISSUER},
};

/// Examines the environment and the service, prints the report, and returns 1 if it has a finding, and
/// 2 if it could not be made.
///
/// # Errors
///
/// Returns a message if standard output cannot be written.
pub(in crate::emulator::cli) async fn run(args: &DoctorArgs) -> Result<ExitCode, String> {
    let result = match &args.env_file {
        Some(path) => run_with_file(path),
        None => prepare(args),
    };
    let mut report = Report::default();
    let result = match result {
        Ok(Prepared::Done(code)) => return Ok(code),
        Ok(Prepared::Variables(variables)) => running_emulator(args, variables, &mut report).await,
        Err(error) => Err(error),
    };
    let mut variables = match result {
        Ok(variables) => variables,
        Err(error) => {
            note(&error);
            return Ok(ExitCode::from(2));
        }
    };
    examine(args, &mut variables, &mut report).await;
    print(&match args.json {
        true => report.json(),
        false => report.text(),
    })?;
    Ok(match report.findings.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// What to do after the variables were set.
enum Prepared {
    /// Examine with these.
    Variables(Variables),
    /// Nothing: another process did, and this is its exit code.
    Done(ExitCode),
}

/// Runs this program again with the variables of the file, because everything that reads variables,
/// down to the TLS library, reads those of its process.
fn run_with_file(path: &Path) -> Result<Prepared, String> {
    const OPTION: &str = "--env-file";
    const INSTEAD: &str = "--variables-from";

    let lines = variables::read(path).map_err(|error| unreadable(path, &error))?;
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let arguments = env::args_os().skip(1).map(|argument| {
        let text = argument.to_string_lossy();
        match text.strip_prefix(OPTION) {
            Some("") => OsString::from(INSTEAD),
            Some(rest) if rest.starts_with('=') => format!("{INSTEAD}{rest}").into(),
            _ => argument.clone(),
        }
    });
    let status = Command::new(program)
        .args(arguments)
        .envs(variables::to_set(lines))
        .status()
        .map_err(|error| error.to_string())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Prepared::Done(ExitCode::from(code.unwrap_or(2))))
}

fn prepare(args: &DoctorArgs) -> Result<Prepared, String> {
    let file = args.variables_from.as_deref();
    let variables = Variables::new(file);
    let path = file.unwrap_or_else(|| Path::new(""));
    variables
        .map(Prepared::Variables)
        .map_err(|error| unreadable(path, &error))
}

/// Takes the variables of a running emulator if it was named, or if none are set: `up` gives them to the
/// service, and not to the terminal in which the doctor runs.
async fn running_emulator(
    args: &DoctorArgs,
    mut variables: Variables,
    report: &mut Report,
) -> Result<Variables, String> {
    let is_production = args.production || environment::is_production();
    if args.url.is_none() && (is_production || !variables.are_none_set()) {
        return Ok(variables);
    }
    let url = args.url.as_ref().map_or(DEFAULT_URL, Url::as_str);
    let client = Client::at(url.trim_end_matches('/'));
    let status = match client.get("status").await {
        Ok(status) => status,
        Err(_) if args.url.is_none() => return Ok(variables),
        Err(error) => return Err(error.into()),
    };
    let text = |name: &str| status.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut taken = vec![(EMULATOR, "1".to_owned())];
    taken.extend(text("auth_url").map(|it| (AUTH_URL, it)));
    taken.extend(text("api_key").map(|it| (API_KEY, it)));
    taken.extend(text("issuer").map(|it| (ISSUER, it)));
    variables.use_emulator(taken);
    report.fine(format!(
        "the emulator at {} runs; its variables were taken, as `propelauth-dev up -- COMMAND` gives them \
         to a service",
        client.url()
    ));
    Ok(variables)
}

async fn examine(args: &DoctorArgs, variables: &mut Variables, report: &mut Report) {
    let source = args.source.as_deref().map(Source::read).unwrap_or_default();
    if let Some(folder) = &args.source {
        cargo::check(folder, report);
        if source.is_empty() {
            report.unchecked(
                "the source",
                "there is no Rust file in the folder of --source",
            );
        }
    }
    let is_production = args.production || environment::is_production();
    let mut token = None;
    match environment::check(variables, is_production, report) {
        None => report.unchecked("PropelAuth", "correct the variables first"),
        Some(builder) => {
            if let Some(server) = metadata::ask(builder, variables, report).await {
                token = ask(args, &server, &source, variables, report).await;
            }
        }
    }
    match &args.service {
        Some(url) => {
            check_service(args, url, token.as_deref(), &source, variables, report).await;
        }
        None => report.unchecked("the service", "name it with --service URL"),
    }
}

/// Asks PropelAuth for everything but its key. Returns a token.
async fn ask(
    args: &DoctorArgs,
    server: &metadata::Server,
    source: &Source,
    variables: &Variables,
    report: &mut Report,
) -> Option<String> {
    verifier_key::check_key(server, variables, report);
    let given = |kind, option: &'static str, texts: &[String]| {
        let names = texts.iter().map(|text| Name {
            kind,
            text: text.clone(),
            at: option.to_owned(),
            function: "",
        });
        names.collect::<Vec<_>>()
    };
    let mut names = given(Kind::Role, "--role", &args.roles);
    names.extend(given(Kind::Permission, "--permission", &args.permissions));
    names.extend(source.names());
    let project = Project::fetch(server, !names.is_empty()).await;
    match &project.status {
        Some(status) => clock::check_emulator(status, args.leeway, report),
        None => clock::check(server, args.leeway, report).await,
    }
    roles::check(&names, &project, report);
    match token::create(server, &project, args.user.as_deref()).await {
        Ok(token) => {
            token::check(&token, server, variables, args.leeway, report);
            Some(token)
        }
        Err(why) => {
            let _ = server.handle(variables, report);
            report.unchecked("issuer and signature of access tokens", why);
            None
        }
    }
}

async fn check_service(
    args: &DoctorArgs,
    url: &Url,
    token: Option<&str>,
    source: &Source,
    variables: &Variables,
    report: &mut Report,
) {
    let auth_url = Url::parse(&variables.text(AUTH_URL));
    let auth_origin = auth_url.map(|url| url.origin().ascii_serialization());
    let service = Service {
        url,
        routes: &args.routes,
        token,
        auth_origin: &auth_origin.unwrap_or_default(),
        source,
        leeway: args.leeway,
    };
    if !service.is_reachable(report).await {
        return;
    }
    if args.routes.is_empty() {
        report.unchecked(
            "the routes",
            "name those that need a user with --route \"GET /…\"",
        );
        return;
    }
    let found = report.findings.len();
    service.check_routes(report).await;
    let is_elsewhere = report.has("redirect_drops_authorization") || report.has("route_not_found");
    match &args.origin {
        Some(_) if is_elsewhere => report.unchecked("CORS", "correct the URL or the route first"),
        Some(origin) => {
            let origin = origin.origin().ascii_serialization();
            cors::check(&service, &origin, report).await;
        }
        None => report.unchecked("CORS", "name the origin of the pages with --origin URL"),
    }
    // A route that does not respond as it should says nothing about the length of headers.
    if report.findings.len() == found {
        header_size::check(&service, report).await;
    }
}
