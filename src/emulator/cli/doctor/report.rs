//! The report as text and as JSON.

use serde_json::{Value, json};

use super::{
    explanations::explain,
    finding::{Finding, Report},
};

impl Report {
    /// Returns the report as text to read.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (index, finding) in self.findings.iter().enumerate() {
            text += &block(index + 1, finding);
        }
        if !self.fine.is_empty() {
            text += "Checked, and fine:\n";
            for what in &self.fine {
                text += &format!("  - {}\n", printable(what));
            }
            text.push('\n');
        }
        if !self.unchecked.is_empty() {
            text += "Not checked:\n";
            for unchecked in &self.unchecked {
                let (what, why) = (printable(&unchecked.what), printable(&unchecked.why));
                text += &format!("  - {what}: {why}\n");
            }
            text.push('\n');
        }
        text += &match self.findings.len() {
            0 => "No mistake found.\n".to_owned(),
            1 => "1 mistake found.\n".to_owned(),
            count => format!("{count} mistakes found.\n"),
        };
        text
    }

    /// Returns the report as one line of JSON.
    pub(super) fn json(&self) -> String {
        let findings = self.findings.iter().map(|finding| {
            let changes = finding.changes.iter();
            let changes: Vec<Value> = changes
                .map(|change| json!({ "at": change.at, "line": change.line }))
                .collect();
            json!({
                "code": finding.code,
                "title": title(finding),
                "seen": finding.seen,
                "why": finding.why,
                "remedy": explain(finding.code).map(|it| it.remedy),
                "changes": changes,
            })
        });
        let unchecked = self.unchecked.iter();
        let unchecked = unchecked.map(|it| json!({ "what": it.what, "why": it.why }));
        let report = json!({
            "findings": findings.collect::<Vec<_>>(),
            "fine": self.fine,
            "unchecked": unchecked.collect::<Vec<_>>(),
        });
        format!("{report}\n")
    }
}

fn block(number: usize, finding: &Finding) -> String {
    let mut text = format!("{number}. {}: {}\n", finding.code, title(finding));
    text += &format!("   seen    {}\n", printable(&finding.seen));
    text += &format!("   why     {}\n", printable(&finding.why));
    for change in &finding.changes {
        let (at, line) = (printable(&change.at), printable(&change.line));
        text += &format!("   change  {at}: {line}\n");
    }
    if let Some(explanation) = explain(finding.code) {
        text += &format!("   do      {}\n", explanation.remedy);
    }
    text.push('\n');
    text
}

fn title(finding: &Finding) -> &'static str {
    explain(finding.code).map_or("a variable cannot be used", |it| it.title)
}

/// Replaces control characters, which a response may contain to change what a terminal shows.
fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
