//! `propelauth-dev clock`: the time of a running emulator.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    client::Client,
    output::{json, print},
    target::Target,
    values::{duration, positive_seconds, time, written},
};

/// What to do with the clock.
#[derive(Debug, Subcommand)]
pub(super) enum ClockCommand {
    /// Prints the time, and whether the clock runs.
    #[command(after_help = "Example: propelauth-dev clock show")]
    Show(Target),
    /// Stops the clock, now or at a time.
    #[command(after_help = "Example: propelauth-dev clock freeze 2026-11-28T09:30:00Z")]
    Freeze {
        /// A Unix timestamp in seconds, or a time in UTC [default: now].
        #[arg(value_name = "TIME", value_parser = time)]
        at: Option<i64>,
        #[command(flatten)]
        target: Target,
    },
    /// Moves the clock forward, whether it runs or is stopped.
    ///
    /// A service has a clock of its own: to test how it handles an expired token, create one with
    /// `propelauth-dev token USER --expires-in -5m`.
    #[command(after_help = "Example: propelauth-dev clock advance 1h30m")]
    Advance {
        /// The duration, such as 90s, 30m, 1h30m or 2d.
        #[arg(value_name = "DURATION", value_parser = positive_seconds)]
        by: u32,
        #[command(flatten)]
        target: Target,
    },
    /// Resumes the clock with the time of this machine.
    #[command(after_help = "Example: propelauth-dev clock resume")]
    Resume(Target),
}

/// Shows or changes the clock of the running emulator, and prints the time that it has now.
pub(super) async fn clock(command: &ClockCommand) -> Result<(), String> {
    let (target, path, body) = match command {
        ClockCommand::Show(target) => {
            let clock = Client::new(target)?.get("clock").await?;
            return show(target, &clock);
        }
        ClockCommand::Freeze { at: None, target } => (target, "clock/freeze", json!({})),
        ClockCommand::Freeze { at, target } => (target, "clock/freeze", json!({ "at": at })),
        ClockCommand::Advance { by, target } => (target, "clock/advance", json!({ "seconds": by })),
        ClockCommand::Resume(target) => (target, "clock/resume", json!({})),
    };
    show(target, &Client::new(target)?.post(path, &body).await?)
}

fn show(target: &Target, clock: &Value) -> Result<(), String> {
    print(&match target.json {
        true => json(clock),
        false => text(clock),
    })
}

fn text(clock: &Value) -> String {
    let number = |name| clock.get(name).and_then(Value::as_i64).unwrap_or_default();
    let state = match (clock.get("is_frozen"), number("ahead_seconds")) {
        (Some(Value::Bool(true)), _) => "frozen".to_owned(),
        (_, 0) => "the time of this machine".to_owned(),
        (_, ahead) => format!("ahead by {}", duration(ahead)),
    };
    format!("{} ({}), {state}\n", written(number("now")), number("now"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn the_clock_is_shown_as_it_is() {
        let clock = |frozen: bool, ahead: i64| {
            text(&json!({ "now": 1_700_000_000, "is_frozen": frozen, "ahead_seconds": ahead }))
        };
        let now = "2023-11-14T22:13:20Z (1700000000), ";
        assert_eq!(clock(true, 0), format!("{now}frozen\n"));
        assert_eq!(clock(false, 5400), format!("{now}ahead by 1h30m\n"));
        assert_eq!(clock(false, 0), format!("{now}the time of this machine\n"));
    }
}
