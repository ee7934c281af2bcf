//! `process` and `subprocess`: groups of statements, and references to other processes.

use super::option::Host;
use super::{NESTING_MAX, Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Group, Statement};

impl Parser<'_> {
    pub(super) fn parse_group(&mut self, keyword: Span) -> Parse<Group> {
        let subprocess = self.slice(keyword).eq_ignore_ascii_case("subprocess");
        let name = self.expect_name("the name of the process")?;
        let mut queues = [None, None];
        for list in &mut queues {
            if self.at(TokenKind::OpenParen) {
                *list = Some(self.parse_queues("`(`")?);
            }
        }
        let [inputs, outputs] = queues;
        let options = self.parse_options(Host::Group);
        let body = self.take_if(TokenKind::OpenBrace).map(|open| self.parse_body(open.span));
        Ok(Group { span: keyword.to(self.previous), keyword, subprocess, name, inputs, outputs, options, body })
    }

    /// The statements of a group, up to its `}`.
    fn parse_body(&mut self, open: Span) -> Vec<Statement> {
        let mut members = Vec::new();
        if self.depth == NESTING_MAX {
            self.skip_body(open);
            return members;
        }
        self.depth += 1;
        while !self.at(TokenKind::CloseBrace) && !self.at(TokenKind::End) {
            self.parse_member(&mut members);
        }
        self.depth -= 1;
        if self.take_if(TokenKind::CloseBrace).is_none() && !self.too_deep {
            self.report(
                Diagnostic::error("unclosed-group", open, "this group is never closed")
                    .label("its `}` is missing")
                    .help("put `}` behind its last statement"),
            );
        }
        members
    }

    /// Passes over a group that is nested too deep, without recursion.
    fn skip_body(&mut self, open: Span) {
        if !self.too_deep {
            self.report(
                Diagnostic::error("nested-too-deep", open, format!("groups nest more than {NESTING_MAX} deep"))
                    .label(format!("this would be level {}", NESTING_MAX + 1))
                    .help("put inner groups into stream files of their own and refer to them by name"),
            );
        }
        self.too_deep = true;
        self.incomplete = true;
        let mut open_braces = 1_usize;
        while open_braces > 0 && !self.at(TokenKind::End) {
            match self.take().kind {
                TokenKind::OpenBrace | TokenKind::VariableOpen => open_braces += 1,
                TokenKind::CloseBrace => open_braces -= 1,
                _ => {}
            }
        }
    }
}
