//! Fields that may be null.

use super::{BitReader, BitsBuilder, Builder, Field, Plain};
use crate::contract::{Column, FieldType};
use crate::error::Result;

/// A column that may hold nulls.
#[derive(Clone, Copy, Debug)]
pub struct OptionReader<'a, R> {
    values: R,
    validity: Option<BitReader<'a>>,
}

/// A column that may hold nulls, in the making.
#[derive(Debug, Default)]
pub struct OptionBuilder<B> {
    values: B,
    validity: BitsBuilder,
    any_null: bool,
}

impl<B: Builder> Builder for OptionBuilder<B> {
    #[inline]
    fn push_null(&mut self) {
        self.values.push_null();
        self.validity.push(false);
        self.any_null = true;
    }

    fn take(&mut self) -> Column {
        let validity = self.validity.take_bytes();
        let any_null = std::mem::take(&mut self.any_null);
        Column { validity: any_null.then_some(validity), ..self.values.take() }
    }
}

impl<T: Plain> Field for Option<T> {
    const TYPE: FieldType = FieldType { data_type: T::TYPE.data_type, nullable: true };
    type In<'a> = Option<T::In<'a>>;
    type Reader<'a> = OptionReader<'a, T::Reader<'a>>;
    type Builder = OptionBuilder<T::Builder>;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        let validity = column.validity.as_deref();
        Ok(OptionReader {
            values: T::reader(column, rows)?,
            validity: validity.map(|bytes| BitReader::new(bytes, rows)).transpose()?,
        })
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
        let valid = reader.validity.is_none_or(|bits| bits.get(row));
        valid.then(|| T::get(&reader.values, row))
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        match self {
            Some(value) => {
                value.append_to(&mut builder.values);
                builder.validity.push(true);
            }
            None => builder.push_null(),
        }
    }
}
