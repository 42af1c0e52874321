//! `propelauth-dev seed`: seeds, written, checked and applied.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use serde_json::json;

use super::{
    client::Client,
    output::{json as pretty, note, print},
    target::Target,
};
use crate::emulator::{
    seed::{Given, Seed, Summary, starting_file},
    state::Store,
};

/// The name of the schema's file, beside the seed.
const SCHEMA: &str = "seed.schema.json";

#[derive(Debug, Subcommand)]
pub(super) enum SeedCommand {
    /// Writes a seed to start from, and beside it the schema for editors.
    #[command(after_help = "Example: propelauth-dev seed init seed.toml")]
    Init {
        /// The file: JSON if its name ends in .json, otherwise TOML.
        #[arg(default_value = "seed.toml")]
        file: PathBuf,
    },
    /// Prints what a seed would create, or every mistake with its place.
    #[command(after_help = "Example: propelauth-dev seed check seed.toml")]
    Check {
        /// The file.
        #[arg(default_value = "seed.toml")]
        file: PathBuf,
        /// Prints JSON instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Adds what a seed contains to the running emulator.
    #[command(after_help = "Example: propelauth-dev seed apply seed.toml")]
    Apply {
        /// The file.
        #[arg(default_value = "seed.toml")]
        file: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// Prints the JSON schema of seeds, for editors.
    #[command(after_help = "Example: propelauth-dev seed schema > seed.schema.json")]
    Schema,
}

/// Runs a subcommand of `seed`. Returns `false` if the seed has mistakes.
pub(super) async fn seed(command: &SeedCommand) -> Result<bool, String> {
    match command {
        SeedCommand::Init { file } => init(file).map(|()| true),
        SeedCommand::Check { file, json } => check(file, *json),
        SeedCommand::Apply { file, target } => apply(file, target).await.map(|()| true),
        SeedCommand::Schema => print(&pretty(&Seed::schema())).map(|()| true),
    }
}

fn init(file: &Path) -> Result<(), String> {
    let is_json = file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("json"));
    let schema = file.with_file_name(SCHEMA);
    let text = starting_file(is_json, &format!("./{SCHEMA}"));
    let named = |path: &Path, why: String| format!("{}: {why}", path.display());
    // An existing seed is somebody's work.
    let created = fs::File::create_new(file).and_then(|mut new| new.write_all(text.as_bytes()));
    created.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => named(
            file,
            "this file exists already: name another one".to_owned(),
        ),
        _ => named(file, error.to_string()),
    })?;
    fs::write(&schema, pretty(&Seed::schema()))
        .map_err(|error| named(&schema, error.to_string()))?;
    print(&format!(
        "{0} is written, and {1} for editors.\nStart with `propelauth-dev up --seed {0}`.\n",
        file.display(),
        schema.display()
    ))
}

fn check(file: &Path, as_json: bool) -> Result<bool, String> {
    let seed = Seed::file(file);
    if let Ok(Some(_)) = seed.to_snapshot() {
        return Err(format!(
            "{}: this is a snapshot, not a seed: `propelauth-dev up --seed` checks it when it starts",
            file.display()
        ));
    }
    match seed.apply(&mut Store::default(), &mut Given::default()) {
        Ok(created) => {
            let text = match as_json {
                true => pretty(&json!({ "creates": created, "mistakes": [] })),
                false => format!(
                    "{} can be applied. It creates\n\n{}",
                    file.display(),
                    listed(&created)
                ),
            };
            print(&text).map(|()| true)
        }
        Err(mistakes) if as_json => {
            let mistakes: Vec<_> = mistakes
                .iter()
                .map(|it| json!({ "line": it.line, "place": it.place, "message": it.why }))
                .collect();
            print(&pretty(&json!({ "creates": null, "mistakes": mistakes }))).map(|()| false)
        }
        Err(mistakes) => {
            let count = mistakes.iter().count();
            let count = if count == 1 {
                "1 mistake".to_owned()
            } else {
                format!("{count} mistakes")
            };
            print(&format!("{mistakes}\n"))?;
            note(&format!("{} has {count}", file.display()));
            Ok(false)
        }
    }
}

async fn apply(file: &Path, target: &Target) -> Result<(), String> {
    let seed = Seed::file(file).to_value();
    let seed = seed.map_err(|mistakes| mistakes.to_string())?;
    let client = Client::new(target)?;
    let created = client.post("seed", &seed).await?;
    print(&match target.json {
        true => pretty(&created),
        false => format!("{} has what is in {}, too.\n", client.url(), file.display()),
    })
}

fn listed(created: &Summary) -> String {
    let mut text = String::new();
    for (what, names) in [
        ("role", &created.roles),
        ("role mapping", &created.role_mappings),
        ("employee", &created.employees),
        ("user", &created.users),
        ("organization", &created.orgs),
        ("webhook", &created.webhooks),
    ] {
        if !names.is_empty() {
            let what = counted(what, names.len());
            text += &format!("  {:3} {what:14} {}\n", names.len(), names.join(", "));
        }
    }
    for (what, count) in [
        ("membership", created.members),
        ("invitation", created.invites),
        ("API key", created.api_keys),
    ] {
        if count > 0 {
            text += &format!("  {count:3} {}\n", counted(what, count));
        }
    }
    text
}

/// Returns the noun in the plural, unless there is one of it.
fn counted(what: &str, count: usize) -> String {
    match count {
        1 => what.to_owned(),
        _ => format!("{what}s"),
    }
}
