//! Common beginner mistakes, detected from the lines around the position where the parser stopped:
//! the reported error is often not the actual mistake, and rarely at its location.

mod bracket_matching;
mod classify;
mod document_indent;
mod flow_separators;
mod foreign_content;
mod indentation;
mod indicators;
mod messages;
mod quoting;
mod reindent;
mod source_line;
mod tabs;

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostics::Fix;
use crate::source::Span;
use crate::yaml::{Parsed, SyntaxError};
use classify::classify;
use document_indent::after_document_end;
use indentation::{diagnose_indentation, without_colon};
use source_line::SourceLine;

pub(super) use quoting::quoted;

/// A syntax error, located at its cause.
pub(super) struct SyntaxDiagnosis {
    pub(super) span: Span,
    /// Found and expected text.
    pub(super) message: Cow<'static, str>,
    pub(super) help: Cow<'static, str>,
    /// Safe fix, if any.
    pub(super) fix: Option<Fix>,
    /// The bracket that it does not match.
    pub(super) opener: Option<Span>,
}

/// A mistake: its location, message, help and fix.
struct SyntaxMistake {
    at: Range<usize>,
    message: String,
    /// The text `key: value` in it is replaced with the fixed line.
    help: Cow<'static, str>,
    fix: Option<(Range<usize>, String)>,
}

/// Diagnoses the syntax error at which parsing stopped, if any.
pub(super) fn diagnose(parsed: &mut Parsed<'_>, text: &str) -> Option<SyntaxDiagnosis> {
    let mistake = match parsed.syntax_error.as_ref()? {
        SyntaxError::TextAfterAlias { alias } => {
            let at = alias.range();
            let fix = quoted(text, at.start);
            let message = "`*` starts an alias, but text follows it".to_owned();
            SyntaxMistake { at, message, help: quote_help(fix.as_ref()), fix }
        }
        SyntaxError::Parser { kind, at, open, document } => {
            let after = |document: Span| after_document_end(text, document.range(), *at);
            let Some(mistake) = document.and_then(after) else {
                return Some(classify(kind, text, *at, *open));
            };
            let last = parsed.documents().last().map(|(_, root)| root.span());
            if last == *document {
                parsed.drop_last_document();
            }
            mistake
        }
    };
    Some(mistake.into_diagnosis(text))
}

/// Returns the help for a value that needs quotes.
fn quote_help(quoted: Option<&(Range<usize>, String)>) -> Cow<'static, str> {
    match quoted.filter(|(_, text)| is_quotable(text)) {
        Some((_, text)) => format!("put the whole value in quotes: `{text}`").into(),
        None => "put the whole value in quotes".into(),
    }
}

/// Returns the fixed line as it should be typed, if it can be shown in a help message.
fn quote_fixed_line(text: &str, edit: &Range<usize>, new: &str) -> Option<String> {
    let line = SourceLine::at_offset(text, edit.start);
    let end = line.start + line.text.len();
    let (before, after) = (text.get(line.start..edit.start)?, text.get(edit.end..end)?);
    let fixed = [before, new, after].concat().trim().to_owned();
    (edit.end <= end && is_quotable(&fixed)).then_some(fixed)
}

/// Checks whether the text is short and printable enough to quote in a help message.
fn is_quotable(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation() && c != '`';
    text.chars().count() <= 60 && text.chars().all(plain)
}

impl SyntaxMistake {
    /// Returns the diagnosis of the mistake.
    fn into_diagnosis(self, text: &str) -> SyntaxDiagnosis {
        let Self { at, message, help, fix } = self.help_with_example(text);
        let fix = fix.map(|(range, text)| Fix { span: Span::new(range), text });
        SyntaxDiagnosis { span: Span::new(at), message: message.into(), help, fix, opener: None }
    }

    /// Replaces `key: value` in the help with the line as it should be typed.
    fn help_with_example(self, text: &str) -> Self {
        let line = self.fix.as_ref().and_then(|(edit, new)| quote_fixed_line(text, edit, new));
        match line.filter(|_| self.help.contains(KEY_VALUE)) {
            Some(line) => Self { help: self.help.replace(KEY_VALUE, &line).into(), ..self },
            None => self,
        }
    }
}

/// Form of a manifest line.
const KEY_VALUE: &str = "key: value";

/// Returns the mistake that explains an error at byte `at`. Checks the line of the error and the
/// one above it, where many errors begin.
fn diagnose_lines(text: &str, at: usize) -> Option<SyntaxMistake> {
    let target = SourceLine::at_offset(text, at);
    let last = if target.body().is_empty() { None } else { Some(target) };
    let above = target.above(text);
    if let Some(mistake) =
        above.and_then(|above| indicators::missing_colon_before_block(text, above, target))
    {
        return Some(mistake);
    }
    let lines = [above.filter(|line| !in_block_scalar(text, *line)), last];
    let mistake = missing_block_indicator(text, target);
    mistake
        .or_else(|| without_colon(text, target).and_then(foreign_content::foreign_line))
        .or_else(|| lines.into_iter().flatten().find_map(diagnose_line))
        .or_else(|| foreign_content::at_document_start(text))
        .or_else(|| diagnose_indentation(text, target, at))
}

/// Checks whether a line belongs to a block scalar.
fn in_block_scalar(text: &str, line: SourceLine<'_>) -> bool {
    let mut above = std::iter::successors(Some(line), |line| line.above(text));
    above.find(|above| above.indent() < line.indent()).is_some_and(SourceLine::opens_block)
}

fn diagnose_line(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    foreign_content::foreign_line(line)
        .or_else(|| non_ascii_whitespace(line))
        .or_else(|| indicators::full_width_colon(line))
        .or_else(|| flow_separators::full_width_bracket(line))
        .or_else(|| indicators::equals(line))
        .or_else(|| indicators::missing_space_after_colon(line))
        .or_else(|| indicators::missing_colon(line))
        .or_else(|| indicators::missing_space_after_dash(line))
        .or_else(|| indicators::double_dash(line))
        .or_else(|| flow_separators::trailing_comma_after_flow(line))
        .or_else(|| flow_separators::text_after_flow(line))
}

/// Detects a script of several lines without the `|`.
fn missing_block_indicator(text: &str, target: SourceLine<'_>) -> Option<SyntaxMistake> {
    let mut above = std::iter::successors(Some(target), |line| line.above(text));
    let begins = |line: &SourceLine<'_>| line.field() == Some("startScriptContent");
    let key = above.find(|line| line.indent() < target.indent() || begins(line))?;
    let indent = key.below(text)?.indent();
    if indent <= key.indent() {
        return None;
    }
    let (at, "startScriptContent") = key.key()? else { return None };
    let (after, rest) = key.after_key()?;
    let value = rest.strip_prefix(':')?.trim();
    if value.starts_with(['|', '>', '"', '\'', '*', '&']) {
        return None;
    }
    let first = if value.is_empty() { "" } else { &format!("\n{}{value}", " ".repeat(indent)) };
    Some(SyntaxMistake {
        at: at..after,
        message: "a script of several lines, expected `|` after its key".to_owned(),
        help: "write `startScriptContent: |`, then each line of the script below it, indented"
            .into(),
        fix: Some((after..after + rest.trim_end().len(), format!(": |{first}"))),
    })
}

/// Detects a character that looks like a space but is not one, in the indentation or after the
/// colon.
fn non_ascii_whitespace(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let wide = |c: char| matches!(c, '\u{3000}' | '\u{a0}');
    let indent = line.text.find(|c: char| c != ' ' && !wide(c)).unwrap_or(line.text.len());
    let in_indent = line.text[..indent].find(wide).map(|at| line.start + at);
    let after = || {
        let (at, rest) = line.after_key()?;
        rest.strip_prefix(':').filter(|rest| rest.starts_with(wide)).map(|_| at + 1)
    };
    let at = in_indent.or_else(after)?;
    let rest = &line.text[at - line.start..];
    let found = rest.chars().next()?;
    let end = at + rest.len() - rest.trim_start().len();
    let fix = in_indent.is_none().then(|| (at..end, " ".to_owned()));
    let (name, help) = if found == '\u{3000}' {
        (
            "a full-width space",
            "replace it with plain spaces: switch the input method to half-width",
        )
    } else {
        (
            "a no-break space",
            "replace it with plain spaces: web pages and word processors produce such characters",
        )
    };
    Some(SyntaxMistake {
        at: at..at + found.len_utf8(),
        message: format!("{name}, expected a plain space"),
        help: help.into(),
        fix,
    })
}
