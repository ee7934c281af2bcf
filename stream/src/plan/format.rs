//! How the files of a process are written: one room for each format.

use serde::{Deserialize, Serialize};

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text in columns with a header line.
    Csv(CsvFormat),
    /// One JSON object on each line, columns by key.
    JsonLines(JsonFormat),
    /// Arrow's own file format, which says its types itself.
    Arrow,
    /// Parquet: columns in packed pages, which says its types itself.
    Parquet,
}

/// How a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvFormat {
    /// One byte: `,` `;` `|` tab or blank.
    pub delimiter: char,
    /// The text that stands for null, beside the empty field.
    pub null: Option<String>,
    /// `strftime` form of dates; ISO 8601 where there is none.
    pub dates: Option<String>,
    /// How the file is packed.
    pub compression: Compression,
}

/// How a file of JSON lines is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonFormat {
    /// `strftime` form of dates; ISO 8601 where there is none.
    pub dates: Option<String>,
    /// How the file is packed.
    pub compression: Compression,
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Plain.
    None,
    /// gzip (`.gz`).
    Gzip,
    /// Zstandard (`.zst`).
    Zstd,
}

impl Format {
    /// The `strftime` form of dates, where one is given.
    pub fn dates(&self) -> Option<&str> {
        match self {
            Format::Csv(csv) => csv.dates.as_deref(),
            Format::JsonLines(json) => json.dates.as_deref(),
            Format::Arrow | Format::Parquet => None,
        }
    }

    /// Whether a file of it says the types of its columns.
    pub fn is_typed(&self) -> bool {
        match self {
            Format::Csv(_) | Format::JsonLines(_) => false,
            Format::Arrow | Format::Parquet => true,
        }
    }
}
