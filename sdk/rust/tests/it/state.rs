//! A node's state as bytes: what is derived, what is written by hand, and what is refused.

#[expect(unreachable_pub, reason = "as it stands in a node of its own")]
mod example;

use std::collections::{BTreeMap, HashMap, VecDeque};

use leat_sdk::serde::{Deserialize, Serialize};
use leat_sdk::{
    Batch, Context, Date, Decimal, Draws, Error, Input, Node, Output, Outputs, Ports, Record, Result, State,
    StateReader, StateWriter, Timestamp,
};

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(crate = "leat_sdk::serde")]
enum Phase {
    #[default]
    Waiting,
    Open {
        since: Date,
    },
}

#[derive(State, Clone, Debug, Default, PartialEq)]
#[state(version = 3)]
struct Everything {
    counts: BTreeMap<String, (i64, f64)>,
    rates: HashMap<u32, Decimal<18, 4>>,
    waiting: [VecDeque<Timestamp>; 2],
    phase: Phase,
    last: Option<f64>,
    #[state(skip)]
    tag: String,
}

fn everything() -> Everything {
    Everything {
        counts: (0..100).map(|n| (format!("key {n}"), (n, n as f64 / 7.0))).collect(),
        rates: (0..100).map(|n| (n, format!("{n}.25").parse().unwrap())).collect(),
        waiting: [VecDeque::from([Timestamp::from_micros(-1)]), VecDeque::new()],
        phase: Phase::Open { since: "2024-02-29".parse().unwrap() },
        last: Some(-0.0),
        tag: "one".to_owned(),
    }
}

fn written(state: &impl State, version: u32) -> Vec<u8> {
    let mut bytes = StateWriter::new(version);
    state.write(&mut bytes).unwrap();
    bytes.into_bytes()
}

#[test]
fn a_derived_state_is_taken_up_whole_but_for_what_is_skipped() {
    let bytes = written(&everything(), Everything::VERSION);
    let mut other = Everything { tag: "other".to_owned(), ..Everything::default() };
    other.read(StateReader::new(&bytes, 3).unwrap()).unwrap();
    assert_eq!(other, Everything { tag: "other".to_owned(), ..everything() });
    assert_eq!(other.last.map(f64::to_bits), Some((-0.0_f64).to_bits()));
}

#[test]
fn a_state_that_is_cut_short_is_an_error_wherever_the_cut_is_and_changes_nothing() {
    let bytes = written(&everything(), 3);
    let mut node = Everything::default();
    for len in 0..bytes.len() {
        let read = StateReader::new(&bytes[..len], 3).and_then(|state| node.read(state));
        assert!(read.is_err(), "{len} bytes");
        assert_eq!(node, Everything::default());
    }
    let longer = [&bytes[..], &[0]].concat();
    let error = node.read(StateReader::new(&longer, 3).unwrap()).unwrap_err();
    assert_eq!(error.message(), "1 bytes are left of the state; it is another node's");
}

#[test]
fn a_state_of_another_format_version_is_refused_with_both() {
    let error = StateReader::new(&written(&everything(), 2), 3).unwrap_err();
    assert_eq!(
        error.message(),
        "the state has format version 2, and this node reads version 3; take it up with the node that gave it, or begin anew"
    );
}

#[derive(Record, Debug, PartialEq)]
struct Value {
    x: f64,
}

/// A node of each way to say what it remembers.
macro_rules! node {
    ($($above:meta)?, $node:ident, { $($more:item)* }) => {
        #[leat_sdk::node$(($above))?]
        impl Node for $node {
            type Params = ();

            fn ports() -> Ports {
                Ports::new().input(Input::of::<Value>("values")).output(Output::of::<Value>("sums"))
            }

            fn open((): (), context: &Context) -> Result<Self> {
                Ok($node::new(context))
            }

            fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
                for value in batch.records::<Value>()? {
                    out.push(0, Value { x: self.add(value.x) })?;
                }
                Ok(())
            }

            $($more)*
        }
    };
}

#[derive(State)]
struct Sums {
    sum: f64,
    #[state(skip)]
    shocks: Draws,
}

impl Sums {
    fn new(context: &Context) -> Self {
        Sums { sum: 0.0, shocks: context.draws("shocks") }
    }

    fn add(&mut self, x: f64) -> f64 {
        self.sum += x + self.shocks.normal(self.sum.to_bits());
        self.sum
    }
}

struct Forgets {
    sum: f64,
}

impl Forgets {
    fn new(_: &Context) -> Self {
        Forgets { sum: 0.0 }
    }

    fn add(&mut self, x: f64) -> f64 {
        self.sum += x;
        self.sum
    }
}

struct Swears(Forgets);

impl Swears {
    fn new(context: &Context) -> Self {
        Swears(Forgets::new(context))
    }

    fn add(&mut self, x: f64) -> f64 {
        self.0.add(x)
    }
}

struct ByHand(Forgets);

impl ByHand {
    fn new(context: &Context) -> Self {
        ByHand(Forgets::new(context))
    }

    fn add(&mut self, x: f64) -> f64 {
        self.0.add(x)
    }
}

struct HoldsNothing;

impl HoldsNothing {
    fn new(_: &Context) -> Self {
        HoldsNothing
    }

    fn add(&mut self, x: f64) -> f64 {
        2.0 * x
    }
}

node!(, Sums, {});

mod forgets {
    use super::*;
    node!(, Forgets, {});
}

mod swears {
    use super::*;
    node!(stateless, Swears, {});
}

mod by_hand {
    use super::*;
    node!(, ByHand, {
        fn snapshot(&self) -> Result<Vec<u8>> {
            Ok(self.0.sum.to_le_bytes().to_vec())
        }

        fn restore(&mut self, state: &[u8]) -> Result<()> {
            self.0.sum = f64::from_le_bytes(state.try_into().map_err(|_| Error::new("no number"))?);
            Ok(())
        }
    });
}

mod holds_nothing {
    use super::*;
    node!(, HoldsNothing, {});
}

fn trial<N: Node + leat_sdk::Named>() -> leat_sdk::testing::Trial<N> {
    leat_sdk::testing::of::<N>().input(0, (1..=5).map(|n| Value { x: f64::from(n) }))
}

#[test]
fn a_node_that_gives_its_state_goes_on_as_if_nothing_had_been() {
    for batch_rows in [1, 3, 4096] {
        assert_eq!(trial::<Sums>().seed(7).batch_rows(batch_rows).run().unwrap().output::<Value>(0).len(), 5);
        let sums = trial::<ByHand>().batch_rows(batch_rows).run().unwrap();
        assert_eq!(sums.output::<Value>(0).last(), Some(&Value { x: 15.0 }));
        trial::<HoldsNothing>().batch_rows(batch_rows).run().unwrap();
    }
}

#[test]
fn a_node_that_says_nothing_of_what_it_holds_is_told_the_way_out() {
    let failed = trial::<Forgets>().run().unwrap_err();
    assert_eq!(
        failed.to_string(),
        "recovery: `leat-sdk`, restored from its snapshot after every call: snapshot: `Forgets` keeps something between \
         batches and cannot give it: write `#[derive(State)]` above the struct, or `#[leat_sdk::node(stateless)]` above \
         its `impl Node` if what it holds is made in `open` and never changes"
    );
    assert_eq!(trial::<Forgets>().without_recovery().run().unwrap().output::<Value>(0).len(), 5);
}

#[test]
fn a_node_that_forgets_what_it_should_give_is_caught_with_the_batch_the_row_and_both_values() {
    let failed = trial::<Swears>().run().unwrap_err();
    assert_eq!(
        failed.to_string(),
        "recovery: `leat-sdk`, restored from its snapshot after every call: at batch 2 of input `values`, row 0 for \
         output `sums` has 2.0 in column `x`; not restored, 3.0"
    );
}

#[test]
fn a_stateless_node_takes_up_no_state() {
    let mut node = Swears(Forgets { sum: 0.0 });
    assert_eq!(node.snapshot().unwrap(), [0; 0]);
    assert_eq!(node.restore(&[1, 2]).unwrap_err().message(), "a state of 2 bytes, for a node that has none");
}

const PAGE: &str = include_str!("../../../../docs/writing-nodes.md");

#[test]
fn the_page_s_node_is_the_one_that_is_tested_here_and_can_be_taken_up() {
    let code = include_str!("state/example.rs").split_once("\n\n").unwrap().1;
    assert!(PAGE.contains(&format!("```rust\n{code}```")), "docs/writing-nodes.md has another node than its test");
    let quotes = [("a", 1.0), ("b", 4.0), ("a", 2.0), ("a", 3.0)].map(|(name, price)| example::Quote { name, price });
    let run = leat_sdk::testing::of::<example::Smooth>().input(0, quotes).run().unwrap();
    let smoothed = run.output::<example::Smoothed>(0);
    let levels: Vec<(f64, i64)> = smoothed.iter().map(|smoothed| (smoothed.level, smoothed.quotes)).collect();
    assert_eq!(levels, [(1.0, 1), (4.0, 1), (1.5, 2), (2.25, 3)]);
}
