//! What came of it.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    families::Case,
    jurors::Verdict,
    table::{self, Entry},
};

/// How many of the worst are shown.
const SHOWN: usize = 20;

#[derive(Default)]
pub(crate) struct Report {
    /// By family: accepted by all, accepted by us and explained, refused by us and accepted by
    /// another, refused by all.
    families: BTreeMap<&'static str, [u64; 4]>,
    /// Why we refuse what another accepts: by our reason, and by who accepts.
    only_others: BTreeMap<(String, String), u64>,
    /// What we accept and another refuses, which the table does not explain.
    unexplained: BTreeMap<(&'static str, String), (u64, String)>,
    /// Who reads another user in a token than we do.
    other_users: Vec<String>,
}

impl Report {
    pub(crate) fn add(
        &mut self,
        case: &Case,
        ours: &Verdict,
        others: &[(&'static str, Verdict); 3],
        entries: &[Entry],
    ) {
        let outcome = match ours {
            Ok(user) => {
                let mut is_unanimous = true;
                for (juror, verdict) in others {
                    match verdict {
                        Ok(theirs) if theirs == user => {}
                        Ok(theirs) => self.other_users.push(format!(
                            "{juror} reads {theirs:?} where we read {user:?}: {}",
                            case.token
                        )),
                        Err(reason) => {
                            is_unanimous = false;
                            if table::find(entries, juror, reason, case).is_none() {
                                let group = (*juror, general(reason));
                                let group = self.unexplained.entry(group).or_default();
                                group.0 += 1;
                                if group.1.is_empty() {
                                    group.1 = format!("{reason}: {}", shown(case));
                                }
                            }
                        }
                    }
                }
                usize::from(!is_unanimous)
            }
            Err(reason) => {
                let accept = others.iter().filter(|(_, verdict)| verdict.is_ok());
                let names: Vec<_> = accept.map(|(juror, _)| *juror).collect();
                if names.is_empty() {
                    3
                } else {
                    let group = (general(reason), names.join(", "));
                    *self.only_others.entry(group).or_default() += 1;
                    2
                }
            }
        };
        self.families.entry(case.family).or_default()[outcome] += 1;
    }

    pub(crate) fn join(&mut self, other: Self) {
        for (family, counts) in other.families {
            let sum = self.families.entry(family).or_default();
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        for (group, count) in other.only_others {
            *self.only_others.entry(group).or_default() += count;
        }
        for (group, (count, example)) in other.unexplained {
            let sum = self.unexplained.entry(group).or_default();
            sum.0 += count;
            sum.1 = example;
        }
        self.other_users.extend(other.other_users);
    }

    /// Tells whether nothing is left to explain, and whether there was something to judge.
    pub(crate) fn is_clean(&self) -> bool {
        let accepted: u64 = self.families.values().map(|counts| counts[0]).sum();
        self.unexplained.is_empty() && self.other_users.is_empty() && accepted > 0
    }

    pub(crate) fn print(&self, entries: &[Entry], stale: &[&Entry]) {
        println!("We refuse and another accepts, which is as it should be:");
        let mut groups: Vec<_> = self.only_others.iter().collect();
        groups.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for ((reason, jurors), count) in groups {
            println!("{count:8}  {reason} ({jurors})");
        }

        println!("\nWe accept and another refuses, by the table:");
        for entry in entries {
            let used = entry.used.load(Ordering::Relaxed);
            println!("{used:8}  {}: {} [{}]", entry.juror, entry.when, entry.says);
        }
        for entry in stale {
            println!(
                "never used: {}: {} ({})",
                entry.juror, entry.when, entry.why
            );
        }

        println!(
            "\n{:32} {:>9} {:>9} {:>9} {:>9}",
            "family", "accepted", "by table", "refused", "by all"
        );
        let mut sums = [0; 4];
        let line = |name: &str, [all, table, we, none]: [u64; 4]| {
            println!("{name:32} {all:>9} {table:>9} {:>9} {none:>9}", we + none);
        };
        for (family, counts) in &self.families {
            line(family, *counts);
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        line("total", sums);

        for ((juror, reason), (count, example)) in self.unexplained.iter().take(SHOWN) {
            println!("\nWe accept {count} that {juror} refuses: {reason}\n    {example}");
        }
        for example in self.other_users.iter().take(SHOWN) {
            println!("\n{example}");
        }
        let unexplained: u64 = self.unexplained.values().map(|(count, _)| count).sum();
        println!(
            "\n{} tokens judged by four: {} accepted by all, {} by us and not by all, of which {unexplained} \
             unexplained; {} refused by us, of which {} accepted by another; {} read differently",
            sums.iter().sum::<u64>(),
            sums[0],
            sums[1],
            sums[2] + sums[3],
            sums[2],
            self.other_users.len()
        );
    }
}

/// Takes out of a reason what differs from token to token: numbers, and what is quoted.
fn general(reason: &str) -> String {
    let mut text = String::new();
    let mut is_quoted = false;
    for c in reason.split(" at line ").next().unwrap_or_default().chars() {
        match c {
            '"' | '`' => {
                is_quoted = !is_quoted;
                if is_quoted {
                    text.push('…');
                }
            }
            _ if is_quoted => {}
            '0'..='9' | '-' if text.ends_with('#') => {}
            '0'..='9' => text.push('#'),
            _ => text.push(c),
        }
    }
    text.chars().take(120).collect()
}

/// Shows a token as what its segments say.
fn shown(case: &Case) -> String {
    let segments = case.token.split('.').map(|segment| {
        let bytes = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
        if bytes.is_ascii() || bytes.starts_with(b"{") {
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            format!("({} bytes)", bytes.len())
        }
    });
    let segments: Vec<_> = segments.collect();
    format!("{} (audience {:?})", segments.join(" . "), case.audience)
}
