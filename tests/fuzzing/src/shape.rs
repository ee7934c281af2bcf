//! What inputs look like.

/// What a parser's inputs look like, and so how they are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Bytes with lengths and numbers among them.
    Bytes,
    /// Text: what is put in is text, too.
    Text,
    /// A JSON document: values are exchanged, left out and made extreme.
    Json,
    /// A message of protobuf: its fields are, nested ones too.
    Protobuf,
}
