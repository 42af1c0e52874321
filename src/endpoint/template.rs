//! Path templates such as `/api/backend/v1/user/{user_id}{?include_orgs}`.
//!
//! `{name}` is one whole path segment and must be a required field. `{?a,b}` at the end lists the
//! fields that travel in the query for any method. The notation is a subset of RFC 6570.
//!
//! [`check`] runs at compile time. That is why this file has its own search in texts: those of the
//! standard library are not `const`.

/// A template, split into its path and the names of its query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    path: &'static str,
    /// The path up to its first field.
    start: &'static str,
    /// The path from its first field on.
    fields: &'static str,
    /// The query with its braces, or empty.
    query: &'static str,
}

/// One segment of a template's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'a> {
    Literal(&'a str),
    Field(&'a str),
}

impl Template {
    /// Parses a template that [`check`] has accepted.
    pub(crate) const fn parse(template: &'static str) -> Self {
        let (path, query) = split_before(template, "{?");
        let (start, fields) = split_before(path, "{");
        Self {
            path,
            start,
            fields,
            query,
        }
    }

    /// Returns the path, with its fields in braces.
    #[cfg(any(test, feature = "emulator"))]
    pub(crate) fn path(self) -> &'static str {
        self.path
    }

    /// Returns the segments after the leading slash. A trailing slash is an empty last segment.
    pub(crate) fn segments(self) -> impl Iterator<Item = Segment<'static>> {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        path.split('/').map(|segment| {
            match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(field) => Segment::Field(field),
                None => Segment::Literal(segment),
            }
        })
    }

    /// Returns the text before the first field, and then each field with the text that follows.
    pub(crate) fn fields(
        self,
    ) -> (
        &'static str,
        impl Iterator<Item = (&'static str, &'static str)>,
    ) {
        let fields = self.fields.split('{').skip(1);
        let fields = fields.map(|field| field.split_once('}').unwrap_or((field, "")));
        (self.start, fields)
    }

    /// Returns `true` if a field travels in the path.
    pub(crate) fn has_segment(self, field: &str) -> bool {
        self.fields().1.any(|(name, _)| name == field)
    }

    /// Returns `true` if a field travels in the query for any method.
    pub(crate) fn has_query(self, field: &str) -> bool {
        let mut names = self.query.split(['{', '?', ',', '}']);
        names.any(|name| name == field && !name.is_empty())
    }
}

/// Panics, at compile time, if a template is malformed or names a field that the operation lacks.
pub(crate) const fn check(template: &str, required: &[&str], optional: &[&str]) {
    let mut rest = template.as_bytes();
    assert!(
        matches!(rest, [b'/', ..]),
        "a path template starts with `/`"
    );
    let mut at_segment_start = false;
    while let [byte, tail @ ..] = rest {
        if *byte != b'{' {
            assert!(
                is_literal(*byte),
                "a path template has a character that needs encoding"
            );
            at_segment_start = *byte == b'/';
            rest = tail;
            continue;
        }
        if let [b'?', names @ ..] = tail {
            return check_query(names, required, optional);
        }
        let (name, after) = tail.split_at(name_len(tail));
        assert!(
            contains(required, name),
            "a path segment names no required field"
        );
        assert!(
            at_segment_start && matches!(after, [b'}'] | [b'}', b'/', ..] | [b'}', b'{', b'?', ..]),
            "`{{field}}` must be a whole path segment"
        );
        let [_, after @ ..] = after else { return };
        at_segment_start = false;
        rest = after;
    }
}

/// Splits a text before the first occurrence of `wanted`, or at its end.
const fn split_before<'a>(text: &'a str, wanted: &str) -> (&'a str, &'a str) {
    let mut rest = text.as_bytes();
    while let [_, tail @ ..] = rest {
        if starts_with(rest, wanted.as_bytes()) {
            break;
        }
        rest = tail;
    }
    text.split_at(text.len() - rest.len())
}

const fn starts_with(mut text: &[u8], mut start: &[u8]) -> bool {
    while let [byte, start_rest @ ..] = start {
        let [first, text_rest @ ..] = text else {
            return false;
        };
        if *first != *byte {
            return false;
        }
        (text, start) = (text_rest, start_rest);
    }
    true
}

const fn check_query(mut names: &[u8], required: &[&str], optional: &[&str]) {
    loop {
        let (name, after) = names.split_at(name_len(names));
        assert!(
            contains(required, name) || contains(optional, name),
            "a query parameter names no field"
        );
        match after {
            [b',', more @ ..] => names = more,
            _ => {
                assert!(
                    matches!(after, [b'}']),
                    "`{{?fields}}` must end the template"
                );
                return;
            }
        }
    }
}

const fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.')
}

const fn name_len(mut bytes: &[u8]) -> usize {
    let mut len = 0;
    while let [b'a'..=b'z' | b'0'..=b'9' | b'_', rest @ ..] = bytes {
        len += 1;
        bytes = rest;
    }
    len
}

pub(crate) const fn contains(mut names: &[&str], wanted: &[u8]) -> bool {
    while let [name, rest @ ..] = names {
        if equal(name.as_bytes(), wanted) {
            return true;
        }
        names = rest;
    }
    false
}

const fn equal(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([x, a_rest @ ..], [y, b_rest @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Segment, Template, check};

    #[test]
    fn a_template_knows_where_its_fields_travel() {
        let template = Template::parse("/scim/{org_id}/groups/{?user_id,page}");
        let segments: Vec<_> = template.segments().collect();
        assert_eq!(
            segments,
            [
                Segment::Literal("scim"),
                Segment::Field("org_id"),
                Segment::Literal("groups"),
                Segment::Literal(""),
            ]
        );
        let (start, fields) = template.fields();
        assert_eq!(start, "/scim/");
        assert_eq!(fields.collect::<Vec<_>>(), [("org_id", "/groups/")]);
        assert!(template.has_segment("org_id") && !template.has_segment("groups"));
        assert!(template.has_query("user_id") && template.has_query("page"));
        assert!(!template.has_query("org_id") && !template.has_query(""));
    }

    #[test]
    fn well_formed_templates_pass() {
        for template in [
            "/",
            "/user/",
            "/a/{id}",
            "/a/{id}/b-c",
            "/a/{id}{?x}",
            "/a{?x,id}",
        ] {
            check(template, &["id"], &["x"]);
        }
    }

    #[test]
    fn malformed_templates_panic() {
        for template in [
            "",
            "a",
            "/a b",
            "/{x}",
            "/{nope}",
            "/{id",
            "/{id}b",
            "/b{id}",
            "/{}",
            "/a{?nope}",
            "/a{?x",
            "/a{?x}b",
            "/a{?}",
            "/a{?x,}",
            "/a}",
            "/{{id}}",
            "/{id}{id}",
            "/é",
        ] {
            let refused = std::panic::catch_unwind(|| check(template, &["id"], &["x"]));
            assert!(refused.is_err(), "{template}");
        }
    }
}
