//! Ways to break the protocol on purpose. The simulation must find each of them.

/// What is broken. The protocol's own code is always the real one: a fault is in what drives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A node cuts at the first barrier and keeps nothing of what the other queues still bring before theirs.
    SkipAlignment,
    /// A node keeps nothing of the last of its queues.
    ForgetPort,
    /// A sink publishes when it has everything, before the last checkpoint is whole.
    PublishEarly,
    /// A node acknowledges before its parts are durable.
    AcknowledgeEarly,
    /// A source goes on one batch before its noted position.
    RestoreOlderSource,
    /// Nobody looks at the generation of a message.
    AcceptOlderGeneration,
    /// A restored node begins its order of delivery anew.
    ForgetOrder,
    /// A sink keeps what it wrote after its noted position.
    KeepStagedTail,
    /// A node that comes to its end early says that it has finished, and nothing of its snapshot that is not whole.
    HideCut,
    /// The barrier is sent on before what the node's instances are still at work on.
    BarrierOvertakes,
    /// The store does not sync folders.
    UnsyncedNames,
    /// The lead joins the newest that each share has brought, whatever its number.
    JoinMixed,
}

impl Fault {
    pub(crate) const ALL: [Fault; 12] = [
        Fault::SkipAlignment,
        Fault::ForgetPort,
        Fault::PublishEarly,
        Fault::AcknowledgeEarly,
        Fault::RestoreOlderSource,
        Fault::AcceptOlderGeneration,
        Fault::ForgetOrder,
        Fault::KeepStagedTail,
        Fault::HideCut,
        Fault::BarrierOvertakes,
        Fault::UnsyncedNames,
        Fault::JoinMixed,
    ];
}
