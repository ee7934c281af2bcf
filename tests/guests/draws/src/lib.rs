//! Draws a uniform and a normal number for each record, by its `id`, from the stream that its parameter names: one by
//! one and as slices. Written with the SDK, whose side of `draws` it is the test of.

use leat_sdk::{Batch, Block, Context, Draws as Stream, Node, Output, Outputs, Params, Ports, Record, Result};

#[derive(Record)]
struct Row {
    id: i64,
}

#[derive(Record)]
struct Drawn {
    u: f64,
    z: f64,
}

#[derive(Params)]
struct DrawsParams {
    /// The stream.
    #[param(default = "paths")]
    stream: String,
}

struct Draws {
    stream: Stream,
}

/// A uniform and a normal number for each id.
#[leat_sdk::node(stateless)]
impl Node for Draws {
    type Params = DrawsParams;

    fn ports() -> Ports {
        let rows = leat_sdk::Input::of::<Row>("rows").carry("id");
        Ports::new().input(rows).output(Output::new("drawn").pass("rows", "id").record::<Drawn>())
    }

    fn open(params: DrawsParams, context: &Context) -> Result<Self> {
        Ok(Draws { stream: context.draws(&params.stream) })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let ids: Vec<u64> = batch.records::<Row>()?.map(|row| row.id as u64).collect();
        let u: Vec<f64> = ids.iter().map(|id| self.stream.uniform(*id)).collect();
        let mut z = vec![0.0; ids.len()];
        for (run, numbers) in ids.chunk_by(|a, b| a + 1 == *b).zip(split(&ids, &mut z)) {
            self.stream.fill_normal(run[0], numbers);
        }
        out.emit(0, Block::whole(batch).made(u).made(z))
    }
}

/// `numbers` cut where the ids do not follow one another.
fn split<'a>(ids: &[u64], mut numbers: &'a mut [f64]) -> Vec<&'a mut [f64]> {
    let mut pieces = Vec::new();
    for run in ids.chunk_by(|a, b| a + 1 == *b) {
        let (piece, rest) = numbers.split_at_mut(run.len());
        pieces.push(piece);
        numbers = rest;
    }
    pieces
}
