//! Compares the public API of the crate with `public_api.txt`.
//!
//! Its argument is the JSON that rustdoc wrote; `run` makes it. With `UPDATE_API_SNAPSHOT=1` the file
//! is written instead.

use std::{collections::BTreeSet, env, error::Error, fs, process::ExitCode};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/public_api.txt");

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let json = env::args()
        .nth(1)
        .ok_or("usage: api_snapshot RUSTDOC_JSON")?;
    // Blanket and auto traits, and the methods of derived ones, say nothing that the rows of the
    // types do not.
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    let mut now = String::new();
    for item in api.items() {
        // Every path of ours begins with the name of the crate.
        now.push_str(&item.to_string().replace("actix_web_propelauth::", ""));
        now.push('\n');
    }

    if env::var_os("UPDATE_API_SNAPSHOT").is_some() {
        fs::write(SNAPSHOT, &now)?;
        println!("wrote {} items", now.lines().count());
        return Ok(ExitCode::SUCCESS);
    }

    let before = fs::read_to_string(SNAPSHOT)?;
    let (before, now): (BTreeSet<&str>, BTreeSet<&str>) =
        (before.lines().collect(), now.lines().collect());
    for gone in before.difference(&now) {
        println!("- {gone}");
    }
    for new in now.difference(&before) {
        println!("+ {new}");
    }
    if before == now {
        println!(
            "the public API is as in public_api.txt: {} items",
            now.len()
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "The public API is not as in tests/api_snapshot/public_api.txt. If you changed it on \
         purpose, run `UPDATE_API_SNAPSHOT=1 tests/api_snapshot/run`, review the difference, and \
         add a bullet to CHANGES.md."
    );
    Ok(ExitCode::FAILURE)
}
