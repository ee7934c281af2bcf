//! `sum` of whole numbers that fails where the result is larger than an int64 holds; DataFusion's own wraps around.
//!
//! Sums are kept in 128 bits, so that only the result counts and not the order in which it was reached.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Decimal128Array, Int64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};

/// A sum on its way: of so many digits that no number of rows can make it overflow.
const STATE: DataType = DataType::Decimal128(38, 0);

/// `sum`, of whole numbers checked, of everything else as it was.
pub(crate) fn checked_sum() -> AggregateUDF {
    AggregateUDF::new_from_impl(CheckedSum { plain: Sum::new() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedSum {
    plain: Sum,
}

/// Whether it is ours: `sum(distinct …)` adds each number once, in a list of its own.
fn is_checked(args: &AccumulatorArgs<'_>) -> bool {
    !args.is_distinct && *args.return_field.data_type() == DataType::Int64
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.plain.name()
    }

    fn signature(&self) -> &Signature {
        self.plain.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.plain.return_type(arguments)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if is_checked(&args) { Ok(Box::new(WideSum::default())) } else { self.plain.accumulator(args) }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if is_checked(&args) { Ok(Box::new(WideSum::default())) } else { self.plain.create_sliding_accumulator(args) }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if !args.is_distinct && *args.return_field.data_type() == DataType::Int64 {
            return Ok(vec![Arc::new(Field::new(format_state_name(args.name, "sum"), STATE, true))]);
        }
        self.plain.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.plain.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        if is_checked(&args) { Ok(Box::new(WideSums::default())) } else { self.plain.create_groups_accumulator(args) }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }
}

/// The sum as it is asked for.
fn narrow(sum: i128) -> Result<i64> {
    i64::try_from(sum).map_err(|_| {
        exec_datafusion_err!(
            "the sum {sum} is larger than an int64 holds; write `sum(cast(… as decimal(38, 0)))` or sum it as a double"
        )
    })
}

/// One sum.
#[derive(Debug, Default)]
struct WideSum {
    sum: i128,
    /// Numbers in it: without any the sum is null.
    count: u64,
}

impl WideSum {
    fn add(&mut self, values: &Int64Array, sign: i128) {
        self.sum += sign * values.iter().flatten().map(i128::from).sum::<i128>();
    }
}

impl Accumulator for WideSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<Int64Type>();
        self.add(values, 1);
        self.count += (values.len() - values.null_count()) as u64;
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<Int64Type>();
        self.add(values, -1);
        self.count -= (values.len() - values.null_count()) as u64;
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = (self.count > 0).then(|| narrow(self.sum)).transpose()?;
        Ok(ScalarValue::Int64(sum))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Decimal128((self.count > 0).then_some(self.sum), 38, 0)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for sum in states[0].as_primitive::<Decimal128Type>().iter().flatten() {
            self.sum += sum;
            self.count += 1;
        }
        Ok(())
    }
}

/// A sum for each group.
#[derive(Debug, Default)]
struct WideSums {
    sums: Vec<i128>,
    /// By group: whether anything is in its sum.
    any: Vec<bool>,
}

impl WideSums {
    fn add(&mut self, group: usize, value: i128) {
        self.sums[group] += value;
        self.any[group] = true;
    }

    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, 0);
        self.any.resize(groups, false);
    }

    fn take(&mut self, which: EmitTo) -> impl Iterator<Item = Option<i128>> {
        let sums = which.take_needed(&mut self.sums);
        let any = which.take_needed(&mut self.any);
        sums.into_iter().zip(any).map(|(sum, any)| any.then_some(sum))
    }
}

impl GroupsAccumulator for WideSums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.grow(total);
        let values = values[0].as_primitive::<Int64Type>();
        if filter.is_none() && values.null_count() == 0 {
            for (value, group) in values.values().iter().zip(groups) {
                self.add(*group, i128::from(*value));
            }
            return Ok(());
        }
        for (row, (value, group)) in values.iter().zip(groups).enumerate() {
            let kept = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if let Some(value) = value.filter(|_| kept) {
                self.add(*group, i128::from(value));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, which: EmitTo) -> Result<ArrayRef> {
        let sums = self.take(which).map(|sum| sum.map(narrow).transpose());
        Ok(Arc::new(sums.collect::<Result<Int64Array>>()?))
    }

    fn state(&mut self, which: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums: Decimal128Array = self.take(which).collect();
        Ok(vec![Arc::new(sums.with_data_type(STATE))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        for (sum, group) in states[0].as_primitive::<Decimal128Type>().iter().zip(groups) {
            if let Some(sum) = sum {
                self.add(*group, sum);
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let kept = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        let values = values[0].as_primitive::<Int64Type>().iter().enumerate();
        let sums: Decimal128Array = values.map(|(row, value)| value.filter(|_| kept(row)).map(i128::from)).collect();
        Ok(vec![Arc::new(sums.with_data_type(STATE))])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i128>() + self.any.capacity()
    }
}
