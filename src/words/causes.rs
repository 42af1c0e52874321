//! Error chains: an error and its causes on one log line.
//!
//! `Display` of an error often names its own layer only ("the connection failed"), while the
//! reason that helps ("certificate expired") is several `source()`s below.

use std::{error::Error, fmt};

/// Displays an error and its causes, down to the operating system's, separated by colons.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            let text = cause.to_string();
            // Some errors have the text of their cause already, which would appear twice.
            if !said.contains(&text) {
                write!(f, ": {text}")?;
                said += &text;
            }
            next = cause.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::Causes;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<dyn std::error::Error + 'static>>,
    }

    #[test]
    fn each_cause_is_written_once() {
        let refused = io::Error::from_raw_os_error(111).to_string();
        let bottom = io::Error::from_raw_os_error(111);
        let middle = Layer {
            text: "no connection",
            source: Some(Box::new(bottom)),
        };
        let top = Layer {
            text: "cannot fetch: no connection",
            source: Some(Box::new(middle)),
        };
        assert_eq!(
            Causes(&top).to_string(),
            format!("cannot fetch: no connection: {refused}")
        );
        let told = Layer {
            text: "no connection (os error 111); try again",
            source: Some(Box::new(Layer {
                text: "os error 111",
                source: None,
            })),
        };
        assert_eq!(Causes(&told).to_string(), told.text);
    }
}
