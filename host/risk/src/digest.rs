//! SHA-256 of what is read, as it is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A reader that digests every byte that passes.
pub(crate) struct Digesting<R> {
    inner: R,
    state: Sha256,
}

impl<R: Read> Digesting<R> {
    pub(crate) fn new(inner: R) -> Self {
        Digesting { inner, state: Sha256::new() }
    }

    /// Digests what is left to read, and then `more`; answers lower-case hexadecimal.
    pub(crate) fn finish(mut self, more: &[u8]) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        self.state.update(more);
        Ok(self.state.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.state.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_sha256sum_however_much_was_read_before() {
        let mut reader = Digesting::new(&b"abc"[..]);
        let mut one = [0];
        reader.read_exact(&mut one).unwrap();
        // FIPS 180-2, appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(reader.finish(b"").unwrap(), known);
        assert_eq!(Digesting::new(&b"a"[..]).finish(b"bc").unwrap(), known);
    }
}
