//! The clock, the signing key, snapshots, seeds and the reset.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{card, empty, table},
        text,
    },
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Clock and state", &content)
}

fn content(look: &Look<'_>) -> Markup {
    html! {
        (card("Clock", &clock(look)))
        (card("Signing key", &html! {
            p.lead { "After a rotation, tokens that were issued before no longer verify, and services fetch the new key." }
            (look.form("rotate_key").show())
        }))
        (card("Saved states", &snapshots(look)))
        (card("Seed", &html! {
            p.lead { "Adds users, organizations, settings and more to the state." }
            (look.form("apply_seed").second().show())
        }))
        (card("Reset", &html! {
            p.lead { "Returns to the state at the start. What was changed since then is lost." }
            (look.form("reset").show())
        }))
    }
}

fn clock(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    let clock = &store.project.clock;
    html! {
        dl {
            dt { "Time" } dd { (text::time(clock.now())) @if clock.is_frozen() { " (stopped)" } }
            dt { "Unix timestamp" } dd { (clock.now()) }
            @if clock.ahead() != 0 { dt { "Ahead by" } dd { (clock.ahead()) " seconds" } }
        }
        (look.form("advance_clock").value("seconds", "3600").second().show())
        (look.form("freeze_clock").second().show())
        (look.form("resume_clock").second().show())
    }
}

fn snapshots(look: &Look<'_>) -> Markup {
    let names: Vec<String> = look.shared.snapshots().keys().cloned().collect();
    let rows: Vec<_> = names
        .iter()
        .map(|name| {
            let about = |action| {
                look.form(action)
                    .with("name", name)
                    .small(name.as_str())
                    .show()
            };
            html! {
                th scope="row" { (name) }
                td { (about("load_snapshot")) }
                td { (about("remove_snapshot")) }
            }
        })
        .collect();
    html! {
        @if rows.is_empty() { (empty("No state was saved. Save one before an experiment, and load it afterwards.")) }
        @else { (table("Saved states", &["Name", "Load", "Forget"], &rows)) }
        (look.form("save_snapshot").second().show())
    }
}
