//! A plan as Markdown, for a pull request comment or a step summary. Text of manifests is only in code
//! spans and code blocks, so that it is displayed as it is, whatever it contains.

use std::fmt::Write as _;

use super::PlannedManifest;
use super::plan_changes::{Detail, DiffLine};
use super::plan_rows::{PlanRow, PlanSection, sections};
use super::text::plan::{action, names};
use crate::language::Language;
use crate::plan::Totals;

/// Returns plans as Markdown; `remark` says why `apply` would stop, if it would.
pub(super) fn plan(
    planned: &[PlannedManifest<'_>],
    remark: Option<&str>,
    words: Language,
) -> String {
    let totals = Totals::of(planned.iter().map(|planned| planned.plan));
    let heading = words.fixed().plan_heading;
    let mut text = format!("## {heading}\n\n**{}**\n", words.plan_totals(&totals));
    if let Some(remark) = remark {
        let _ = write!(text, "\n> {}\n", code(remark));
    }
    for section in sections(planned, false, words) {
        let _ = write!(text, "\n### {}\n", code(&section.title));
        write_section(&mut text, &section, words);
    }
    text
}

fn write_section(text: &mut String, section: &PlanSection<'_>, words: Language) {
    if !section.rows.is_empty() {
        let [instances, planned, details] = words.fixed().plan_columns;
        let _ = write!(text, "\n| | {instances} | {planned} | {details} |\n|---|---|---|---|\n");
    }
    for row in &section.rows {
        let cells = row.details.iter().filter_map(|detail| match detail {
            Detail::Text(text) => Some(cell(text)),
            Detail::Change { field, old, new } => Some(cell(&format!("{field}: {old} -> {new}"))),
            Detail::Diff { .. } => None,
        });
        let cells = cells.collect::<Vec<_>>().join("<br>");
        let (mark, names, action) = (row.mark.as_str(), names(row, words), action(row, words));
        let _ = writeln!(text, "| `{mark}` | {} | {} | {cells} |", cell(&names), cell(&action));
    }
    if section.unchanged > 0 {
        let _ = write!(text, "\n{}\n", words.unchanged(section.unchanged));
    }
    section.rows.iter().for_each(|row| write_diffs(text, row, words));
}

/// Writes the line diffs of a row, collapsed.
fn write_diffs(text: &mut String, row: &PlanRow<'_>, words: Language) {
    let diffs = row.details.iter().filter_map(|detail| match detail {
        Detail::Diff { field, lines } => Some((field, lines)),
        _ => None,
    });
    for (field, lines) in diffs {
        let line = |DiffLine { sign, text }: &DiffLine| format!("{sign}{text}\n");
        let body: String = lines.iter().map(line).collect();
        let fence = "`".repeat(longest_run(&body).max(2) + 1);
        let title = html(&words.labelled(&names(row, words), field));
        let _ = write!(
            text,
            "\n<details><summary><code>{title}</code></summary>\n\n{fence}diff\n{body}{fence}\n\n\
             </details>\n"
        );
    }
}

/// Returns a text as code in a cell of a table.
fn cell(text: &str) -> String {
    if !text.contains("\\|") {
        return code(text).replace('|', "\\|");
    }
    // Readers disagree about the end of a cell after an escaped backslash.
    let escape = |char: char| {
        if char.is_ascii_punctuation() { format!("&#{};", u32::from(char)) } else { char.into() }
    };
    format!("<code>{}</code>", text.chars().map(escape).collect::<String>())
}

/// Returns a text as a code span.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    // One space at each end is removed if both are there.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text = text.replace(['\r', '\n'], " ");
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns the length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{cell, code};

    #[test]
    fn code_spans_contain_any_text() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`a b` <b>@x</b>\n"), "`` `a b` <b>@x</b>  ``");
        assert_eq!(cell("`a` | b"), "`` `a` \\| b ``");
        assert_eq!(cell("a\\|b"), "<code>a&#92;&#124;b</code>");
    }
}
