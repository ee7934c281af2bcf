//! A Parquet file's footer, looked through before the decoder reserves memory or recurses for what it says.
//!
//! The footer is in Thrift's compact protocol. What is looked at is its shape alone: lists are no longer than what is left
//! of the footer, nothing nests deeper than a bound, and the schema's tree is no deeper either.

/// How deep structures may lie in each other; a footer needs about eight levels.
const DEPTH_MAX: usize = 32;
/// How deep columns may lie in each other.
const SCHEMA_DEPTH_MAX: usize = 64;
/// The fields of `FileMetaData.schema` and of `SchemaElement.num_children`.
const SCHEMA_FIELD: i64 = 2;
const CHILDREN_FIELD: i64 = 5;

/// Types of the compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const INT_FIRST: u8 = 4;
const INT_LAST: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

/// Looks through a footer.
///
/// # Errors
/// What makes no sense in it.
pub(super) fn require_sound(footer: &[u8]) -> Result<(), String> {
    let mut walk = Walk { rest: footer, open: Vec::new() };
    walk.structure(&[])
}

/// Where a structure lies: the fields that lead to it, from the outside.
type Way<'a> = &'a [i64];

struct Walk<'a> {
    rest: &'a [u8],
    /// Of the schema's groups that are not complete: how many of their columns are still to come.
    open: Vec<u64>,
}

impl Walk<'_> {
    fn structure(&mut self, way: Way<'_>) -> Result<(), String> {
        if way.len() > DEPTH_MAX {
            return Err(format!("its footer nests deeper than {DEPTH_MAX} levels"));
        }
        let mut field = 0;
        let mut children = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                break;
            }
            field = match head >> 4 {
                0 => self.integer()?,
                step => field + i64::from(step),
            };
            let kind = head & 0x0f;
            if way == [SCHEMA_FIELD] && field == CHILDREN_FIELD && (INT_FIRST..=INT_LAST).contains(&kind) {
                children = u64::try_from(self.integer()?).map_err(|_| "a column has less than no columns in it")?;
            } else {
                self.value(kind, field, way)?;
            }
        }
        if way == [SCHEMA_FIELD] { self.column(children) } else { Ok(()) }
    }

    /// Enters a column of the schema, which lists every group before what is in it.
    fn column(&mut self, children: u64) -> Result<(), String> {
        if let Some(left) = self.open.last_mut() {
            *left = left.saturating_sub(1);
        }
        if children > 0 {
            self.open.push(children);
        } else {
            while self.open.last() == Some(&0) {
                self.open.pop();
            }
        }
        if self.open.len() > SCHEMA_DEPTH_MAX {
            return Err(format!("its columns lie in each other deeper than {SCHEMA_DEPTH_MAX} levels"));
        }
        Ok(())
    }

    fn value(&mut self, kind: u8, field: i64, way: Way<'_>) -> Result<(), String> {
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.take(1),
            INT_FIRST..=INT_LAST => self.integer().map(drop),
            DOUBLE => self.take(8),
            BINARY => {
                let bytes = self.number()?;
                self.take(bytes)
            }
            LIST | SET => self.list(field, way),
            STRUCT => self.structure(&[way, &[field]].concat()),
            MAP => Err("its footer holds a map, which no footer does".to_owned()),
            other => Err(format!("its footer holds a value of kind {other}, which there is not")),
        }
    }

    fn list(&mut self, field: i64, way: Way<'_>) -> Result<(), String> {
        let head = self.byte()?;
        let count = match u64::from(head >> 4) {
            15 => self.number()?,
            count => count,
        };
        // Every element takes a byte at least.
        if count > self.rest.len() as u64 {
            return Err("its footer holds a list that is longer than the footer".to_owned());
        }
        let kind = head & 0x0f;
        for _ in 0..count {
            match kind {
                // In lists a boolean is a byte of its own.
                TRUE | FALSE => self.take(1)?,
                kind => self.value(kind, field, way)?,
            }
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, String> {
        let (byte, rest) = self.rest.split_first().ok_or("its footer is cut short")?;
        self.rest = rest;
        Ok(*byte)
    }

    fn take(&mut self, bytes: u64) -> Result<(), String> {
        let rest = usize::try_from(bytes).ok().and_then(|bytes| self.rest.get(bytes..));
        self.rest = rest.ok_or("its footer is cut short")?;
        Ok(())
    }

    /// Seven bits in each byte, the lowest first.
    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("its footer holds a number of more than 64 bits".to_owned())
    }

    /// Zigzag: the lowest bit is the sign.
    fn integer(&mut self) -> Result<i64, String> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_cannot_be_longer_than_the_footer() {
        // Field 4, the row groups: a list of structures, 2,000,000,000 of them.
        let error = require_sound(&[0x49, 0xfc, 0x80, 0xa8, 0xd6, 0xb9, 0x07, 0]).unwrap_err();
        assert!(error.contains("longer than the footer"), "{error}");
    }

    #[test]
    fn neither_structures_nor_columns_nest_without_end() {
        // Field 1, a structure, again and again.
        assert!(require_sound(&[0x1c; 1000]).unwrap_err().contains("nests deeper"));
        // Field 2, the schema: groups of one column each.
        let group = [0x55, 0x02, 0];
        let schema = |count: u8| [&[0x29, 0xfc, count][..], &group.repeat(usize::from(count)), &[0]].concat();
        assert_eq!(require_sound(&schema(60)), Ok(()));
        assert!(require_sound(&schema(100)).unwrap_err().contains("lie in each other"));
    }

    #[test]
    fn a_footer_that_is_cut_short_is_named() {
        for bytes in [&[][..], &[0x18], &[0x18, 5, 1], &[0x16, 0xff]] {
            assert!(require_sound(bytes).unwrap_err().contains("cut short"), "{bytes:?}");
        }
    }
}
