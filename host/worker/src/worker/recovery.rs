//! A component on trial (`leat test --recovery`): beside the instance that does the run's work stands one that is replaced before
//! every call, by a new one that is restored from its snapshot. It must do as the other does, or the run fails.
//!
//! Made by [`super::nodes`] where the job says so. What the second instance sends goes nowhere: it is held against what the first one sent.

mod heard;
mod pieces;

use arrow_array::RecordBatch;
use leat_flow::step::{Outlet, Step, StepError};
use leat_stream::node_info::NodeInfo;

use heard::{Echo, Heard, Shared, Tee};
pub(super) use pieces::Pieces;

/// One instance of a component, on trial.
pub(super) struct Tried {
    info: NodeInfo,
    /// The instance that does the run's work, and what it did in the call in progress.
    one: Box<dyn Step>,
    heard: Shared,
    /// The instance that is replaced, once it is open.
    many: Option<Box<dyn Step>>,
    echoed: Shared,
    make: Box<dyn FnMut() -> Result<Box<dyn Step>, StepError> + Send>,
    /// Batches of each input port so far.
    batches: Vec<usize>,
}

impl Tried {
    /// `make` makes instances, and `work` has one of them do the run's work; `outlet` makes outlets of the node, for that one
    /// and for others, which ask it for facts alone.
    pub(super) fn new<S: Step + 'static, W: Step + 'static>(
        info: &NodeInfo,
        mut make: impl FnMut(Box<dyn Outlet>) -> Result<S, StepError> + Send + 'static,
        work: impl FnOnce(S) -> Box<W>,
        outlet: impl Fn() -> Box<dyn Outlet> + Send + 'static,
    ) -> Result<Self, StepError> {
        let (heard, echoed) = (Shared::default(), Shared::default());
        let one = work(make(Box::new(Tee::new(outlet(), heard.clone())))?);
        let (first, second) = (heard.clone(), echoed.clone());
        let make_many = move || {
            let echo = Echo::new(outlet(), first.clone(), second.clone());
            make(Box::new(echo)).map(|step| Box::new(step) as Box<dyn Step>)
        };
        let batches = vec![0; info.inputs.len()];
        Ok(Tried { info: info.clone(), one, heard, many: None, echoed, make: Box::new(make_many), batches })
    }

    /// Calls both, the second from a snapshot, and holds what they did against each other.
    fn both(&mut self, what: &str, act: impl Fn(&mut dyn Step) -> Result<(), StepError>) -> Result<(), StepError> {
        self.take_over().map_err(|error| within(what, error))?;
        self.heard.begin_call();
        self.echoed.begin_call();
        let one = act(&mut *self.one);
        if !matches!(one, Ok(()) | Err(StepError::BatchRefused(_))) {
            return one;
        }
        let many = self.many.as_mut().expect("it has just been put there");
        match (&one, act(&mut **many)) {
            (Ok(()), Ok(())) => {}
            (Err(StepError::BatchRefused(one)), Err(StepError::BatchRefused(many))) if *one == many => {}
            (_, Err(StepError::Stopped(stopped))) => return Err(StepError::Stopped(stopped)),
            (_, Err(error)) => return Err(within(what, error)),
            (_, Ok(())) => {
                let refused = one.err().map_or_else(String::new, |error| error.to_string());
                return Err(otherwise(what, &format!("it takes the batch; not restored, it refuses it: {refused}")));
            }
        }
        match Heard::difference(&self.heard, &self.echoed, &self.info) {
            Some(difference) => Err(otherwise(what, &difference)),
            None => one,
        }
    }

    /// Puts a new instance in the second one's place.
    fn take_over(&mut self) -> Result<(), StepError> {
        let state = self.many.take().map(|mut many| many.snapshot()).transpose()?;
        self.echoed.begin_taking_over();
        let mut many = (self.make)()?;
        many.open()?;
        if let Some(state) = state {
            many.restore(&state)?;
        }
        self.many = Some(many);
        Ok(())
    }

    fn port(&self, port: usize) -> &str {
        self.info.inputs.get(port).map_or("?", |input| &input.name)
    }
}

impl Step for Tried {
    fn open(&mut self) -> Result<(), StepError> {
        self.heard.begin_call();
        self.one.open()?;
        self.take_over().map_err(|error| within("`open`", error))
    }

    fn process(&mut self, port: usize, batch: &RecordBatch) -> Result<(), StepError> {
        let number = self.batches.get_mut(port).map_or(0, |batches| {
            *batches += 1;
            *batches
        });
        let what = format!("batch {number} of input `{}`", self.port(port));
        self.both(&what, |step| step.process(port, batch))
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        let what = format!("the end of input `{}`", self.port(port));
        self.both(&what, |step| step.end_of_input(port))
    }

    fn finish(&mut self) -> Result<(), StepError> {
        self.both("`finish`", |step| step.finish())
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        self.one.snapshot()
    }
}

/// The verdict on a node that does otherwise.
fn otherwise(what: &str, difference: &str) -> StepError {
    StepError::Failed(format!(
        "restored from its snapshot before every call, it goes on otherwise: at {what}, {difference}"
    ))
}

/// A failure of the instance that is replaced.
fn within(what: &str, error: StepError) -> StepError {
    let told = |message: &str| format!("restored from its snapshot before every call, it fails at {what}: {message}");
    match error {
        StepError::Failed(message) | StepError::BatchRefused(message) => StepError::Failed(told(&message)),
        StepError::Broken { message, backtrace } => StepError::Broken { message: told(&message), backtrace },
        stopped @ StepError::Stopped(_) => stopped,
    }
}
