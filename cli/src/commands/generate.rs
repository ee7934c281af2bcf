//! `leat generate`: synthetic rows for a queue that an input fills, with the columns that its declaration has or its
//! readers ask for. The same seed gives the same bytes.

mod columns;
mod target;
mod values;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use leat_stream::parser;
use leat_stream::plan::{Compression, Format};

use self::columns::{Column, Form};
use crate::args::GenerateArgs;
use crate::config::Environment;
use crate::failure::FAILED;
use crate::playpen::Playpen;
use crate::surroundings::{Problems, read_source};

pub(crate) fn run(args: &GenerateArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let source = read_source(&args.file)?;
    let playpen = Playpen::around_file(&args.file)?;
    let parsed = parser::parse(&source);
    if !parsed.is_accepted() {
        Problems { source, diagnostics: parsed.diagnostics }.print(environment);
        return Ok(ExitCode::from(FAILED));
    }
    let form = Form::of(&parsed.file, &source, &args.queue)?;
    let columns = columns::of(&parsed.file, &args.queue, &playpen.root, environment)?;
    match (&target::format(args, &form)?, &args.out) {
        (Format::Csv(csv), None) if csv.compression == Compression::None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            write(&mut out, &columns, &form, args).context("cannot write the rows")?;
        }
        (Format::Csv(csv), Some(file)) if csv.compression == Compression::None => {
            write_file(file, &columns, &form, args).with_context(|| format!("cannot write {}", file.display()))?;
        }
        (format, file) => {
            // Every other format is made of CSV by what a run reads and writes it with.
            let folder = tempfile::tempdir().context("there is no temporary folder to make the rows in")?;
            let (rows, made) = (folder.path().join("rows.csv"), folder.path().join("made"));
            write_file(&rows, &columns, &target::plain_form(), args).context("cannot make the rows")?;
            target::convert(&rows, &columns, file.as_deref().unwrap_or(&made), format)?;
            if file.is_none() {
                let mut made = File::open(&made).context("cannot read the rows")?;
                std::io::copy(&mut made, &mut std::io::stdout().lock()).context("cannot write the rows")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Under another name until it is whole.
fn write_file(file: &Path, columns: &[Column], form: &Form, args: &GenerateArgs) -> anyhow::Result<()> {
    let name = file.file_name().context("it names no file")?.to_string_lossy();
    let partial: PathBuf = file.with_file_name(format!(".{name}.partial"));
    let mut out = BufWriter::new(File::create(&partial)?);
    let written = write(&mut out, columns, form, args).and_then(|()| Ok(std::fs::rename(&partial, file)?));
    if written.is_err() {
        // What went wrong is said; that the rest stays behind as well would only hide it.
        let _ = std::fs::remove_file(&partial);
    }
    written
}

fn write(out: &mut impl Write, columns: &[Column], form: &Form, args: &GenerateArgs) -> anyhow::Result<()> {
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            write!(out, "{}", form.delimiter)?;
        }
        write!(out, "{}", form.quoted(&column.name))?;
    }
    writeln!(out)?;
    for row in 0..args.rows {
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                write!(out, "{}", form.delimiter)?;
            }
            values::write(out, column, form, args.seed, row)?;
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
