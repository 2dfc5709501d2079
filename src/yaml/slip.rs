//! Slips that newcomers make, told from the lines around the place where the parser gave up: what it
//! stumbles over is often not what is wrong, and seldom where.

mod bracket;
mod document;
mod indent;
mod line;
mod mark;
mod pair;
mod quote;
mod shift;
mod stranger;
mod tab;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use bracket::in_brackets;
pub(super) use document::after_document_end;
use indent::{diagnose_indentation, without_colon};
use line::SourceLine;
pub(super) use mark::word_without_colon;
pub(super) use pair::{extra, is_unclosed, list_above, mismatched, never_closed};
pub(super) use quote::{
    after_quote, quoted, reserved, unclosed, unclosed_to_line_end, unknown_escape,
};
pub use stranger::foreign_content;
pub(super) use stranger::{conflict, template};
pub(super) use tab::in_indent;

/// What is wrong, where, what to do, and the edit that mends it.
pub(super) struct SyntaxMistake {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    /// Its `key: value` stands for the line with the edit.
    pub(super) help: Cow<'static, str>,
    pub(super) fix: Option<(Range<usize>, String)>,
}

/// What to do about a value that wants quotes.
pub(super) fn quote_help(quoted: Option<&(Range<usize>, String)>) -> Cow<'static, str> {
    match quoted.filter(|(_, text)| is_quotable(text)) {
        Some((_, text)) => format!("put the whole value in quotes: `{text}`").into(),
        None => "put the whole value in quotes".into(),
    }
}

/// The line with an edit in it, as it is to be typed, where it can be shown in a help.
fn quote_fixed_line(text: &str, (edit, new): &(Range<usize>, String)) -> Option<String> {
    let line = SourceLine::at_offset(text, edit.start);
    let end = line.start + line.text.len();
    let (before, after) = (text.get(line.start..edit.start)?, text.get(edit.end..end)?);
    let mended = [before, new, after].concat().trim().to_owned();
    (edit.end <= end && is_quotable(&mended)).then_some(mended)
}

/// Whether a text is short and plain enough to stand in a help.
fn is_quotable(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation() && c != '`';
    text.chars().count() <= 60 && text.chars().all(plain)
}

impl SyntaxMistake {
    /// The help with the line that is to be typed in the place of `key: value`.
    pub(super) fn help_with_example(self, text: &str) -> Self {
        let line = self.fix.as_ref().and_then(|fix| quote_fixed_line(text, fix));
        match line.filter(|_| self.help.contains(KEY_VALUE)) {
            Some(line) => Self { help: self.help.replace(KEY_VALUE, &line).into(), ..self },
            None => self,
        }
    }
}

/// How a line of a manifest is written.
const KEY_VALUE: &str = "key: value";

/// The slip that explains a fault met at byte `at`; the line of the fault is looked at first, then
/// the one above it, where many faults begin.
pub(super) fn diagnose(text: &str, at: usize) -> Option<SyntaxMistake> {
    let here = SourceLine::at_offset(text, at);
    let last = if here.body().is_empty() { None } else { Some(here) };
    let above = here.above(text);
    if let Some(slip) = above.and_then(|above| mark::missing_colon_before_block(text, above, here))
    {
        return Some(slip);
    }
    let lines = [above.filter(|line| !in_block_scalar(text, *line)), last];
    let slip = missing_block_indicator(text, here);
    slip.or_else(|| without_colon(text, here).and_then(stranger::foreign_line))
        .or_else(|| lines.into_iter().flatten().find_map(diagnose_line))
        .or_else(|| stranger::at_document_start(text))
        .or_else(|| diagnose_indentation(text, here, at))
}

/// Whether a line belongs to a text that `|` opened.
fn in_block_scalar(text: &str, line: SourceLine<'_>) -> bool {
    let mut above = std::iter::successors(Some(line), |line| line.above(text));
    above.find(|above| above.indent() < line.indent()).is_some_and(SourceLine::opens_block)
}

fn diagnose_line(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    stranger::foreign_line(line)
        .or_else(|| non_ascii_whitespace(line))
        .or_else(|| mark::full_width_colon(line))
        .or_else(|| bracket::full_width_bracket(line))
        .or_else(|| mark::equals(line))
        .or_else(|| mark::missing_space_after_colon(line))
        .or_else(|| mark::missing_colon(line))
        .or_else(|| mark::missing_space_after_dash(line))
        .or_else(|| mark::double_dash(line))
        .or_else(|| bracket::trailing_comma_after_flow(line))
        .or_else(|| bracket::text_after_flow(line))
}

/// The lines of a script, where no `|` says that they are lines.
fn missing_block_indicator(text: &str, here: SourceLine<'_>) -> Option<SyntaxMistake> {
    let mut above = std::iter::successors(Some(here), |line| line.above(text));
    let begins = |line: &SourceLine<'_>| line.field() == Some("startScriptContent");
    let key = above.find(|line| line.indent() < here.indent() || begins(line))?;
    let indent = key.below(text)?.indent();
    if indent <= key.indent() {
        return None;
    }
    let (at, "startScriptContent") = key.key()? else { return None };
    let (behind, rest) = key.after_key()?;
    let value = rest.strip_prefix(':')?.trim();
    if value.starts_with(['|', '>', '"', '\'', '*', '&']) {
        return None;
    }
    let first = if value.is_empty() { "" } else { &format!("\n{}{value}", " ".repeat(indent)) };
    Some(SyntaxMistake {
        at: at..behind,
        message: "a script of several lines, expected `|` behind its key".to_owned(),
        help: "write `startScriptContent: |`, then each line of the script below it, indented"
            .into(),
        fix: Some((behind..behind + rest.trim_end().len(), format!(": |{first}"))),
    })
}

/// A blank that looks like one and is none, in the indentation or behind the colon.
fn non_ascii_whitespace(line: SourceLine<'_>) -> Option<SyntaxMistake> {
    let wide = |c: char| matches!(c, '\u{3000}' | '\u{a0}');
    let indent = line.text.find(|c: char| c != ' ' && !wide(c)).unwrap_or(line.text.len());
    let in_indent = line.text[..indent].find(wide).map(|at| line.start + at);
    let behind = || {
        let (at, rest) = line.after_key()?;
        rest.strip_prefix(':').filter(|rest| rest.starts_with(wide)).map(|_| at + 1)
    };
    let at = in_indent.or_else(behind)?;
    let rest = &line.text[at - line.start..];
    let found = rest.chars().next()?;
    let end = at + rest.len() - rest.trim_start().len();
    let fix = in_indent.is_none().then(|| (at..end, " ".to_owned()));
    let (name, help) = if found == '\u{3000}' {
        (
            "a full-width space",
            "type it anew as plain spaces: switch the input method to half-width",
        )
    } else {
        (
            "a no-break space",
            "type it anew as plain spaces: web pages and word processors write such ones",
        )
    };
    Some(SyntaxMistake {
        at: at..at + found.len_utf8(),
        message: format!("{name} stands where a plain space is expected"),
        help: help.into(),
        fix,
    })
}
