//! The TLS feature in the service's build, as Cargo resolves it.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::finding::Report;

const TLS_FEATURES: [&str; 3] = ["rustls", "rustls-native-roots", "openssl"];

/// Checks that a service whose manifest is in this folder has a TLS feature of this crate.
pub(super) fn check(folder: &Path, report: &mut Report) {
    let what = "the TLS feature of the service's build";
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        report.unchecked(what, format!("there is no {}", manifest.display()));
        return;
    }
    // Frozen: nothing is downloaded, and no lock file is written.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args([
            "metadata",
            "--format-version",
            "1",
            "--frozen",
            "--manifest-path",
        ])
        .arg(&manifest);
    let output = match command.output() {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr);
            let line = error.lines().next().unwrap_or_default();
            report.unchecked(what, format!("`cargo metadata --frozen`: {line}"));
            return;
        }
        Err(error) => {
            report.unchecked(what, format!("cargo cannot be started: {error}"));
            return;
        }
    };
    let metadata: Value = serde_json::from_slice(&output).unwrap_or_default();
    match features(&metadata) {
        None => report.unchecked(what, format!("{} does not use it", manifest.display())),
        Some(features)
            if features
                .iter()
                .any(|it| TLS_FEATURES.contains(&it.as_str())) =>
        {
            report.fine("the service's build has a TLS feature");
        }
        Some(_) => {
            let seen = format!(
                "{} builds actix-web-propelauth with none of the features {}",
                manifest.display(),
                TLS_FEATURES.join(", ")
            );
            let line = "actix-web-propelauth = { …, features = [\"rustls\"] }";
            let place = line_of(&manifest);
            report.find("tls_feature_missing", seen).change(place, line);
        }
    }
}

/// Returns the features of this crate in the resolved graph, or `None` if it is not in it.
fn features(metadata: &Value) -> Option<Vec<String>> {
    let packages = metadata.get("packages")?.as_array()?;
    let package = packages
        .iter()
        .find(|it| it.get("name").and_then(Value::as_str) == Some("actix-web-propelauth"))?;
    let id = package.get("id")?;
    let nodes = metadata.get("resolve")?.get("nodes")?.as_array()?;
    let node = nodes.iter().find(|node| node.get("id") == Some(id))?;
    let features = node.get("features")?.as_array()?.iter();
    Some(
        features
            .filter_map(|it| Some(it.as_str()?.to_owned()))
            .collect(),
    )
}

/// Returns the line of the manifest that names this crate.
fn line_of(manifest: &Path) -> String {
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    let mut lines = text.lines().enumerate();
    match lines.find(|(_, line)| line.contains("actix-web-propelauth")) {
        Some((index, _)) => format!("{}:{}", manifest.display(), index + 1),
        None => manifest.display().to_string(),
    }
}
