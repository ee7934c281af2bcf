//! The values of options, each in the form its option takes.

use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Spanned;
use crate::syntax::{
    Binding, BindingValue, Language, Minimize, Name, Number, OnErrorChoice, OptionName, OptionValue, Text, TypesChoice,
    WriteMode,
};

use OptionName as O;

/// The texts that `delim` takes, as they are written between the quotes, and what they stand for.
const DELIMITERS: [(&str, char); 5] = [(",", ','), ("\\t", '\t'), (" ", ' '), (";", ';'), ("|", '|')];

impl Parser<'_> {
    /// Reads the value of an option, after its `=`.
    pub(super) fn parse_value(&mut self, name: OptionName) -> Parse<OptionValue> {
        let of = |what: &str| format!("{what} for `{}`", name.text());
        Ok(match name {
            O::Name | O::Part | O::Predict | O::Into | O::ExceptionQueue | O::Framework => {
                OptionValue::Name(self.expect_name(&of("a name"))?)
            }
            O::ExecWhen | O::Setsig | O::Setfact | O::Setdyn | O::By | O::Secrets => {
                OptionValue::Names(self.parse_names(&of("a name"))?)
            }
            // What a statement waits for may be made in a group: `getsig=revalue.priced`.
            O::Getsig | O::Getfact | O::Getdyn => OptionValue::Names(self.parse_dotted_names(&of("a name"))?),
            O::Descr
            | O::Label
            | O::Select
            | O::Where
            | O::Component
            | O::Memory
            | O::Timeout
            | O::Wait
            | O::Stack
            | O::MaxOutput
            | O::MaxLog
            | O::Null
            | O::Dates
            | O::Type
            | O::ModelName
            | O::Sascmd
            | O::Sasfile => OptionValue::Text(self.parse_bare_text(&of("a quoted text"))?),
            O::Saswork => OptionValue::Texts(self.parse_texts(&of("a quoted text"))?),
            O::Threads | O::SyntaxVersion => OptionValue::Number(self.expect_number(&of("a number"))?),
            O::Scenario | O::UnitTest => OptionValue::Boolean(self.parse_boolean(&of("`true` or `false`"))?),
            O::Compress => OptionValue::Flag,
            O::Delim => OptionValue::Delimiter(self.parse_delimiter()?),
            O::Db => OptionValue::Db(self.parse_database()?),
            O::Mode => {
                OptionValue::Mode(self.choose(name, &[("append", WriteMode::Append), ("replace", WriteMode::Replace)])?)
            }
            O::Lang => OptionValue::Lang(self.choose(
                name,
                &[
                    ("rust", Language::Rust),
                    ("go", Language::Go),
                    ("python", Language::Python),
                    ("c", Language::C),
                    ("js", Language::Js),
                ],
            )?),
            O::Minimize => {
                OptionValue::Minimize(self.choose(name, &[("memory", Minimize::Memory), ("time", Minimize::Time)])?)
            }
            O::Types => OptionValue::Types(
                self.choose(name, &[("infer", TypesChoice::Infer), ("declared", TypesChoice::Declared)])?,
            ),
            O::OnError => OptionValue::OnError(self.parse_on_error()?),
            O::Params => OptionValue::Params(self.parse_bindings()?),
            O::Scenariods => OptionValue::Dataset(self.parse_dataset_name()?),
        })
    }

    /// Names between commas.
    pub(super) fn parse_names(&mut self, what: &str) -> Parse<Vec<Name>> {
        if self.at(TokenKind::OpenParen) && self.peek(1).kind == TokenKind::Word {
            let open = self.take().span;
            self.report(Diagnostic::error("syntax", open, "names stand without parentheses").label("leave them out"));
            let names = self.parse_names(what)?;
            self.take_if(TokenKind::CloseParen);
            return Ok(names);
        }
        let mut names = vec![self.expect_name(what)?];
        while self.take_if(TokenKind::Comma).is_some() {
            names.push(self.expect_name(what)?);
        }
        Ok(names)
    }

    /// Names between commas, each with those of groups before it, points between them.
    fn parse_dotted_names(&mut self, what: &str) -> Parse<Vec<Name>> {
        let mut names = self.parse_names(what)?;
        while self.at(TokenKind::Point) {
            let last = names.pop().expect("at least one name was read");
            self.take();
            let mut more = self.parse_names("a name after `.`")?.into_iter();
            let next = more.next().expect("at least one name was read");
            names.push(Name::new(format!("{last}.{next}"), last.span.to(next.span)));
            names.extend(more);
        }
        Ok(names)
    }

    fn parse_texts(&mut self, what: &str) -> Parse<Vec<Text>> {
        let mut texts = vec![self.expect_text(what)?];
        while self.take_if(TokenKind::Comma).is_some() {
            texts.push(self.expect_text(what)?);
        }
        Ok(texts)
    }

    /// A text; one in parentheses is reported and taken.
    fn parse_bare_text(&mut self, what: &str) -> Parse<Text> {
        if self.at(TokenKind::OpenParen) && self.peek(1).kind == TokenKind::Text {
            let open = self.take().span;
            let text = self.expect_text(what)?;
            let close = self.take_if(TokenKind::CloseParen).map_or(text.span, |close| close.span);
            let written = self.slice(text.span);
            self.report(
                Diagnostic::error("syntax", open.to(close), "a text stands without parentheses")
                    .label(format!("write {written}")),
            );
            return Ok(text);
        }
        self.expect_text(what)
    }

    pub(super) fn expect_number(&mut self, what: &str) -> Parse<Number> {
        let token = self.expect(TokenKind::Number, what)?;
        let text = self.slice(token.span).to_owned();
        Ok(Number { text, span: token.span })
    }

    pub(super) fn parse_boolean(&mut self, what: &str) -> Parse<Spanned<bool>> {
        if !self.at_word(&["true", "false"]) {
            return Err(self.missing(what));
        }
        let value = self.word(0).eq_ignore_ascii_case("true");
        Ok(Spanned::new(value, self.take().span))
    }

    /// One of a few words.
    fn choose<T: Copy>(&mut self, name: OptionName, choices: &[(&'static str, T)]) -> Parse<Spanned<T>> {
        let word = self.word(0);
        if let Some(&(_, choice)) = choices.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)) {
            return Ok(Spanned::new(choice, self.take().span));
        }
        let known: Vec<String> = choices.iter().map(|(known, _)| format!("`{known}`")).collect();
        let mut problem = self.missing_diagnostic(&format!("{} for `{}`", known.join(" or "), name.text()));
        if let Some(hint) = nearest(word, choices.iter().map(|&(known, _)| known)) {
            problem = problem.label(format!("did you mean `{hint}`?"));
        }
        self.report(problem);
        Err(Abandoned)
    }

    fn parse_delimiter(&mut self) -> Parse<Spanned<char>> {
        const CHOICES: &str = r#"`","`, `"\t"`, `" "`, `";"` or `"|"`"#;
        if !self.at(TokenKind::Text) {
            return Err(self.missing(&format!("{CHOICES} for `delim`")));
        }
        let token = self.take();
        let written = self.slice(token.span);
        let inside = &written[1..written.len() - 1];
        if let Some(&(_, delimiter)) = DELIMITERS.iter().find(|(known, _)| *known == inside) {
            return Ok(Spanned::new(delimiter, token.span));
        }
        let problem = Diagnostic::error("bad-delimiter", token.span, "this text is no delimiter")
            .label(format!("expected {CHOICES}"));
        self.report(if inside == "\t" { problem.help("write a tab as `\"\\t\"`") } else { problem });
        Err(Abandoned)
    }

    fn parse_on_error(&mut self) -> Parse<OnErrorChoice> {
        let token = self.next();
        match self.word(0).to_ascii_lowercase().as_str() {
            "fail" => {
                self.take();
                Ok(OnErrorChoice::Fail(token.span))
            }
            "skip" => {
                self.take();
                Ok(OnErrorChoice::Skip(token.span))
            }
            "queue" => {
                self.take();
                self.expect(TokenKind::OpenParen, "`(` and the queue that rejected records go to")?;
                let queue = self.expect_name("a queue for rejected records")?;
                self.expect(TokenKind::CloseParen, "`)`")?;
                Ok(OnErrorChoice::Queue(queue))
            }
            _ => {
                let problem = self
                    .missing_diagnostic("`fail`, `skip` or `queue(…)` for `on_error`")
                    .help("for instance `on_error=skip`, or `on_error=queue(bad)` to keep them with their reason");
                self.report(problem);
                Err(Abandoned)
            }
        }
    }

    /// `(rate=0.05, window=days)`
    fn parse_bindings(&mut self) -> Parse<Vec<Binding>> {
        self.expect(TokenKind::OpenParen, "`(` and parameters of the component, as `params=(rate=0.05)`")?;
        let mut bindings = Vec::new();
        while !self.at(TokenKind::CloseParen) {
            let name = self.expect_name("the name of a parameter")?;
            self.expect(TokenKind::Equals, "`=` and the parameter's value")?;
            let value = self.parse_binding_value()?;
            let span = name.span.to(self.previous);
            bindings.push(Binding { span, name, value });
            if self.take_if(TokenKind::Comma).is_none() && !self.at(TokenKind::CloseParen) {
                return Err(self.missing("`,` or `)`"));
            }
        }
        self.take();
        Ok(bindings)
    }

    fn parse_binding_value(&mut self) -> Parse<BindingValue> {
        let is_name = self.at(TokenKind::Word) && !self.at_word(&["true", "false"]);
        if !is_name {
            return self.parse_literal().map(BindingValue::Literal);
        }
        if self.peek(1).kind == TokenKind::Point {
            return self.parse_variable().map(BindingValue::Variable);
        }
        self.expect_name("a parameter of the process").map(BindingValue::Param)
    }
}
