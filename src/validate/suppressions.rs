//! Comments that suppress warnings and notes: `# instancectl: allow(CODE)` on the line of a value,
//! or on the line above; for a value of many lines, at its key. Errors are never suppressed.

use std::collections::HashMap;
use std::ops::Range;

use super::lint_levels::find_code;
use crate::diagnostics::{CatalogEntry, DiagnosticKind, Severity, SuppressionFault};
use crate::manifest::document::Document;
use crate::source::Span;
use crate::validate::collector::DiagnosticCollector;
use crate::yaml::Parsed;

const DIRECTIVE: &str = "instancectl: allow(";

/// One code in a comment.
struct Suppression<'s> {
    code: &'s str,
    span: Span,
    line: usize,
    used: bool,
}

/// Removes the diagnostics that comments allow, and reports the comments that allow nothing.
pub(super) fn apply(
    parsed: &Parsed<'_>,
    documents: &[Document<'_>],
    found: &mut DiagnosticCollector<'_>,
) {
    let source = found.source;
    if !source.text().contains(DIRECTIVE) {
        return;
    }
    let mut allows = comments(parsed, found);
    let mut by_line: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, allow) in allows.iter().enumerate() {
        by_line.entry(allow.line).or_default().push(at);
        by_line.entry(allow.line + 1).or_default().push(at);
    }
    found.diagnostics.retain(|diagnostic| {
        if diagnostic.problem.severity() == Severity::Error {
            return true;
        }
        let line = |span: Span| source.position(span.range().start).line;
        let own = line(diagnostic.span);
        // The key of a value of many lines; a line of the value itself cannot have a comment.
        let document = documents.iter().find(|document| document.number == diagnostic.document);
        let location = document.and_then(|found| found.resolve_pointer(&diagnostic.pointer));
        let key = location.and_then(|location| location.key).map(|(_, span)| line(span));
        let key = key.filter(|key| *key != own);
        let mut kept = true;
        for &at in [Some(own), key].iter().flatten().filter_map(|line| by_line.get(line)).flatten()
        {
            if allows[at].code == diagnostic.problem.code() {
                allows[at].used = true;
                kept = false;
            }
        }
        kept
    });
    // Whether the code of an online check is reported is known only online.
    let is_offline = |code| CatalogEntry::find(code).is_none_or(|entry| !entry.is_online());
    for allow in allows.iter().filter(|allow| !allow.used && is_offline(allow.code)) {
        let problem = DiagnosticKind::UnusedAllow {
            code: allow.code.to_owned(),
            fault: find_code(allow.code).map_or_else(|fault| fault, |_| SuppressionFault::Unused),
        };
        found.push(problem, allow.span, 1, String::new());
    }
}

/// Returns the codes in the comments of a file. A match inside a value is not a comment.
fn comments<'s>(parsed: &Parsed<'_>, found: &DiagnosticCollector<'s>) -> Vec<Suppression<'s>> {
    let text = found.source.text();
    let marks: Vec<Range<usize>> = text
        .match_indices(DIRECTIVE)
        .filter_map(|(at, _)| {
            let before = text[..at].trim_end_matches([' ', '\t']).strip_suffix('#')?;
            let comment = before.is_empty() || before.ends_with([' ', '\t', '\n', '\r']);
            let rest = &text[at + DIRECTIVE.len()..];
            let end = rest.find([')', '\n']).filter(|&end| rest[end..].starts_with(')'))?;
            comment.then(|| at + DIRECTIVE.len()..at + DIRECTIVE.len() + end)
        })
        .collect();
    let mut in_value = vec![false; marks.len()];
    for value in parsed.tree.scalar_spans() {
        let first = marks.partition_point(|mark| mark.start < value.start as usize);
        let last = marks.partition_point(|mark| mark.start < value.end as usize);
        in_value[first..last].fill(true);
    }
    let codes = |list: Range<usize>| {
        let line = found.source.position(list.start).line;
        let mut at = list.start;
        text[list].split(',').map(move |part| {
            let start = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            let code = part.trim();
            Suppression { code, span: Span::new(start..start + code.len()), line, used: false }
        })
    };
    let marks = marks.into_iter().zip(in_value).filter(|(_, in_value)| !in_value);
    marks.flat_map(|(mark, _)| codes(mark)).collect()
}
