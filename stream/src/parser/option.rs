//! Options: the `name=value` form, and what to say of those that are misspelt or misplaced.

mod host;

use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::{Opt, OptionName, OptionValue, Options};

use host::HOSTS;
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
                let is_keyword = super::recover::STATEMENT_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
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

    fn report_no_option(&mut self, host: Host) {
        let token = self.next();
        if token.kind == TokenKind::UnclosedText {
            let problem = self.unclosed_text(token);
            return self.report(problem);
        }
        let previous = self.previous;
        let found = self.describe(token);
        let mut problem = Diagnostic::error("syntax", token.span, format!("{found} is not expected here"))
            .label(format!("expected an option of {} or the next statement", host.text()));
        let text = self.slice(token.span);
        if token.kind == TokenKind::Unknown
            && text.chars().next().is_some_and(char::is_alphanumeric)
            && !token.blank_before
        {
            problem = problem
                .label("no letter of a name")
                .also(previous, "the name ends here")
                .help("names are letters a to z, digits and `_`; any characters may stand in quoted texts");
        } else if token.kind == TokenKind::Word {
            let names = host.takes().iter().map(|name| name.text());
            if let Some(hint) = nearest(text, names) {
                problem = problem.help(format!("did you mean the option `{hint}`? An option is written `{hint}=…`"));
            }
        } else if text == ";" {
            problem = problem.label("leave it out").help("statements do not end with `;`");
        }
        self.report(problem);
    }

    /// Skips to the next option or statement.
    fn skip_to_option(&mut self, host: Host) {
        loop {
            let is_option = OptionName::find(self.word(0)).is_some() && self.peek(1).kind == TokenKind::Equals;
            if is_option || self.at_boundary() || self.at_option_end(host) {
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
            self.refuse_flag_value(word)?
        } else {
            self.expect_equals(word, token.span)?;
            self.parse_value(name)?
        };
        let option = Opt { span: token.span.to(self.previous), name, name_span: token.span, value };
        Ok(allowed.then_some(option))
    }

    fn refuse_flag_value(&mut self, word: &str) -> Parse<OptionValue> {
        if self.at(TokenKind::Equals) {
            let problem = self.missing_diagnostic("no value");
            self.report(
                Diagnostic { message: format!("`{word}` takes no value"), ..problem }
                    .label("leave out the `=` and what follows"),
            );
            return Err(Abandoned);
        }
        Ok(OptionValue::Flag)
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

    fn parse_unknown_option(&mut self, host: Host, word: &str, span: Span) -> Parse<Option<Opt>> {
        let known = host.takes().iter().map(|name| name.text());
        let hint = match word.to_ascii_lowercase().as_str() {
            "description" | "desc" | "comment" => Some("descr"),
            "language" => Some("lang"),
            "delimiter" | "separator" | "sep" => Some("delim"),
            "parallel" | "workers" | "instances" => Some("threads"),
            "wasm" | "file" if host == Host::Node => Some("component"),
            "error" | "onerror" => Some("on_error"),
            "getsignal" => Some("getsig"),
            "setsignal" => Some("setsig"),
            _ => nearest(word, known),
        };
        let hint = hint.and_then(OptionName::find).filter(|&name| host.takes_option(name));
        let problem = Diagnostic::error("unknown-option", span, format!("{} has no option `{word}`", host.text()));
        let problem = match hint {
            Some(name) => problem.label(format!("did you mean `{}`?", name.text())),
            None => problem.label("unknown option"),
        };
        let problem = if host == Host::Node && hint.is_none() {
            problem.note(format!("a parameter of the component is given as `params=({word}=…)`"))
        } else {
            problem
        };
        self.report(problem.help(taken_by(host)));
        match hint {
            // Its value is still read, so that what is wrong with it is found too.
            Some(name) => {
                self.expect_equals(word, span)?;
                let value = self.parse_value(name)?;
                Ok(Some(Opt { span: span.to(self.previous), name, name_span: span, value }))
            }
            None => {
                self.skip_value();
                Ok(None)
            }
        }
    }

    fn report_misplaced(&mut self, host: Host, name: OptionName, word: &str, span: Span) {
        let mut others: Vec<&str> =
            HOSTS.iter().filter(|other| other.takes_option(name)).map(|other| other.text()).collect();
        others.dedup();
        let mut problem =
            Diagnostic::error("misplaced-option", span, format!("{} has no option `{word}`", host.text()))
                .label("does not belong here")
                .help(taken_by(host));
        if !others.is_empty() {
            problem = problem.note(format!("`{}` is an option of {}", name.text(), others.join(", ")));
        }
        if name == OptionName::Delim && host == Host::Output {
            problem = problem.help("quote the path and it takes one: `out q -> \"q.csv\" delim=\";\"`");
        }
        if name == OptionName::Name && host == Host::Node {
            problem = problem.help("the name of a node is the word behind `node`");
        }
        self.report(problem);
    }
}

fn taken_by(host: Host) -> String {
    let names: Vec<&str> = host.takes().iter().map(|name| name.text()).collect();
    format!("the options of {} are {}", host.text(), names.join(", "))
}
