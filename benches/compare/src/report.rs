//! Tables, ratios, and charts of them.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use crate::{
    Effort, build, chart, client, cold::WAYS, emulator, freshness, growth, hostile, machine,
    median, peers::PEERS, ratio,
};

/// What was measured so far, as text and as pictures.
pub struct Report {
    text: String,
    ratios: Vec<(&'static str, f64)>,
    pictures: Vec<(&'static str, String)>,
}

impl Report {
    pub fn new(effort: Effort) -> Self {
        let mut report = Self {
            text: String::new(),
            ratios: Vec::new(),
            pictures: Vec::new(),
        };
        for line in machine::describe() {
            report.line(&line);
        }
        let Effort { rounds, seconds } = effort;
        report.line(&format!(
            "medians of {rounds} rounds of {seconds} s, in turns; ratios are those within a round"
        ));
        report
    }

    /// Says it at once, since all of it takes minutes.
    fn line(&mut self, line: &str) {
        println!("{line}");
        let _ = writeln!(self.text, "{line}");
    }

    fn ratio(&mut self, name: &'static str, value: f64) {
        self.ratios.push((name, value));
    }

    pub fn servers(&mut self, rates: &BTreeMap<&str, Vec<f64>>, cold: &BTreeMap<&str, Vec<f64>>) {
        self.line(&format!(
            "\n{:<14} {:>12} {:>9}",
            "server", "requests/s", "of bare"
        ));
        for peer in PEERS {
            self.line(&format!(
                "{peer:<14} {:>12.0} {:>9.3}",
                median(rates[peer].clone()),
                ratio(&rates[peer], &rates["bare"])
            ));
        }
        self.line(&format!(
            "\n{:<14} {:>12} {:>9}",
            "one token", "us", "of RSA"
        ));
        for way in WAYS {
            self.line(&format!(
                "{way:<14} {:>12.2} {:>9.3}",
                median(cold[way].clone()),
                ratio(&cold[way], &cold["rsa"])
            ));
        }
        self.ratio("warm_vs_bare", ratio(&rates["ours"], &rates["bare"]));
        self.ratio(
            "guarded_vs_bare",
            ratio(&rates["ours_guarded"], &rates["bare"]),
        );
        self.ratio(
            "warm_vs_official",
            ratio(&rates["ours"], &rates["official"]),
        );
        self.ratio(
            "warm_vs_httpauth",
            ratio(&rates["ours"], &rates["httpauth"]),
        );
        self.ratio(
            "bare_vs_official",
            ratio(&rates["bare"], &rates["official"]),
        );
        self.ratio("cold_vs_rsa", ratio(&cold["ours_cold"], &cold["rsa"]));
        self.ratio(
            "official_cold_vs_rsa",
            ratio(&cold["official"], &cold["rsa"]),
        );
        self.pictures
            .push(("throughput.svg", chart::throughput(rates)));
    }

    pub fn client(&mut self, all: &[client::Measured]) {
        let header = ["client", "requests/s", "median us", "p99 us", "cpu us"];
        let [name, rest @ ..] = header;
        self.line(&format!(
            "\n{name:<14}{}",
            rest.map(|it| format!(" {it:>12}")).concat()
        ));
        for it in all {
            let columns = [&it.per_second, &it.latency_us, &it.p99_us, &it.cpu_us];
            self.line(&format!(
                "{:<14}{}",
                it.name,
                columns
                    .map(|it| format!(" {:>12.1}", median(it.clone())))
                    .concat()
            ));
        }
        if let [awc, ours, official] = all {
            self.ratio("client_vs_awc", ratio(&ours.per_second, &awc.per_second));
            self.ratio(
                "client_vs_official",
                ratio(&ours.per_second, &official.per_second),
            );
            self.ratio("client_cpu_vs_awc", ratio(&ours.cpu_us, &awc.cpu_us));
            self.ratio(
                "client_cpu_vs_official",
                ratio(&ours.cpu_us, &official.cpu_us),
            );
        }
    }

    pub fn emulator(&mut self, it: &emulator::Measured) {
        self.line("\nemulator");
        self.line(&format!("{:<40} {:>12.1} ms", "listens after", it.start_ms));
        for (users, rate) in it.fetches {
            self.line(&format!(
                "{:<40} {rate:>12.0} /s",
                format!("fetch by id, 1 worker, {users} users")
            ));
        }
        let (written, read) = it.snapshot_s;
        self.line(&format!(
            "{:<40} {written:>12.1} s",
            "snapshot of 100000 users written"
        ));
        self.line(&format!("{:<40} {read:>12.1} s", "and read"));
        self.ratio(
            "emulator_many_vs_few_users",
            it.fetches[1].1 / it.fetches[0].1,
        );
    }

    pub fn growth(&mut self, it: &growth::Measured) {
        self.line("\norganizations        guard ns   known token us   token bytes");
        for ((orgs, guard), (_, known, bytes)) in it.guard_ns.iter().zip(&it.warm_us) {
            self.line(&format!(
                "{orgs:>13} {guard:>15.0} {known:>16.2} {bytes:>13}"
            ));
        }
        self.line("\n       tokens      requests/s");
        for (tokens, rate) in &it.by_tokens {
            self.line(&format!("{tokens:>13} {rate:>15.0}"));
        }
        self.line("\n      workers            bare            ours");
        for (workers, bare, ours) in &it.by_workers {
            self.line(&format!("{workers:>13} {bare:>15.0} {ours:>15.0}"));
        }
        let (one, most) = (it.guard_ns.first(), it.guard_ns.last());
        self.ratio(
            "guard_200_orgs_vs_1",
            most.map_or(f64::NAN, |it| it.1) / one.map_or(f64::NAN, |it| it.1),
        );
        self.pictures.push(("growth.svg", chart::growth(it)));
    }

    pub fn hostile(&mut self, loads: &[hostile::Measured]) {
        for load in loads {
            self.line(&format!(
                "\n{}\n{:<14} {:>12} {:>9} {:>14}",
                load.name, "the others", "users' req/s", "of first", "others' req/s"
            ));
            for (side, rates) in &load.sides {
                self.line(&format!(
                    "{:<14} {:>12.0} {:>9.3} {:>14.0}",
                    side.name,
                    median(rates.users.clone()),
                    ratio(&rates.users, load.users_beside("no token")),
                    median(rates.others.clone())
                ));
            }
            for (side, rates) in &load.sides {
                if let Some((name, to)) = (load.ratio_of)(side.name) {
                    self.ratio(name, ratio(&rates.users, load.users_beside(to)));
                }
            }
        }
    }

    pub fn freshness(&mut self, it: &freshness::Measured) {
        self.line(&format!(
            "\n{:<24} {:>12} {:>9} {:>15}",
            "what changed", "requests/s", "of first", "known token ns"
        ));
        let [none, many, changing] = &it.rates;
        for (((_, name), rates), ns) in freshness::SERVERS.iter().zip(&it.rates).zip(it.known_ns) {
            self.line(&format!(
                "{name:<24} {:>12.0} {:>9.3} {ns:>15.0}",
                median(rates.clone()),
                ratio(rates, none)
            ));
        }
        self.ratio("freshness_marks_vs_none", ratio(many, none));
        self.ratio("freshness_changing_vs_none", ratio(changing, none));
    }

    pub fn build(&mut self, all: &[build::Measured]) {
        self.line(&format!(
            "\n{:<14} {:>12} {:>12}",
            "hello world", "crates", "build s"
        ));
        for it in all {
            self.line(&format!(
                "{:<14} {:>12} {:>12.1}",
                it.name, it.crates, it.seconds
            ));
        }
        if let [ours, official, ..] = all {
            self.ratio(
                "build_crates_vs_official",
                ours.crates as f64 / official.crates as f64,
            );
            self.ratio("build_seconds_vs_official", ours.seconds / official.seconds);
        }
    }

    /// Prints the ratios, and writes the report where it is kept.
    pub fn finish(mut self, is_whole: bool) {
        self.line("");
        for (name, value) in std::mem::take(&mut self.ratios) {
            self.line(&format!("ratio {name} {value:.3}"));
        }
        if is_whole {
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../report");
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("report.txt"), &self.text).unwrap();
            for (name, picture) in self.pictures {
                fs::write(directory.join(name), picture).unwrap();
            }
        }
    }
}
