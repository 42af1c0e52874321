//! Explanations of codes, as a developer asks for them.

use serde_json::Value;

use super::{failed, output};

fn printed(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_code_is_explained_and_without_one_all_are_listed() {
    let text = printed(&["explain", "token_expired"]);
    assert!(
        text.starts_with("token_expired: the token has expired (401)\n"),
        "{text}"
    );
    assert!(
        text.contains("\nwhat to do  The client has to refresh"),
        "{text}"
    );
    let all = printed(&["explain"]);
    for explanation in actix_web_propelauth::explanations() {
        assert!(all.contains(explanation.code), "{}", explanation.code);
    }
}

#[test]
fn an_explanation_is_json_on_request() {
    let one: Value =
        serde_json::from_str(&printed(&["explain", "missing_role", "--json"])).unwrap();
    assert_eq!(one["code"], "missing_role");
    let all: Vec<Value> = serde_json::from_str(&printed(&["explain", "--json"])).unwrap();
    assert!(all.len() >= actix_web_propelauth::explanations().count());
    assert!(all.iter().all(|one| one["remedy"].is_string()));
}

#[test]
fn an_unknown_code_fails_with_the_nearest_one() {
    let error = failed(&["explain", "missing_rol"]);
    assert!(error.contains("did you mean `missing_role`?"), "{error}");
}
