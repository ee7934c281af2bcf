//! How `#[leat_sdk::node]` finds out whether a node derives [`State`], and what is answered where it does not.
//!
//! Called by the code that the attribute writes. Rust takes the method of [`Derived`] where it fits, and otherwise that of
//! [`Undeclared`], which is one reference further away.

use std::marker::PhantomData;

use super::{State, StateReader, StateWriter};
use crate::error::{Error, Result};

/// Stands for a node of that type.
#[derive(Debug)]
pub struct Keeper<N>(PhantomData<N>);

impl<N> Keeper<N> {
    /// For `Keeper::of(self)`.
    pub fn of(_: &N) -> Self {
        Keeper(PhantomData)
    }
}

/// A node that derives [`State`].
pub trait Derived<N> {
    /// Its state.
    fn give(&self, node: &N) -> Result<Vec<u8>>;
    /// Hands it a state.
    fn take(&self, node: &mut N, state: &[u8]) -> Result<()>;
}

impl<N: State> Derived<N> for Keeper<N> {
    fn give(&self, node: &N) -> Result<Vec<u8>> {
        let mut state = StateWriter::new(N::VERSION);
        node.write(&mut state)?;
        Ok(state.into_bytes())
    }

    fn take(&self, node: &mut N, state: &[u8]) -> Result<()> {
        node.read(StateReader::new(state, N::VERSION)?)
    }
}

/// A node that says nothing of its state.
pub trait Undeclared<N> {
    /// Nothing, where it can hold nothing.
    fn give(&self, node: &N) -> Result<Vec<u8>>;
    /// Takes nothing.
    fn take(&self, node: &mut N, state: &[u8]) -> Result<()>;
}

impl<N> Undeclared<N> for &Keeper<N> {
    fn give(&self, _: &N) -> Result<Vec<u8>> {
        undeclared::<N>()
    }

    fn take(&self, _: &mut N, state: &[u8]) -> Result<()> {
        nothing(state)
    }
}

/// What a node answers that says nothing of its state: there is none where it has no size, and otherwise it cannot be given.
pub fn undeclared<N>() -> Result<Vec<u8>> {
    if size_of::<N>() == 0 {
        return Ok(Vec::new());
    }
    let path = std::any::type_name::<N>();
    let name = path.rsplit("::").next().unwrap_or(path);
    Err(Error::new(format!(
        "`{name}` keeps something between batches and cannot give it: write `#[derive(State)]` above the struct, or \
         `#[leat_sdk::node(stateless)]` above its `impl Node` if what it holds is made in `open` and never changes"
    )))
}

/// What a node does that has no state.
pub fn nothing(state: &[u8]) -> Result<()> {
    match state.len() {
        0 => Ok(()),
        bytes => Err(Error::new(format!("a state of {bytes} bytes, for a node that has none"))),
    }
}
