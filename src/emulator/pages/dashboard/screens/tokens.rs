//! Access tokens: created, taken apart, and broken in every way.

use maud::{Markup, html};
use serde_json::Value;

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{card, table, tag},
        text::pretty,
    },
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Tokens", &content)
}

fn content(look: &Look<'_>) -> Markup {
    html! {
        @if let Some(report) = look.result("explain_token") { (card("What is in it", &explained(report))) }
        @if let Some(tokens) = look.result("break_token") { (card("Broken tokens", &broken(tokens))) }
        @if let Some(created) = look.result("mint_token") {
            (card("Its claims", &html! { pre { (pretty(created.get("claims").unwrap_or(&Value::Null))) } }))
        }
        (card("Take a token apart", &html! {
            p.lead { "Each check that a verifier makes, and how the token does in it." }
            (look.form("explain_token").show())
        }))
        (card("Create a token", &html! {
            p.lead { "For any user, with anything in it. No session starts." }
            (look.form("mint_token").show())
        }))
        (card("Break a token", &html! {
            p.lead { "More than forty tokens, each wrong in one way. Send them to a service: it must refuse all of them." }
            (look.form("break_token").show())
        }))
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns a text that is written for the documentation, where backticks set code apart.
fn prose(value: &Value, name: &str) -> String {
    text(value, name).replace('`', "")
}

fn explained(report: &Value) -> Markup {
    let checks = report.get("checks").and_then(Value::as_array);
    let rows: Vec<_> = checks
        .into_iter()
        .flatten()
        .map(|check| {
            let passes = check.get("passes").and_then(Value::as_bool);
            html! {
                th scope="row" { (text(check, "name").replace('_', " ")) }
                td {
                    @match passes {
                        Some(true) => (tag("good", "passes")),
                        Some(false) => (tag("bad", "fails")),
                        None => (tag("", "not reached")),
                    }
                }
                td { (text(check, "found")) }
                td { small { (prose(check, "about")) } }
            }
        })
        .collect();
    html! {
        (verdict(report.get("verdict").unwrap_or(&Value::Null)))
        (table("Checks", &["Check", "Outcome", "Found", "About"], &rows))
        @for part in ["header", "claims"] {
            h3 { (part) }
            @match report.get(part) {
                None | Some(Value::Null) => p.lead { "It cannot be read." },
                Some(value) => pre { (pretty(value)) },
            }
        }
    }
}

fn verdict(verdict: &Value) -> Markup {
    if verdict.get("is_accepted") == Some(&Value::Bool(true)) {
        return html! { p { (tag("good", "accepted")) " A service that uses this crate accepts the token." } };
    }
    html! {
        p { (tag("bad", "refused")) " " code { (text(verdict, "code")) } ": " (text(verdict, "reason")) }
        p.aside { (prose(verdict, "remedy")) }
    }
}

fn broken(tokens: &Value) -> Markup {
    let rows: Vec<_> = tokens
        .as_array()
        .into_iter()
        .flatten()
        .map(|token| {
            let verdict = token.get("verdict").unwrap_or(&Value::Null);
            let status = verdict.get("status").and_then(Value::as_u64);
            html! {
                th scope="row" { (prose(token, "about")) small.under { code { (text(token, "kind")) } } }
                td {
                    @if let Some(status) = status { (status) " " }
                    code { (text(verdict, "code")) }
                    small.under { (text(verdict, "reason")) }
                }
                td {
                    details { summary { "Show" span.hidden { " the token " (text(token, "kind")) } }
                        code.secret { (text(token, "token")) }
                    }
                }
            }
        })
        .collect();
    table(
        "Broken tokens",
        &["What is wrong", "What this crate says", "Token"],
        &rows,
    )
}
