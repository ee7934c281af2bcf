//! Changes of JSON documents that keep them JSON.

use serde_json::{Value, json};

use crate::chance::Chance;

/// How deep a document is walked.
const DEPTH_MAX: usize = 64;

/// The document with one value changed; what is no JSON is left as it is.
pub(crate) fn change(input: &[u8], chance: &mut Chance) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(input) else { return input.to_vec() };
    let other = place(&mut document.clone(), chance).clone();
    let place = place(&mut document, chance);
    match chance.below(6) {
        0 => *place = extreme(chance),
        1 => *place = other,
        2 => remove(place, chance),
        3 => add(place, other, chance),
        4 => *place = Value::Array(vec![place.take(); chance.length(300)]),
        _ => nudge(place, chance),
    }
    serde_json::to_vec(&document).unwrap_or_default()
}

/// Some value of the document.
fn place<'a>(mut value: &'a mut Value, chance: &mut Chance) -> &'a mut Value {
    for _ in 0..DEPTH_MAX {
        let inner = match value {
            Value::Array(all) => all.len(),
            Value::Object(all) => all.len(),
            _ => 0,
        };
        if inner == 0 || chance.one_in(5) {
            return value;
        }
        let at = chance.below(inner);
        value = match value {
            Value::Array(all) => &mut all[at],
            Value::Object(all) => all.values_mut().nth(at).expect("it has so many values"),
            _ => unreachable!("it has no values"),
        };
    }
    value
}

fn extreme(chance: &mut Chance) -> Value {
    let texts = [
        "",
        " ",
        "\0",
        "../x",
        "/etc/passwd",
        "a/../../b",
        "\u{202e}",
        "🦀",
        "%00",
        "\n",
        "NaN",
        "0",
        "-1",
        "1e999",
        "null",
    ];
    match chance.below(8) {
        0 => Value::Null,
        1 => json!(chance.one_in(2)),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(*chance.of(&[1e308, -1e-308, 0.1, 9_007_199_254_740_993.0])),
        5 => json!("x".repeat(chance.length(100_000))),
        6 => json!(chance.bits()),
        _ => json!(*chance.of(&texts)),
    }
}

fn remove(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Array(all) if !all.is_empty() => drop(all.remove(chance.below(all.len()))),
        Value::Object(all) => {
            if let Some(key) = all.keys().nth(chance.below(all.len())).cloned() {
                all.remove(&key);
            }
        }
        other => *other = Value::Null,
    }
}

fn add(value: &mut Value, other: Value, chance: &mut Chance) {
    match value {
        Value::Array(all) => all.insert(chance.below(all.len() + 1), other),
        Value::Object(all) => {
            let key = match all.keys().nth(chance.below(all.len())) {
                Some(key) if chance.one_in(2) => key.clone(),
                _ => (*chance.of(&["", "x", "__proto__", "a\0b", "type"])).to_owned(),
            };
            all.insert(key, other);
        }
        alone => *alone = json!([other]),
    }
}

/// A small change of a number or a text, that might pass for a good one.
fn nudge(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or(0);
            *value = json!(number.wrapping_add(*chance.of(&[-1, 1, -256, 256, 1 << 32])));
        }
        Value::String(text) => {
            let at = text.char_indices().nth(chance.below(text.chars().count().max(1))).map_or(0, |(at, _)| at);
            match chance.below(3) {
                0 => text.truncate(at),
                1 => {
                    let piece: &&str = chance.of(&["x", "/", ".", "#", "\0", "é", " "]);
                    text.insert_str(at, piece);
                }
                _ => *text = text.repeat(2),
            }
        }
        other => *other = extreme(chance),
    }
}
