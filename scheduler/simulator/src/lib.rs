//! What a fleet would have done with a list of runs: the planner on virtual time.
//!
//! [`simulate`] takes a [`Trace`] of runs, a [`Fleet`] and a [`Policy`](leat_planner::Policy), plays the runs through
//! [`leat_planner::plan`] as the scheduler does (observe, plan, commit, until nothing is left to decide), and answers a
//! [`SimulationReport`]: how long runs waited, how long hosts were on, how much of that they worked, what it cost. Beside
//! it stand the same figures for the same runs on the same hosts when none of them is ever switched off. Called by `leat
//! simulate`, for an operator who wonders which hosts, idle timeout and quotas to choose.
//!
//! Nothing ticks: time goes from one event (a run is submitted or ends, a host is up or off, a deadline of the policy)
//! to the next, and the planner is asked where its answer may have changed. It does no I/O, reads no clock, and what
//! chance there is comes from a seed: the same input gives the same report.
//!
//! What it does not know: the network, several midtiers, the time that a bundle takes to be fetched. A run starts when it is
//! placed, and ends after its duration in the trace. The tests of the planner have a world of their own, which is the other
//! half: few hosts, short, and everything goes wrong that can.

mod amounts;
mod fleet;
mod report;
mod trace;
mod world;

pub use fleet::{Faults, Fleet, FleetError, FleetHost, Given};
pub use report::{FleetFigures, HostFigures, RunFigures, SimulationReport, Told, Waits};
pub use trace::{Trace, TraceError, TraceRun};
pub use world::simulate;
