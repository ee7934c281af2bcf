//! The format that rows are made in, and rows of CSV made into it.

use std::num::NonZeroUsize;
use std::path::Path;

use leat_io::{SinkConfig, SourceColumn, SourceConfig};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat};
use leat_stream::schema::Field;

use super::columns::{Column, Form};
use crate::args::{GenerateArgs, RowsFormat};
use crate::failure::Kind;

/// What is asked for, else what the file's name says, else what the input reads. Standard output gets nothing packed.
pub(super) fn format(args: &GenerateArgs, form: &Form) -> anyhow::Result<Format> {
    let by_name = args.out.as_ref().and_then(|file| Format::of_path(&file.to_string_lossy()).ok());
    let mut format = match args.format {
        Some(wanted) => by_name.filter(|format| is(format, wanted)).unwrap_or_else(|| unpacked(wanted)),
        None => by_name.or_else(|| form.format.clone()).unwrap_or_else(|| unpacked(RowsFormat::Csv)),
    };
    let packed = |compression| if args.out.is_some() { compression } else { Compression::None };
    match &mut format {
        Format::Csv(csv) => {
            csv.delimiter = form.delimiter;
            csv.dates.clone_from(&form.dates);
            csv.compression = packed(csv.compression);
        }
        Format::JsonLines(json) => {
            json.dates.clone_from(&form.dates);
            json.compression = packed(json.compression);
        }
        Format::Arrow | Format::Parquet if args.out.is_none() => {
            let message = "rows in this format need a file: name it with --out, or take --format csv";
            return Err(Kind::Usage(message.to_owned()).into());
        }
        Format::Arrow | Format::Parquet => {}
    }
    Ok(format)
}

fn is(format: &Format, wanted: RowsFormat) -> bool {
    matches!(
        (format, wanted),
        (Format::Csv(_), RowsFormat::Csv)
            | (Format::JsonLines(_), RowsFormat::Jsonl)
            | (Format::Arrow, RowsFormat::Arrow)
            | (Format::Parquet, RowsFormat::Parquet)
    )
}

fn unpacked(wanted: RowsFormat) -> Format {
    let compression = Compression::None;
    match wanted {
        RowsFormat::Csv => Format::Csv(CsvFormat { delimiter: ',', null: None, dates: None, compression }),
        RowsFormat::Jsonl => Format::JsonLines(JsonFormat { dates: None, compression }),
        RowsFormat::Arrow => Format::Arrow,
        RowsFormat::Parquet => Format::Parquet,
    }
}

/// How rows are written that [`convert`] reads.
pub(super) fn plain_form() -> Form {
    Form { delimiter: ',', dates: None, format: None }
}

/// Makes a file of rows in [`plain_form`] into one of another format.
pub(super) fn convert(rows: &Path, columns: &[Column], file: &Path, format: &Format) -> anyhow::Result<()> {
    let field = |column: &Column| Field::new(&column.name, column.data_type, column.nullable);
    let fields: Vec<Field> = columns.iter().map(field).collect();
    let columns = fields.iter().map(|field| SourceColumn { header: field.name.clone(), field: field.clone() });
    let source = SourceConfig {
        path: rows.to_owned(),
        name: "the rows".to_owned(),
        columns: columns.collect(),
        threads: NonZeroUsize::MIN,
        row_groups: None,
    };
    let name = file.display().to_string();
    let sink = SinkConfig { path: file.to_owned(), name, fields, parts: Vec::new(), append: false };
    Ok(leat_io::convert((&unpacked(RowsFormat::Csv), source), (format, sink))?)
}
