//! `in`, `out`, `node` and `model`.

use super::location::End;
use super::option::Host;
use super::{Abandoned, Parse, Parser, TokenKind};
use crate::source::Span;
use crate::syntax::{Input, Location, LocationKind, Model, Node, Output};

impl Parser<'_> {
    pub(super) fn parse_input(&mut self, keyword: Span) -> Parse<Input> {
        let source = self.parse_location(End::Input)?;
        self.expect_arrow("`->` and a queue")?;
        let queue = self.expect_name("the queue that the input is put in")?;
        let host = match source.kind {
            LocationKind::S3(_) => Host::InputS3,
            _ => Host::Input,
        };
        let options = self.parse_options(host);
        Ok(Input { span: keyword.to(self.previous), keyword, source, queue, options })
    }

    pub(super) fn parse_output(&mut self, keyword: Span) -> Parse<Output> {
        let queue = self.expect_name("the queue that is written")?;
        self.expect_arrow("`->` and where the queue is written to")?;
        let target = self.parse_location(End::Output)?;
        let options = self.parse_options(output_host(&target));
        Ok(Output { span: keyword.to(self.previous), keyword, queue, target, options })
    }

    /// Takes `->`. Where it is missing or is another sign, and what belongs behind it stands there, that is reported
    /// and read on.
    fn expect_arrow(&mut self, what: &str) -> Parse<()> {
        if self.take_if(TokenKind::Arrow).is_some() {
            return Ok(());
        }
        let mut problem = self.missing_diagnostic(what);
        let written = self.arrow_like();
        if let Some(written) = written {
            let text = self.slice(written);
            problem.message = format!("expected `->`, found `{text}`");
            problem.primary.span = written;
            problem.primary.text = String::from("the arrow is written `->`");
            while self.next().span.end <= written.end && !self.at(TokenKind::End) {
                self.take();
            }
        }
        let goes_on = matches!(self.next().kind, TokenKind::Word | TokenKind::Text | TokenKind::S3 | TokenKind::Slash);
        self.report(problem);
        if goes_on && (written.is_some() || !self.next().line_start) { Ok(()) } else { Err(Abandoned) }
    }

    /// `<-`, `=>`, `>`, `- >`, `-`: signs that people write for the arrow.
    fn arrow_like(&mut self) -> Option<Span> {
        let first = self.next();
        let mut signs = Span::new(first.span.start, first.span.start);
        for n in 0..2 {
            let token = self.peek(n);
            let is_sign = matches!(token.kind, TokenKind::Minus | TokenKind::Equals | TokenKind::Arrow)
                || token.kind == TokenKind::Unknown && matches!(self.slice(token.span), "<" | ">" | "→" | "|");
            if !is_sign {
                break;
            }
            signs = signs.to(token.span);
        }
        (!signs.is_empty()).then_some(signs)
    }

    pub(super) fn parse_node(&mut self, keyword: Span) -> Parse<Node> {
        let name = self.expect_name("the name of the node")?;
        let owner = format!("`{name}`");
        let inputs = self.parse_input_ports(&owner)?;
        let outputs = self.parse_output_ports(&owner)?;
        let options = self.parse_options(Host::Node);
        Ok(Node { span: keyword.to(self.previous), keyword, name, inputs, outputs, options })
    }

    pub(super) fn parse_model(&mut self, keyword: Span) -> Parse<Model> {
        let inputs = self.parse_input_ports("the model")?;
        let outputs = self.parse_output_ports("the model")?;
        let options = self.parse_options(Host::Model);
        Ok(Model { span: keyword.to(self.previous), keyword, inputs, outputs, options })
    }
}

fn output_host(target: &Location) -> Host {
    match target.kind {
        LocationKind::S3(_) => Host::OutputS3,
        LocationKind::Quoted(_) => Host::OutputQuoted,
        _ => Host::Output,
    }
}
