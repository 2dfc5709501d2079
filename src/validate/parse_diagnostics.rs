//! Converts encoding errors and YAML errors to diagnostics in terms of the manifest.

use std::collections::HashSet;

use super::anchor_diagnostics;
use super::collector::{DiagnosticCollector, diagnostic};
use super::syntax_recovery::{SyntaxDiagnosis, is_odd_blank, quoted};
use crate::diagnostics::{
    AliasFault, Diagnostic, DiagnosticKind, Excess, Fix, Found, ItemStart, Label, LabelKind,
    NewItem, Subject,
};
use crate::manifest::Parent;
use crate::source::{EncodingError, SourceFile, Span};
use crate::yaml::{self, Node, ParseError, ParseErrorKind, Parsed};

/// Maximum number of aliases for which the file is searched: a large file may have one on each
/// line.
const MAX_ANALYZED: usize = 20;

impl DiagnosticCollector<'_> {
    /// Reports the errors in the text itself.
    pub(super) fn parse_diagnostics(
        &mut self,
        parsed: &Parsed<'_>,
        syntax: Option<&SyntaxDiagnosis>,
    ) {
        if parsed.errors.is_empty() && syntax.is_none() {
            return;
        }
        let mut template_ends = None;
        let dashless = keys_without_dashes(parsed);
        let ends: Vec<_> = parsed.documents().map(|(at, root)| (root.span().end, at + 1)).collect();
        let mut begun = None;
        let mut aliases = 0;
        for error in &parsed.errors {
            if let ParseErrorKind::DuplicateKey { ref key, first } = error.kind {
                // A key after non-ASCII whitespace is unknown already.
                if key.starts_with(is_odd_blank) {
                    continue;
                }
                // If a second instance begins without its dash, all its keys are duplicates.
                if begun.is_some_and(|(start, again): (Span, Span)| {
                    start < first && first < again && again < error.span
                }) {
                    continue;
                }
                // If all instances lack their dash, `instances` is a mapping, which is reported.
                if starts_new_item(error) && dashless.contains(&first) {
                    begun = Some((first, error.span));
                    continue;
                }
                begun = starts_new_item(error).then_some((first, error.span));
                // A key right above itself lacks its value only because the line is there twice.
                let between = first.range().end..error.span.range().start;
                if self.source.text().get(between).is_some_and(|text| text.trim() == ":") {
                    self.reported.insert(first);
                }
            } else {
                begun = None;
            }
            if let ParseErrorKind::UndefinedAlias { other_region: Some(anchor), .. } = error.kind {
                // A document that only contains anchors lacks no fields; it should be part of this
                // document.
                let contains =
                    |root: &Node<'_>| root.span().range().contains(&anchor.range().start);
                let of_anchors = parsed.documents().map(|(_, root)| root).find(contains);
                self.reported.extend(of_anchors.map(Node::span));
            }
            let next = ends.partition_point(|&(end, _)| end <= error.span.start);
            let document =
                ends.get(next).map_or(parsed.complete_documents() + 1, |&(_, number)| number);
            // `{{ name }}-a`: the text after a template is reported with it.
            if template_ends.is_some_and(|end| end == error.span.start) {
                continue;
            }
            let mut diagnostic = match unrendered_template(error, self.source) {
                Some((problem, span)) => {
                    template_ends = Some(span.end);
                    diagnostic(problem, span, document, String::new())
                }
                None => parse_diagnostic(error, self.source.text(), document),
            };
            match &error.kind {
                ParseErrorKind::UndefinedAlias { name, .. } if aliases < MAX_ANALYZED => {
                    aliases += 1;
                    anchor_diagnostics::find_similar_anchor(name, self.source, &mut diagnostic);
                }
                ParseErrorKind::BadMerge { anchor: None } if aliases < MAX_ANALYZED => {
                    aliases += 1;
                    anchor_diagnostics::find_merge_target(self.source, error.span, &mut diagnostic);
                }
                _ => {}
            }
            self.add(diagnostic);
        }
        let syntax = syntax.filter(|syntax| template_ends != Some(syntax.span.start));
        if let Some(syntax) = syntax {
            self.add(syntax_diagnostic(syntax, parsed));
        }
    }
}

/// Returns the diagnostic for bytes that are not text.
pub(super) fn unreadable(error: EncodingError, span: Span) -> Diagnostic {
    let problem = match error {
        EncodingError::TooLarge => DiagnosticKind::TooLarge(Excess::File),
        error => DiagnosticKind::Encoding { error },
    };
    diagnostic(problem, span, 1, String::new())
}

/// Returns the keys of mappings that are in the place of a list of instances.
fn keys_without_dashes(parsed: &Parsed<'_>) -> HashSet<Span> {
    let lists = parsed.documents().filter_map(|(_, root)| root.get("instances"));
    lists.flat_map(Node::pairs).map(|pair| pair.key_span).collect()
}

/// Checks whether a duplicate key is the first field of an instance, a mount or a port, or of a
/// whole file below another one.
fn starts_new_item(error: &ParseError) -> bool {
    let ParseErrorKind::DuplicateKey { key, .. } = &error.kind else { return false };
    key == "defaults" || Parent::of_first_field(key).is_some()
}

/// Returns the instance, mount or port that may begin with a duplicate key, based on the position of
/// the first one.
fn new_item(key: &str, text: &str, first: usize) -> Option<NewItem> {
    let parent = Parent::of_first_field(key)?;
    let line = text[..first].trim_end_matches(' ');
    let start = if line.trim_end().ends_with(['{', ',']) {
        let brace = line.rfind('{').map_or(line, |brace| &line[..brace]);
        let in_list = brace.trim_end_matches(' ').ends_with('-');
        if in_list { ItemStart::DashAndBrace } else { ItemStart::Brace }
    } else if line.len() == first && !line.ends_with('-') {
        ItemStart::Document
    } else {
        ItemStart::Dash
    };
    Some(NewItem { parent, start })
}

/// Detects a template that was not rendered: YAML reads `{{ name }}` as a mapping in a mapping.
fn unrendered_template(error: &ParseError, source: &SourceFile) -> Option<(DiagnosticKind, Span)> {
    let inner = error.span.range();
    let outer = inner.start.checked_sub(1)?..inner.end + 1;
    let text = source.text().get(outer.clone())?;
    let complete = text.starts_with("{{") && text.ends_with("}}");
    (complete && error.kind == ParseErrorKind::ComplexKey).then(|| {
        let (subject, found) = (Subject::Template, Found::Other);
        let problem = DiagnosticKind::WrongType { subject, found, advice: None };
        (problem, Span::new(outer))
    })
}

/// Returns the diagnostic for the syntax error at which parsing stopped.
pub(super) fn syntax_diagnostic(syntax: &SyntaxDiagnosis, parsed: &Parsed<'_>) -> Diagnostic {
    let SyntaxDiagnosis { span, mistake, corrected, fix, opener } = syntax;
    let opened = |span| Label { kind: LabelKind::Opened, span };
    let mut labels: Vec<Label> = opener.map(opened).into_iter().collect();
    let away = fix.iter().filter(|fix| fix.span.end < span.start);
    labels.extend(
        away.map(|fix| Label { kind: LabelKind::WriteHere(fix.text.clone()), span: fix.span }),
    );
    let problem =
        DiagnosticKind::YamlSyntax { mistake: mistake.clone(), corrected: corrected.clone() };
    let fix = fix.clone();
    let document = parsed.documents().find(|(_, root)| span.start < root.span().end);
    let document = document.map_or(parsed.complete_documents() + 1, |(at, _)| at + 1);
    Diagnostic { labels, fix, ..diagnostic(problem, *span, document, String::new()) }
}

/// Returns the diagnostic for one parse error.
fn parse_diagnostic(error: &ParseError, text: &str, document: usize) -> Diagnostic {
    let (mut labels, mut fix) = (Vec::new(), None);
    let mut label = |kind, span| labels.push(Label { kind, span });
    let wrong = |subject| DiagnosticKind::WrongType { subject, found: Found::Other, advice: None };
    let problem = match &error.kind {
        ParseErrorKind::TooDeep => DiagnosticKind::TooDeep { limit: yaml::MAX_DEPTH },
        ParseErrorKind::UndefinedAlias { name, .. } => {
            DiagnosticKind::Alias(anchor_diagnostics::undefined_alias(name))
        }
        ParseErrorKind::AmbiguousAnchor { name, quotable } => {
            let quoted = quoted(text, error.span.range().start).filter(|_| *quotable);
            fix = quoted.map(|(range, text)| Fix { span: Span::new(range), text });
            let quoted = fix.as_ref().map(|fix| fix.text.clone());
            DiagnosticKind::Alias(AliasFault::Unused(name.clone(), quoted))
        }
        ParseErrorKind::RecursiveAlias => DiagnosticKind::Alias(AliasFault::Recursive),
        ParseErrorKind::AliasBudget => DiagnosticKind::Alias(AliasFault::TooMany),
        ParseErrorKind::DuplicateKey { key, first } => {
            label(LabelKind::First, *first);
            let new_item = new_item(key, text, first.range().start);
            DiagnosticKind::DuplicateKey { key: key.clone(), new_item }
        }
        ParseErrorKind::ComplexKey => wrong(Subject::Key),
        ParseErrorKind::BadMerge { anchor } => {
            if let Some(anchor) = anchor {
                label(LabelKind::Anchor, *anchor);
            }
            wrong(Subject::Merge)
        }
        ParseErrorKind::Tag { tag } => wrong(Subject::Tag(tag.clone())),
    };
    Diagnostic { labels, fix, ..diagnostic(problem, error.span, document, String::new()) }
}
