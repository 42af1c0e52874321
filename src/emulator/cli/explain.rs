//! `propelauth-dev explain`: what a code of a log line or an error means, and what to do.

use clap::Args;
use serde_json::{Value, json};

use super::{
    doctor::EXPLANATIONS as FINDINGS,
    output::{json, print, table},
};
use crate::{
    explanations,
    words::{edit_distance::edit_distance, explanation::Explanation},
};

/// Explains a code of a log line, an error or a finding of `doctor`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The code, such as `token_expired`. Without one, all codes are listed.
    code: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// The greatest number of letters that a misspelled code may have wrong.
const LETTERS_WRONG: usize = 4;

/// Prints the explanation of a code, or the list of all codes.
pub(super) fn explain(args: &ExplainArgs) -> Result<(), String> {
    let text = match (&args.code, args.json) {
        (Some(code), is_json) => {
            let one = find(code)?;
            if is_json {
                json(&object(one))
            } else {
                text(one)
            }
        }
        (None, true) => json(&all().map(object).collect()),
        (None, false) => {
            let rows: Vec<_> = all()
                .map(|one| [one.code, one.title].map(str::to_owned))
                .collect();
            table(["CODE", "WHAT HAPPENED"], &rows)
        }
    };
    print(&text)
}

/// Returns the explanations of the crate and those of `doctor`.
fn all() -> impl Iterator<Item = &'static Explanation> {
    explanations().chain(FINDINGS)
}

/// Returns the explanation of a code, in any case and with hyphens as well.
///
/// # Errors
///
/// Returns a message with codes that are spelled alike, or that contain the text.
fn find(code: &str) -> Result<&'static Explanation, String> {
    let plain = code.trim().replace('-', "_").to_ascii_lowercase();
    if let Some(one) = all().find(|one| one.code == plain) {
        return Ok(one);
    }
    let distance = |one: &Explanation| edit_distance(&plain, one.code);
    // Longer text is no code, and comparing it would take long.
    let nearest = all()
        .filter(|one| plain.len() < 100 && distance(one) <= LETTERS_WRONG)
        .min_by_key(|one| distance(one));
    let containing = || {
        let found = all().filter(|one| !plain.is_empty() && one.code.contains(&plain));
        found
            .map(|one| format!("`{}`", one.code))
            .collect::<Vec<_>>()
    };
    let hint = match nearest {
        Some(one) => format!("did you mean `{}`?", one.code),
        None => match containing().as_slice() {
            [] => "`propelauth-dev explain` lists all".to_owned(),
            some => format!("there are {}", some.join(", ")),
        },
    };
    Err(format!("there is no code {code:?}; {hint}"))
}

fn object(one: &Explanation) -> Value {
    json!({ "code": one.code, "title": one.title, "cause": one.cause, "remedy": one.remedy })
}

fn text(one: &Explanation) -> String {
    let Explanation {
        code,
        title,
        cause,
        remedy,
    } = one;
    format!("{code}: {title}\n\nwhy         {cause}\nwhat to do  {remedy}\n")
}

#[cfg(test)]
mod tests {
    use super::{all, find};

    #[test]
    fn a_code_is_found_however_it_is_written_and_a_misspelled_one_has_a_neighbor() {
        for code in [
            "token_expired",
            "TOKEN_EXPIRED",
            "token-expired",
            " token_expired ",
        ] {
            assert_eq!(find(code).unwrap().code, "token_expired", "{code}");
        }
        for (code, answer) in [
            ("token_expried", "did you mean `token_expired`?"),
            ("expired", "there are `token_expired`"),
            ("xyzzy_plugh", "lists all"),
            ("", "lists all"),
            (&"x".repeat(10_000), "lists all"),
        ] {
            let error = find(code).unwrap_err();
            assert!(error.contains(answer), "{code}: {error}");
        }
    }

    #[test]
    fn each_code_is_unique_among_the_crate_and_the_doctor() {
        let mut codes: Vec<_> = all().map(|one| one.code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
