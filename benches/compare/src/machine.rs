//! What the numbers were measured on.

use std::{fs, process::Command, thread::available_parallelism, time::Duration};

/// Keeps all threads of this process on these cores.
pub fn stay_on(cores: &str) {
    let id = std::process::id().to_string();
    let status = Command::new("taskset")
        .args(["-a", "-c", "-p", cores, &id])
        .output();
    assert!(
        status.is_ok_and(|it| it.status.success()),
        "taskset -p {cores}"
    );
}

/// Returns the processor time that this process has used, all threads together.
pub fn cpu_time() -> Duration {
    // Nanoseconds, where /proc/self/stat has hundredths of a second.
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let nanos = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Returns the machine, the versions and the day, a line each.
pub fn describe() -> Vec<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model
        .and_then(|line| line.split_once(": "))
        .map_or("unknown", |it| it.1);
    let cores = available_parallelism().map_or(0, usize::from);
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().ok();
        output
            .map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
            .unwrap_or_default()
    };
    let versions = [
        "actix-web",
        "awc",
        "jsonwebtoken",
        "aws-lc-rs",
        "actix-web-httpauth",
        "propelauth",
        "reqwest",
    ];
    vec![
        format!("{cores} cores of {model}"),
        said("rustc", &["--version"]),
        versions
            .map(|name| format!("{name} {}", locked(name)))
            .join(", "),
        said("date", &["-u", "+%Y-%m-%d"]),
    ]
}

/// Returns the versions of a package in this comparison's lock file: the official crate brings
/// older ones of some.
fn locked(name: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    let versions = lock
        .split(&entry)
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    versions.collect::<Vec<_>>().join(" and ")
}
