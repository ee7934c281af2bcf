//! The parentheses of nodes, models and groups: queues, merges, ports.

use super::{Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{InputPort, QueueArgument, QueueRef};

impl Parser<'_> {
    /// `(a b, c)`: at least one port, each of one queue or several.
    pub(super) fn parse_input_ports(&mut self, owner: &str) -> Parse<Vec<InputPort>> {
        let open = self.expect(TokenKind::OpenParen, &format!("`(` and the input queues of {owner}"))?;
        if self.at(TokenKind::CloseParen) {
            let close = self.take();
            self.report(
                Diagnostic::error("no-input", open.span.to(close.span), format!("{owner} has no input port"))
                    .label("expected a queue")
                    .help("what reads nothing is written `(null)`"),
            );
            return Ok(Vec::new());
        }
        let mut ports = Vec::new();
        loop {
            let first = self.parse_queue_ref()?;
            let mut port = InputPort { span: first.span, queues: vec![first] };
            while self.at(TokenKind::Word) && !self.next_statement_in_list() {
                let queue = self.parse_queue_ref()?;
                port.span = port.span.to(queue.span);
                port.queues.push(queue);
            }
            ports.push(port);
            if !self.goes_on_in_parentheses(open.span)? {
                return Ok(ports);
            }
        }
    }

    /// `(a, b)`, or `()`.
    pub(super) fn parse_queues(&mut self, what: &str) -> Parse<Vec<QueueRef>> {
        let open = self.expect(TokenKind::OpenParen, what)?;
        let mut queues = Vec::new();
        if self.take_if(TokenKind::CloseParen).is_some() {
            return Ok(queues);
        }
        loop {
            queues.push(self.parse_queue_ref()?);
            if self.at(TokenKind::Word) && !self.next().line_start {
                let token = self.next();
                self.report(
                    Diagnostic::error(
                        "missing-comma",
                        token.span,
                        format!("expected `,` or `)`, found {}", self.describe(token)),
                    )
                    .label("expected `,` before this")
                    .help("queues are merged only in the input ports of `node` and `model`"),
                );
                continue;
            }
            if !self.goes_on_in_parentheses(open.span)? {
                return Ok(queues);
            }
        }
    }

    /// The second parentheses of a node. What people put between the two is reported and passed over.
    pub(super) fn parse_output_ports(&mut self, owner: &str) -> Parse<Vec<QueueRef>> {
        let what = format!("`(` and the output queues of {owner}");
        if !self.at(TokenKind::OpenParen) {
            let ends = self.at_boundary();
            let junk = (1..=2).find(|&n| !ends && self.peek(n).kind == TokenKind::OpenParen);
            let problem = self
                .missing_diagnostic(&what)
                .help("a node is written `node name(inputs)(outputs)`; one that writes nothing has `()`");
            self.report(problem);
            for _ in 0..junk.ok_or(super::Abandoned)? {
                self.take();
            }
        }
        self.parse_queues(&what)
    }

    /// Takes a `,` and answers yes, or takes the `)` and answers no.
    fn goes_on_in_parentheses(&mut self, open: Span) -> Parse<bool> {
        if self.take_if(TokenKind::CloseParen).is_some() {
            return Ok(false);
        }
        if let Some(comma) = self.take_if(TokenKind::Comma) {
            if matches!(self.next().kind, TokenKind::Comma | TokenKind::CloseParen) {
                self.report(
                    Diagnostic::error("stray-comma", comma.span, "no queue follows this `,`")
                        .label("expected a queue after it")
                        .help("name a queue, or take the `,` out"),
                );
                while self.take_if(TokenKind::Comma).is_some() {}
                return Ok(self.take_if(TokenKind::CloseParen).is_none());
            }
            return Ok(true);
        }
        if self.at_boundary() {
            let problem = Diagnostic::error("unclosed-parenthesis", open, "this `(` is never closed")
                .label("expected `)` before the next statement")
                .also(self.previous, "put it behind this");
            self.report(problem);
            return Err(super::Abandoned);
        }
        if self.at(TokenKind::OpenParen) {
            let problem = self.missing_diagnostic("`)`").also(open, "to close this");
            self.report(problem);
            return Ok(false);
        }
        let problem = self.missing_diagnostic("`,` or `)`").also(open, "opened here");
        self.report(problem);
        // The rest of the parentheses is lost, the rest of the statement need not be.
        while !self.at_boundary() && !self.at(TokenKind::OpenBrace) {
            if self.take().kind == TokenKind::CloseParen {
                return Ok(false);
            }
        }
        if self.at(TokenKind::OpenBrace) { Ok(false) } else { Err(super::Abandoned) }
    }

    /// `queue`, `queue=word` or `queue="text"`.
    pub(super) fn parse_queue_ref(&mut self) -> Parse<QueueRef> {
        let name = self.expect_name("a queue")?;
        let argument = match self.take_if(TokenKind::Equals) {
            None => None,
            Some(_) if self.at(TokenKind::Text) => Some(QueueArgument::Text(self.expect_text("a text")?)),
            Some(_) => Some(QueueArgument::Name(self.expect_name("a word or a quoted text")?)),
        };
        Ok(QueueRef { span: name.span.to(self.previous), name, argument })
    }
}
