//! Limits on what an instance allocates: linear memory and tables.
//!
//! wasmtime asks before every growth. A refused growth is no trap: the guest's own allocator fails, and a guest that
//! copes goes on. What was refused is remembered, so that the trap that usually follows can say what it was about.

use leat_stream::plan::Limits;
use wasmtime::ResourceLimiter;

/// Core modules, tables and memories of one component: an interpreter linked from shared libraries has a few dozen.
pub(crate) const CORE_INSTANCES_MAX: u32 = 100;
/// See [`CORE_INSTANCES_MAX`].
pub(crate) const TABLES_MAX: u32 = 20;
/// See [`CORE_INSTANCES_MAX`].
pub(crate) const MEMORIES_MAX: u32 = 8;
/// Elements of one table that the pool has room for: `Limits::table_elements` beyond it is cut down to it.
pub(crate) const TABLE_ELEMENTS_MAX: u64 = 1_000_000;

/// A growth that was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refused {
    /// Of the linear memories together, in bytes.
    Memory { held: u64, asked: u64 },
    /// Of one table, in elements.
    Table { held: u64, asked: u64 },
}

/// What one instance holds, and how much it may.
pub(crate) struct Limiter {
    memory_bytes_max: u64,
    table_elements_max: u64,
    memory_bytes: u64,
    refused: Option<Refused>,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Limiter {
            memory_bytes_max: limits.memory_bytes,
            table_elements_max: limits.table_elements.min(TABLE_ELEMENTS_MAX),
            memory_bytes: 0,
            refused: None,
        }
    }

    /// The last refusal since the last call of this.
    pub(crate) fn take_refused(&mut self) -> Option<Refused> {
        self.refused.take()
    }

    /// Bytes of linear memory held.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false); // Beyond the module's own maximum: would fail in any case.
        }
        let asked = (desired - current) as u64;
        if self.memory_bytes + asked > self.memory_bytes_max {
            let held = self.memory_bytes;
            self.refused = Some(Refused::Memory { held, asked });
            return Ok(false);
        }
        self.memory_bytes += asked;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) && (desired as u64) <= self.table_elements_max {
            return Ok(false);
        }
        if desired as u64 > self.table_elements_max {
            let (held, asked) = (current as u64, (desired - current) as u64);
            self.refused = Some(Refused::Table { held, asked });
            return Ok(false);
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES_MAX as usize
    }

    fn tables(&self) -> usize {
        TABLES_MAX as usize
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_of_an_instance_share_one_limit() {
        let mut limiter = Limiter::new(&Limits { memory_bytes: 3 << 16, ..Limits::default() });
        assert!(limiter.memory_growing(0, 2 << 16, None).unwrap());
        assert!(limiter.memory_growing(0, 1 << 16, None).unwrap());
        assert!(!limiter.memory_growing(0, 1 << 16, None).unwrap());
        assert!(matches!(limiter.take_refused(), Some(Refused::Memory { held: 0x3_0000, asked: 0x1_0000 })));
    }

    #[test]
    fn growth_beyond_the_modules_own_maximum_counts_nothing() {
        let mut limiter = Limiter::new(&Limits::default());
        assert!(!limiter.memory_growing(0, 2 << 16, Some(1 << 16)).unwrap());
        assert_eq!(limiter.memory_bytes(), 0);
        assert!(limiter.take_refused().is_none());
    }
}
