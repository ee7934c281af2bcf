//! What a Parquet file says of the values in its row groups, and which of these are read for it.

use ::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use ::parquet::errors::Result as ParquetResult;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, UInt64Array};
use leat_stream::schema::DataType;

use super::file::ParquetFile;
use crate::open::SourceConfig;
use crate::row_groups::{ColumnBounds, RowGroup, Scalar};
use crate::typed::{decode, guarded};

/// By row group of a file: whether it is read. `places` are those of the columns in the file.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn kept(file: &ParquetFile, places: &[usize], config: &SourceConfig) -> Result<Vec<bool>, String> {
    let count = file.parquet().num_row_groups();
    let Some(row_groups) = &config.row_groups else { return Ok(vec![true; count]) };
    let columns = places.iter().zip(&config.columns);
    let columns = columns.map(|(place, column)| bounds(file, *place, column.field.data_type));
    let columns: Vec<Vec<ColumnBounds>> = columns.collect::<Result<_, _>>()?;
    let group = |number: usize| RowGroup {
        rows: file.rows_in(number),
        columns: columns.iter().map(|groups| groups.get(number).cloned().unwrap_or_default()).collect(),
    };
    Ok((0..count).map(|number| row_groups.keep(&group(number))).collect())
}

/// The bounds of a column in each row group.
fn bounds(file: &ParquetFile, place: usize, data_type: DataType) -> Result<Vec<ColumnBounds>, String> {
    let count = file.parquet().num_row_groups();
    let (mins, maxes, nulls) = guarded(|| arrays(file, place))?;
    // The values of a column that is no bound for itself are left out.
    let column =
        |array: &ArrayRef| guarded(|| decode(array, data_type).ok_or("a bound has another type than its column"));
    let ((mins, _), (maxes, _)) = (column(&mins)?, column(&maxes)?);
    let bound = |array: &ArrayRef, group: usize| {
        (trusted(file, place, group, data_type) && array.is_valid(group))
            .then(|| scalar(array, group, data_type))
            .flatten()
    };
    let bounds = |group: usize| ColumnBounds {
        min: bound(&mins, group),
        max: bound(&maxes, group),
        nulls: nulls.is_valid(group).then(|| nulls.value(group)),
    };
    if [mins.len(), maxes.len(), nulls.len()] != [count; 3] {
        return Err("its row groups do not have the bounds they say".to_owned());
    }
    Ok((0..count).map(bounds).collect())
}

fn arrays(file: &ParquetFile, place: usize) -> ParquetResult<(ArrayRef, ArrayRef, UInt64Array)> {
    let parquet = file.parquet();
    let name = file.schema().field(place).name();
    let descriptor = parquet.file_metadata().schema_descr();
    let converter =
        StatisticsConverter::try_new(name, file.schema(), descriptor)?.with_missing_null_counts_as_zero(false);
    let groups = parquet.row_groups();
    Ok((
        converter.row_group_mins(groups)?,
        converter.row_group_maxes(groups)?,
        converter.row_group_null_counts(groups)?,
    ))
}

/// Whether the bounds of a column chunk are in the order of its values. Old programs compared texts as signed bytes.
fn trusted(file: &ParquetFile, place: usize, group: usize, data_type: DataType) -> bool {
    if !matches!(data_type, DataType::Text | DataType::Binary | DataType::Decimal { .. }) {
        return true;
    }
    let descriptor = file.parquet().file_metadata().schema_descr();
    let mut columns = file.parquet().row_group(group).columns().iter().enumerate();
    let column = columns.find(|(leaf, _)| descriptor.get_column_root_idx(*leaf) == place);
    column.and_then(|(_, column)| column.statistics()).is_some_and(|statistics| !statistics.is_min_max_deprecated())
}

/// A value of a column in Leat's layout. Nothing for NaN, which is no bound.
fn scalar(array: &ArrayRef, row: usize, data_type: DataType) -> Option<Scalar> {
    Some(match data_type {
        DataType::Boolean => Scalar::Boolean(array.as_boolean_opt()?.value(row)),
        DataType::Int32 => Scalar::Int32(array.as_primitive_opt::<Int32Type>()?.value(row)),
        DataType::Int64 => Scalar::Int64(array.as_primitive_opt::<Int64Type>()?.value(row)),
        DataType::Float64 => {
            let value = array.as_primitive_opt::<Float64Type>()?.value(row);
            return (!value.is_nan()).then_some(Scalar::Float64(value));
        }
        DataType::Decimal { .. } => Scalar::Decimal(array.as_primitive_opt::<Decimal128Type>()?.value(row)),
        DataType::Date => Scalar::Date(array.as_primitive_opt::<Date32Type>()?.value(row)),
        DataType::Timestamp => Scalar::Timestamp(array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row)),
        DataType::Text => Scalar::Text(array.as_string_opt::<i32>()?.value(row).to_owned()),
        DataType::Binary => Scalar::Binary(array.as_binary_opt::<i32>()?.value(row).to_vec()),
    })
}
