//! Tables and ratios.

use std::collections::BTreeMap;

use crate::{median, peers::PEERS};

pub fn print(throughput: &BTreeMap<&str, Vec<f64>>, cold: Vec<(&str, f64)>) {
    let rate = |peer: &str| median(throughput[peer].clone());
    println!("{:<14} {:>12} {:>9}", "server", "requests/s", "of bare");
    for peer in PEERS {
        println!("{peer:<14} {:>12.0} {:>9.3}", rate(peer), rate(peer) / rate("bare"));
    }
    println!("\n{:<14} {:>12}", "one token", "us");
    for (name, micros) in &cold {
        println!("{name:<14} {micros:>12.2}");
    }
    let cold = |name: &str| cold.iter().find(|(it, _)| *it == name).map_or(f64::NAN, |it| it.1);
    println!();
    for (name, ratio) in [
        ("warm_vs_bare", rate("ours") / rate("bare")),
        ("guarded_vs_bare", rate("ours_guarded") / rate("bare")),
        ("warm_vs_official", rate("ours") / rate("official")),
        ("warm_vs_httpauth", rate("ours") / rate("httpauth")),
        ("cold_vs_rsa", cold("ours_cold") / cold("rsa")),
        ("official_cold_vs_rsa", cold("official") / cold("rsa")),
    ] {
        println!("ratio {name} {ratio:.3}");
    }
}
