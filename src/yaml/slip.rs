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
pub(super) use document::behind_document;
use indent::{badly_indented, without_colon};
use line::Line;
pub(super) use mark::bare_word;
pub(super) use pair::{extra, list_above, mismatched, never_closed, stands_open};
pub(super) use quote::{behind_quote, left_open, quoted, reserved, unclosed, unknown_escape};
pub use stranger::stranger;
pub(super) use stranger::{conflict, template};
pub(super) use tab::in_indent;

/// What is wrong, where, what to do, and the edit that mends it.
pub(super) struct Slip {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    /// Its `key: value` stands for the line with the edit.
    pub(super) help: Cow<'static, str>,
    pub(super) fix: Option<(Range<usize>, String)>,
}

/// What to do about a value that wants quotes.
pub(super) fn in_quotes(quoted: Option<&(Range<usize>, String)>) -> Cow<'static, str> {
    match quoted.filter(|(_, text)| is_short(text)) {
        Some((_, text)) => format!("put the whole value in quotes: `{text}`").into(),
        None => "put the whole value in quotes".into(),
    }
}

/// The line with an edit in it, as it is to be typed, where it can be shown in a help.
fn mended(text: &str, (edit, new): &(Range<usize>, String)) -> Option<String> {
    let line = Line::at(text, edit.start);
    let end = line.start + line.text.len();
    let (before, after) = (text.get(line.start..edit.start)?, text.get(edit.end..end)?);
    let mended = [before, new, after].concat().trim().to_owned();
    (edit.end <= end && is_short(&mended)).then_some(mended)
}

/// Whether a text is short and plain enough to stand in a help.
fn is_short(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation() && c != '`';
    text.chars().count() <= 60 && text.chars().all(plain)
}

impl Slip {
    /// The help with the line that is to be typed in the place of `key: value`.
    pub(super) fn spelt_out(self, text: &str) -> Self {
        let line = self.fix.as_ref().and_then(|fix| mended(text, fix));
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
pub(super) fn find(text: &str, at: usize) -> Option<Slip> {
    let here = Line::at(text, at);
    let last = if here.body().is_empty() { None } else { Some(here) };
    let above = here.above(text);
    if let Some(slip) = above.and_then(|above| mark::colonless(text, above, here)) {
        return Some(slip);
    }
    let lines = [above.filter(|line| !is_text(text, *line)), last];
    let slip = unmarked_script(text, here);
    slip.or_else(|| without_colon(text, here).and_then(stranger::told))
        .or_else(|| lines.into_iter().flatten().find_map(slip_in))
        .or_else(|| stranger::at_the_top(text))
        .or_else(|| badly_indented(text, here, at))
}

/// Whether a line belongs to a text that `|` opened.
fn is_text(text: &str, line: Line<'_>) -> bool {
    let mut above = std::iter::successors(Some(line), |line| line.above(text));
    above.find(|above| above.indent() < line.indent()).is_some_and(Line::opens_block)
}

fn slip_in(line: Line<'_>) -> Option<Slip> {
    stranger::told(line)
        .or_else(|| wide_indent(line))
        .or_else(|| mark::wide_colon(line))
        .or_else(|| bracket::wide(line))
        .or_else(|| mark::equals(line))
        .or_else(|| mark::tight_colon(line))
        .or_else(|| mark::no_colon(line))
        .or_else(|| mark::tight_dash(line))
        .or_else(|| mark::second_dash(line))
        .or_else(|| bracket::comma_behind(line))
        .or_else(|| bracket::text_behind(line))
}

/// The lines of a script, where no `|` says that they are lines.
fn unmarked_script(text: &str, here: Line<'_>) -> Option<Slip> {
    let mut above = std::iter::successors(Some(here), |line| line.above(text));
    let begins = |line: &Line<'_>| line.field() == Some("startScriptContent");
    let key = above.find(|line| line.indent() < here.indent() || begins(line))?;
    let indent = key.below(text)?.indent();
    if indent <= key.indent() {
        return None;
    }
    let (at, "startScriptContent") = key.key()? else { return None };
    let (behind, rest) = key.behind_key()?;
    let value = rest.strip_prefix(':')?.trim();
    if value.starts_with(['|', '>', '"', '\'', '*', '&']) {
        return None;
    }
    let first = if value.is_empty() { "" } else { &format!("\n{}{value}", " ".repeat(indent)) };
    Some(Slip {
        at: at..behind,
        message: "a script of several lines, expected `|` behind its key".to_owned(),
        help: "write `startScriptContent: |`, then each line of the script below it, indented"
            .into(),
        fix: Some((behind..behind + rest.trim_end().len(), format!(": |{first}"))),
    })
}

/// A blank that looks like one and is none, in the indentation or behind the colon.
fn wide_indent(line: Line<'_>) -> Option<Slip> {
    let wide = |c: char| matches!(c, '\u{3000}' | '\u{a0}');
    let indent = line.text.find(|c: char| c != ' ' && !wide(c)).unwrap_or(line.text.len());
    let in_indent = line.text[..indent].find(wide).map(|at| line.start + at);
    let behind = || {
        let (at, rest) = line.behind_key()?;
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
    Some(Slip {
        at: at..at + found.len_utf8(),
        message: format!("{name} stands where a plain space is expected"),
        help: help.into(),
        fix,
    })
}
