//! Options: the `name=value` form, and what to say of those that are misspelt or misplaced.

mod host;
mod report;

use super::recover::is_statement_word;
use super::{Parse, Parser, TokenKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Opt, OptionName, OptionValue, Options};

pub(super) use host::Host;

impl Parser<'_> {
    /// Reads options up to the next statement. What is none of them is reported and skipped.
    pub(super) fn parse_options(&mut self, host: Host) -> Options {
        let mut options = Options::default();
        loop {
            let word = self.word(0);
            let follows = self.peek(1).kind;
            let named = !word.is_empty() && follows == TokenKind::Equals;
            if named || word.eq_ignore_ascii_case("compress") && host != Host::Group {
                self.parse_option_or_skip(host, &mut options);
            } else if self.at_option_end(host) {
                return options;
            } else if self.has_lost_equals(host, word, follows) {
                self.parse_option_or_skip(host, &mut options);
            } else {
                self.report_no_option(host);
                self.skip_to_option(host);
            }
        }
    }

    fn parse_option_or_skip(&mut self, host: Host, options: &mut Options) {
        match self.parse_option(host) {
            Ok(Some(option)) => options.list.push(option),
            Ok(None) => {}
            Err(_) => self.skip_to_option(host),
        }
    }

    /// Whether the statement is over. A word that begins a line is left to whoever reads statements, even where it is
    /// none: it is more likely a misspelt statement than a misplaced word.
    fn at_option_end(&mut self, host: Host) -> bool {
        let token = self.next();
        match token.kind {
            TokenKind::End => true,
            TokenKind::OpenBrace => host == Host::Group,
            TokenKind::CloseBrace => self.depth > 0 || token.line_start,
            TokenKind::Word => {
                let word = self.word(0);
                let is_keyword = is_statement_word(word);
                let stands_alone = token.line_start && OptionName::find(word).is_none();
                (is_keyword && !self.is_glued_option()) || stands_alone
            }
            _ => token.line_start && token.kind == TokenKind::Unknown,
        }
    }

    /// `label"x"` or `label: "x"`: the keyword of a header, but an option by its form.
    fn is_glued_option(&mut self) -> bool {
        let follows = self.peek(1);
        matches!(follows.kind, TokenKind::Unknown | TokenKind::Arrow) && !follows.line_start
    }

    /// Whether the next words are an option of this statement with something else in the place of `=`.
    fn has_lost_equals(&mut self, host: Host, word: &str, follows: TokenKind) -> bool {
        let known = OptionName::find(word).is_some_and(|name| host.takes_option(name));
        let wrong = matches!(follows, TokenKind::Unknown | TokenKind::Arrow | TokenKind::Text | TokenKind::Word);
        known && wrong && !self.peek(1).line_start
    }

    /// Skips to the next option or statement.
    fn skip_to_option(&mut self, host: Host) {
        loop {
            let (word, follows) = (self.word(0), self.peek(1).kind);
            let is_option = OptionName::find(word).is_some() && follows == TokenKind::Equals;
            if is_option || self.has_lost_equals(host, word, follows) || self.at_boundary() || self.at_option_end(host)
            {
                return;
            }
            self.take();
        }
    }

    /// Skips `=x`, `="x"`, `=a,b`: the value of an option that is not known.
    fn skip_value(&mut self) {
        let mut separated = self.take_if(TokenKind::Equals).is_some();
        while separated && !self.next().line_start {
            if !matches!(self.next().kind, TokenKind::Word | TokenKind::Number | TokenKind::Text) {
                return;
            }
            self.take();
            separated = self.take_if(TokenKind::Comma).is_some();
        }
    }

    /// Reads one option: nothing where it is read but does not belong to the statement.
    fn parse_option(&mut self, host: Host) -> Parse<Option<Opt>> {
        let token = self.take();
        let word = self.slice(token.span);
        let Some(name) = OptionName::find(word) else {
            return self.parse_unknown_option(host, word, token.span);
        };
        let allowed = host.takes_option(name);
        if !allowed {
            self.report_misplaced(host, name, word, token.span);
        }
        let value = if name == OptionName::Compress {
            self.refuse_flag_value(word)
        } else {
            let known = self.diagnostics.len();
            self.expect_equals(word, token.span)?;
            let is_whole = self.diagnostics.len() == known;
            let value = self.parse_value(name);
            if value.is_err() && !is_whole {
                // Without its `=` it was no option: one problem, not two.
                self.diagnostics.truncate(known + 1);
            }
            value?
        };
        let option = Opt { span: token.span.to(self.previous), name, name_span: token.span, value };
        Ok(allowed.then_some(option))
    }

    fn refuse_flag_value(&mut self, word: &str) -> OptionValue {
        if self.at(TokenKind::Equals) {
            let equals = self.next().span;
            self.report(
                Diagnostic::error("syntax", equals, format!("`{word}` takes no value"))
                    .label("leave out the `=` and what follows"),
            );
            self.skip_value();
        }
        OptionValue::Flag
    }

    /// Takes the `=` of an option. `==`, `=>`, `:=`, `->` and nothing at all are reported and taken for it.
    fn expect_equals(&mut self, word: &str, span: Span) -> Parse<()> {
        let first = self.next();
        if self.take_if(TokenKind::Equals).is_some() && !self.at_wrong_sign() {
            return Ok(());
        }
        let mut signs =
            if first.kind == TokenKind::Equals { first.span } else { Span::new(first.span.start, first.span.start) };
        while self.at_wrong_sign() || self.at(TokenKind::Equals) {
            signs = signs.to(self.take().span);
        }
        let written = self.slice(signs);
        let (place, message) = if signs.is_empty() {
            (span, format!("expected `=` after `{word}`"))
        } else {
            (signs, format!("expected `=` after `{word}`, found `{written}`"))
        };
        self.report(Diagnostic::error("missing-equals", place, message).label(format!("write `{word}=…`")));
        Ok(())
    }

    /// Whether a sign comes next that other languages write for `=`.
    fn at_wrong_sign(&mut self) -> bool {
        let token = self.next();
        let sign = matches!(token.kind, TokenKind::Unknown) && matches!(self.slice(token.span), ":" | ">" | "~");
        sign || matches!(token.kind, TokenKind::Equals | TokenKind::Arrow)
    }

    /// Reads `name=value` where no option has that name; where one nearly has, its value is still read, so that what is
    /// wrong with it is found too.
    fn parse_unknown_option(&mut self, host: Host, word: &str, span: Span) -> Parse<Option<Opt>> {
        let Some(name) = self.report_unknown(host, word, span) else {
            self.skip_value();
            return Ok(None);
        };
        self.expect_equals(word, span)?;
        let value = self.parse_value(name)?;
        Ok(Some(Opt { span: span.to(self.previous), name, name_span: span, value }))
    }
}
