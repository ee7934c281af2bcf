//! Queries as a process runs them: bound, then fed by ports. One binary for all, so that it is linked once.

mod arithmetic;
mod conditions;
mod differential;
mod mistakes;
mod order;
mod reference;
mod support;
