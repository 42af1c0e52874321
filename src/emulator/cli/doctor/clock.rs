//! The clock of this machine, compared with those of PropelAuth and of the service.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::http::header::HttpDate;

use super::{
    finding::Report,
    http::{self, Request, Response},
    metadata::Server,
    project::Status,
};

/// What synchronized clocks may differ by, and servers that cache the text of `Date`.
const TOLERANCE: f64 = 2.0;

/// Compares this machine's clock with PropelAuth's, by the header `Date` of a response.
pub(super) async fn check(server: &Server, leeway: u64, report: &mut Report) {
    // The response is an error, because no key is sent. It has the time all the same.
    let request = Request {
        method: "GET",
        url: &server.url,
        headers: &[],
        proxy: server.proxy.clone(),
    };
    let ahead = match http::send(request).await {
        Ok(response) => ahead(&response),
        Err(_) => None,
    };
    match ahead {
        None => report.unchecked("the clock", "PropelAuth's response has no Date"),
        Some(ahead) if is_off(ahead, leeway) => {
            is_wrong("this machine's clock", "PropelAuth's", -ahead, report);
        }
        Some(_) => report.fine("the clock of this machine"),
    }
}

/// Compares this machine's clock with the emulator's own, which tests and developers move.
pub(super) fn check_emulator(status: &Status, leeway: u64, report: &mut Report) {
    let Some(ahead) = status.now.map(|theirs| theirs - now()) else {
        return;
    };
    if is_off(ahead, leeway) {
        let way = if ahead > 0.0 { "ahead of" } else { "behind" };
        let frozen = if status.clock_is_frozen {
            ", and frozen"
        } else {
            ""
        };
        let seen = format!(
            "the emulator's clock is {:.0} s {way} this machine's{frozen}",
            ahead.abs()
        );
        report
            .find("clock_is_off", seen)
            .change("the emulator", "propelauth-dev clock resume");
    } else {
        report.fine("the clock of this machine");
    }
}

/// Compares the service's clock with this machine's.
pub(super) fn check_service(response: &Response, leeway: u64, report: &mut Report) {
    if let Some(ahead) = ahead(response)
        && is_off(ahead, leeway)
    {
        is_wrong("the clock of the service", "this machine's", ahead, report);
    }
}

/// Returns `true` if clocks differ by more than the leeway.
pub(super) fn is_off(seconds: f64, leeway: u64) -> bool {
    #[allow(clippy::cast_precision_loss)] // an hour at most
    let leeway = leeway as f64;
    seconds.abs() > leeway + TOLERANCE
}

/// Adds the finding that a clock is wrong.
pub(super) fn is_wrong(whose: &str, than: &str, ahead: f64, report: &mut Report) {
    if report.has("clock_is_off") {
        return;
    }
    let way = if ahead > 0.0 { "ahead of" } else { "behind" };
    let seen = format!("{whose} is {:.0} s {way} {than}", ahead.abs());
    report
        .find("clock_is_off", seen)
        .change("that machine", "timedatectl set-ntp true")
        .change(
            "the service's code, if the clocks cannot be set",
            format!(
                "PropelAuth::builder_from_env()?.leeway(Duration::from_secs({:.0}))",
                ahead.abs().ceil() + TOLERANCE
            ),
        );
}

/// Returns the seconds since the Unix epoch by this machine's clock.
pub(super) fn now() -> f64 {
    seconds(SystemTime::now())
}

fn seconds(time: SystemTime) -> f64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

/// Returns by how many seconds the sender of a response is ahead, at least: its clock may have had any
/// time within the second of its `Date`, and read it at any time while the request was under way.
fn ahead(response: &Response) -> Option<f64> {
    let date: HttpDate = response.header("date")?.parse().ok()?;
    let date = seconds(date.into());
    let (sent, received) = (seconds(response.sent_at), seconds(response.received_at));
    if date + 1.0 < sent {
        Some(date + 1.0 - sent)
    } else {
        Some((date - received).max(0.0))
    }
}
