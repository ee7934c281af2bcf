//! The row groups of a Parquet file on their way into it: what the `parquet` crate's own writer of batches does, but one can go
//! on with a file whose footer is missing.
//!
//! A position has what the footer will say of each row group that is whole, and the rows of the one that is not.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::arrow::ArrowSchemaConverter;
use ::parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::footer_of_group::{Pages, read_footer, write_footer};
use super::rows_of_group::RowsOfGroup;
use crate::partial::PartialFile;

/// A row group ends after so many rows or packed bytes, whichever is first: it is in memory until then, and it is what a
/// reader can pass over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// Those of all outputs.
pub(super) const LIMITS: Limits = Limits { rows: 256 << 10, bytes: 64 << 20 };

/// How a file is written.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) schema: SchemaRef,
    pub(super) properties: WriterProperties,
    pub(super) limits: Limits,
}

/// Writes a file.
pub(super) struct Groups {
    schema: SchemaRef,
    limits: Limits,
    writer: SerializedFileWriter<Bytes>,
    factory: ArrowRowGroupWriterFactory,
    group: Option<Group>,
    /// What the footer will say of each row group, as a footer of its own.
    footers: Vec<Vec<u8>>,
}

/// The row group in hand.
struct Group {
    columns: Vec<ArrowColumnWriter>,
    /// What was written to it, as it was.
    rows: RowsOfGroup,
}

/// The bytes of a file on their way into it.
struct Bytes {
    file: PartialFile,
    /// How many of them stand in it already.
    written: u64,
}

impl Groups {
    /// Begins a file.
    pub(super) fn begin(file: PartialFile, settings: Settings) -> Result<Self> {
        Groups::start(Bytes { file, written: 0 }, settings)
    }

    /// Goes on with a file that ends behind its last whole row group.
    pub(super) fn resume(file: PartialFile, settings: Settings, footers: &[&[u8]]) -> Result<Self> {
        let size = file.file().metadata()?.len();
        let mut groups = Groups::start(Bytes { file, written: size }, settings)?;
        for footer in footers {
            read_footer(footer, &mut groups.writer)?;
            groups.footers.push(footer.to_vec());
        }
        groups.writer.flush()?;
        if groups.writer.bytes_written() as u64 != size {
            return Err(ParquetError::General("its row groups are not those of the position".to_owned()));
        }
        Ok(groups)
    }

    fn start(bytes: Bytes, settings: Settings) -> Result<Self> {
        let Settings { schema, properties, limits } = settings;
        let columns = ArrowSchemaConverter::new().with_coerce_types(properties.coerce_types()).convert(&schema)?;
        let writer = SerializedFileWriter::new(bytes, columns.root_schema_ptr(), Arc::new(properties))?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        Ok(Groups { schema, limits, writer, factory, group: None, footers: Vec::new() })
    }

    /// Adds rows, in as many row groups as they need.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(());
        }
        // First by its rows and then by its bytes: pieces are what the crate's own writer makes of a batch.
        let (held, bytes) = self.group.as_ref().map_or((0, 0), |group| (group.rows.count(), group.packed_bytes()));
        if held + rows > self.limits.rows {
            return self.write_split(batch, self.limits.rows - held);
        }
        let room = match bytes.checked_div(held) {
            Some(_) if bytes >= self.limits.bytes => 0,
            None | Some(0) => rows,
            Some(row_bytes) => (self.limits.bytes - bytes) / row_bytes,
        };
        if room == 0 {
            self.end_group()?;
            return self.write(batch);
        }
        if rows > room { self.write_split(batch, room) } else { self.write_piece(batch) }
    }

    fn write_split(&mut self, batch: &RecordBatch, rows: usize) -> Result<()> {
        self.write(&batch.slice(0, rows))?;
        self.write(&batch.slice(rows, batch.num_rows() - rows))
    }

    /// Adds rows to the row group in hand, which takes them all.
    pub(super) fn write_piece(&mut self, piece: &RecordBatch) -> Result<()> {
        let group = match &mut self.group {
            Some(group) => group,
            group => {
                let columns = self.factory.create_column_writers(self.footers.len())?;
                group.insert(Group { columns, rows: RowsOfGroup::new(Arc::clone(&self.schema)) })
            }
        };
        let mut columns = group.columns.iter_mut();
        for (field, array) in self.schema.fields().iter().zip(piece.columns()) {
            for (leaf, column) in compute_leaves(field, array)?.iter().zip(columns.by_ref()) {
                column.write(leaf)?;
            }
        }
        group.rows.add(piece)?;
        if group.rows.count() >= self.limits.rows || group.packed_bytes() >= self.limits.bytes {
            self.end_group()?;
        }
        Ok(())
    }

    /// Writes the row group in hand, full or not.
    pub(super) fn end_group(&mut self) -> Result<()> {
        let Some(group) = self.group.take() else { return Ok(()) };
        let chunks = group.columns.into_iter().map(ArrowColumnWriter::close).collect::<Result<Vec<_>>>()?;
        let mut writer = self.writer.next_row_group()?;
        let mut pages = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            pages.push(Pages::of(chunk.close()));
            chunk.append_to_row_group(&mut writer)?;
        }
        let metadata = writer.close()?;
        self.footers.push(write_footer(&metadata, pages)?);
        Ok(())
    }

    /// What the footer will say of each whole row group, so many pieces, and behind them the rows of the one in hand.
    pub(super) fn position(&mut self) -> Result<(usize, Vec<&[u8]>)> {
        self.writer.flush()?;
        let rows = self.group.as_mut().map_or(Ok(&[][..]), |group| group.rows.pack())?;
        Ok((self.footers.len(), self.footers.iter().chain(rows).map(Vec::as_slice).collect()))
    }

    /// What the row group in hand holds in memory, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        let columns = |group: &Group| group.columns.iter().map(ArrowColumnWriter::memory_size).sum::<usize>();
        self.group.as_ref().map_or(0, |group| columns(group) + group.rows.bytes())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    pub(super) fn file(&mut self) -> &mut PartialFile {
        &mut self.writer.inner_mut().file
    }

    /// Writes the footer and gives the file back.
    pub(super) fn finish(mut self) -> Result<PartialFile> {
        self.end_group()?;
        Ok(self.writer.into_inner()?.file)
    }
}

impl Group {
    /// What it will take in the file, about.
    fn packed_bytes(&self) -> usize {
        self.columns.iter().map(ArrowColumnWriter::get_estimated_total_bytes).sum()
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written == 0 {
            return self.file.write(bytes);
        }
        let count = usize::try_from(self.written).unwrap_or(usize::MAX).min(bytes.len());
        self.written -= count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ::parquet::arrow::ArrowWriter;
    use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
    use ::parquet::file::metadata::ParquetMetaDataReader;
    use arrow_array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
        StringArray, TimestampMicrosecondArray,
    };
    use proptest::prelude::*;

    use super::super::rows_of_group::unpack;
    use super::*;

    fn settings(schema: SchemaRef, limits: Limits) -> Settings {
        // Small pages, so that there are several of them, and the dictionary is given up.
        let properties = WriterProperties::builder()
            .set_data_page_size_limit(2000)
            .set_dictionary_page_size_limit(3000)
            .set_max_row_group_row_count(Some(limits.rows))
            .set_max_row_group_bytes(Some(limits.bytes))
            .build();
        Settings { schema, properties, limits }
    }

    /// Rows of all that makes pages differ: texts that repeat and that do not, nulls, a column of nothing else.
    fn batch(from: usize, rows: usize) -> RecordBatch {
        let ids: Int64Array = (from..from + rows).map(|row| Some(row as i64)).collect();
        let few: StringArray =
            (from..from + rows).map(|row| (row % 5 > 0).then(|| format!("few {}", row % 3))).collect();
        let many: StringArray = (from..from + rows).map(|row| Some(format!("many {}", row * 7919))).collect();
        let numbers: Float64Array =
            (from..from + rows).map(|row| Some(if row % 9 == 0 { f64::NAN } else { row as f64 })).collect();
        let flags: BooleanArray = (from..from + rows).map(|row| (row / 100 % 2 == 0).then_some(row % 2 == 0)).collect();
        let long: BinaryArray = (from..from + rows).map(|row| (row % 3 > 0).then_some([row as u8; 90])).collect();
        let decimals = |precision| {
            let values = (from..from + rows).map(|row| (row % 4 > 0).then_some(row as i128 - 700));
            values.collect::<Decimal128Array>().with_precision_and_scale(precision, 2).unwrap()
        };
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("ids", Arc::new(ids), false),
            ("few", Arc::new(few), true),
            ("many", Arc::new(many), false),
            ("numbers", Arc::new(numbers), true),
            ("flags", Arc::new(flags), true),
            ("long", Arc::new(long), true),
            ("small", Arc::new(decimals(9)), true),
            ("middle", Arc::new(decimals(18)), true),
            ("great", Arc::new(decimals(38)), true),
            ("days", Arc::new((from..from + rows).map(|row| Some(row as i32)).collect::<Date32Array>()), true),
            ("no text", Arc::new(StringArray::new_null(rows)), true),
            ("no int", Arc::new(Int32Array::new_null(rows)), true),
            ("no number", Arc::new(Float64Array::from(vec![f64::NAN; rows])), true),
            ("no time", Arc::new(TimestampMicrosecondArray::new_null(rows)), true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    /// Writes batches, and goes on from a position before each that is told.
    fn written(batches: &[RecordBatch], limits: Limits, cuts: &[usize]) -> Vec<u8> {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out");
        let settings = settings(batches[0].schema(), limits);
        let mut groups = Groups::begin(PartialFile::begin(&target).unwrap(), settings.clone()).unwrap();
        for (number, batch) in batches.iter().enumerate() {
            if cuts.contains(&number) {
                let (whole, pieces) = groups.position().unwrap();
                let pieces: Vec<Vec<u8>> = pieces.into_iter().map(<[u8]>::to_vec).collect();
                let (footers, rows) = pieces.split_at(whole);
                let (mark, hasher) = (groups.file().keep().unwrap().settle().unwrap(), groups.file().hasher().unwrap());
                groups.write(batch).unwrap();
                groups.end_group().unwrap();
                drop(groups);
                let file = PartialFile::reopen(&target, &mark, hasher).unwrap();
                let footers: Vec<&[u8]> = footers.iter().map(Vec::as_slice).collect();
                groups = Groups::resume(file, settings.clone(), &footers).unwrap();
                for piece in rows.iter().flat_map(|packed| unpack(&settings.schema, packed).unwrap()) {
                    groups.write_piece(&piece).unwrap();
                }
            }
            groups.write(batch).unwrap();
        }
        let file = groups.finish().unwrap();
        file.sync().unwrap();
        file.publish().unwrap();
        fs::read(target).unwrap()
    }

    /// What the `parquet` crate's own writer of batches writes.
    fn theirs(batches: &[RecordBatch], limits: Limits) -> Vec<u8> {
        let Settings { schema, properties, .. } = settings(batches[0].schema(), limits);
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options).unwrap();
        batches.iter().for_each(|batch| writer.write(batch).unwrap());
        writer.into_inner().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_file_is_what_the_writer_of_the_crate_makes_of_it_wherever_it_is_gone_on_with(
            sizes in prop::collection::vec(0usize..700, 1..9),
            rows in 1usize..1500,
            bytes in 2000usize..40_000,
            cuts in prop::collection::vec(0usize..9, 0..4),
        ) {
            let batches: Vec<_> = sizes.iter().enumerate().map(|(number, rows)| batch(number * 1000, *rows)).collect();
            let limits = Limits { rows: rows.max(40), bytes };
            let expected = theirs(&batches, limits);
            prop_assert!(written(&batches, limits, &[]) == expected);
            prop_assert!(written(&batches, limits, &cuts) == expected);
        }
    }

    #[test]
    fn row_groups_that_were_whole_are_kept_with_all_that_is_said_of_them() {
        let batches: Vec<_> = (0..6).map(|number| batch(number * 500, 500)).collect();
        let limits = Limits { rows: 800, bytes: 1 << 20 };
        let bytes = written(&batches, limits, &[2, 5]);
        let metadata = ParquetMetaDataReader::new().with_page_index_policy(true.into());
        let metadata = metadata.parse_and_finish(&::bytes::Bytes::from(bytes.clone())).unwrap();
        assert_eq!(metadata.num_row_groups(), 4);
        assert!(metadata.offset_index().is_some() && metadata.column_index().is_some());
        assert!(metadata.row_group(0).column(0).statistics().is_some());
        assert!(bytes == theirs(&batches, limits));
    }
}
