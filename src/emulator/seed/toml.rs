//! Reads TOML: as the JSON that it stands for, with the lines of its keys.

use serde_json::{Map, Number, Value};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{line_numbers::LineNumbers, mistakes::Mistakes, place::join};

/// Reads a TOML document.
pub(super) fn read(text: &str) -> Result<(Value, LineNumbers), Mistakes> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut mistakes = Mistakes::default();
    for error in errors {
        let line = error.span().map(|span| line_of(text, span.start));
        mistakes.add_at_line(line, format!("this is not TOML: {}", error.message()));
    }
    if !mistakes.is_empty() {
        return Err(mistakes.locate(None, |_| None));
    }
    let mut reader = Reader {
        text,
        lines: LineNumbers::default(),
        mistakes,
    };
    let value = reader.table(table.get_ref(), "");
    match reader.mistakes.is_empty() {
        true => Ok((value, reader.lines)),
        false => {
            let lines = reader.lines;
            Err(reader.mistakes.locate(None, |place| lines.line(place)))
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    lines: LineNumbers,
    mistakes: Mistakes,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, at: &str) -> Value {
        let mut members = Map::new();
        for (key, value) in table {
            let place = join(at, key.get_ref());
            let line = line_of(self.text, key.span().start);
            self.lines.insert(place.clone(), line);
            members.insert(key.get_ref().to_string(), self.value(value, &place));
        }
        Value::Object(members)
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Value {
        match value.get_ref() {
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Boolean(it) => Value::from(*it),
            DeValue::Integer(digits) => {
                match i64::from_str_radix(digits.as_str(), digits.radix()) {
                    Ok(number) => Value::from(number),
                    Err(error) => self.wrong(at, format!("the integer {digits}: {error}")),
                }
            }
            DeValue::Float(digits) => {
                let number = digits.as_str().parse().ok().and_then(Number::from_f64);
                match number {
                    Some(number) => Value::Number(number),
                    None => self.wrong(at, format!("the number {digits} cannot be in JSON")),
                }
            }
            // JSON has no dates. Metadata may contain one as text.
            DeValue::Datetime(time) => Value::from(time.to_string()),
            DeValue::Array(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(number, item)| {
                    let place = format!("{at}[{number}]");
                    let line = line_of(self.text, item.span().start);
                    self.lines.insert(place.clone(), line);
                    self.value(item, &place)
                });
                Value::Array(items.collect())
            }
            DeValue::Table(table) => self.table(table, at),
        }
    }

    fn wrong(&mut self, at: &str, why: String) -> Value {
        self.mistakes.add(at, why);
        Value::Null
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.bytes().take(offset);
    1 + before.filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn toml_is_read_as_json_with_lines() {
        let text = "a.b = 0x1f\n\n[[users]]\nemail = \"a\"\n[[users]]\nemail = 'b'\nf = 1.5\n\
                    list = [\n true,\n 1979-05-27,\n]\n";
        let (value, lines) = read(text).unwrap();
        let expected = json!({
            "a": { "b": 31 },
            "users": [
                { "email": "a" },
                { "email": "b", "f": 1.5, "list": [true, "1979-05-27"] },
            ],
        });
        assert_eq!(value, expected);
        for (place, line) in [
            ("a.b", 1),
            ("users[0]", 3),
            ("users[1].email", 6),
            ("users[1].list[1]", 10),
        ] {
            assert_eq!(lines.line(place), Some(line), "{place}");
        }
    }

    #[test]
    fn every_mistake_in_toml_is_reported_with_its_line() {
        let why = read("a = \nb = 1\nb = 2\n").unwrap_err().to_string();
        assert!(why.contains("line 1") && why.contains("line 3"), "{why}");
        let why = read("a = 1\nb = nan\n").unwrap_err().to_string();
        assert!(why.contains("line 2: b: the number nan"), "{why}");
        let why = read("n = 99999999999999999999").unwrap_err().to_string();
        assert!(why.contains("line 1: n: the integer"), "{why}");
    }
}
