//! Positions that a sink cannot go on from, and what of its file is there.

use std::fs;

use leat_io::{partial_path, resume_sink};
use leat_stream::plan::{Compression, Format};

use super::{Output, book_batch, books, csv, formats};

#[test]
fn a_dropped_sink_leaves_what_a_checkpoint_needs_and_nothing_else() {
    for output in formats().into_iter().map(|format| Output::new(format, &books())) {
        let root = output.root();
        let partial = partial_path(&root.path().join(output.name)).unwrap();
        let mut sink = output.create(root.path());
        sink.write(&book_batch(0, 10, 3)).unwrap();
        drop(sink);
        assert!(!partial.exists());
        let mut sink = output.create(root.path());
        sink.write(&book_batch(0, 10, 3)).unwrap();
        let position = sink.position().unwrap().into_bytes().unwrap();
        drop(sink);
        assert!(partial.exists());
        drop(output.resume(root.path(), &position));
        assert!(partial.exists());
    }
}

#[test]
fn what_is_not_there_any_more_is_refused_with_what_is_missing() {
    for output in formats().into_iter().map(|format| Output::new(format, &books())) {
        let root = output.root();
        let partial = partial_path(&root.path().join(output.name)).unwrap();
        let mut sink = output.create(root.path());
        sink.write(&book_batch(0, 5000, 3)).unwrap();
        let position = sink.position().unwrap().into_bytes().unwrap();
        let taken = "sub/out: another run is writing it; wait for that run to end";
        assert_eq!(output.refusal(root.path(), &position), taken);
        drop(sink);

        let written = fs::read(&partial).unwrap();
        // Of packed text nothing may be in the file yet.
        let (was, is) = (written.len(), written.len().saturating_sub(1));
        fs::write(&partial, &written[..is]).unwrap();
        let lead = format!("sub/out: {}", partial.display());
        let end = "; start the run from the beginning";
        let changed = format!("{lead} is not what was written before the checkpoint");
        if was > 0 {
            let short = format!("{changed}: its size was {was} bytes and is {is}{end}");
            assert_eq!(output.refusal(root.path(), &position), short);
            let mut other = written.clone();
            other[was / 2] ^= 1;
            fs::write(&partial, other).unwrap();
            assert!(output.refusal(root.path(), &position).starts_with(&changed));
        }
        fs::remove_file(&partial).unwrap();
        let gone = format!("{lead}, which was written before the checkpoint, is gone{end}");
        assert_eq!(output.refusal(root.path(), &position), gone);
        assert!(!partial.exists());
    }
}

#[test]
fn a_file_that_is_published_counts_only_where_it_is_the_one_that_was_complete() {
    let output = Output::new(csv(Compression::None), &books());
    let root = output.root();
    let mut sink = output.create(root.path());
    sink.write(&book_batch(0, 5000, 3)).unwrap();
    let half = sink.position().unwrap().into_bytes().unwrap();
    sink.prepare().unwrap();
    let complete = sink.position().unwrap().into_bytes().unwrap();
    let published = sink.finish().unwrap();
    assert!(output.refusal(root.path(), &half).contains("is gone"));
    let mut again = output.resume(root.path(), &complete);
    assert_eq!(again.position().unwrap().into_bytes().unwrap(), complete);
    assert_eq!(again.finish().unwrap(), published);
    let mut other = fs::read(&published[0].path).unwrap();
    other[10] ^= 1;
    fs::write(&published[0].path, other).unwrap();
    assert!(output.refusal(root.path(), &complete).contains("is gone"));
}

#[test]
fn positions_that_are_not_of_the_output_are_refused_and_never_a_panic() {
    let mut outputs: Vec<Output> = formats().into_iter().map(|format| Output::new(format, &books())).collect();
    outputs.push(Output::in_parts(Format::Parquet));
    let positions: Vec<(tempfile::TempDir, Vec<u8>)> = outputs
        .iter()
        .map(|output| {
            let root = output.root();
            let mut sink = output.create(root.path());
            sink.write(&book_batch(0, 50, 3)).unwrap();
            let position = sink.position().unwrap().into_bytes().unwrap();
            (root, position)
        })
        .collect();
    for (number, output) in outputs.iter().enumerate() {
        for (other, (root, position)) in positions.iter().enumerate().filter(|(other, _)| *other != number) {
            let error = output.refusal(root.path(), position);
            assert!(error.contains("the checkpoint has a place in "), "{number} {other}: {error}");
        }
        let (root, position) = &positions[number];
        for length in [0, 1, 7, 8, 9, position.len() - 1] {
            let error = output.refusal(root.path(), &position[..length]);
            assert!(error.contains("is damaged, or was written by another version of Leat"), "{error}");
        }
        for at in (0..position.len()).step_by(3) {
            let mut damaged = position.clone();
            damaged[at] ^= 0x11;
            if let Ok(mut sink) = resume_sink(&output.format, output.config(root.path()), &damaged) {
                let _ = sink.write(&book_batch(0, 50, 3));
                let _ = sink.prepare();
            }
        }
    }
}
