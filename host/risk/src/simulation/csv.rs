//! A simulation as CSV: one pass finds its faults, its digest and where its blocks begin; then blocks are read by themselves.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use leat_objects::SimulationReader;

use super::blocks::{Blocks, block_draws};
use super::{Opened, Simulation, Source, Stamp, VARIABLES_MAX};
use crate::digest::Digesting;
use crate::folder::open_file;

/// The longest line: thousands of variables.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Bytes that are read from the file at once.
const BUFFER_BYTES: usize = 1 << 18;

struct Csv {
    path: PathBuf,
    stamp: Stamp,
    columns: (char, Vec<String>),
    /// Where each block begins.
    starts: Vec<u64>,
    block_draws: u64,
}

/// Reads a file to its end: its digest, and the simulation in it or its faults.
pub(crate) fn open_csv(path: &Path, shown: &str) -> io::Result<(String, Opened)> {
    let stamp = Stamp::of(path)?;
    let mut lines = Lines { reader: BufReader::with_capacity(BUFFER_BYTES, Digesting::new(open_file(path)?)), read: 0 };
    let mut reader = SimulationReader::default();
    let (mut values, mut line) = (Vec::new(), Vec::new());
    let (mut draws, mut starts) = (0, Vec::new());
    loop {
        let start = lines.read;
        match lines.next(&mut line)? {
            None => break,
            Some(Err(why)) => reader.report(&why),
            Some(Ok(text)) => {
                values.clear();
                if reader.line(text, &mut values) {
                    let width = reader.columns().map_or(1, |(_, names)| names.len());
                    if draws % block_draws(width) == 0 {
                        starts.push(start);
                    }
                    draws += 1;
                }
            }
        }
    }
    let columns = reader.columns().cloned();
    if let Some((_, names)) = columns.as_ref().filter(|(_, names)| names.len() > VARIABLES_MAX) {
        reader.report(&format!("{} variables: at most {VARIABLES_MAX} are taken", names.len()));
    }
    let digest = lines.reader.into_inner().finish(&[])?;
    let opened = reader.finish().map(|(head, variables)| {
        let blocks = Blocks::new(variables.len());
        let block_draws = blocks.draws();
        let columns = columns.unwrap_or((',', variables.clone()));
        let source = Box::new(Csv { path: path.to_owned(), stamp, columns, starts, block_draws });
        Simulation { file: shown.to_owned(), description: head.description, variables, draws, source, blocks }
    });
    Ok((digest, opened))
}

impl Source for Csv {
    fn read(&self, first: u64, count: usize) -> Result<Vec<f64>, String> {
        self.stamp.require(&self.path)?;
        let block = usize::try_from(first / self.block_draws).unwrap_or(usize::MAX);
        let start = *self.starts.get(block).ok_or("it has no such block")?;
        let read = || -> io::Result<Vec<f64>> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(start))?;
            let mut lines = Lines { reader: BufReader::with_capacity(BUFFER_BYTES, file), read: start };
            let mut reader = SimulationReader::at_draw(self.columns.clone(), first);
            let (mut values, mut line) = (Vec::with_capacity(count * self.columns.1.len()), Vec::new());
            let mut left = count;
            while left > 0 {
                match lines.next(&mut line)? {
                    Some(Ok(text)) => left -= usize::from(reader.line(text, &mut values)),
                    Some(Err(why)) => return Err(io::Error::other(why)),
                    None => return Err(io::Error::other("it became shorter")),
                }
            }
            Ok(values)
        };
        read().map_err(|error| format!("cannot be read any more: {error}"))
    }
}

/// Lines of bounded length, and how many bytes they took up.
struct Lines<R> {
    reader: R,
    read: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its end; nothing at the end of the file. A line that is none is passed over.
    fn next<'a>(&mut self, line: &'a mut Vec<u8>) -> io::Result<Option<Result<&'a str, String>>> {
        line.clear();
        let first = self.read == 0;
        let read = self.reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', line)?;
        self.read += read as u64;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
            self.read += self.reader.skip_until(b'\n')? as u64;
            return Ok(Some(Err(format!("a line of more than {LINE_BYTES_MAX} bytes"))));
        }
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| first).unwrap_or(text);
        Ok(Some(std::str::from_utf8(text).map_err(|_| "bytes that are not UTF-8".to_owned())))
    }
}
