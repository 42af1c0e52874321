//! Paths that match a route's pattern.

use actix_web::dev::ResourceDef;

/// The organization that sample paths name unless a test says otherwise. No project has it.
pub(super) const SAMPLE_ORG: &str = "5a3b1e00-0000-4000-8000-00000000a0d1";

/// Values for a path parameter: an id, then texts that usual regular expressions match.
const VALUES: [&str; 8] = [
    "1",
    "sample",
    "a",
    "42",
    "2026-01-31",
    "sample.txt",
    "sample/path",
    "A1",
];

/// The last segment of a path that no route is meant for.
pub(super) const STRAY: &str = "route-audit-stray";

/// Values for the path parameters of an application.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    /// The organization, which is the first value for every parameter.
    pub(super) org_id: Option<String>,
    /// Parameters by name.
    pub(super) named: Vec<(String, String)>,
}

impl Samples {
    /// Returns the id of the organization in sample paths.
    pub(super) fn org_id(&self) -> &str {
        self.org_id.as_deref().unwrap_or(SAMPLE_ORG)
    }

    /// Returns paths that match a pattern, without duplicates. It is empty if no known value matches the
    /// regular expression of a parameter.
    pub(super) fn paths(&self, pattern: &str) -> Vec<String> {
        let mut paths = Vec::new();
        for preferred in 0..=VALUES.len() {
            let path: Option<String> = parts(pattern)
                .into_iter()
                .map(|part| match part {
                    Part::Text(text) => Some(text.to_owned()),
                    Part::Param(param) => self.value(param, preferred),
                })
                .collect();
            match path {
                Some(path) if !paths.contains(&path) => paths.push(path),
                _ => {}
            }
        }
        paths
    }

    /// Returns a value for a parameter such as `{id}` or `{id:\d+}`, from this place in the list on.
    fn value(&self, param: &str, preferred: usize) -> Option<String> {
        let inner = param.trim_start_matches('{').trim_end_matches('}');
        let name = inner.split_once(':').map_or(inner, |(name, _)| name);
        if let Some((_, value)) = self.named.iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let definition = ResourceDef::new(format!("/{param}"));
        let values = std::iter::once(self.org_id()).chain(VALUES);
        let rotated = values.clone().skip(preferred).chain(values);
        rotated
            .map(str::to_owned)
            .find(|value| definition.is_match(&format!("/{value}")))
    }
}

/// A part of a pattern.
enum Part<'p> {
    Text(&'p str),
    /// A parameter, with its braces.
    Param(&'p str),
}

/// Splits a pattern into texts and parameters. The regular expression of a parameter may have braces.
fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in pattern.char_indices() {
        match c {
            '{' => {
                if depth == 0 {
                    parts.extend(pattern.get(start..at).map(Part::Text));
                    start = at;
                }
                depth += 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    parts.extend(pattern.get(start..=at).map(Part::Param));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    parts.extend(pattern.get(start..).map(Part::Text));
    parts
}

/// Returns `true` if the braces of a pattern are balanced. Introspection splits patterns at each slash, also
/// within a regular expression.
pub(super) fn is_whole(pattern: &str) -> bool {
    let count = |c| pattern.matches(c).count();
    count('{') == count('}')
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn each_path_matches_its_pattern() {
        let samples = Samples {
            org_id: Some("7".to_owned()),
            named: vec![("slug".to_owned(), "acme".to_owned())],
        };
        for (pattern, first) in [
            ("/", Some("/")),
            ("/a/{b}/c", Some("/a/7/c")),
            ("/{slug}/{x}", Some("/acme/7")),
            ("/{day:\\d{4}-\\d{2}-\\d{2}}", Some("/2026-01-31")),
            ("/{name:[a-z]+}.json", Some("/sample.json")),
            ("/{tail:.*}", Some("/7")),
            ("/{tail}*", Some("/7*")),
            ("/{never:[^\\s\\S]}", None),
        ] {
            let paths = samples.paths(pattern);
            assert_eq!(paths.first().map(String::as_str), first, "{pattern}");
        }
    }
}
