//! actix's documented routing of paths, once more: patterns, and what is decoded when.

/// What a pattern has matched: how many bytes, and the parameters as they stand in the path.
pub(crate) struct Match {
    pub len: usize,
    pub params: Vec<(String, String)>,
}

/// Matches what is left of a path. A prefix may end before the path does, at a slash.
pub(crate) fn match_pattern(pattern: &str, path: &str, is_prefix: bool) -> Option<Match> {
    let mut params = Vec::new();
    let mut left = path;
    let mut pattern = pattern;
    while let Some((text, after)) = pattern.split_once('{') {
        left = left.strip_prefix(text)?;
        let (name, after) = after.split_once('}').unwrap();
        let (len, after) = match after.strip_prefix('*') {
            Some(after) => (left.len(), after),
            None => (left.find('/').unwrap_or(left.len()), after),
        };
        if len == 0 && !pattern.ends_with("}*") {
            return None;
        }
        params.push((name.to_owned(), left[..len].to_owned()));
        left = &left[len..];
        pattern = after;
    }
    left = left.strip_prefix(pattern)?;
    let ends = left.is_empty() || (is_prefix && left.starts_with('/'));
    ends.then(|| Match {
        len: path.len() - left.len(),
        params,
    })
}

/// Decodes each percent-encoded byte once, from the left, but for those to keep.
fn decode(text: &str, keep: &[u8]) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let hex = hex.filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let byte = hex.map(|hex| {
            let hex = std::str::from_utf8(hex).unwrap();
            u8::from_str_radix(hex, 16).unwrap()
        });
        match byte.filter(|byte| !keep.contains(byte)) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    decoded
}

/// Returns the path that patterns are matched with.
pub(crate) fn routed_path(path: &str) -> String {
    lossy(&decode(path, b"%/+"))
}

/// Decodes a path parameter as `web::Path` does.
pub(crate) fn decoded_param(raw: &str) -> String {
    lossy(&decode(raw, b""))
}

/// Returns the names and values of a query.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| lossy(&decode(&text.replace('+', " "), b""));
        (decoded(name), decoded(value))
    });
    pairs.collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
