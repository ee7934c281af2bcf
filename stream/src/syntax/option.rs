//! Options: what stands behind a statement as `name=value`, all in one form.

use super::{DatasetName, Literal, Name, Number, Text, Variable};
use crate::source::{Span, Spanned};

/// The options of a statement, in the file's order. The same one may stand twice: the last counts, the check warns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// In the file's order.
    pub list: Vec<Opt>,
}

impl Options {
    /// The option of a name: the last where there are several.
    pub fn get(&self, name: OptionName) -> Option<&Opt> {
        self.list.iter().rev().find(|option| option.name == name)
    }

    /// The text of an option whose value is a quoted text.
    pub fn text(&self, name: OptionName) -> Option<&Text> {
        match &self.get(name)?.value {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The word of an option whose value is one word.
    pub fn name(&self, name: OptionName) -> Option<&Name> {
        match &self.get(name)?.value {
            OptionValue::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// One option.
#[derive(Clone, Debug, PartialEq)]
pub struct Opt {
    /// The whole, value included.
    pub span: Span,
    /// Which.
    pub name: OptionName,
    /// Where its name stands.
    pub name_span: Span,
    /// What it is set to.
    pub value: OptionValue,
}

macro_rules! option_names {
    ($($(#[$doc:meta])* $variant:ident = $($text:literal)|+;)*) => {
        /// Every option there is. Which statement takes which is the parser's business.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum OptionName {
            $($(#[$doc])* $variant,)*
        }

        impl OptionName {
            /// Every option with its spellings, the usual one first.
            pub const ALL: &[(OptionName, &[&str])] = &[$((OptionName::$variant, &[$($text),+]),)*];
        }
    };
}

option_names! {
    /// Name of the statement's node; a word.
    Name = "name";
    /// For people; a text.
    Descr = "descr";
    /// For pictures; a text.
    Label = "label";
    /// Which database, or which kind of file; [`OptionValue::Db`].
    Db = "db";
    /// What stands between columns; [`OptionValue::Delimiter`].
    Delim = "delim";
    /// SQL that is read instead of a table; a text.
    Select = "select";
    /// Condition on records; a text.
    Where = "where";
    /// Whether to pack; a flag.
    Compress = "compress";
    /// Add to what is there, or replace it; [`OptionValue::Mode`].
    Mode = "mode";
    /// Tags that switch it on; words.
    ExecWhen = "exec_when";
    /// Signals it waits for; words.
    Getsig = "getsig";
    /// Signals it fires; words.
    Setsig = "setsig";
    /// Facts it reads; words.
    Getfact = "getfact";
    /// Facts it sets; words.
    Setfact = "setfact";
    /// Dynamic facts it waits for; words.
    Getdyn = "getdyn" | "get_dyn";
    /// Dynamic facts it sets; words.
    Setdyn = "setdyn" | "set_dyn";
    /// How long it waits for one signal or fact, as `"30min"`; a text.
    Wait = "wait";
    /// Which part of the run it belongs to: what is in one part is on one host; a word.
    Part = "part";
    /// Language a component is built from; [`OptionValue::Lang`].
    Lang = "lang";
    /// The component's artifact; a text.
    Component = "component";
    /// Number of instances; a number.
    Threads = "threads";
    /// Columns whose values say which instance gets a record; words.
    By = "by";
    /// Memory of an instance, as `"256MiB"`; a text.
    Memory = "memory";
    /// Time in the guest for one call, as `"30s"`; a text.
    Timeout = "timeout";
    /// Stack of the guest; a text.
    Stack = "stack";
    /// What one call may emit; a text.
    MaxOutput = "max_output";
    /// What an instance may log; a text.
    MaxLog = "max_log";
    /// What happens to records it cannot take; [`OptionValue::OnError`].
    OnError = "on_error";
    /// Parameters of the component; [`OptionValue::Params`].
    Params = "params";
    /// The secrets that a component is given; words.
    Secrets = "secrets";
    /// The spelling of null in a file; a text.
    Null = "null";
    /// How dates are written in a file; a text.
    Dates = "dates";
    /// Whether types are inferred; [`OptionValue::Types`].
    Types = "types";
    /// The queue an SQL statement writes; a word.
    Into = "into";
    /// Which model an SQL statement feeds; a word.
    Predict = "predict";
    /// What an SQL statement spares; [`OptionValue::Minimize`].
    Minimize = "minimize";
    /// Version of SQL's form; a number.
    SyntaxVersion = "syntax_version";
    /// Kind of model; a text.
    Type = "type";
    /// Name of the model in the reservoir; a text.
    ModelName = "model_name";
    /// Whether the model sees scenarios; true or false.
    Scenario = "scenario";
    /// Whether the model is under test; true or false.
    UnitTest = "unit_test";
    /// Where a model's exceptions go; a word.
    ExceptionQueue = "exception_queue";
    /// Command that starts SAS; a text.
    Sascmd = "sascmd";
    /// SAS program; a text.
    Sasfile = "sasfile";
    /// Work folders of SAS; texts.
    Saswork = "saswork";
    /// Data set of scenarios; [`OptionValue::Dataset`].
    Scenariods = "scenariods";
    /// Framework of a SAS program; a word.
    Framework = "framework";
}

impl OptionName {
    /// The usual spelling, in lower case.
    pub fn text(self) -> &'static str {
        let (_, spellings) = OptionName::ALL[self as usize];
        spellings[0]
    }

    /// The option of a spelling, in any letter case.
    pub fn find(word: &str) -> Option<OptionName> {
        OptionName::ALL
            .iter()
            .find(|(_, spellings)| spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(word)))
            .map(|&(name, _)| name)
    }
}

/// What an option is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// Nothing: it is there.
    Flag,
    /// A word.
    Name(Name),
    /// Words between commas.
    Names(Vec<Name>),
    /// A quoted text.
    Text(Text),
    /// Quoted texts between commas.
    Texts(Vec<Text>),
    /// A number.
    Number(Number),
    /// True or false.
    Boolean(Spanned<bool>),
    /// Of `delim`: one of `,` tab blank `;` `|`.
    Delimiter(Spanned<char>),
    /// Of `db`.
    Db(Database),
    /// Of `mode`.
    Mode(Spanned<WriteMode>),
    /// Of `lang`.
    Lang(Spanned<Language>),
    /// Of `minimize`.
    Minimize(Spanned<Minimize>),
    /// Of `types`.
    Types(Spanned<TypesChoice>),
    /// Of `on_error`.
    OnError(OnErrorChoice),
    /// Of `params`.
    Params(Vec<Binding>),
    /// Of `scenariods`.
    Dataset(DatasetName),
}

/// `db=…`
#[derive(Clone, Debug, PartialEq)]
pub enum Database {
    /// `pg(connection="…")`
    Pg {
        /// The whole.
        span: Span,
        /// Its connection.
        connection: Option<Text>,
    },
    /// `mssql(…)`
    Mssql {
        /// The whole.
        span: Span,
        /// What stands in the parentheses.
        options: Vec<MssqlOption>,
    },
    /// `csv`: no database.
    Csv(Span),
    /// `sas`: no database.
    Sas(Span),
}

/// One entry of `db=mssql(…)`: bulk-copy settings, kept as they are written.
#[derive(Clone, Debug, PartialEq)]
pub struct MssqlOption {
    /// Its name, as written.
    pub name: Name,
    /// [`OptionValue::Boolean`], [`OptionValue::Number`], [`OptionValue::Names`] or [`OptionValue::Text`].
    pub value: OptionValue,
}

/// `mode=…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Add to what is there.
    Append,
    /// Replace what is there.
    Replace,
}

/// `lang=…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `rust`
    Rust,
    /// `go`
    Go,
    /// `python`
    Python,
    /// `c`
    C,
    /// `js`
    Js,
}

/// `minimize=…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Minimize {
    /// Spare memory.
    Memory,
    /// Spare time.
    Time,
}

/// `types=…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypesChoice {
    /// Look at a sample of the file.
    Infer,
    /// Only what a `queue` declaration says.
    Declared,
}

/// `on_error=…`
#[derive(Clone, Debug, PartialEq)]
pub enum OnErrorChoice {
    /// `fail`
    Fail(Span),
    /// `skip`
    Skip(Span),
    /// `queue(name)`
    Queue(Name),
}

/// One entry of `params=(rate=0.05, window=days)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The whole.
    pub span: Span,
    /// The component's parameter.
    pub name: Name,
    /// What it gets.
    pub value: BindingValue,
}

/// What a component's parameter gets.
#[derive(Clone, Debug, PartialEq)]
pub enum BindingValue {
    /// A value.
    Literal(Literal),
    /// A parameter of the process, by its name.
    Param(Name),
    /// `var.x` or `opt.a.b.c`.
    Variable(Variable),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_finds_its_option() {
        for &(name, spellings) in OptionName::ALL {
            assert_eq!(name.text(), spellings[0]);
            for spelling in spellings {
                assert_eq!(OptionName::find(&spelling.to_uppercase()), Some(name));
            }
        }
    }
}
