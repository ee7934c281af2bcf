//! One bit a row, least significant first: the layout of booleans and of the marks that tell values from nulls.

use super::{Builder, Field, Plain, renew};
use crate::contract::{Column, DataType, FieldType};
use crate::error::{Error, Result};

/// Bits of a column.
#[derive(Clone, Copy, Debug)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], rows: usize) -> Result<Self> {
        let bytes = bytes.get(..rows.div_ceil(8)).ok_or_else(|| {
            let found = bytes.len();
            Error::new(format!("{rows} bits do not fit in {found} bytes"))
        })?;
        Ok(BitReader { bytes })
    }

    /// The bit of one row.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        self.bytes[row / 8] >> (row % 8) & 1 == 1
    }
}

/// Bits in the making.
#[derive(Debug, Default)]
pub struct BitsBuilder {
    bytes: Vec<u8>,
    len: usize,
}

impl BitsBuilder {
    /// Appends one bit.
    #[inline]
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if bit && let Some(last) = self.bytes.last_mut() {
            *last |= 1 << (self.len % 8);
        }
        self.len += 1;
    }

    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        self.len = 0;
        renew(&mut self.bytes)
    }
}

impl Builder for BitsBuilder {
    fn push_null(&mut self) {
        self.push(false);
    }

    fn take(&mut self) -> Column {
        Column { data: self.take_bytes(), ..Column::default() }
    }
}

impl Field for bool {
    const TYPE: FieldType = FieldType { data_type: DataType::Boolean, nullable: false };
    type In<'a> = bool;
    type Reader<'a> = BitReader<'a>;
    type Builder = BitsBuilder;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        BitReader::new(&column.data, rows)
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
        reader.get(row)
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(*self);
    }
}

impl Plain for bool {}
