//! The bytes of an Arrow array as the contract lays a column out, without a copy where the array allows it.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ByteArrayType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use arrow_array::{Array, GenericByteArray};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, TimeUnit};

/// A column on its way into a guest.
pub(crate) struct Lent<'a> {
    pub(crate) data: Cow<'a, [u8]>,
    pub(crate) offsets: Option<Cow<'a, [u8]>>,
    pub(crate) validity: Option<Cow<'a, [u8]>>,
}

/// The bytes of an array. Nothing for a type that no queue has.
pub(crate) fn lend(array: &dyn Array) -> Option<Lent<'_>> {
    let (data, offsets) = match array.data_type() {
        DataType::Boolean => (bits(array.as_boolean().values()), None),
        DataType::Int32 => (values::<Int32Type>(array), None),
        DataType::Int64 => (values::<Int64Type>(array), None),
        DataType::Float64 => (values::<Float64Type>(array), None),
        DataType::Decimal128(_, _) => (values::<Decimal128Type>(array), None),
        DataType::Date32 => (values::<Date32Type>(array), None),
        DataType::Timestamp(TimeUnit::Microsecond, None) => (values::<TimestampMicrosecondType>(array), None),
        DataType::Utf8 => variable(array.as_string::<i32>()),
        DataType::Binary => variable(array.as_binary::<i32>()),
        _ => return None,
    };
    let validity = array.nulls().filter(|nulls| nulls.null_count() > 0);
    Some(Lent { data, offsets, validity: validity.map(|nulls| bits(nulls.inner())) })
}

fn values<T: ArrowPrimitiveType>(array: &dyn Array) -> Cow<'_, [u8]> {
    let array = array.as_primitive::<T>();
    let width = size_of::<T::Native>();
    Cow::Borrowed(&array.values().inner().as_slice()[..array.len() * width])
}

fn variable<T: ByteArrayType<Offset = i32>>(array: &GenericByteArray<T>) -> (Cow<'_, [u8]>, Option<Cow<'_, [u8]>>) {
    let offsets = array.value_offsets();
    let (first, last) = (offsets[0], offsets[offsets.len() - 1]);
    let start = usize::try_from(first).expect("offsets are not negative");
    let end = usize::try_from(last).expect("offsets are not negative");
    let data = Cow::Borrowed(&array.value_data()[start..end]);
    let offsets = if first == 0 {
        let bytes = array.offsets().inner().inner().as_slice();
        Cow::Borrowed(&bytes[..size_of_val(offsets)])
    } else {
        Cow::Owned(offsets.iter().flat_map(|offset| (offset - first).to_le_bytes()).collect())
    };
    (data, Some(offsets))
}

/// Bits from the first on; shifted where the array begins within a byte.
fn bits(bits: &BooleanBuffer) -> Cow<'_, [u8]> {
    let length = bits.len().div_ceil(8);
    if bits.offset().is_multiple_of(8) {
        let start = bits.offset() / 8;
        Cow::Borrowed(&bits.values()[start..start + length])
    } else {
        Cow::Owned(bits.sliced().as_slice()[..length].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, BooleanArray, Int64Array, StringArray};

    use super::*;

    #[test]
    fn a_slice_lends_its_own_rows_alone() {
        let array = Int64Array::from(vec![1, 2, 3, 4]).slice(1, 2);
        let lent = lend(&array).unwrap();
        assert_eq!(lent.data.as_ref(), [2i64.to_le_bytes(), 3i64.to_le_bytes()].concat());
        assert!(lent.validity.is_none());
    }

    #[test]
    fn text_of_a_slice_starts_at_offset_nought() {
        let array: ArrayRef = Arc::new(StringArray::from(vec!["a", "bc", "d"]).slice(1, 2));
        let lent = lend(&array).unwrap();
        assert_eq!(lent.data.as_ref(), b"bcd");
        let offsets: Vec<u8> = [0i32, 2, 3].iter().flat_map(|o| o.to_le_bytes()).collect();
        assert_eq!(lent.offsets.as_deref(), Some(offsets.as_slice()));
    }

    #[test]
    fn bits_of_a_slice_start_at_bit_nought() {
        let array = BooleanArray::from(vec![Some(true), None, Some(true), Some(true), Some(false)]).slice(1, 4);
        let lent = lend(&array).unwrap();
        assert_eq!(lent.data[0] & 0b1110, 0b0110);
        assert_eq!(lent.validity.unwrap()[0] & 0b1111, 0b1110);
    }
}
