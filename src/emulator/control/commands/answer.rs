//! From a request to its command, and from the result to a response.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::command::{Command, CommandError, Commands, Context};
use crate::emulator::http::{Shared, WireResponse};

/// Responds to a request for a path that begins with `/propelauth-dev`.
pub(super) fn answer(
    commands: Commands,
    shared: &Shared,
    method: &Method,
    path: &str,
    body: &[u8],
) -> WireResponse {
    let path = path.strip_prefix("/propelauth-dev").unwrap_or(path);
    let path = path.strip_prefix('/').unwrap_or(path);
    match run(commands, shared, method, path, body) {
        Ok(value) => WireResponse {
            status: 200,
            body: value.to_string().into_bytes(),
        },
        Err(error) => WireResponse {
            status: error.status,
            body: serde_json::to_vec(&error).unwrap_or_default(),
        },
    }
}

fn run(
    commands: Commands,
    shared: &Shared,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Result<Value, CommandError> {
    let mut others = Vec::new();
    for command in commands.iter().copied().flatten() {
        let Some(segments) = command.matches(path) else {
            continue;
        };
        if command.method == method.as_str() {
            return (command.run)(&Context {
                commands,
                shared,
                segments,
                body,
            });
        }
        others.push(command.method);
    }
    if !others.is_empty() {
        return Err(CommandError {
            status: 405,
            error_code: "method_not_allowed",
            message: format!(
                "{method} is not a method of this request: send {}",
                others.join(" or ")
            ),
        });
    }
    let requests: Vec<String> = commands
        .iter()
        .copied()
        .flatten()
        .map(request_line)
        .collect();
    Err(CommandError {
        status: 404,
        error_code: "not_found",
        message: format!(
            "the emulator has no request /propelauth-dev/{path}, only {}",
            requests.join(", ")
        ),
    })
}

/// Returns every command.
pub(super) fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    let commands = context
        .commands
        .iter()
        .copied()
        .flatten()
        .map(|it| json!({ "request": request_line(it), "about": it.about }));
    Ok(commands.collect())
}

fn request_line(command: &Command) -> String {
    format!("{} /propelauth-dev/{}", command.method, command.path)
}
