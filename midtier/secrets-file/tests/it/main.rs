//! The store in a file against the contract of all stores, and what is its own: rights, damage, two writers.

mod contract;
mod folder;
mod places;
