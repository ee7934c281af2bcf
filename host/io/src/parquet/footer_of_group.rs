//! What a Parquet file's footer will say of one row group, kept for a position as a footer of its own.

use std::io::{self, Read, Write};

use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, PageIndexPolicy, ParquetMetaDataBuilder, ParquetMetaDataOptions,
    ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use ::parquet::file::page_index::column_index::ColumnIndexMetaData;
use ::parquet::file::page_index::offset_index::OffsetIndexMetaData;
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::statistics::Statistics;
use ::parquet::file::writer::SerializedFileWriter;
use bytes::Bytes;

/// The indexes of a column's pages in a row group.
pub(super) struct Pages {
    bounds: ColumnIndexMetaData,
    places: Option<OffsetIndexMetaData>,
}

impl Pages {
    /// Those of a column that was closed and is not in the file yet.
    pub(super) fn of(closed: &ColumnCloseResult) -> Self {
        Pages {
            bounds: closed.column_index.clone().unwrap_or(ColumnIndexMetaData::NONE),
            places: closed.offset_index.clone(),
        }
    }
}

/// The footer of a row group that stands in the file.
pub(super) fn write_footer(group: &RowGroupMetaData, pages: Vec<Pages>) -> Result<Vec<u8>> {
    let mut bounds = Vec::with_capacity(pages.len());
    let mut places = Vec::with_capacity(pages.len());
    for (column, pages) in group.columns().iter().zip(pages) {
        let mut index = pages.places.ok_or_else(|| ParquetError::General("a column has no index".to_owned()))?;
        // The places were noted before the dictionary was put in front of the pages, which follow each other.
        let mut at = column.data_page_offset();
        for page in &mut index.page_locations {
            page.offset = at;
            at += i64::from(page.compressed_page_size);
        }
        bounds.push(pages.bounds);
        places.push(index);
    }
    let file = FileMetaData::new(1, group.num_rows(), None, None, group.schema_descr_ptr(), None);
    let metadata = ParquetMetaDataBuilder::new(file)
        .add_row_group(group.clone())
        .set_column_index(Some(vec![bounds]))
        .set_offset_index(Some(vec![places]))
        .build();
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &metadata).finish()?;
    Ok(footer)
}

/// Adds the row group of such a footer to a writer whose file has its bytes already: it is given as many others, which it must
/// not write.
pub(super) fn read_footer<W: Write + Send>(footer: &[u8], writer: &mut SerializedFileWriter<W>) -> Result<()> {
    let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let metadata = ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Optional)
        .with_metadata_options(Some(options))
        .parse_and_finish(&Bytes::copy_from_slice(footer))?;
    let damaged = || ParquetError::General("a row group of the position makes no sense".to_owned());
    let [group] = metadata.row_groups() else { return Err(damaged()) };
    let mut into = writer.next_row_group()?;
    for (number, column) in group.columns().iter().enumerate() {
        let bounds = metadata.column_index().and_then(|index| index.first()?.get(number));
        let places = metadata.offset_index().and_then(|index| index.first()?.get(number));
        let closed = ColumnCloseResult {
            bytes_written: u64::try_from(column.compressed_size()).map_err(|_| damaged())?,
            rows_written: u64::try_from(group.num_rows()).map_err(|_| damaged())?,
            metadata: with_old_bounds(column)?,
            bloom_filter: None,
            column_index: bounds.cloned(),
            offset_index: places.cloned(),
        };
        into.append_column(&Anything, closed)?;
    }
    into.close().map(drop)
}

/// A column with bounds that are written for old programs as well, where these understand them. Whether they were is lost when a
/// footer is read.
fn with_old_bounds(column: &ColumnChunkMetaData) -> Result<ColumnChunkMetaData> {
    let Some(statistics) = column.statistics() else { return Ok(column.clone()) };
    let understood = column.column_descr().sort_order().is_signed();
    let statistics = match statistics.clone() {
        Statistics::Boolean(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::Int32(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::Int64(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::Int96(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::Float(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::Double(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::ByteArray(values) => values.with_backwards_compatible_min_max(understood).into(),
        Statistics::FixedLenByteArray(values) => {
            Statistics::FixedLenByteArray(values.with_backwards_compatible_min_max(understood))
        }
    };
    column.clone().into_builder().set_statistics(statistics).build()
}

/// Bytes that nobody looks at.
struct Anything;

impl Length for Anything {
    fn len(&self) -> u64 {
        u64::MAX
    }
}

impl ChunkReader for Anything {
    type T = io::Repeat;

    fn get_read(&self, _: u64) -> Result<Self::T> {
        Ok(io::repeat(0))
    }

    fn get_bytes(&self, _: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::new();
        io::repeat(0).take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}
