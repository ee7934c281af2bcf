//! Reads a file and writes its columns, or some of them, without a node between: what reading and writing cost.
//!
//! `cargo run --release --workspace --example roundtrip -- generate options.csv 2000000` makes a file;
//! `… -- options.csv options.parquet` reads and writes all columns and prints the time of each phase;
//! `… -- options.parquet values.csv [threads]` reads with so many threads and, where a number is given, writes
//! `id,cpty,notional` alone;
//! `… -- checkpoints options.csv options.parquet 50` asks both for their positions after every 50 batches, drops them and goes on
//! from there, and prints what that costs. Only the first two hold up a run.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use leat_flow::step::{Level, Outlet, Rejected, Stopped};
use leat_io::{SinkConfig, SourceColumn, SourceConfig, create_sink, open_source, resume_sink};
use leat_stream::plan::{Compression, CsvFormat, Format, JsonFormat};
use leat_stream::schema::{DataType, Field};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match &args.iter().map(String::as_str).collect::<Vec<&str>>()[..] {
        ["generate", path, rows] => generate(Path::new(path), rows.parse()?),
        ["checkpoints", from, to, every] => checkpoints(from, to, every.parse()?),
        [from, to] => round_trip(from, to, 2, &[0, 1, 2, 3, 4, 5, 6]),
        [from, to, threads] => round_trip(from, to, threads.parse()?, &[0, 1, 6]),
        _ => Err("give `generate FILE ROWS` or `FROM TO [THREADS]`".into()),
    }
}

fn round_trip(from: &str, to: &str, threads: usize, written: &[usize]) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let mut source = open_source(&format(from), reading(from, threads)?).map_err(|fault| fault.in_file(from))?;
    let mut sink = create_sink(&format(to), writing(to, written))?;
    let (mut waiting, mut formatting) = (Duration::ZERO, Duration::ZERO);
    loop {
        let at = Instant::now();
        let batch = source.next(&mut Console)?;
        waiting += at.elapsed();
        let Some(batch) = batch else { break };
        let at = Instant::now();
        sink.write(&batch.project(written)?)?;
        formatting += at.elapsed();
    }
    let at = Instant::now();
    let published = sink.finish()?;
    let finishing = at.elapsed();
    let total = begun.elapsed();
    let (rows, bytes) = published.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes));
    let mut report = String::new();
    writeln!(report, "{rows} rows, {bytes} bytes out, {threads} threads")?;
    writeln!(report, "total        {total:>10.1?}  {:.0} rows/s", rows as f64 / total.as_secs_f64())?;
    let per_row = |time: Duration| time.as_nanos() as f64 / rows.max(1) as f64;
    for (name, time) in
        [("waiting for batches", waiting), ("formatting, writing", formatting), ("finishing", finishing)]
    {
        writeln!(report, "{name:<20} {time:>10.1?}  {:.1} ns a row", per_row(time))?;
    }
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}

/// Copies a file with a checkpoint and a death every so many batches.
fn checkpoints(from: &str, to: &str, every: usize) -> Result<(), Box<dyn Error>> {
    let written = [0, 1, 2, 3, 4, 5, 6];
    let begun = Instant::now();
    let mut source = open_source(&format(from), reading(from, 2)?).map_err(|fault| fault.in_file(from))?;
    let mut sink = create_sink(&format(to), writing(to, &written))?;
    let mut costs: [Vec<(Duration, usize)>; 5] = Default::default();
    let mut batches = 0;
    while let Some(batch) = source.next(&mut Console)? {
        sink.write(&batch.project(&written)?)?;
        batches += 1;
        if batches % every > 0 {
            continue;
        }
        let at = Instant::now();
        let source_place = source.position()?;
        costs[0].push((at.elapsed(), source_place.len()));
        let at = Instant::now();
        let sink_place = sink.position()?;
        let asked = at.elapsed();
        let at = Instant::now();
        let sink_place = sink_place.into_bytes()?;
        costs[1].push((asked, sink_place.len()));
        costs[2].push((at.elapsed(), sink_place.len()));
        drop((source, sink));
        let at = Instant::now();
        source = open_source(&format(from), reading(from, 2)?).map_err(|fault| fault.in_file(from))?;
        source.resume(&source_place)?;
        costs[3].push((at.elapsed(), source_place.len()));
        let at = Instant::now();
        sink = resume_sink(&format(to), writing(to, &written), &sink_place)?;
        costs[4].push((at.elapsed(), sink_place.len()));
    }
    sink.finish()?;
    let mut report = String::new();
    writeln!(report, "total {:.1?}, {} checkpoints", begun.elapsed(), costs[0].len())?;
    let names = ["source position", "sink position", "sink made durable", "source resumed", "sink resumed"];
    for (name, costs) in names.iter().zip(&mut costs) {
        costs.sort();
        let median = costs.get(costs.len() / 2).map(|(time, _)| *time).unwrap_or_default();
        let most = costs.last().map(|(time, _)| *time).unwrap_or_default();
        let bytes = costs.iter().map(|(_, bytes)| *bytes).max().unwrap_or_default();
        writeln!(report, "{name:<17} median {median:>8.1?}, most {most:>8.1?}, {bytes} bytes at most")?;
    }
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}

fn columns() -> Vec<SourceColumn> {
    let columns = [
        ("id", DataType::Int64),
        ("cpty", DataType::Text),
        ("spot", DataType::Float64),
        ("strike", DataType::Float64),
        ("expiry", DataType::Float64),
        ("vol", DataType::Float64),
        ("notional", DataType::Float64),
    ];
    let column = |(name, data_type): (&str, DataType)| SourceColumn {
        header: name.to_owned(),
        field: Field::new(name, data_type, false),
    };
    columns.into_iter().map(column).collect()
}

fn reading(from: &str, threads: usize) -> Result<SourceConfig, Box<dyn Error>> {
    Ok(SourceConfig {
        path: from.into(),
        name: from.to_owned(),
        columns: columns(),
        threads: NonZeroUsize::new(threads).ok_or("at least one thread")?,
        row_groups: None,
    })
}

fn writing(to: &str, written: &[usize]) -> SinkConfig {
    let columns = columns();
    SinkConfig {
        path: to.into(),
        name: to.to_owned(),
        fields: written.iter().map(|index| columns[*index].field.clone()).collect(),
        parts: Vec::new(),
        append: false,
    }
}

fn format(path: &str) -> Format {
    let ending = |path: &str| Path::new(path).extension().and_then(|e| e.to_str()).unwrap_or_default().to_owned();
    let (stem, compression) = match ending(path).as_str() {
        "gz" => (path.trim_end_matches(".gz"), Compression::Gzip),
        "zst" => (path.trim_end_matches(".zst"), Compression::Zstd),
        _ => (path, Compression::None),
    };
    match ending(stem).as_str() {
        "parquet" => Format::Parquet,
        "arrow" => Format::Arrow,
        "jsonl" => Format::JsonLines(JsonFormat { dates: None, compression }),
        _ => Format::Csv(CsvFormat { delimiter: ',', null: None, dates: None, compression }),
    }
}

/// Rows that look like a book of options; the same for the same number.
fn generate(path: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    out.write_all(b"id,cpty,spot,strike,expiry,vol,notional\n")?;
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut below = |bound: u64| {
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    };
    for id in 0..rows {
        let (cpty, notional) = (below(500), below(1_000_000));
        let (spot, strike) = (below(1_500_000) as f64 / 1e4 + 50.0, below(1_500_000) as f64 / 1e4 + 50.0);
        let (expiry, vol) = (below(300_000) as f64 / 1e5 + 0.05, below(50_000) as f64 / 1e5 + 0.05);
        writeln!(out, "{id},CP{cpty:04},{spot:.4},{strike:.4},{expiry:.5},{vol:.5},{notional}.25")?;
    }
    out.flush()?;
    Ok(())
}

struct Console;

impl Outlet for Console {
    fn emit(&mut self, _: usize, _: arrow_array::RecordBatch) -> Result<(), Stopped> {
        Err(Stopped::Unread)
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        if let Rejected::Record { reason, .. } = rejected {
            let _ = writeln!(std::io::stderr(), "{reason}");
        }
        Err(Stopped::Cancelled)
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}
