//! The texts of the program, word for word: the help of each subcommand, and what it prints.
//!
//! `UPDATE=1 cargo test --all-features --test it -- emulator::cli::texts` writes them.

use std::{env, fs, path::PathBuf};

use super::{Running, TempFile, program};

/// Compares a text with the file of this name, or writes the file.
fn compare(name: &str, text: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/emulator/cli_texts");
    let file = folder.join(name);
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        return fs::write(file, text).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        text == expected,
        "{} differs: if that is intended, run this test with UPDATE=1\n--- now\n{text}",
        file.display()
    );
}

fn help(path: &[&str]) -> String {
    let output = program().args(path).arg("--help").output().unwrap();
    assert!(output.status.success(), "{path:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the names of the subcommands in a help text.
fn subcommands(help: &str) -> Vec<&str> {
    let list = help
        .lines()
        .skip_while(|line| *line != "Subcommands:")
        .skip(1);
    let names = list.take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.strip_prefix("  ")?;
        name.split(' ')
            .next()
            .filter(|name| !name.is_empty() && *name != "help")
    });
    names.collect()
}

#[test]
fn each_subcommand_has_a_help_text_with_an_example() {
    let top = help(&[]);
    compare("help.txt", &top);
    let names = subcommands(&top);
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let mut text = help(&[name]);
        for nested in subcommands(&text.clone()) {
            let nested_text = help(&[name, nested]);
            assert!(
                nested_text.contains("\nExample: propelauth-dev"),
                "{name} {nested}"
            );
            text += &format!("\n----- {name} {nested}\n\n{nested_text}");
        }
        assert!(
            text.contains("Example: ") && text.contains("propelauth-dev "),
            "{name}"
        );
        compare(&format!("help_{name}.txt"), &text);
    }
}

#[test]
fn outputs_are_as_they_were() {
    let seed = r#"{
        "users": [{ "email": "alice@example.com" }, { "email": "bob@example.com" }],
        "orgs": [{ "name": "Acme", "members": [
            { "email": "alice@example.com", "role": "Owner" },
            { "email": "bob@example.com", "role": "Member" }
        ] }]
    }"#;
    let seed = TempFile::new("texts.json", seed);
    let issuer = [
        "--issuer",
        "https://auth.localhost",
        "--permission",
        "Owner=can_pay",
    ];
    let running = Running::start(&[&issuer[..], &["--seed", seed.path()]].concat());
    let url = running.text("auth_url");
    let mut text = String::new();
    for line in [
        "clock freeze 2026-11-28T09:30:00Z",
        "clock advance 90s",
        "clock show",
        "status",
        "status --json",
        "users",
        "users --json",
        "orgs",
        "orgs --json",
        "token alice@example.com",
        "token bob@example.com --role Admin --expires-in -5m --json",
        "token carol@example.com",
        "token carol@example.com --org Acme --role Member",
        "token alice@example.com --role Admn",
        "fail create_user --status 503 --times 2",
        "fail * --delay 1ms",
        "fail --list",
        "fail --list --json",
        "fail --clear",
        "requests",
        "emails",
        "sms",
        "magic-links",
        "rotate-key",
        "reset",
        "clock resume --json --url http://127.0.0.1:1",
        "clock advance 5",
        "fail",
    ] {
        let mut arguments: Vec<&str> = line.split(' ').collect();
        if !arguments.contains(&"--url") {
            arguments.extend(["--url", &url]);
        }
        let output = program().args(arguments).output().unwrap();
        text += &format!("$ propelauth-dev {line}\n");
        text += &String::from_utf8(output.stdout).unwrap();
        text += &String::from_utf8(output.stderr).unwrap();
        text += &format!("[{}]\n\n", output.status.code().unwrap());
    }
    let text = text.replace(&url, "http://127.0.0.1:PORT");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    compare("outputs.txt", &without_tokens(&text));
}

/// Replaces each access token with the word TOKEN.
fn without_tokens(text: &str) -> String {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let mut parts = text.split("eyJ0");
    let mut written = parts.next().unwrap().to_owned();
    for part in parts {
        written += "TOKEN";
        written += part.trim_start_matches(is_part);
    }
    written
}
