//! Names, texts and signs that must come next, and what is said where they do not.

use super::recover::begins_statement;
use super::{Abandoned, DIAGNOSTICS_KEPT_MAX, Parse, Parser};
use crate::diagnostic::Diagnostic;
use crate::lexer::{Token, TokenKind, is_word_part, text_value};
use crate::source::Span;
use crate::syntax::{Name, Text};

/// Words that no name may be, in any letter case.
const RESERVED: [&str; 4] = ["s3", "true", "false", "descr"];

impl Parser<'_> {
    /// Takes a token of a kind or reports that it is missing.
    pub(super) fn expect(&mut self, kind: TokenKind, what: &str) -> Parse<Token> {
        self.take_if(kind).ok_or(()).map_err(|()| self.missing(what))
    }

    /// Takes a name, or reports that `what` is missing.
    pub(super) fn expect_name(&mut self, what: &str) -> Parse<Name> {
        let token = self.next();
        if token.kind != TokenKind::Word || self.statement_for_name() {
            let problem = self.missing_diagnostic(what);
            let problem = self.explain_no_name(problem, token);
            self.report(problem);
            return Err(Abandoned);
        }
        let word = self.slice(token.span);
        if RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) {
            // It was meant as one, so what follows is read as if it were.
            self.report(
                Diagnostic::error("reserved-word", token.span, format!("`{word}` cannot be a name"))
                    .label(format!("expected {what}"))
                    .help("`s3`, `true`, `false` and `descr` are reserved in any letter case; choose another name"),
            );
        }
        self.take();
        Ok(Name::new(word, token.span))
    }

    fn explain_no_name(&mut self, problem: Diagnostic, token: Token) -> Diagnostic {
        match token.kind {
            TokenKind::Number => {
                let follows = self.peek(1);
                let glued = follows.kind == TokenKind::Word && !follows.blank_before;
                let span = if glued { token.span.to(follows.span) } else { token.span };
                let written = self.slice(span);
                Diagnostic::error("bad-name", span, format!("`{written}` is no name"))
                    .label(problem.primary.text)
                    .help("a name is a letter or `_`, then letters, digits and `_`")
            }
            TokenKind::Text => {
                let text = text_value(self.slice(token.span));
                if is_name(&text) { problem.help(format!("names stand without quotes: `{text}`")) } else { problem }
            }
            _ => problem,
        }
    }

    /// Takes a quoted text, or reports that `what` is missing.
    pub(super) fn expect_text(&mut self, what: &str) -> Parse<Text> {
        if let Some(token) = self.take_if(TokenKind::Text) {
            return Ok(Text::new(text_value(self.slice(token.span)), token.span));
        }
        let token = self.next();
        let mut problem = self.missing_diagnostic(what);
        if matches!(token.kind, TokenKind::Word | TokenKind::Number) && !token.line_start {
            problem = problem.help(format!("put it in quotes: `\"{}\"`", self.slice(token.span)));
        }
        self.report(problem);
        Err(Abandoned)
    }

    /// Reports that something is missing where the next token stands.
    pub(super) fn missing(&mut self, what: &str) -> Abandoned {
        let problem = self.missing_diagnostic(what);
        self.report(problem);
        Abandoned
    }

    pub(super) fn missing_diagnostic(&mut self, what: &str) -> Diagnostic {
        let token = self.next();
        if token.kind == TokenKind::UnclosedText {
            return self.unclosed_text(token);
        }
        if self.is_foreign_letter(token) {
            return self.foreign_letter(token);
        }
        let found = self.describe(token);
        // On a later line the eye is still on what came before.
        if (token.line_start || token.kind == TokenKind::End) && !self.previous.is_empty() {
            let previous = self.slice(self.previous);
            let previous = match previous {
                long if long.len() > 40 || long.contains(['\n', '\r']) => String::from("this"),
                short => format!("`{short}`"),
            };
            let place = if token.kind == TokenKind::End { "" } else { " on the next line" };
            let message = format!("expected {what} after {previous}, found {found}{place}");
            let problem =
                Diagnostic::error("syntax", self.previous, message).label(format!("expected {what} after this"));
            return match self.lexer.unclosed_comment().filter(|_| token.kind == TokenKind::End) {
                Some(comment) => problem.also(comment, "this comment is never closed"),
                None => problem,
            };
        }
        Diagnostic::error("syntax", token.span, format!("expected {what}, found {found}"))
            .label(format!("expected {what}"))
    }

    /// Whether a token is letters that no name may have, right behind a name.
    pub(super) fn is_foreign_letter(&self, token: Token) -> bool {
        let is_letter = self.slice(token.span).chars().next().is_some_and(char::is_alphanumeric);
        token.kind == TokenKind::Unknown && is_letter && !token.blank_before
    }

    pub(super) fn foreign_letter(&self, token: Token) -> Diagnostic {
        let letter: String = self.slice(token.span).chars().take(1).collect();
        Diagnostic::error("bad-name", token.span, format!("`{letter}` cannot stand in a name"))
            .label("the name ends before this")
            .help("names are letters a to z, digits and `_`; quoted texts may hold any characters")
    }

    pub(super) fn unclosed_text(&mut self, token: Token) -> Diagnostic {
        let quote = &self.slice(token.span)[..1];
        Diagnostic::error("unclosed-text", token.span, format!("this text is never closed with {quote}"))
            .label("begins here")
            .help(format!("put the closing {quote} behind it"))
    }

    /// A token in words.
    pub(super) fn describe(&self, token: Token) -> String {
        let text = self.slice(token.span);
        match token.kind {
            TokenKind::End => String::from("the end of the file"),
            TokenKind::Text | TokenKind::UnclosedText => String::from("a quoted text"),
            _ if text.chars().any(char::is_control) => format!("`{}`", text.escape_debug()),
            _ => format!("`{text}`"),
        }
    }

    /// Keeps a problem, unless one of the same place has just been kept.
    pub(super) fn report(&mut self, problem: Diagnostic) {
        let last = self.diagnostics.last();
        let repeated = last.is_some_and(|last| last.is_error() && last.primary.span == problem.primary.span);
        if problem.is_error() && repeated || self.diagnostics.len() >= DIAGNOSTICS_KEPT_MAX {
            return;
        }
        let problem = match self.suspect.take() {
            Some(text) if problem.is_error() && self.is_just_behind(text, problem.primary.span) => {
                self.blame_text(text, &problem)
            }
            _ => problem,
        };
        self.diagnostics.push(problem);
    }

    /// Whether a problem stands on the line where a text ends.
    fn is_just_behind(&self, text: Span, problem: Span) -> bool {
        problem.start >= text.start
            && (problem.start < text.end || !self.slice(Span::new(text.end, problem.start)).contains(['\n', '\r']))
    }

    /// A text that lacks its closing quote ends at the next opening one, so the problem shows only behind it. Names the
    /// text instead, and goes on at the end of its first line.
    fn blame_text(&mut self, text: Span, problem: &Diagnostic) -> Diagnostic {
        let written = self.slice(text);
        let quote = &written[..1];
        let line_end = written.find(['\n', '\r']).unwrap_or(1).max(1);
        let source = self.source.text();
        let resume = text.start + source[text.start..].find(['\n', '\r']).unwrap_or(source.len() - text.start);
        let place = Span::new(text.start, text.start + line_end);
        self.move_to(resume);
        Diagnostic::error("unclosed-text", place, format!("this text seems to lack its closing {quote}"))
            .label("begins here")
            .also(Span::new(text.end - 1, text.end), format!("and goes on up to here: {}", problem.message))
            .help(format!("put the closing {quote} where the text ends"))
    }
}

fn is_name(text: &str) -> bool {
    let starts = text.bytes().next().is_some_and(|first| !first.is_ascii_digit());
    starts && text.bytes().all(is_word_part)
}

/// Whether a quoted text looks as if it had run over its end to the opening quote of the next: it ends like `name=`, or
/// one of its lines begins a statement.
pub(super) fn is_suspect(written: &str) -> bool {
    let inside = &written[1..written.len() - 1];
    let end = inside.trim_end().to_ascii_lowercase();
    let runs_on = end.ends_with('=') && inside.contains(' ');
    let last_line = end.lines().last().unwrap_or_default().trim();
    let ends_in_header = matches!(last_line, "label" | "descr") && inside.contains('\n');
    runs_on || ends_in_header || inside.lines().skip(1).any(begins_statement)
}
