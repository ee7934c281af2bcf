//! Fields whose values all have the same number of bytes.

use super::{Builder, Field, Plain, renew};
use crate::contract::{Column, DataType, FieldType};
use crate::date::Date;
use crate::decimal::Decimal;
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// A column of values of `N` bytes in the making.
#[derive(Debug, Default)]
pub struct FixedBuilder<const N: usize> {
    data: Vec<u8>,
}

impl<const N: usize> FixedBuilder<N> {
    fn push(&mut self, bytes: [u8; N]) {
        self.data.extend_from_slice(&bytes);
    }
}

impl<const N: usize> Builder for FixedBuilder<N> {
    fn push_null(&mut self) {
        self.push([0; N]);
    }

    fn take(&mut self) -> Column {
        Column { data: renew(&mut self.data), ..Column::default() }
    }
}

/// The values of a column, `N` bytes each.
fn chunks<const N: usize>(column: &Column, rows: usize) -> Result<&[[u8; N]]> {
    column.data.as_chunks::<N>().0.get(..rows).ok_or_else(|| {
        let found = column.data.len();
        Error::new(format!("a column of {rows} values of {N} bytes has {found} bytes"))
    })
}

macro_rules! fixed {
    ($type:ty, $bytes:literal, $data_type:expr, $from:expr, $into:expr) => {
        impl Field for $type {
            const TYPE: FieldType = FieldType { data_type: $data_type, nullable: false };
            type In<'a> = $type;
            type Reader<'a> = &'a [[u8; $bytes]];
            type Builder = FixedBuilder<$bytes>;

            fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
                chunks(column, rows)
            }

            #[inline]
            fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
                $from(reader[row])
            }

            #[inline]
            fn append_to(&self, builder: &mut Self::Builder) {
                builder.push($into(*self));
            }
        }

        impl Plain for $type {}
    };
}

fixed!(i32, 4, DataType::Int32, i32::from_le_bytes, i32::to_le_bytes);
fixed!(i64, 8, DataType::Int64, i64::from_le_bytes, i64::to_le_bytes);
fixed!(f64, 8, DataType::Float64, f64::from_le_bytes, f64::to_le_bytes);
fixed!(Date, 4, DataType::Date, |bytes| Date::from_days(i32::from_le_bytes(bytes)), |date: Date| date
    .days()
    .to_le_bytes());
fixed!(
    Timestamp,
    8,
    DataType::Timestamp,
    |bytes| Timestamp::from_micros(i64::from_le_bytes(bytes)),
    |moment: Timestamp| moment.micros().to_le_bytes()
);

impl<const P: u8, const S: i8> Field for Decimal<P, S> {
    const TYPE: FieldType = {
        let () = Self::SOUND;
        FieldType { data_type: DataType::Decimal { precision: P, scale: S }, nullable: false }
    };
    type In<'a> = Decimal<P, S>;
    type Reader<'a> = &'a [[u8; 16]];
    type Builder = FixedBuilder<16>;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        chunks(column, rows)
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
        Decimal::from_column(i128::from_le_bytes(reader[row]))
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(self.units().to_le_bytes());
    }
}

impl<const P: u8, const S: i8> Plain for Decimal<P, S> {}
