//! The struct form of a node: state, several ports, columns where speed matters.

use crate::batch::Batch;
use crate::draws::Draws;
use crate::error::Result;
use crate::facts::Facts;
use crate::outputs::Outputs;
use crate::params::Params;
use crate::ports::Ports;
use crate::risk::Objects;
use crate::state;
use crate::timestamp::Timestamp;

/// A node with state of its own. Write `#[leat_sdk::node]` above the `impl`: it makes the component.
///
/// One instance is called by one thread at a time: `open`; then `process` for each batch and `end_of_input` for each
/// port; then `finish`. Ports declared `first` come to their end before the others begin; the others take turns batch by
/// batch. What is pushed to `out` leaves when the call returns, and earlier when it has become much.
pub trait Node: Sized {
    /// The parameters, `()` for none.
    type Params: Params;

    /// What goes in and what comes out. Must always be the same.
    fn ports() -> Ports;

    /// The facts it sets and reads; none unless it says so. Must always be the same.
    fn facts() -> Facts {
        Facts::new()
    }

    /// The risk objects that it opens: it is given no others. None unless this is written.
    fn objects() -> Objects {
        Objects::new()
    }

    /// Makes the node for a run. An error fails the run before any record is read.
    fn open(params: Self::Params, context: &Context) -> Result<Self>;

    /// Takes one batch. An error refuses the whole batch; see [`crate::Error`].
    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()>;

    /// An input port has come to its end.
    fn end_of_input(&mut self, port: usize, out: &mut Outputs) -> Result<()> {
        let _ = (port, out);
        Ok(())
    }

    /// Every input port has come to its end: the last chance to push records.
    fn finish(&mut self, out: &mut Outputs) -> Result<()> {
        let _ = out;
        Ok(())
    }

    /// The state between two calls, for a run that goes on elsewhere. Nothing to write where the struct derives
    /// [`crate::State`] or says `#[leat_sdk::node(stateless)]`. Without either a node whose struct holds anything cannot
    /// give its state, so that no run goes on from half of it.
    fn snapshot(&self) -> Result<Vec<u8>> {
        state::keeper::undeclared::<Self>()
    }

    /// Takes up a state that [`Node::snapshot`] gave. Called after `open`, before anything else; what had come before the
    /// snapshot, an input's end too, does not come again.
    fn restore(&mut self, state: &[u8]) -> Result<()> {
        state::keeper::nothing(state)
    }
}

/// A node's name and description; written by `#[leat_sdk::node]` from the code it stands above.
pub trait Named {
    /// The function's name, or the package's.
    const NAME: &'static str;
    /// The doc comment.
    const DESCRIPTION: &'static str;
}

/// The run that a node is opened for.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Identifies the run.
    pub run_id: String,
    /// Name of the process.
    pub process: String,
    /// Name of the node in the stream file.
    pub node: String,
    /// Which of `instances` copies of the node this one is, from 0.
    pub instance: u32,
    /// How many copies there are.
    pub instances: u32,
    /// The run's start; the node's clock stands there.
    pub started: Timestamp,
    /// The run's seed for random numbers.
    pub seed: u64,
    /// `opt.a.b.c` of the run.
    pub options: Vec<(String, String)>,
}

impl Context {
    /// The run's stream of random numbers of that name, at most 256 bytes long. Every node that asks for the same name
    /// gets the same numbers; a name of its own gives a node numbers of its own.
    pub fn draws(&self, stream: &str) -> Draws {
        Draws::new(stream)
    }

    /// The value of `opt.NAME`.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}
