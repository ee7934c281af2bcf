//! What is said of the process as a whole: NAME, DESCR, LABEL, TYPE, and its parameters.

use super::option::Host;
use super::recover::is_statement_word;
use super::{Abandoned, Parse, Parser, TokenKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::ValueType;
use crate::source::{Span, Spanned};
use crate::syntax::{
    Item, Literal, NameHeader, Number, OptionName, ParamDeclaration, ProcessType, SecretDeclaration, TextHeader,
    TypeHeader,
};

const VALUE_TYPES: [ValueType; 4] = [ValueType::Boolean, ValueType::Int64, ValueType::Float64, ValueType::Text];

impl Parser<'_> {
    pub(super) fn parse_header(&mut self, keyword: &str) -> Parse<Item> {
        let at = self.take();
        let item = match keyword {
            "name" => {
                if self.next().line_start && self.looks_like_statement() && !is_statement_word(self.word(1)) {
                    return Err(self.missing("the name of the process"));
                }
                let name = self.expect_name("the name of the process")?;
                let mut ports = [None, None];
                // Behind a word that begins statements parentheses are that statement's: the name is missing.
                let takes_ports = !is_statement_word(&name.text);
                for list in &mut ports {
                    if takes_ports && self.at(TokenKind::OpenParen) {
                        *list = Some(self.parse_queues("`(`")?);
                    }
                }
                let [inputs, outputs] = ports;
                Item::Name(NameHeader { span: at.span.to(self.previous), name, inputs, outputs })
            }
            "descr" => self.parse_text_header(at.span).map(Item::Descr)?,
            "label" => self.parse_text_header(at.span).map(Item::Label)?,
            "type" => self.parse_type(at.span).map(Item::Type)?,
            "secret" => return self.parse_secret(at.span).map(Item::Secret),
            _ => return self.parse_param(at.span).map(Item::Param),
        };
        self.check_lost_option(keyword, at.span);
        Ok(item)
    }

    fn parse_text_header(&mut self, start: Span) -> Parse<TextHeader> {
        let text = self.expect_text("a quoted text")?;
        let span = start.to(text.span);
        Ok(TextHeader { span, text })
    }

    fn parse_type(&mut self, start: Span) -> Parse<TypeHeader> {
        let token = self.next();
        let process_type = match self.word(0).to_ascii_lowercase().as_str() {
            "default" => ProcessType::Default,
            "model" => ProcessType::Model,
            "report" => ProcessType::Report,
            _ => return Err(self.missing("`default`, `model` or `report`")),
        };
        self.take();
        Ok(TypeHeader { span: start.to(token.span), process_type: Spanned::new(process_type, token.span) })
    }

    /// `in a.csv -> a name rd_a label="x"`: `name rd_a` reads as a statement, and the options that follow it show that
    /// it was meant as one of them.
    fn check_lost_option(&mut self, keyword: &str, span: Span) {
        let follows = OptionName::find(self.word(0)).is_some() && self.peek(1).kind == TokenKind::Equals;
        if !follows {
            return;
        }
        let option = self.next();
        let said = self.slice(Span::new(span.end, self.previous.end)).trim();
        self.report(
            Diagnostic::error("missing-equals", span, format!("`{keyword}` without `=` begins a statement of its own"))
                .label(format!("as an option: `{keyword}={said}`"))
                .also(option.span, "this option then belongs to no statement"),
        );
        // The options are read all the same; to which statement they belong is not known.
        let _ = self.parse_options(Host::Any);
    }

    fn parse_param(&mut self, start: Span) -> Parse<ParamDeclaration> {
        let name = self.expect_name("the name of a parameter")?;
        let value_type = self.parse_value_type()?;
        let default = match self.take_if(TokenKind::Equals) {
            Some(_) => Some(self.parse_literal()?),
            None => None,
        };
        let options = self.parse_options(Host::Param);
        Ok(ParamDeclaration { span: start.to(self.previous), name, value_type, default, options })
    }

    fn parse_secret(&mut self, start: Span) -> Parse<SecretDeclaration> {
        let name = self.expect_name("the name of a secret")?;
        self.expect(TokenKind::Equals, "`=` and where the secret lies, as `= \"kv/risk/warehouse#password\"`")?;
        let path = self.expect_text("where the secret lies, as `\"kv/risk/warehouse#password\"`")?;
        Ok(SecretDeclaration { span: start.to(self.previous), name, path })
    }

    fn parse_value_type(&mut self) -> Parse<Spanned<ValueType>> {
        let token = self.next();
        let word = self.word(0);
        if let Some(value_type) = VALUE_TYPES.into_iter().find(|known| word.eq_ignore_ascii_case(known.name())) {
            self.take();
            return Ok(Spanned::new(value_type, token.span));
        }
        if token.kind != TokenKind::Word || token.line_start {
            return Err(self.missing("a type (boolean, int64, float64 or text)"));
        }
        let known =
            [("bool", "boolean"), ("int", "int64"), ("float", "float64"), ("double", "float64"), ("string", "text")];
        let other = known.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|&(_, name)| name);
        let hint = other.or_else(|| nearest(word, VALUE_TYPES.map(ValueType::name)));
        let problem = Diagnostic::error("unknown-type", token.span, format!("`{word}` is no type of a parameter"));
        let problem = match hint {
            Some(hint) => problem.label(format!("did you mean `{hint}`?")),
            None => problem.label("expected a type"),
        };
        self.report(problem.help("the types of parameters are boolean, int64, float64 and text"));
        Err(Abandoned)
    }

    pub(super) fn parse_literal(&mut self) -> Parse<Literal> {
        let token = self.next();
        match token.kind {
            TokenKind::Number => {
                self.take();
                let text = self.slice(token.span).to_owned();
                Ok(Literal::Number(Number { text, span: token.span }))
            }
            TokenKind::Text => self.expect_text("a text").map(Literal::Text),
            TokenKind::Word if self.at_word(&["true", "false"]) => {
                let value = self.word(0).eq_ignore_ascii_case("true");
                self.take();
                Ok(Literal::Boolean(Spanned::new(value, token.span)))
            }
            TokenKind::Word if !token.line_start => {
                let word = self.word(0);
                let problem = self
                    .missing_diagnostic("a value")
                    .help(format!("a value is a number, true, false or a quoted text: `\"{word}\"`"));
                self.report(problem);
                Err(Abandoned)
            }
            _ => Err(self.missing("a value: a number, true, false or a quoted text")),
        }
    }
}
