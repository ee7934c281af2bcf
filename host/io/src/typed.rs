//! What the formats that say their types themselves have in common: Arrow's types as Leat's, columns found by name, and
//! rows that a column cannot hold taken out.
//!
//! Called by [`crate::arrow`] and [`crate::parquet`], whose decoders give Arrow's arrays.

mod decode;
mod rows;

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_schema::Schema;
use leat_stream::check::{SampledFile, SampledType};

use crate::fault::FaultKind;
use crate::open::SourceColumn;
pub(crate) use decode::{decode, type_of};
pub(crate) use rows::{RowPlace, TypedRows};

/// The places in a file of the columns that are read, in their order.
pub(crate) fn places(columns: &[SourceColumn], schema: &Schema) -> Result<Vec<usize>, FaultKind> {
    let place = |column: &SourceColumn| {
        let name = &column.header;
        let Some((place, found)) = schema.column_with_name(name) else {
            return Err(FaultKind::NoColumn(name.clone()));
        };
        let wanted = column.field.data_type;
        if !type_of(found.data_type()).is_some_and(|is| is.widens_to(wanted)) {
            return Err(FaultKind::ColumnType { name: name.clone(), is: found.data_type().to_string(), wanted });
        }
        Ok(place)
    };
    columns.iter().map(place).collect()
}

/// The columns of a file with their types; there is no need to look at its records.
pub(crate) fn sampled(schema: &Schema) -> SampledFile {
    let fields = schema.fields();
    let types = fields.iter().map(|field| SampledType {
        data_type: type_of(field.data_type()).ok_or_else(|| field.data_type().to_string()),
        nullable: field.is_nullable(),
    });
    let header = fields.iter().map(|field| field.name().clone()).collect();
    SampledFile { header, types: types.collect(), ..SampledFile::default() }
}

/// Runs a decoder on bytes that may be anything: it panics on some of them, which is an error of the file. The error says
/// what is wrong with it.
pub(crate) fn guarded<T, E: Display>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(decoded)) => Ok(decoded),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it makes no sense to the decoder".to_owned()),
    }
}
