//! How wide a text will be, guessed on the generous side: the picture is drawn where no font can be asked.

/// The width of a text in pixels.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| size * em(c)).sum()
}

/// The text, its middle replaced by `…` where it would be wider than `width_max` pixels: the beginning tells the folder,
/// the end the file.
pub(super) fn fitted(text: &str, size: f64, width_max: f64) -> String {
    if text_width(text, size) <= width_max {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let half = width_max / 2.0 - size / 2.0;
    let taken = |chars: &mut dyn Iterator<Item = &char>| {
        let mut width = 0.0;
        chars
            .take_while(|c| {
                width += size * em(**c);
                width <= half
            })
            .count()
    };
    let head = taken(&mut chars.iter());
    let tail = taken(&mut chars.iter().rev());
    let head: String = chars[..head].iter().collect();
    let tail: String = chars[chars.len() - tail..].iter().collect();
    format!("{head}…{tail}")
}

/// Width of a character in parts of the font's size, for the widest of the usual sans-serif fonts.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'f' | 't' | 'r' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | '(' | ')' | ' ' | '-' => {
            0.42
        }
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 1.0,
        'A'..='Z' | '0'..='9' | '_' => 0.72,
        c if c.is_ascii() => 0.64,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_wide_loses_its_middle() {
        let fitted = fitted(&format!("in/{}/loans.csv", "x".repeat(200)), 11.0, 180.0);
        assert!(fitted.starts_with("in/") && fitted.ends_with("loans.csv") && fitted.contains('…'));
        assert!(text_width(&fitted, 11.0) <= 180.0);
    }
}
