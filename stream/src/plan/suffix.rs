//! The format that a file's name says.

use super::{Compression, CsvFormat, Format, JsonFormat};

/// Suffixes that mean a file of text in columns.
const TEXT_SUFFIXES: [&str; 4] = [".csv", ".tsv", ".tab", ".txt"];
/// Suffixes that mean a JSON object on each line.
const JSON_SUFFIXES: [&str; 2] = [".jsonl", ".ndjson"];
/// Suffixes that mean Arrow's file format.
const ARROW_SUFFIXES: [&str; 3] = [".arrow", ".feather", ".ipc"];
/// Suffixes that mean Parquet.
const PARQUET_SUFFIXES: [&str; 2] = [".parquet", ".pq"];
/// Suffixes of formats that are known and that this version does not read.
const OTHER_SUFFIXES: [&str; 4] = [".json", ".xlsx", ".xls", ".sas7bdat"];
/// Suffixes of other ways to pack a file.
const OTHER_PACKINGS: [&str; 4] = [".zip", ".bz2", ".xz", ".7z"];

/// Why a file's name says no format that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoFormat {
    /// Its suffix is that of a format or packing that this version lacks.
    Unserved(String),
    /// It has no suffix that is known.
    Unknown,
}

impl Format {
    /// Format and packing by the suffix of a path, with nothing chosen besides.
    ///
    /// # Errors
    /// It says none that can be used.
    pub fn of_path(path: &str) -> Result<Format, NoFormat> {
        let lower = path.to_ascii_lowercase();
        let (stem, compression) = if let Some(stem) = lower.strip_suffix(".gz") {
            (stem, Compression::Gzip)
        } else if let Some(stem) = lower.strip_suffix(".zst") {
            (stem, Compression::Zstd)
        } else {
            (lower.as_str(), Compression::None)
        };
        if let Some(suffix) = TEXT_SUFFIXES.iter().find(|suffix| stem.ends_with(**suffix)) {
            let delimiter = if matches!(*suffix, ".tsv" | ".tab") { '\t' } else { ',' };
            return Ok(Format::Csv(CsvFormat { delimiter, null: None, dates: None, compression }));
        }
        if JSON_SUFFIXES.iter().any(|suffix| stem.ends_with(suffix)) {
            return Ok(Format::JsonLines(JsonFormat { dates: None, compression }));
        }
        for (suffixes, format) in [(&ARROW_SUFFIXES[..], Format::Arrow), (&PARQUET_SUFFIXES, Format::Parquet)] {
            let Some(suffix) = suffixes.iter().find(|suffix| stem.ends_with(**suffix)) else { continue };
            return match compression {
                Compression::None => Ok(format),
                Compression::Gzip => Err(NoFormat::Unserved(format!("{suffix}.gz"))),
                Compression::Zstd => Err(NoFormat::Unserved(format!("{suffix}.zst"))),
            };
        }
        let other = OTHER_SUFFIXES.iter().chain(&OTHER_PACKINGS).find(|suffix| stem.ends_with(**suffix));
        Err(other.map_or(NoFormat::Unknown, |suffix| NoFormat::Unserved((*suffix).to_owned())))
    }
}

/// Whether this is a suffix that some format or packing has.
pub(crate) fn is_suffix(suffix: &str) -> bool {
    let formats = [&TEXT_SUFFIXES[..], &JSON_SUFFIXES, &ARROW_SUFFIXES, &PARQUET_SUFFIXES, &OTHER_SUFFIXES];
    formats.into_iter().flatten().chain(&[".gz", ".zst"]).any(|known| *known == suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_says_delimiter_and_packing() {
        let csv = |delimiter, compression| Format::Csv(CsvFormat { delimiter, null: None, dates: None, compression });
        assert_eq!(Format::of_path("a/B.CSV").ok(), Some(csv(',', Compression::None)));
        assert_eq!(Format::of_path("a.csv.gz").ok(), Some(csv(',', Compression::Gzip)));
        assert_eq!(Format::of_path("a.tsv.zst").ok(), Some(csv('\t', Compression::Zstd)));
        let json = Format::JsonLines(JsonFormat { dates: None, compression: Compression::Gzip });
        assert_eq!(Format::of_path("a.jsonl.gz").ok(), Some(json));
        assert_eq!(Format::of_path("a.parquet").ok(), Some(Format::Parquet));
        assert!(matches!(Format::of_path("a.pq.gz"), Err(NoFormat::Unserved(suffix)) if suffix == ".pq.gz"));
        assert!(matches!(Format::of_path("a"), Err(NoFormat::Unknown)));
    }
}
