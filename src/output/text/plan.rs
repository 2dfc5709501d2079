//! Human-readable plans.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use unicode_width::UnicodeWidthStr;

use crate::api::endpoints::actions::RESIZE_PATH;
use crate::api::endpoints::create_task::TASK_PATH;
use crate::diagnostics::quote;
use crate::language::Language;
use crate::output::PlannedManifest;
use crate::output::plan_changes::{Detail, DiffLine};
use crate::output::plan_rows::{Mark, PlanRow, sections};
use crate::output::style::{HEADING, Style};
use crate::plan::{PlanItem, Totals};
use crate::text::{is_invisible, wrapped};

/// Indentation of the details of a row.
const INDENT: &str = "    ";

/// Returns the planned actions, by manifest and region. Unchanged instances are counted, or named in
/// verbose mode.
pub(crate) fn plan(
    planned: &[PlannedManifest<'_>],
    verbose: bool,
    style: Style,
    words: Language,
) -> String {
    let mut text = String::new();
    for section in sections(planned, verbose, words) {
        let _ = writeln!(text, "{}", section.title);
        let (before, deletions): (Vec<_>, Vec<_>) =
            section.rows.iter().partition(|row| row.mark != Mark::Delete);
        for row in before {
            write_row(&mut text, row, style, words);
        }
        if section.unchanged > 0 {
            let _ = writeln!(text, "  = {}", words.unchanged(section.unchanged));
        }
        for row in deletions {
            write_row(&mut text, row, style, words);
        }
    }
    text
}

/// Returns the totals of plans, with bold numbers.
pub(crate) fn totals(totals: &Totals, style: Style, words: Language) -> String {
    let lines = wrapped(&words.plan_totals(totals), "", "", style.width);
    with_bold_numbers(&lines.join("\n"), style)
}

/// Returns a text with bold numbers.
pub(in crate::output) fn with_bold_numbers(text: &str, style: Style) -> String {
    let is_number = |word: &str| {
        let word = word.trim_end().trim_end_matches([',', ';', ':']);
        let word = word.trim_start_matches(['(', '（', '：', '；', '，']);
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let words = text.split_inclusive([' ', '\n']);
    words
        .map(|word| style.paint(if is_number(word) { HEADING } else { Paint::new() }, word))
        .collect()
}

fn write_row(text: &mut String, row: &PlanRow<'_>, style: Style, words: Language) {
    let head = words.labelled(&names(row, words), &action(row, words));
    let head = format!("{} {head}", row.mark.as_str());
    for line in wrapped(&head, "  ", INDENT, style.width) {
        let _ = writeln!(text, "{}", style.paint(row.mark.paint(), line));
    }
    for detail in &row.details {
        match detail {
            Detail::Text(detail) => {
                for line in wrapped(detail, INDENT, INDENT, style.width) {
                    let _ = writeln!(text, "{line}");
                }
            }
            Detail::Change { field, old, new } => {
                let line = format!("{INDENT}{field}: {old} -> {new}");
                if line.width() <= style.width {
                    let _ = writeln!(text, "{line}");
                } else {
                    let lines = [DiffLine::new('-', old), DiffLine::new('+', new)];
                    write_diff(text, field, &lines, style);
                }
            }
            Detail::Diff { field, lines } => write_diff(text, field, lines, style),
        }
    }
}

fn write_diff(text: &mut String, field: &str, lines: &[DiffLine], style: Style) {
    let _ = writeln!(text, "{INDENT}{field}:");
    for DiffLine { sign, text: line } in lines {
        let paint = match sign {
            '-' => AnsiColor::Red.on_default(),
            '+' => AnsiColor::Green.on_default(),
            _ => Paint::new(),
        };
        let line = format!("{sign} {line}");
        let _ = writeln!(text, "{INDENT}  {}", style.paint(paint, line.trim_end()));
    }
}

/// Returns the names of a row, shortened to a count if there are many.
pub(in crate::output) fn names(row: &PlanRow<'_>, words: Language) -> String {
    words.names(&row.items.iter().map(|item| escape(item.name.as_str())).collect::<Vec<_>>())
}

/// Returns the action of a row, with the ID of one instance or the number of several.
pub(in crate::output) fn action(row: &PlanRow<'_>, words: Language) -> String {
    match &row.items[..] {
        [item] => {
            let id = item.task_id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
            format!("{}{id}", row.action)
        }
        items => words.planned_count(row.action, items.len()),
    }
}

/// Returns what is notable about a planned item, if anything.
pub(crate) fn message(item: &PlanItem, words: Language) -> Option<String> {
    item.note.as_ref().map(|note| words.plan_note(note).into_owned())
}

/// Returns a name as it can be typed; one with whitespace or control characters in backticks.
pub(crate) fn escape(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains(|c: char| is_invisible(c) || c.is_whitespace());
    if plain { name.to_owned() } else { quote(name).to_string() }
}

/// Returns the exact requests that a plan would send.
pub(crate) fn requests(planned: &[PlannedManifest<'_>]) -> String {
    let mut text = String::new();
    for item in planned.iter().flat_map(|planned| &planned.plan.items) {
        if let Some(request) = item.request.as_ref().filter(|_| item.creates()) {
            let body = serde_json::to_string_pretty(&*request.task).expect("a body is JSON");
            let _ = writeln!(text, "POST {TASK_PATH}\n{body}\n");
        } else if let Some(sizes) = item.resize() {
            let body = serde_json::to_string_pretty(&sizes).expect("a body is JSON");
            let _ = writeln!(text, "POST {RESIZE_PATH}\n{body}\n");
        }
    }
    text
}
