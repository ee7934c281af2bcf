//! Which statement comes next, and what to say where none does.

use super::recover::STATEMENT_WORDS;
use super::{Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::{Item, OptionName, Statement};

/// A line for each kind of statement, for whoever wrote something else.
const STATEMENTS_HELP: &str = "a statement begins with in, out, node, sql, model, sas, process, subprocess, queue, \
                               param, secret, name, descr, label or type";

impl Parser<'_> {
    /// Reads one item of the top level, or reports and skips what is none.
    pub(super) fn parse_item(&mut self, items: &mut Vec<Item>) {
        let Some(keyword) = self.statement_keyword() else {
            return self.skip_stray();
        };
        let item = if is_header(keyword) {
            self.parse_header(keyword)
        } else {
            self.parse_statement(keyword).map(Item::Statement)
        };
        self.after_statement(item, items);
    }

    /// Reads one statement of a group, or reports and skips what is none.
    pub(super) fn parse_member(&mut self, members: &mut Vec<Statement>) {
        let Some(keyword) = self.statement_keyword() else {
            return self.skip_stray();
        };
        if is_header(keyword) {
            let span = self.next().span;
            self.report(
                Diagnostic::error("header-in-group", span, format!("`{keyword}` cannot stand inside a group"))
                    .label("belongs at the top level of the file")
                    .help(match keyword {
                        "label" | "descr" => {
                            format!("a group takes it before its brace: `process name {keyword}=\"…\" {{`")
                        }
                        _ => String::from("move it out of the braces"),
                    }),
            );
            if self.parse_header(keyword).is_err() {
                self.skip_to_statement();
            }
            return;
        }
        let statement = self.parse_statement(keyword);
        self.after_statement(statement, members);
    }

    fn after_statement<T>(&mut self, statement: Parse<T>, list: &mut Vec<T>) {
        match statement {
            Ok(statement) => list.push(statement),
            Err(_) => {
                self.incomplete = true;
                self.skip_to_statement();
            }
        }
    }

    fn parse_statement(&mut self, keyword: &str) -> Parse<Statement> {
        let start = self.take().span;
        match keyword {
            "in" | "input" => self.parse_input(start).map(Statement::Input),
            "out" | "output" => self.parse_output(start).map(Statement::Output),
            "node" => self.parse_node(start).map(Statement::Node),
            "sql" => self.parse_sql(start).map(Statement::Sql),
            "sas" => self.parse_sas(start).map(Statement::Sas),
            "model" => self.parse_model(start).map(Statement::Model),
            "queue" => self.parse_queue(start).map(Statement::Queue),
            _ => self.parse_group(start).map(Statement::Group),
        }
    }

    /// The keyword of the statement that comes next, in lower case. A misspelt one is reported and taken for what it
    /// most likely stands for, so that the rest of its statement is still read.
    fn statement_keyword(&mut self) -> Option<&'static str> {
        let word = self.word(0);
        if let Some(&keyword) = STATEMENT_WORDS.iter().find(|known| word.eq_ignore_ascii_case(known)) {
            // `name=x` is an option that has lost its statement.
            return (self.peek(1).kind != TokenKind::Equals).then_some(keyword);
        }
        let keyword = misspelt_keyword(word)?;
        if !self.could_follow(keyword) {
            return None;
        }
        let span = self.next().span;
        self.report(
            Diagnostic::error("unknown-statement", span, format!("`{word}` is no statement"))
                .label(format!("did you mean `{keyword}`?")),
        );
        Some(keyword)
    }

    /// Whether what follows the next word is what a statement of that keyword begins with.
    pub(super) fn could_follow(&mut self, keyword: &str) -> bool {
        use TokenKind::{Arrow, OpenParen, S3, Slash, Text, Word};
        let (first, second) = (self.peek(1).kind, self.peek(2).kind);
        match keyword {
            "in" | "input" => matches!(first, Word | Slash | S3 | Text),
            "out" | "output" => first == Word && second == Arrow,
            "node" | "queue" => first == Word && second == OpenParen,
            "model" => first == OpenParen,
            "descr" | "label" => first == Text,
            "sas" => matches!(first, OpenParen | Word),
            _ => first == Word,
        }
    }

    /// Reports what stands where a statement should begin, and skips to the next one.
    fn skip_stray(&mut self) {
        let token = self.next();
        let word = self.word(0);
        let found = self.describe(token);
        let problem = match token.kind {
            TokenKind::CloseBrace => {
                Diagnostic::error("stray-brace", token.span, "this `}` closes nothing").label("no group is open here")
            }
            TokenKind::UnclosedText => self.unclosed_text(token),
            TokenKind::Word if self.peek(1).kind == TokenKind::Equals => self.stray_option(word, token.span),
            TokenKind::Word => {
                let problem = Diagnostic::error("unknown-statement", token.span, format!("`{word}` is no statement"));
                match misspelt_keyword(word) {
                    Some(keyword) => problem.label(format!("did you mean `{keyword}`?")),
                    None if matches!(word.to_ascii_lowercase().as_str(), "include" | "import" | "use") => problem
                        .label("expected a statement")
                        .help("another stream file is not included but referred to by its name: `process other`"),
                    None => problem.label("expected a statement").help(STATEMENTS_HELP),
                }
            }
            TokenKind::Unknown if self.slice(token.span) == ";" => {
                Diagnostic::error("syntax", token.span, "statements do not end with `;`")
                    .label("leave it out")
                    .note("only the query of an `sql` statement ends with `;`")
            }
            TokenKind::Unknown if self.slice(token.span) == "#" => {
                Diagnostic::error("syntax", token.span, "expected a statement, found `#`")
                    .label("not a comment here")
                    .help("a comment is written `// …` or `/* … */`")
            }
            _ => Diagnostic::error("syntax", token.span, format!("expected a statement, found {found}"))
                .label("expected a statement")
                .help(STATEMENTS_HELP),
        };
        self.report(problem);
        self.incomplete = true;
        self.take();
        self.skip_to_statement();
    }

    fn stray_option(&mut self, word: &str, span: Span) -> Diagnostic {
        let problem = Diagnostic::error("stray-option", span, format!("`{word}=` belongs to no statement"));
        if OptionName::find(word).is_some() {
            problem
                .label("an option stands behind its statement")
                .help("put it behind the statement it belongs to; `sas` takes its options after its last transfer")
        } else {
            problem.label("expected a statement").help(STATEMENTS_HELP)
        }
    }
}

fn is_header(keyword: &str) -> bool {
    matches!(keyword, "name" | "descr" | "label" | "type" | "param" | "secret")
}

/// The keyword that a word is a slip of. Some that people type from other languages are far in letters.
pub(super) fn misspelt_keyword(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "im" | "inn" | "read" | "source" => return Some("in"),
        "write" | "sink" => return Some("out"),
        "title" => return Some("name"),
        "description" | "desc" => return Some("descr"),
        "subproc" => return Some("subprocess"),
        "parameter" => return Some("param"),
        _ => {}
    }
    nearest(word, STATEMENT_WORDS)
}
