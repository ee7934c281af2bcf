//! The derives and attributes of `leat-sdk`.
