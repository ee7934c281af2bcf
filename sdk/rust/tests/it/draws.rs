//! Random numbers by position in native tests: the host's own.

use leat_sdk::{Batch, Block, Context, Draws, Input, Node, Output, Outputs, Ports, Record, Result, testing};

#[derive(Record)]
struct Row {
    id: i64,
}

#[derive(Record, Debug, Clone, Copy, PartialEq)]
struct Drawn {
    u: f64,
    z: f64,
}

struct Shocks(Draws);

/// A uniform and a normal number for each id.
#[leat_sdk::node(stateless)]
impl Node for Shocks {
    type Params = ();

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Row>("rows")).output(Output::of::<Drawn>("drawn"))
    }

    fn open((): (), context: &Context) -> Result<Self> {
        Ok(Shocks(context.draws("paths")))
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let ids = batch.records::<Row>()?.map(|row| row.id as u64);
        let (u, z) = ids.map(|id| (self.0.uniform(id), self.0.normal(id))).unzip::<_, _, Vec<f64>, Vec<f64>>();
        out.emit(0, Block::fresh(u.len()).made(u).made(z))
    }
}

fn drawn(ids: std::ops::Range<i64>, seed: u64, batch_rows: usize) -> Vec<Drawn> {
    let rows = ids.map(|id| Row { id });
    let run = testing::of::<Shocks>().seed(seed).batch_rows(batch_rows).input(0, rows).run().unwrap();
    run.output::<Drawn>(0)
}

#[test]
fn a_native_test_draws_what_a_run_draws() {
    // What the run draws is held against the same list in tests/tests/it/sandbox/draws.rs.
    let known = [
        Drawn { u: 0.6174750295880252, z: 0.2988559733793419 },
        Drawn { u: 0.3659157432150387, z: -0.34269026596937463 },
        Drawn { u: 0.012204466715162066, z: -2.2506307612009504 },
        Drawn { u: 0.6359680802417539, z: 0.34770220634700705 },
    ];
    assert_eq!(drawn(0..4, 0, 4096), known);
}

#[test]
fn numbers_do_not_depend_on_where_batches_end() {
    let whole = drawn(0..1000, 7, 4096);
    assert_eq!(drawn(0..1000, 7, 1), whole);
    assert_eq!(drawn(0..1000, 7, 333), whole);
    assert_eq!(drawn(500..1000, 7, 10), whole[500..]);
    assert_ne!(drawn(0..1000, 8, 4096), whole);
}

#[test]
fn a_slice_has_the_numbers_of_its_indices() {
    let context = Context {
        run_id: String::new(),
        process: String::new(),
        node: String::new(),
        instance: 0,
        instances: 1,
        started: leat_sdk::Timestamp::from_micros(0),
        seed: 0,
        options: Vec::new(),
    };
    let stream = context.draws("paths");
    let (mut uniform, mut normal) = (vec![0.0; 40_000], vec![0.0; 40_000]);
    stream.fill_uniform(3, &mut uniform);
    stream.fill_normal(3, &mut normal);
    for index in [0, 1, 16_383, 16_384, 39_999] {
        assert_eq!(uniform[index], stream.uniform(3 + index as u64));
        assert_eq!(normal[index], stream.normal(3 + index as u64));
    }
}

#[test]
fn normal_numbers_have_the_moments_of_the_normal_distribution() {
    let z: Vec<f64> = drawn(0..100_000, 3, 4096).iter().map(|drawn| drawn.z).collect();
    let mean = |power: i32| z.iter().map(|z| z.powi(power)).sum::<f64>() / z.len() as f64;
    // Five standard errors: √(Var zᵏ / n), of 1, 2, 15 and 96.
    for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0_f64)] {
        let error = (mean(power) - expected).abs();
        assert!(error < 5.0 * (variance / z.len() as f64).sqrt(), "moment {power} is off by {error}");
    }
}
