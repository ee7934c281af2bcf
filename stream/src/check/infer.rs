//! The type of a column, from the texts of a sample. A pure function of the texts and of the rule that says which text
//! is a value of which type.

use super::surroundings::SampledCell;
use crate::schema::DataType;

/// Types that a column may be found to have, narrow ones first. A whole number is an `int64` whatever its size; types
/// that are never found (`int32`, decimals) come from a declaration or from what a reader asks for.
const CANDIDATES: [DataType; 5] =
    [DataType::Boolean, DataType::Int64, DataType::Float64, DataType::Date, DataType::Timestamp];

/// The first type that every cell is a value of; text where there is none, or no cells. `reads` is the rule the file is
/// parsed by; on top of it nothing is taken for a type that would lose what the text says: `1` is a number and not true,
/// `007` is a text and not seven.
pub(super) fn inferred<'a>(
    cells: impl Iterator<Item = &'a SampledCell> + Clone,
    reads: impl Fn(&SampledCell, DataType) -> bool,
) -> DataType {
    if cells.clone().next().is_none() {
        return DataType::Text;
    }
    let all = |candidate| cells.clone().all(|cell| keeps(&cell.text, candidate) && reads(cell, candidate));
    CANDIDATES.into_iter().find(|candidate| all(*candidate)).unwrap_or(DataType::Text)
}

/// Whether a value of the type would still say what the text says.
fn keeps(text: &str, data_type: DataType) -> bool {
    match data_type {
        DataType::Boolean => text.trim().starts_with(|c: char| c.is_ascii_alphabetic()),
        DataType::Int64 | DataType::Float64 => {
            let digits = text.trim().trim_start_matches(['-', '+']).as_bytes();
            !matches!(digits, [b'0', b'0'..=b'9', ..])
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(texts: &[&str]) -> String {
        let reads = |text: &str, data_type| match data_type {
            DataType::Boolean => matches!(text, "true" | "false" | "1" | "0"),
            DataType::Int64 => text.parse::<i64>().is_ok(),
            DataType::Float64 => text.parse::<f64>().is_ok(),
            DataType::Date => text.len() == 10 && text.as_bytes()[4] == b'-',
            DataType::Timestamp => text.ends_with('Z'),
            _ => true,
        };
        let cells: Vec<SampledCell> =
            texts.iter().map(|text| SampledCell { text: (*text).to_owned(), quoted: false }).collect();
        inferred(cells.iter(), |cell, data_type| reads(&cell.text, data_type)).to_string()
    }

    #[test]
    fn the_narrowest_type_of_all_texts_is_found() {
        assert_eq!(find(&["true", "false"]), "boolean");
        assert_eq!(find(&["1", "0", "1"]), "int64");
        assert_eq!(find(&["1", "-2.5"]), "float64");
        assert_eq!(find(&["1", "0.5", "inf"]), "float64");
        assert_eq!(find(&["2024-01-31", "2024-02-29"]), "date");
        assert_eq!(find(&["2024-01-31T12:00:00Z"]), "timestamp");
        assert_eq!(find(&["1", "x"]), "text");
    }

    #[test]
    fn a_column_without_values_is_text() {
        assert_eq!(find(&[]), "text");
    }

    #[test]
    fn leading_zeros_are_not_lost() {
        assert_eq!(find(&["007", "12"]), "text");
        assert_eq!(find(&["0", "0.5"]), "float64");
        assert_eq!(find(&["0", "-1"]), "int64");
    }
}
