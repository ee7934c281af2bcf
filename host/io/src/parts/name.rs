//! Values as parts of file names: every value has a name of its own, and none leads out of its folder.
//!
//! Letters and digits of any script stand as they are, as do blanks and `-_+,=@()'!&#$^;` and points; every other byte is
//! `%` and two hexadecimal digits, a point at the beginning and a `_` where two begin a name are too. A null is `__null__`,
//! the empty text `__empty__`. Of a value that is too long its beginning is left, a `~` and a number made of all of it.

use crate::text::{Column, Values};
use crate::value::{DateForm, boolean, decimal, float, integer, timestamp};

const NULL: &str = "__null__";
const EMPTY: &str = "__empty__";
/// The longest a value's name may be. File systems take 255 bytes for a name, in which other things stand as well.
const NAME_BYTES_MAX: usize = 120;

/// Writes what tells the value of a row from others, whatever stands before or behind it.
///
/// # Errors
/// A date or time that no file can name.
pub(super) fn write_key(column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let from = out.len();
    out.extend_from_slice(&[0; 4]);
    if column.is_null(row) {
        out[from..].fill(0xff);
        return Ok(());
    }
    write_value(column, row, out)?;
    let length = (out.len() - from - 4) as u32;
    out[from..from + 4].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// The value of a row as a name, or part of one.
///
/// # Errors
/// A date or time that no file can name.
pub(super) fn escaped(column: &Column<'_>, row: usize) -> Result<String, String> {
    if column.is_null(row) {
        return Ok(NULL.to_owned());
    }
    let mut text = Vec::new();
    write_value(column, row, &mut text)?;
    Ok(name_of(&String::from_utf8_lossy(&text)))
}

fn write_value(column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    match &column.values {
        Values::Boolean(values) => boolean::write(values.value(row), out),
        Values::Int32(values) => integer::write(values[row], out),
        Values::Int64(values) => integer::write(values[row], out),
        Values::Float64(values) => float::write(values[row], out),
        Values::Decimal(values, scale) => decimal::write(values[row], *scale, out),
        Values::Date(values) => {
            let form = DateForm::new(None).map_err(|error| error.to_string())?;
            form.write(values[row], out).map_err(|_| column.unwritable(values[row].into()))?;
        }
        Values::Timestamp(values) => {
            timestamp::write(values[row], out).map_err(|_| column.unwritable(values[row]))?;
        }
        Values::Text(texts) => out.extend_from_slice(texts.value(row).as_bytes()),
        Values::Binary(values) => out.extend_from_slice(values.value(row)),
    }
    Ok(())
}

fn name_of(value: &str) -> String {
    if value.is_empty() {
        return EMPTY.to_owned();
    }
    let mut name = String::new();
    for (at, c) in value.char_indices() {
        let stands = c.is_alphanumeric() || " -_+,=@()'!&#$^;.".contains(c);
        let begins = at == 0 && (c == '.' || value.starts_with("__"));
        if stands && !begins {
            name.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| name.push_str(&format!("%{byte:02X}")));
        }
    }
    if name.len() <= NAME_BYTES_MAX {
        return name;
    }
    // FNV-1a, 64 bits. Two values that come to one name all the same are an error of the run.
    let hash = value
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let kept = name.floor_char_boundary(NAME_BYTES_MAX - 17);
    format!("{}~{hash:016x}", &name[..kept])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn usual_values_are_their_own_names() {
        for value in ["EU", "Zürich", "2024-01-31", "a b", "-1.5", "v1.2", "_x", "日本"] {
            assert_eq!(name_of(value), value);
        }
    }

    #[test]
    fn no_value_leads_out_of_its_folder_or_hides() {
        for value in ["..", ".", "../../etc/passwd", "/", "a/b", "a\0b", ".hidden", "a\\b", "C:x", "\n", "*", "{x}", ""]
        {
            let name = name_of(value);
            assert!(
                !name.contains(['/', '\0', '\\', ':', '\n', '*', '{']) && !name.starts_with('.'),
                "{value:?}: {name}"
            );
        }
        assert_eq!(name_of("../x"), "%2E.%2Fx");
    }

    #[test]
    fn different_values_have_different_names() {
        let long = "x".repeat(500);
        let longer = format!("{long}y");
        let values = [
            "",
            "__empty__",
            "__null__",
            "%5F_null__",
            "a%b",
            "a%25b",
            ".",
            "%2E",
            "a/b",
            "a%2Fb",
            "~",
            &long,
            &longer,
        ];
        let names: HashSet<String> = values.iter().map(|value| name_of(value)).collect();
        assert_eq!(names.len(), values.len());
        assert!(!names.contains(NULL));
        assert!(names.iter().all(|name| name.len() <= NAME_BYTES_MAX), "{names:?}");
        assert!(name_of(&"é".repeat(500)).len() <= NAME_BYTES_MAX);
    }
}
