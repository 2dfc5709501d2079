//! Slips that newcomers make, told from the lines around the place where the parser gave up: what it
//! stumbles over is often not what is wrong, and seldom where.

mod bracket;
mod document;
mod indent;
mod line;
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
    if let Some(slip) = above.and_then(|above| colonless(text, above, here)) {
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
        .or_else(|| wide_colon(line))
        .or_else(|| bracket::wide(line))
        .or_else(|| equals(line))
        .or_else(|| tight_colon(line))
        .or_else(|| no_colon(line))
        .or_else(|| tight_dash(line))
        .or_else(|| second_dash(line))
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

/// A key alone on its line, without its colon, above what belongs to it.
fn colonless(text: &str, above: Line<'_>, here: Line<'_>) -> Option<Slip> {
    let (at, key) = above.key()?;
    let deeper = here.indent() > above.indent() || here.is_item();
    if !deeper
        || !matches!(key, "instances" | "defaults" | "mountInfoList" | "containerPortInfoList")
    {
        return None;
    }
    let end = at + key.len();
    (bare_word(text, at) == key.len()).then(|| Slip {
        at: at..end,
        message: format!("a colon is missing after `{key}`"),
        help: "write `key: value`, and what belongs to it below, indented".into(),
        fix: Some((end..end, ":".to_owned())),
    })
}

/// The length of the word at byte `at`, where nothing else stands on its line.
pub(super) fn bare_word(text: &str, at: usize) -> usize {
    let line = Line::at(text, at);
    match line.key() {
        Some((start, key)) if start == at && line.body().ends_with(key) => key.len(),
        _ => 0,
    }
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

fn wide_colon(line: Line<'_>) -> Option<Slip> {
    let (at, rest) = line.behind_key()?;
    let wide = '：'.len_utf8();
    let value = rest.strip_prefix('：')?;
    let gap = if value.is_empty() || value.starts_with(' ') { ":" } else { ": " };
    Some(Slip {
        at: at..at + wide,
        message: "`：` is a full-width colon, expected `:` and a space".to_owned(),
        help: "write `key: value`, with the colon of the half-width input method".into(),
        fix: Some((at..at + wide, gap.to_owned())),
    })
}

fn equals(line: Line<'_>) -> Option<Slip> {
    let (at, rest) = line.behind_key()?;
    let (key_at, _) = line.key()?;
    let value = rest.trim_start().strip_prefix('=').filter(|rest| !rest.starts_with('='))?;
    let end = at + rest.len() - value.len();
    let gap = if value.starts_with(' ') { ":" } else { ": " };
    // In a script `a=b` is a line like any other; there it is no key of ours either.
    Some(Slip {
        at: key_at..end,
        message: "`=` stands where `:` is expected".to_owned(),
        help: "write `key: value`".into(),
        fix: Some((at..end, gap.to_owned())),
    })
}

fn tight_colon(line: Line<'_>) -> Option<Slip> {
    let (at, rest) = line.behind_key()?;
    let (key_at, key) = line.key()?;
    let value = rest.strip_prefix(':')?;
    // What these hold stands below them.
    let holds = matches!(key, "instances" | "defaults" | "mountInfoList" | "containerPortInfoList")
        && !value.starts_with(['[', '{', '*', '&']);
    let tight = value.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '/' | ':'));
    let word = value.find(char::is_whitespace).unwrap_or(value.len());
    // `resourceGrou:p main`: the colon may stand too early.
    let rest = value[word..].trim_start();
    let number = value.starts_with(|c: char| c.is_ascii_digit())
        && matches!(key, "ramSize" | "timeoutLimit");
    let begins = value.starts_with(['"', '\'', '[', '{', '&', '*', '!', '|', '>', '=']);
    let early = word <= 3 && !rest.is_empty() && !rest.starts_with('#');
    let early = early && !number && !begins && !line.is_free_text();
    // `:=` is one mark.
    let mark = at..at + 1 + usize::from(value.starts_with('='));
    let gap = if value.starts_with("= ") { ":" } else { ": " };
    tight.then(|| Slip {
        at: key_at..at + 1 + word,
        message: "a space is missing after the colon".to_owned(),
        help: match (holds, early) {
            (true, _) => "write what belongs to it below it, indented",
            (_, true) => "write `: ` between the key and its value, right behind the whole key",
            _ => "write `key: value`",
        }
        .into(),
        fix: (!early && !holds).then(|| (mark, gap.to_owned())),
    })
}

/// `taskType jupyter`: a field and its value, and no colon between them.
fn no_colon(line: Line<'_>) -> Option<Slip> {
    let (at, rest) = line.behind_key()?;
    let (key_at, key) = line.key()?;
    let value = rest.strip_prefix(' ')?.trim();
    let sure = line.names_a_field() && !value.is_empty() && !value.contains([':', '=']);
    sure.then(|| Slip {
        at: key_at..at,
        message: format!("a colon is missing after `{key}`"),
        help: "write `key: value`".into(),
        fix: Some((at..at, ":".to_owned())),
    })
}

fn tight_dash(line: Line<'_>) -> Option<Slip> {
    let body = line.body();
    let dash =
        body.chars().next().filter(|c| matches!(c, '-' | '－' | '—' | '–' | '•' | '·' | '*'))?;
    let rest = &body[dash.len_utf8()..];
    let named =
        rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains(':');
    if !named || dash == '-' && rest.starts_with(' ') {
        return None;
    }
    let at = line.start + line.text.find(dash)?;
    let gap = if rest.starts_with(' ') { "-" } else { "- " };
    let message = match dash {
        '-' => "a space is missing after the dash".to_owned(),
        dash => format!("`{dash}` is no dash that begins a list item, expected `-` and a space"),
    };
    Some(Slip {
        at: at..at + dash.len_utf8(),
        message,
        help: "write `key: value`".into(),
        fix: Some((at..at + dash.len_utf8(), gap.to_owned())),
    })
}

/// `- - key: value`: a list of one item in place of the item.
fn second_dash(line: Line<'_>) -> Option<Slip> {
    let rest = line.body().strip_prefix("- ")?;
    if !rest.starts_with("- ") || !line.behind_key()?.1.starts_with(':') {
        return None;
    }
    let at = line.start + line.text.find('-')? + "- ".len();
    Some(Slip {
        at: at..at + 1,
        message: "a second dash begins a list inside this item".to_owned(),
        help: "begin the item with one dash: write `key: value`".into(),
        fix: Some((at..at + "- ".len(), String::new())),
    })
}
