//! Block texts (`|` and `>`): their headers, and lines that are not indented like the others.

use std::ops::Range;

use super::line::Line;
use super::{Failure, SyntaxDiagnosis, foreign};
use crate::diagnostics::{BlockTextFault as Fault, SyntaxMistake};
use crate::yaml::SyntaxErrorKind as ErrorKind;

/// Maximum number of lines below a block text that are read to find out where it was left.
const MAX_LINES: usize = 200;

/// A block text as the parser read it.
pub(super) struct BlockText<'t> {
    /// Column of the key that it belongs to.
    key: usize,
    /// Its first line, if it has any.
    first: Option<Line<'t>>,
    /// The line that ended it.
    end: Line<'t>,
}

impl<'t> BlockText<'t> {
    /// Returns the text from its first character to the first one after it; `None` at the end of
    /// the file.
    pub(super) fn new(text: &'t str, range: Range<usize>) -> Option<Self> {
        let is_empty = text.get(range.clone())?.trim().is_empty();
        let first = Line::at(text, range.start);
        let end = Line::at(text, range.end);
        let header = first.previous()?;
        let key = header.column().unwrap_or(header.indent());
        Some(Self { key, first: (!is_empty).then_some(first), end })
    }
}

fn mistake(fault: Fault) -> SyntaxMistake {
    SyntaxMistake::BlockText(fault)
}

/// Recognises invalid characters, or text, after the indicator of a block text.
pub(super) fn header(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let line = failure.line;
    let written = failure.text.get(failure.at..line.end())?.trim_end();
    let indicator = written.chars().next()?;
    let only =
        written.chars().all(|c| matches!(c, '|' | '>' | '+' | '-' | ' ') || c.is_ascii_digit());
    let fault = if only { Fault::Header } else { Fault::TextAfterIndicator };
    let width = if only { written.len() } else { 1 };
    Some(SyntaxDiagnosis::new(failure.at..failure.at + width, mistake(fault(indicator))))
}

/// Recognises a block text whose first lines are less deep than its indicator or a blank line say.
pub(super) fn wrong_first_lines(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    if !matches!(failure.kind, ErrorKind::InvalidBlockScalarIndent) {
        return None;
    }
    let header = failure.line.previous()?;
    let written = header.block_header()?;
    let at = header.start + header.text.rfind(written)?;
    let column = failure.line.indent();
    if let Some(digit) = written.find(|c: char| c.is_ascii_digit()) {
        let stated = usize::from(written.as_bytes()[digit] - b'0');
        let found = column.saturating_sub(header.column().unwrap_or(header.indent()));
        let mistake = mistake(Fault::TooFewSpaces(stated, found));
        return Some(SyntaxDiagnosis::new(at + digit..at + digit + 1, mistake));
    }
    let mut start = header.end();
    for line in failure.text[header.end()..failure.line.start].split_inclusive('\n') {
        let blank = line.trim_end_matches(['\n', '\r']);
        if blank.len() > column {
            let at = start..start + blank.len();
            let found = SyntaxDiagnosis::new(at.clone(), mistake(Fault::BlankLineDeeper));
            return Some(found.replace(at, ""));
        }
        start += line.len();
    }
    None
}

/// Recognises a line that ended a block text although it belongs to it: the lines from there to
/// the error are not those of a manifest.
pub(super) fn left(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let block = failure.block.as_ref()?;
    let left = first_outside(failure, block)?;
    let content = block.first.map(Line::indent);
    let at = word(left);
    let Some(first) = block.first else {
        return Some(SyntaxDiagnosis::new(at, mistake(Fault::NotIndented)));
    };
    let column = first.indent();
    let inside = |line: &Line<'_>| line.indent() > block.key;
    let rest: Vec<Line<'_>> =
        std::iter::once(left).chain(left.all_below()).take_while(inside).take(MAX_LINES).collect();
    let least = rest.iter().map(|line| line.indent()).min();
    let above =
        first.all_below().take_while(|line| line.start < left.start).take(MAX_LINES).count();
    if above == 0
        && least == Some(left.indent())
        && (left.indent() == block.key + 2 || rest.len() > 1 && content != Some(block.key + 2))
    {
        // The first line decides the column of the text.
        let mistake = mistake(Fault::FirstLineDeeper(left.indent()));
        let blanks = first.start..first.first();
        let found = SyntaxDiagnosis::new(word(first), mistake);
        return Some(found.replace(blanks, " ".repeat(left.indent())));
    }
    let goes_on = rest.get(1).is_none_or(|line| line.indent() >= column);
    // With a larger difference, the lines above may just as well be too deep.
    let near = column - left.indent() == 1 && goes_on && !rest.is_empty();
    let fix = near.then(|| (left.start..left.first(), " ".repeat(column)));
    let fault = if left.is_comment() { Fault::CommentLess } else { Fault::LineLess };
    Some(SyntaxDiagnosis::new(at, mistake(fault(column))).fix(fix))
}

/// Returns the first line after a block text that belongs to it, by what follows up to the error.
fn first_outside<'t>(failure: &Failure<'t>, block: &BlockText<'t>) -> Option<Line<'t>> {
    let last = failure.line;
    let lines = std::iter::once(block.end).chain(block.end.all_below());
    let run: Vec<Line<'_>> =
        lines.take_while(|line| line.start <= last.start).take(MAX_LINES).collect();
    if run.last().map(|line| line.start) != Some(last.start) {
        return None;
    }
    let column = block.first.map_or(block.key + 1, Line::indent);
    let is_deep = |line: &Line<'_>| line.indent() >= column;
    let comments = run.iter().take_while(|line| line.is_comment()).count();
    let (comment, next) = (run.first()?, run.get(comments)?);
    // A comment that the text goes on after is one of its lines.
    let left = if comments > 0 && is_deep(next) { *comment } else { *next };
    let between = block.key < left.indent() && left.indent() < column;
    // A key that is not deeper than the text's own is a line of it only in a file that it writes.
    let start = block.first.map_or(left.start, |first| first.start);
    let is_key = left.is_key() && !between && !failure.text[start..left.start].contains("<<");
    if is_key || left.is_of_manifest(block.key) {
        return None;
    }
    let others = run.iter().skip(comments).filter(|line| !line.is_comment());
    let mut of_manifest = others.clone().filter(|line| line.is_of_manifest(block.key));
    // The parser may have gone on to the first field after the text.
    let deep = others.clone().any(is_deep);
    if of_manifest.any(|line| !deep || line.start != last.start || is_deep(line)) {
        return None;
    }
    let goes_on = others.clone().any(is_deep) || last.below().is_some_and(|line| is_deep(&line));
    if !goes_on && foreign::is_foreign_to_scripts(left) {
        return None;
    }
    let mark = matches!(left.body(), "---" | "...");
    let is_text = if mark { !last.is_key() } else { between || !left.is_key() || !last.is_key() };
    (is_text || goes_on).then_some(left)
}

/// Returns the range of a line's first word.
fn word(line: Line<'_>) -> Range<usize> {
    let at = line.first();
    // Blanks of other scripts, such as U+0085, are letters in YAML.
    let body = &line.text[line.indent()..];
    let end = body.find([' ', '\t']).unwrap_or(body.len());
    let key = line.key().filter(|(start, _)| *start == at);
    at..at + key.map_or(end, |(_, key)| key.len()).max(1)
}

/// Recognises a text of several lines whose key has no indicator, or a mistyped one.
pub(super) fn missing_indicator(failure: &Failure<'_>) -> Option<SyntaxDiagnosis> {
    let comment = matches!(failure.kind, ErrorKind::CommentInterceptedScalar);
    let target = if comment { failure.line.below()? } else { failure.line };
    let begins = |line: &Line<'_>| line.field() == Some("startScriptContent");
    let mut lines = std::iter::once(target).chain(target.all_above());
    let key = lines.find(|line| line.indent() < target.indent() || begins(line))?;
    key.below().filter(|line| line.indent() > key.indent())?;
    let (at, name) = key.key()?;
    let (after, rest) = key.after_key()?;
    let value = rest.strip_prefix(':')?.trim();
    let end = after + rest.trim_end().len();
    if let Some(expected) = mistyped_indicator(value) {
        let start = end - value.len();
        let mistake = mistake(Fault::MistypedIndicator(expected));
        return Some(SyntaxDiagnosis::new(start..end, mistake).replace(start..end, expected));
    }
    if value.starts_with(['|', '>', '"', '\'', '*', '&']) {
        return None;
    }
    if name != "startScriptContent" {
        let at = failure.at..failure.at + 1;
        return comment.then(|| SyntaxDiagnosis::new(at, SyntaxMistake::CommentInValue));
    }
    // The lines may be several commands, or one command over several lines.
    Some(SyntaxDiagnosis::new(at..after, mistake(Fault::NoIndicator(name.to_owned()))))
}

/// Returns the indicator that characters like `｜` and `-|` mean.
fn mistyped_indicator(value: &str) -> Option<&'static str> {
    let bar = value.trim_matches(['-', '－', '—', '–']);
    let known = matches!(bar, "|" | "||" | "｜" | "¦" | "│" | "丨" | "∣");
    let valid = value.starts_with('|') && bar != "||";
    let strips = bar.len() < value.len();
    (known && !valid).then_some(if strips { "|-" } else { "|" })
}
