//! `sas …`: transfers between queues and data sets, then options.

use super::option::Host;
use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::{DatasetName, DatasetOption, Sas, SasTransfer, TransferDirection};

const DATASET_WORDS: [&str; 5] = ["ds", "dsn", "dataset", "part", "partitioned"];

impl Parser<'_> {
    pub(super) fn parse_sas(&mut self, keyword: Span) -> Parse<Sas> {
        let mut transfers = Vec::new();
        loop {
            if self.at(TokenKind::OpenParen) {
                transfers.push(self.parse_out_of_sas()?);
            } else if self.at_transfer() {
                transfers.push(self.parse_into_sas()?);
            } else {
                break;
            }
        }
        let options = self.parse_options(Host::Sas);
        Ok(Sas { span: keyword.to(self.previous), keyword, transfers, options })
    }

    /// Whether `queue ->` or `queue=argument ->` comes next.
    fn at_transfer(&mut self) -> bool {
        if !self.at(TokenKind::Word) {
            return false;
        }
        match self.peek(1).kind {
            TokenKind::Arrow => !self.is_lost_option(),
            TokenKind::Equals => {
                matches!(self.peek(2).kind, TokenKind::Word | TokenKind::Text) && self.peek(3).kind == TokenKind::Arrow
            }
            _ => false,
        }
    }

    /// `label->"x"`: an option whose `=` is an arrow, not a transfer.
    fn is_lost_option(&mut self) -> bool {
        self.peek(2).kind == TokenKind::Text
    }

    fn parse_into_sas(&mut self) -> Parse<SasTransfer> {
        let queue = self.parse_queue_ref()?;
        self.expect(TokenKind::Arrow, "`->`")?;
        if !self.at(TokenKind::OpenParen) {
            let problem = self
                .missing_diagnostic("`(` and a data set")
                .help("a queue goes to SAS as `queue -> (ds=lib.member)` and comes back as `(ds=lib.member) -> queue`");
            self.report(problem);
            return Err(Abandoned);
        }
        let dataset = self.parse_dataset_options()?;
        Ok(SasTransfer { span: queue.span.to(self.previous), direction: TransferDirection::IntoSas, queue, dataset })
    }

    fn parse_out_of_sas(&mut self) -> Parse<SasTransfer> {
        let start = self.next().span;
        let dataset = self.parse_dataset_options()?;
        self.expect(TokenKind::Arrow, "`->` and the queue that the data set goes to")?;
        let queue = self.parse_queue_ref()?;
        Ok(SasTransfer { span: start.to(self.previous), direction: TransferDirection::OutOfSas, queue, dataset })
    }

    /// `(ds=lib.member part=4)`
    fn parse_dataset_options(&mut self) -> Parse<Vec<DatasetOption>> {
        let open = self.take().span;
        let mut options = Vec::new();
        loop {
            if self.take_if(TokenKind::CloseParen).is_some() {
                return Ok(options);
            }
            if self.at(TokenKind::OpenParen) || self.at_boundary() || self.at_transfer() {
                self.report(
                    Diagnostic::error("unclosed-parenthesis", open, "this `(` is never closed")
                        .label("expected `)` before what follows")
                        .also(self.previous, "put it behind this"),
                );
                return Ok(options);
            }
            if !self.at(TokenKind::Word) {
                let problem = self.missing_diagnostic("`ds=…`, `part` or `)`").also(open, "opened here");
                self.report(problem);
                return Err(Abandoned);
            }
            options.push(self.parse_dataset_option()?);
        }
    }

    fn parse_dataset_option(&mut self) -> Parse<DatasetOption> {
        let token = self.take();
        let word = self.slice(token.span);
        match word.to_ascii_lowercase().as_str() {
            "ds" | "dsn" | "dataset" => {
                self.expect(TokenKind::Equals, "`=` and a data set")?;
                let dataset = self.parse_dataset_name()?;
                let span = token.span.to(dataset.span);
                Ok(DatasetOption::Dataset { span, dataset })
            }
            "part" | "partitioned" => {
                let parts = match self.take_if(TokenKind::Equals) {
                    Some(_) => Some(self.expect_number("the number of parts")?),
                    None => None,
                };
                let span = token.span.to(self.previous);
                Ok(DatasetOption::Partitioned { span, parts })
            }
            _ => {
                let problem = Diagnostic::error(
                    "unknown-option",
                    token.span,
                    format!("a data set has no option `{word}`"),
                )
                .help("in the parentheses stand `ds=lib.member` (or `dsn`, `dataset`) and `part=n` (or `partitioned`)");
                self.report(match nearest(word, DATASET_WORDS) {
                    Some(hint) => problem.label(format!("did you mean `{hint}`?")),
                    None => problem.label("unknown option"),
                });
                Err(Abandoned)
            }
        }
    }

    /// `lib.member` or `member`
    pub(super) fn parse_dataset_name(&mut self) -> Parse<DatasetName> {
        let first = self.expect_name("a data set")?;
        let (library, member) = match self.take_if(TokenKind::Point) {
            Some(_) => (Some(first), self.expect_name("a data set after its library")?),
            None => (None, first),
        };
        let start = library.as_ref().map_or(member.span, |library| library.span);
        Ok(DatasetName { span: start.to(member.span), library, member })
    }
}
