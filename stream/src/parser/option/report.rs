//! What is said of options that are misspelt or misplaced, and of what stands among options and is none.

use super::host::{HOSTS, Host};
use crate::diagnostic::{Diagnostic, nearest};
use crate::lexer::{Token, TokenKind};
use crate::parser::Parser;
use crate::source::Span;
use crate::syntax::OptionName;

/// Names that options have elsewhere.
const OTHER_NAMES: [(&str, &str); 20] = [
    ("comment", "descr"),
    ("desc", "descr"),
    ("description", "descr"),
    ("title", "label"),
    ("language", "lang"),
    ("delimiter", "delim"),
    ("separator", "delim"),
    ("sep", "delim"),
    ("filter", "where"),
    ("instances", "threads"),
    ("parallel", "threads"),
    ("workers", "threads"),
    ("wasm", "component"),
    ("mem", "memory"),
    ("error", "on_error"),
    ("onerror", "on_error"),
    ("getsignal", "getsig"),
    ("setsignal", "setsig"),
    ("parameters", "params"),
    ("na", "null"),
];

impl Parser<'_> {
    /// Reports what stands where an option or the next statement should.
    pub(super) fn report_no_option(&mut self, host: Host) {
        let token = self.next();
        if token.kind == TokenKind::UnclosedText {
            let problem = self.unclosed_text(token);
            return self.report(problem);
        }
        if self.is_foreign_letter(token) {
            let problem = self.foreign_letter(token);
            return self.report(problem);
        }
        let found = self.describe(token);
        let problem = Diagnostic::error("syntax", token.span, format!("{found} is not expected here"))
            .label(format!("expected an option of {} or the next statement", host.text()));
        let problem = self.explain_no_option(problem, host, token);
        self.report(problem);
    }

    fn explain_no_option(&mut self, problem: Diagnostic, host: Host, token: Token) -> Diagnostic {
        let text = self.slice(token.span);
        let glued = !token.blank_before;
        let previous_is_text = self.slice(self.previous).starts_with(['"', '\'']);
        match (token.kind, host) {
            (TokenKind::Word, _) if previous_is_text && glued => {
                let quote = Span::new(self.previous.end - 1, self.previous.end);
                problem
                    .also(quote, "the text before ends here")
                    .help("within double quotes a quote is written `\\\"`; a text may also stand in single quotes")
            }
            (TokenKind::Word, _) if text.eq_ignore_ascii_case("connection") => {
                problem.help("a connection stands in parentheses: `db=pg(connection=\"…\")`")
            }
            (TokenKind::Word, _) => match nearest(text, host.takes().iter().map(|name| name.text())) {
                Some(hint) => problem.help(format!("did you mean the option `{hint}`? It is written `{hint}=…`")),
                None => problem,
            },
            (TokenKind::Comma, Host::Input | Host::InputS3) => {
                problem.help("an input fills one queue; any number of nodes may read it, and each gets every record")
            }
            (TokenKind::Comma, Host::Output | Host::OutputQuoted | Host::OutputS3) => {
                problem.help("an output writes one file; for another file write another `out` of the same queue")
            }
            (TokenKind::Arrow, Host::Node | Host::Model | Host::Group) => {
                problem.help("what is written stands in the second parentheses: `name(inputs)(outputs)`")
            }
            (TokenKind::Point, _) if glued => {
                problem.help("the name of a queue is one word of letters, digits and `_`")
            }
            (TokenKind::Unknown, _) if text == ";" => {
                problem.label("leave it out").help("statements do not end with `;`")
            }
            _ => problem,
        }
    }

    /// Reports an option that there is not; answers which one was most likely meant.
    pub(super) fn report_unknown(&mut self, host: Host, word: &str, span: Span) -> Option<OptionName> {
        let known = host.takes().iter().map(|name| name.text());
        let other = OTHER_NAMES.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|&(_, name)| name);
        let hint = other.or_else(|| nearest(word, known)).and_then(OptionName::find);
        let hint = hint.filter(|&name| host.takes_option(name));
        let problem = Diagnostic::error("unknown-option", span, format!("{} has no option `{word}`", host.text()));
        let problem = match (hint, host) {
            (Some(name), _) => problem.label(format!("did you mean `{}`?", name.text())),
            (None, Host::Output | Host::OutputQuoted | Host::Input) if word.eq_ignore_ascii_case("connection") => {
                problem.label("belongs to `db`").help("a connection is written `db=pg(connection=\"…\")`")
            }
            (None, Host::Node) => problem
                .label("unknown option")
                .help(taken_by(host))
                .note(format!("a parameter of the component is given as `params=({word}=…)`")),
            (None, _) => problem.label("unknown option").help(taken_by(host)),
        };
        self.report(problem);
        hint
    }

    /// Reports an option that other statements take and this one does not.
    pub(super) fn report_misplaced(&mut self, host: Host, name: OptionName, word: &str, span: Span) {
        let message = format!("{} has no option `{word}`", host.text());
        let problem = Diagnostic::error("misplaced-option", span, message).label("does not belong here");
        let problem = match (name, host) {
            (OptionName::Delim, Host::Output) => {
                problem.help("quote the path and it takes one: `out q -> \"q.csv\" delim=\";\"`")
            }
            (OptionName::Mode, Host::Output) => {
                problem.help("quote the path and it takes one: `out q -> \"q.csv\" mode=append`")
            }
            (OptionName::Name, Host::Node) => problem.help("the name of a node is the word behind `node`"),
            (OptionName::Name, Host::Group) => problem.help("the name of a process is the word behind `process`"),
            _ => problem.help(taken_by(host)),
        };
        let mut others: Vec<&str> =
            HOSTS.iter().filter(|other| other.takes_option(name)).map(|other| other.text()).collect();
        others.dedup();
        self.report(problem.note(format!("`{}` is an option of {}", name.text(), others.join(", "))));
    }
}

fn taken_by(host: Host) -> String {
    let names: Vec<&str> = host.takes().iter().map(|name| name.text()).collect();
    format!("the options of {} are {}", host.text(), names.join(", "))
}
