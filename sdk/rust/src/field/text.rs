//! Text and bytes: one buffer of values end to end, and offsets into it.

use super::{Builder, Field, Plain, renew};
use crate::contract::{Column, DataType, FieldType};
use crate::error::{Error, Result};

/// A column of text.
#[derive(Clone, Copy, Debug)]
pub struct TextReader<'a> {
    text: &'a str,
    offsets: &'a [[u8; 4]],
}

/// A column of bytes.
#[derive(Clone, Copy, Debug)]
pub struct BytesReader<'a> {
    bytes: &'a [u8],
    offsets: &'a [[u8; 4]],
}

/// A column of text or bytes in the making.
#[derive(Debug)]
pub struct OffsetsBuilder {
    data: Vec<u8>,
    offsets: Vec<u8>,
}

impl Default for OffsetsBuilder {
    fn default() -> Self {
        OffsetsBuilder { data: Vec::new(), offsets: vec![0; 4] }
    }
}

impl OffsetsBuilder {
    #[inline]
    fn push(&mut self, value: &[u8]) {
        self.data.extend_from_slice(value);
        self.end_value();
    }

    #[inline]
    fn end_value(&mut self) {
        // A column is sent every few thousand rows, and the host's limit on what one call may emit is far below 4 GiB.
        let end = self.data.len() as u32;
        self.offsets.extend_from_slice(&end.to_le_bytes());
    }
}

impl Builder for OffsetsBuilder {
    fn push_null(&mut self) {
        self.end_value();
    }

    fn take(&mut self) -> Column {
        let offsets = renew(&mut self.offsets);
        self.offsets.extend_from_slice(&[0; 4]);
        Column { data: renew(&mut self.data), offsets: Some(offsets), validity: None }
    }
}

fn offsets(column: &Column, rows: usize) -> Result<&[[u8; 4]]> {
    let bytes = column.offsets.as_deref().unwrap_or_default();
    bytes.as_chunks::<4>().0.get(..=rows).ok_or_else(|| {
        let found = bytes.len() / 4;
        Error::new(format!("a column of {rows} texts has {found} offsets; it needs one more than rows"))
    })
}

#[inline]
fn span(offsets: &[[u8; 4]], row: usize) -> std::ops::Range<usize> {
    let [start, end] = [offsets[row], offsets[row + 1]];
    u32::from_le_bytes(start) as usize..u32::from_le_bytes(end) as usize
}

impl Field for &str {
    const TYPE: FieldType = FieldType { data_type: DataType::Text, nullable: false };
    type In<'a> = &'a str;
    type Reader<'a> = TextReader<'a>;
    type Builder = OffsetsBuilder;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        let text = str::from_utf8(&column.data)
            .map_err(|e| Error::new(format!("a text column holds bytes that are no text: {e}")))?;
        Ok(TextReader { text, offsets: offsets(column, rows)? })
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> &'a str {
        &reader.text[span(reader.offsets, row)]
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(self.as_bytes());
    }
}

impl Field for String {
    const TYPE: FieldType = <&str as Field>::TYPE;
    type In<'a> = String;
    type Reader<'a> = TextReader<'a>;
    type Builder = OffsetsBuilder;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        <&str as Field>::reader(column, rows)
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
        <&str as Field>::get(reader, row).to_owned()
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(self.as_bytes());
    }
}

impl Field for &[u8] {
    const TYPE: FieldType = FieldType { data_type: DataType::Binary, nullable: false };
    type In<'a> = &'a [u8];
    type Reader<'a> = BytesReader<'a>;
    type Builder = OffsetsBuilder;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        Ok(BytesReader { bytes: &column.data, offsets: offsets(column, rows)? })
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> &'a [u8] {
        &reader.bytes[span(reader.offsets, row)]
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(self);
    }
}

impl Field for Vec<u8> {
    const TYPE: FieldType = <&[u8] as Field>::TYPE;
    type In<'a> = Vec<u8>;
    type Reader<'a> = BytesReader<'a>;
    type Builder = OffsetsBuilder;

    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>> {
        <&[u8] as Field>::reader(column, rows)
    }

    #[inline]
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a> {
        <&[u8] as Field>::get(reader, row).to_vec()
    }

    #[inline]
    fn append_to(&self, builder: &mut Self::Builder) {
        builder.push(self);
    }
}

impl Plain for &str {}
impl Plain for String {}
impl Plain for &[u8] {}
impl Plain for Vec<u8> {}
