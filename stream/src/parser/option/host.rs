//! Which statement takes which options: VOR's first, then ours.

use crate::syntax::OptionName;
use crate::syntax::OptionName as O;

/// What takes options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parser) enum Host {
    /// `in` from a file or a table.
    Input,
    /// `in` from S3.
    InputS3,
    /// `out` to a file or a table.
    Output,
    /// `out` to a quoted path.
    OutputQuoted,
    /// `out` to S3.
    OutputS3,
    Node,
    Sql,
    Sas,
    Model,
    Group,
    Param,
    /// Options that have lost their statement: all are taken.
    Any,
}

/// Every statement that takes options, for whoever put one behind another.
pub(super) const HOSTS: [Host; 10] = [
    Host::Input,
    Host::InputS3,
    Host::OutputQuoted,
    Host::OutputS3,
    Host::Node,
    Host::Sql,
    Host::Sas,
    Host::Model,
    Host::Group,
    Host::Param,
];

#[rustfmt::skip]
const INPUT: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Db, O::Delim, O::Select, O::Where, O::Getsig, O::Getfact, O::Getdyn,
    O::ExecWhen, O::Null, O::Dates, O::Types, O::OnError, O::Wait, O::Part,
];

#[rustfmt::skip]
const INPUT_S3: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Compress, O::Where, O::Getfact, O::Getdyn,
    O::ExecWhen, O::Null, O::Dates, O::Types, O::OnError, O::Wait, O::Part,
];

#[rustfmt::skip]
const OUTPUT: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Compress, O::Db, O::ExecWhen, O::Where, O::Getsig, O::Getfact, O::Getdyn,
    O::Null, O::Dates, O::Wait, O::Part,
];

#[rustfmt::skip]
const OUTPUT_QUOTED: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Compress, O::Db, O::ExecWhen, O::Where, O::Getsig, O::Getfact, O::Getdyn,
    O::Null, O::Dates, O::Delim, O::Mode, O::Wait, O::Part,
];

#[rustfmt::skip]
const OUTPUT_S3: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Compress, O::Mode, O::ExecWhen, O::Where, O::Getsig, O::Getfact, O::Getdyn,
    O::Null, O::Dates, O::Wait, O::Part,
];

#[rustfmt::skip]
const NODE: &[OptionName] = &[
    O::Descr, O::Label, O::Lang, O::Where, O::Getsig, O::Setsig, O::Getfact, O::Setfact, O::Getdyn, O::Setdyn,
    O::Component, O::Params, O::OnError, O::Memory, O::Timeout, O::Stack, O::MaxOutput, O::MaxLog, O::Threads, O::By,
    O::ExecWhen, O::Wait, O::Part, O::Secrets,
];

#[rustfmt::skip]
const SQL: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Predict, O::Minimize, O::SyntaxVersion, O::Getfact, O::Setfact, O::Getdyn,
    O::Setdyn, O::Into, O::Memory, O::Getsig, O::Setsig, O::ExecWhen, O::Wait, O::Part,
];

#[rustfmt::skip]
const SAS: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Sascmd, O::Sasfile, O::Saswork, O::Scenariods, O::Framework, O::Getsig,
    O::Getfact, O::Getdyn, O::ExecWhen,
];

#[rustfmt::skip]
const MODEL: &[OptionName] = &[
    O::Name, O::Descr, O::Label, O::Type, O::ModelName, O::Scenario, O::UnitTest, O::ExceptionQueue,
    O::Getfact, O::Getdyn, O::ExecWhen, O::Wait, O::Part,
];

impl Host {
    /// What its statement is called in messages.
    pub(super) fn text(self) -> &'static str {
        match self {
            Host::Input => "`in`",
            Host::InputS3 => "`in` from S3",
            Host::Output | Host::OutputQuoted => "`out`",
            Host::OutputS3 => "`out` to S3",
            Host::Node => "`node`",
            Host::Sql => "`sql`",
            Host::Sas => "`sas`",
            Host::Model => "`model`",
            Host::Group => "`process`",
            Host::Param => "`param`",
            Host::Any => "this statement",
        }
    }

    /// The options it takes.
    pub(super) fn takes(self) -> &'static [OptionName] {
        match self {
            Host::Input => INPUT,
            Host::InputS3 => INPUT_S3,
            Host::Output => OUTPUT,
            Host::OutputQuoted => OUTPUT_QUOTED,
            Host::OutputS3 => OUTPUT_S3,
            Host::Node => NODE,
            Host::Sql => SQL,
            Host::Sas => SAS,
            Host::Model => MODEL,
            Host::Group => &[O::Name, O::Label, O::Descr, O::ExecWhen],
            Host::Param => &[O::Descr, O::Label],
            Host::Any => &[],
        }
    }

    /// Whether it takes an option.
    pub(super) fn takes_option(self, name: OptionName) -> bool {
        self == Host::Any || self.takes().contains(&name)
    }
}
