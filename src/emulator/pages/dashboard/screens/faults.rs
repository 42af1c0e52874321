//! Faults: failures that the emulator answers with.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{card, empty, table},
    },
    state::ActiveFault,
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let faults = look.shared.faults().list().to_vec();
    let rows: Vec<_> = faults.iter().map(|it| row(look, it)).collect();
    let content = html! {
        (card("Faults that are on", &html! {
            @if rows.is_empty() { (empty("All requests are handled. Turn a fault on below to see what a service does about it.")) }
            @else {
                p.lead { "If several are for a request, the oldest applies. The dashboard is never affected." }
                (table("Faults", &["Route", "Effect", "Times left", "Turn off"], &rows))
                (look.form("clear_faults").show())
            }
        }))
        (card("New fault", &look.form("inject_fault").value("route", "*").value("status", "503").show()))
    };
    screen(look, "Faults", &content)
}

fn row(look: &Look<'_>, active: &ActiveFault) -> Markup {
    let fault = &active.fault;
    let off = look.form("remove_fault").with("fault_id", active.id);
    html! {
        th scope="row" { code { (fault.route) } }
        td {
            @if let Some(status) = fault.status { small.under { "status " (status) } }
            @if let Some(seconds) = fault.rate_limit { small.under { "429, again in " (seconds) " seconds" } }
            @if let Some(delay) = fault.delay_ms { small.under { "delay of " (delay) " ms" } }
            @if fault.drop { small.under { "closes the connection" } }
        }
        td { @match fault.times { Some(times) => (times), None => "until turned off" } }
        td { (off.small(format!("the fault on {}", fault.route)).show()) }
    }
}
