//! `s3://bucket/key`: parts of names, `-` and `${…}`, with white space passed over as VOR does.

use super::location::{End, as_variable};
use super::recover::is_statement_word;
use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Template, TemplatePart};

impl Parser<'_> {
    pub(super) fn parse_s3(&mut self, end: End) -> Parse<Template> {
        let start = self.take().span;
        let mut template = Template { span: start, parts: Vec::new() };
        template.push_text("s3://");
        self.parse_s3_part(end, &mut template)?;
        if !self.at(TokenKind::Slash) {
            let problem =
                self.missing_diagnostic("`/` and a key").help("an address is `s3://bucket/key`, at least two parts");
            self.report(problem);
            return Err(Abandoned);
        }
        while self.take_if(TokenKind::Slash).is_some() {
            template.push_text("/");
            self.parse_s3_part(end, &mut template)?;
        }
        for (kind, suffix) in [(TokenKind::Csv, ".csv"), (TokenKind::Gz, ".gz")] {
            if self.take_if(kind).is_some() {
                template.push_text(suffix);
            }
        }
        template.span = start.to(self.previous);
        self.refuse_more_s3(template.span)?;
        self.warn_of_blanks(template.span);
        Ok(template)
    }

    fn parse_s3_part(&mut self, end: End, template: &mut Template) -> Parse<()> {
        let mut is_empty = true;
        loop {
            match self.next().kind {
                TokenKind::Word if is_empty || self.is_in_part(end) => {
                    let name = self.expect_name("a name in the address")?;
                    template.push_text(&name.text);
                }
                TokenKind::Minus => {
                    self.take();
                    template.push_text("-");
                }
                TokenKind::VariableOpen => {
                    let part = self.parse_s3_variable()?;
                    template.parts.push(part);
                }
                TokenKind::Number => return Err(self.refuse_s3(template.span)),
                _ if is_empty => return Err(self.missing("a name, `-` or `${…}` in the address")),
                _ => return Ok(()),
            }
            is_empty = false;
        }
    }

    /// Whether the next word is part of the address though white space may stand before it. An input's address ends at
    /// its arrow; an output's at the first word that begins something else.
    fn is_in_part(&mut self, end: End) -> bool {
        if !self.next().blank_before || end == End::Input {
            return true;
        }
        let word = self.word(0);
        let begins = is_statement_word(word);
        let is_option = word.eq_ignore_ascii_case("compress") || self.peek(1).kind == TokenKind::Equals;
        !begins && !is_option
    }

    fn parse_s3_variable(&mut self) -> Parse<TemplatePart> {
        let open = self.take().span;
        let mut names = vec![self.expect_name("`var.x`, `opt.a.b.c` or `dyn.x`")?];
        while self.take_if(TokenKind::Point).is_some() {
            names.push(self.expect_name("a name after `.`")?);
        }
        if !self.at(TokenKind::CloseBrace) {
            return Err(self.missing("`}`"));
        }
        let span = open.to(self.take().span);
        match as_variable(&names) {
            Some(variable) => Ok(TemplatePart::Variable(variable)),
            None => {
                let written = self.slice(span);
                self.report(
                    Diagnostic::error("bad-variable", span, format!("`{written}` names nothing"))
                        .label("expected `${var.x}`, `${opt.a.b.c}` or `${dyn.x}`")
                        .help("parameters of the process, `${name}`, stand in quoted addresses: `\"s3://bucket/${name}.csv\"`"),
                );
                Err(Abandoned)
            }
        }
    }

    fn refuse_more_s3(&mut self, written: Span) -> Parse<()> {
        use TokenKind::{Csv, Gz, Number, Point, Sas7bdat};
        let token = self.next();
        if token.blank_before || !matches!(token.kind, Csv | Gz | Number | Point | Sas7bdat) {
            return Ok(());
        }
        Err(self.refuse_s3(written))
    }

    /// Reports an address that needs quotes, up to where it ends.
    fn refuse_s3(&mut self, written: Span) -> Abandoned {
        while !self.at(TokenKind::End) && !self.next().blank_before && !self.at(TokenKind::Arrow) {
            self.take();
        }
        let written = written.to(self.previous);
        self.report(
            Diagnostic::error("quote-path", written, "this address must stand in quotes")
                .label("put it in quotes: `\"s3://…\"`")
                .note("without quotes its parts are names, `-` and `${…}`, and it ends in nothing, `.csv`, `.gz` or `.csv.gz`"),
        );
        Abandoned
    }

    fn warn_of_blanks(&mut self, span: Span) {
        let written = self.slice(span);
        if written.contains([' ', '\t', '\n', '\r']) {
            self.report(
                Diagnostic::warning("blank-in-address", span, "the white space in this address is dropped")
                    .label("read without it")
                    .help("write it without white space, or quote it"),
            );
        }
    }
}
