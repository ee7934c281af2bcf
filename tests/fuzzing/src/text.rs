//! Changes of bytes and text that know no form.

use crate::chance::Chance;
use crate::{Fuzz, Shape};

/// Numbers at whose edges readers go wrong, as they are written.
const NUMBERS: [&str; 16] = [
    "0",
    "-1",
    "-0",
    "127",
    "256",
    "65536",
    "2147483648",
    "4294967295",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e-400",
    "NaN",
    "1e99999",
];
/// Pieces of text that readers of text stumble over.
const PIECES: [&str; 24] = [
    "\0", "\n", "\r\n", "\r", "\t", "\"", "'", "\\", "/", "../", "%00", "%2e%2e", "\u{feff}", "\u{202e}", "é", "🦀",
    "{", "}", "[", "]", ",", ":", ";", "#",
];

/// The input, changed in one place.
pub(crate) fn change(mut input: Vec<u8>, fuzz: &Fuzz, chance: &mut Chance) -> Vec<u8> {
    let at = chance.below(input.len() + 1);
    let end = (at + chance.length(input.len() - at)).min(input.len());
    match chance.below(9) {
        0 => drop(input.drain(at..end)),
        1 => {
            let piece = input[at..end].to_vec();
            let to = chance.below(input.len() + 1);
            insert(&mut input, to, &piece);
        }
        2 => {
            let other = chance.of(&fuzz.good).clone();
            let from = chance.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        3 => input.truncate(at),
        4 => {
            let number = chance.of(&NUMBERS);
            replace_number(&mut input, at, number);
        }
        5 if !fuzz.words.is_empty() => {
            let word = chance.of(&fuzz.words).clone();
            insert(&mut input, at, &word);
        }
        6 => {
            let (piece, times) = (*chance.of(&PIECES), 1 + chance.length(4_096));
            insert(&mut input, at, piece.repeat(times).as_bytes());
        }
        _ if fuzz.shape == Shape::Text => {
            let piece = *chance.of(&PIECES);
            input.splice(at..end.min(at + 1), piece.bytes());
        }
        7 => edge(&mut input, at, chance),
        _ => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
    }
    input
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}

/// Puts a number in the place of the one that stands at or behind `at`; where there is none, at `at`.
fn replace_number(input: &mut Vec<u8>, at: usize, number: &str) {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let start = input[at..].iter().position(digit).map_or(at, |found| at + found);
    let length = input[start..].iter().take_while(|byte| digit(byte)).count();
    input.splice(start..start + length, number.bytes());
}

/// Writes a binary number with an extreme value over what stands there.
fn edge(input: &mut [u8], at: usize, chance: &mut Chance) {
    let values = [
        0,
        1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        0x7fff_ffff,
        0xffff_ffff,
        i64::MAX as u64,
        u64::MAX,
        input.len() as u64,
    ];
    let value = chance.of(&values).to_le_bytes();
    let width = 1 << chance.below(4);
    let end = (at + width).min(input.len());
    let mut bytes = value[..end - at].to_vec();
    if chance.one_in(2) {
        bytes.reverse();
    }
    input[at..end].copy_from_slice(&bytes);
}
