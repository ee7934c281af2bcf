//! Parameters of a node.
//!
//! Implemented by `#[derive(Params)]`; used when a node describes itself and when it is opened.

use crate::contract::{ParameterInfo, Value, ValueType};
use crate::error::{Error, Result};

/// The parameters of a node as a struct. Derive it; a doc comment is the parameter's description, and a field without a
/// default must be given by the process or the run.
///
/// ```
/// # use leat_sdk::Params;
/// #[derive(Params)]
/// struct PriceParams {
///     /// Continuously compounded rate, a year.
///     #[param(default = 0.03)]
///     rate: f64,
///     /// The book to value.
///     book: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what parameters it has",
    note = "write `#[derive(leat_sdk::Params)]` above the struct, or use `()` for a node without parameters"
)]
pub trait Params: Sized {
    /// What the parameters are, in the order of the fields.
    fn describe() -> Vec<ParameterInfo>;
    /// Reads them.
    fn read(values: &Parameters) -> Result<Self>;
}

impl Params for () {
    fn describe() -> Vec<ParameterInfo> {
        Vec::new()
    }

    fn read(_: &Parameters) -> Result<()> {
        Ok(())
    }
}

/// The values that the host gives to a node's parameters, defaults filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    values: Vec<(String, Value)>,
}

impl Parameters {
    pub(crate) fn new(values: Vec<(String, Value)>) -> Self {
        Parameters { values }
    }

    /// The value of one parameter.
    pub fn get<T: Parameter>(&self, name: &str) -> Result<T> {
        let (_, value) = self
            .values
            .iter()
            .find(|(n, _)| n == name)
            .ok_or_else(|| Error::new(format!("parameter `{name}` has no value")))?;
        T::from_value(value)
            .ok_or_else(|| Error::new(format!("parameter `{name}` should be of type {:?}, got {value:?}", T::TYPE)))
    }
}

/// A type that a parameter or fact may have: `bool`, `i64`, `f64`, `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a parameter or fact",
    label = "not a parameter's type",
    note = "parameters and facts may be bool, i64, f64 and String"
)]
pub trait Parameter: Sized {
    /// The type by its name in the contract.
    const TYPE: ValueType;
    /// The value in the contract's words.
    fn into_value(self) -> Value;
    /// The value, where it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! parameter {
    ($type:ty, $variant:ident) => {
        impl Parameter for $type {
            const TYPE: ValueType = ValueType::$variant;

            fn into_value(self) -> Value {
                Value::$variant(self)
            }

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value.clone()),
                    _ => None,
                }
            }
        }

        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                value.into_value()
            }
        }
    };
}

parameter!(bool, Boolean);
parameter!(i64, Int64);
parameter!(f64, Float64);
parameter!(String, Text);

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}
