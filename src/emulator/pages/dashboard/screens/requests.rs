//! The requests that the emulator received, without their secrets.

use maud::{Markup, html};

use crate::emulator::{
    pages::{
        dashboard::{
            frame::screen,
            look::Look,
            parts::{Paged, empty, search, table, tag, time},
            text::pretty,
        },
        hosted,
        row::Page,
    },
    state::RecordedRequest,
    web::{Reply, Table},
};

/// The pages that people see. What the dashboard asks is not listed.
static HOSTED: Table<Page> = Table::new(&[hosted::PAGES]);

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Requests", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let now = look.shared.lock_store().now();
    let typed = look.visit.parameter("q");
    let requests = look.shared.requests().list();
    let has_pages = look.visit.parameter("pages") != "0";
    let found = requests.into_iter().rev();
    let found = found.filter(|it| has_pages || !is_of_browser(it));
    let found = found.filter(|it| {
        let operation = it.operation.as_deref().unwrap_or_default();
        it.path.contains(&typed) || it.method == typed || operation.contains(&typed)
    });
    let paged = Paged::new(look, found.collect());
    let rows: Vec<_> = paged.items.iter().map(|it| row(it, now)).collect();
    let is_followed = look.visit.parameter("follow") == "1";
    let here = look.address();
    // Without JavaScript, the page is loaded again by a link.
    let poll = is_followed.then_some("every 2s");
    html! {
        section.card {
            (search(look, "Search by path, method or operation"))
            div.row {
                @if is_followed { a.button.second.small href="/dashboard/requests" { "Stop following" } }
                @else { a.button.second.small href="/dashboard/requests?follow=1" { "Follow" } }
                a.button.second.small href=(here) { "Load again" }
                @if has_pages { a.button.second.small href="/dashboard/requests?pages=0" { "Leave pages out" } }
                @else { a.button.second.small href="/dashboard/requests" { "With pages" } }
                (look.form("clear_requests").small("").show())
            }
        }
        section.card #log hx-get=[poll.map(|_| here.as_str())] hx-trigger=[poll] hx-select=[poll.map(|_| "#log")] hx-swap=[poll.map(|_| "outerHTML")] {
            h2 { "Requests" }
            @if rows.is_empty() {
                (empty("There are no requests. What a service, a frontend or a browser asks is here, but for this dashboard and the emulator's own requests."))
            } @else {
                (table("Requests, the newest first", &["Request", "Status", "When", "Body"], &rows))
                (paged.links(look))
            }
        }
    }
}

/// Returns `true` for what a browser asks to show a page, which no service and no frontend does.
fn is_of_browser(request: &RecordedRequest) -> bool {
    let path = request.path.split('?').next().unwrap_or_default();
    ["/", "/favicon.ico"].contains(&path) || !HOSTED.at(path).is_empty()
}

fn row(request: &RecordedRequest, now: i64) -> Markup {
    let (class, status) = match request.status {
        Some(status @ 0..400) => ("good", status.to_string()),
        Some(status) => ("bad", status.to_string()),
        None => ("warn", "none".to_owned()),
    };
    html! {
        th scope="row" {
            code { (request.method) " " (request.path) }
            @if let Some(operation) = &request.operation { small.under { (operation) } }
            @if let Some(fault) = &request.fault { small.under { "fault on " (fault) } }
        }
        td { (tag(class, &status)) small.under { (request.duration.as_millis()) " ms" } }
        td { (time(request.at, now)) }
        td {
            @match &request.request_body {
                None => "none",
                Some(body) => details { summary { "Show" span.hidden { " the body of request " (request.number) } } pre { (pretty(body)) } },
            }
        }
    }
}
