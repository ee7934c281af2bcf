//! Changes of protobuf messages that keep them messages, by their wire format alone
//! (<https://protobuf.dev/programming-guides/encoding/>).

use crate::chance::Chance;

/// How deep messages lie in messages, as far as they are looked into.
const DEPTH_MAX: usize = 8;

/// A field as it travels.
#[derive(Clone)]
struct Field {
    number: u64,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Bytes(Vec<u8>),
}

/// The message with one field changed; what is no message is left as it is.
pub(crate) fn change(input: &[u8], chance: &mut Chance) -> Vec<u8> {
    change_at(input, chance, 0).unwrap_or_else(|| input.to_vec())
}

fn change_at(input: &[u8], chance: &mut Chance, depth: usize) -> Option<Vec<u8>> {
    let mut fields = read(input)?;
    let at = chance.below(fields.len());
    match chance.below(6) {
        0 if !fields.is_empty() => drop(fields.remove(at)),
        1 if !fields.is_empty() => {
            let copy = fields[at].clone();
            fields.extend(std::iter::repeat_n(copy, 1 + chance.length(200)));
        }
        2 => fields.push(Field { number: 1 + chance.below(40) as u64, content: extreme(chance) }),
        3 if !fields.is_empty() => fields[at].number = 1 + chance.below(40) as u64,
        _ if !fields.is_empty() => {
            let content = &mut fields[at].content;
            *content = match content {
                Content::Bytes(bytes) if depth < DEPTH_MAX => match change_at(bytes, chance, depth + 1) {
                    Some(changed) if !bytes.is_empty() => Content::Bytes(changed),
                    _ => Content::Bytes(broken(bytes, chance)),
                },
                _ => extreme(chance),
            };
        }
        _ => {}
    }
    Some(write(&fields))
}

fn broken(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = chance.below(bytes.len() + 1);
    match chance.below(4) {
        0 => bytes.truncate(at),
        1 => {
            let piece = *chance.of(&[b"../".as_slice(), b"\0", b"\xff", b"/", b"\n", b"x", b"\xe2\x80\xae"]);
            bytes.splice(at..at, piece.iter().copied());
        }
        2 => bytes = bytes.repeat(1 + chance.length(1_000)),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.bits() as u8;
            }
        }
    }
    bytes
}

fn extreme(chance: &mut Chance) -> Content {
    match chance.below(4) {
        0 => Content::Varint(*chance.of(&[0, 1, 2, 0x7f, u64::from(u32::MAX), i64::MAX as u64, u64::MAX])),
        1 => Content::Eight(chance.bits().to_le_bytes()),
        2 => Content::Four((chance.bits() as u32).to_le_bytes()),
        _ => Content::Bytes(vec![*chance.of(&[0, b'a', 0xff, b'/']); chance.length(10_000)]),
    }
}

fn read(mut input: &[u8]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !input.is_empty() {
        let key = varint(&mut input)?;
        let content = match key & 7 {
            0 => Content::Varint(varint(&mut input)?),
            1 => Content::Eight(take(&mut input, 8)?.try_into().ok()?),
            2 => {
                let length = usize::try_from(varint(&mut input)?).ok()?;
                Content::Bytes(take(&mut input, length)?.to_vec())
            }
            5 => Content::Four(take(&mut input, 4)?.try_into().ok()?),
            _ => return None,
        };
        (key >> 3 > 0).then(|| fields.push(Field { number: key >> 3, content }))?;
    }
    Some(fields)
}

fn take<'a>(input: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = input.split_at_checked(count)?;
    *input = rest;
    Some(taken)
}

fn varint(input: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let byte = take(input, 1)?[0];
        value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write(fields: &[Field]) -> Vec<u8> {
    let mut out = Vec::new();
    for Field { number, content } in fields {
        let kind = match content {
            Content::Varint(_) => 0,
            Content::Eight(_) => 1,
            Content::Bytes(_) => 2,
            Content::Four(_) => 5,
        };
        write_varint(&mut out, number << 3 | kind);
        match content {
            Content::Varint(value) => write_varint(&mut out, *value),
            Content::Eight(bytes) => out.extend_from_slice(bytes),
            Content::Four(bytes) => out.extend_from_slice(bytes),
            Content::Bytes(bytes) => {
                write_varint(&mut out, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
        }
    }
    out
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        // Field 1 a number, 2 a text, 3 four bytes, 4 eight bytes, 5 a message.
        let message =
            b"\x08\x96\x01\x12\x02hi\x1d\x01\x02\x03\x04\x21\x01\x02\x03\x04\x05\x06\x07\x08\x2a\x02\x08\x01".to_vec();
        assert_eq!(write(&read(&message).unwrap()), message);
        assert!(read(b"\x12\x05hi").is_none() && read(b"\x0b").is_none());
    }
}
