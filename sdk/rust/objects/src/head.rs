//! Settings of an object: TOML, from the `#` lines of a sheet or a whole text.

use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::sheet::HeadLine;

/// Reads the settings of a sheet into a struct that knows which ones there are.
pub(crate) fn from_lines<T: DeserializeOwned>(lines: &[HeadLine<'_>]) -> Result<T, Fault> {
    let text: String = lines.iter().flat_map(|line| [&*line.text, "\n"]).collect();
    let place = |line: usize| lines.get(line - 1).or(lines.last()).map_or(0, |line| line.line);
    // The `#` comes before what was parsed.
    from_text(&text).map_err(|fault| Fault { line: place(fault.line.max(1)), column: fault.column + 1, ..fault })
}

/// Reads a text of TOML.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let start = error.span().map_or(text.len(), |span| span.start.min(text.len()));
        let (line, column) = place(text, start);
        Fault::at(line, column, error.message().replace('\n', " "))
    })
}

/// Line and column of a byte, both from 1.
pub(crate) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte)];
    let line = before.rsplit('\n').next().unwrap_or(before);
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        x: f64,
    }

    fn lines<'a>(texts: &[&'a str]) -> Vec<HeadLine<'a>> {
        let lines = texts.iter().enumerate();
        lines.map(|(place, text)| HeadLine { line: place * 2 + 1, text: Cow::Borrowed(*text) }).collect()
    }

    #[test]
    fn a_misspelt_setting_is_named_at_its_line() {
        let fault = from_lines::<Settings>(&lines(&["", " y = 2"])).unwrap_err();
        assert_eq!((fault.line, fault.column), (3, 3));
        assert!(fault.message.contains("unknown field `y`, expected `x`"), "{fault}");
        assert_eq!(from_lines::<Settings>(&lines(&[" x = 2.0"])).unwrap(), Settings { x: 2.0 });
    }
}
