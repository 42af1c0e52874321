//! `propelauth-dev node-preload`: the file that redirects the Node SDK.

use serde_json::Value;

/// The script that redirects Node's requests to the emulator. `__URL__` is replaced with its URL.
const NODE_PRELOAD: &str = include_str!("node_preload.cjs");

/// Returns the script for an emulator at a URL.
pub(super) fn node_preload(url: &str) -> String {
    // A JSON string is a JavaScript string, too.
    let url = Value::from(url.trim_end_matches('/')).to_string();
    NODE_PRELOAD.replace("__URL__", &url)
}

#[cfg(test)]
mod tests {
    use super::node_preload;

    #[test]
    fn the_preload_names_the_emulator() {
        let script = node_preload("http://127.0.0.1:9200/");
        let line = r#"process.env.PROPELAUTH_EMULATOR_URL || "http://127.0.0.1:9200";"#;
        assert!(script.contains(line), "{script}");
        assert!(!script.contains("__"), "a placeholder is left in\n{script}");
    }
}
