//! Converts encoding errors and YAML errors to diagnostics in terms of the manifest.

use std::borrow::Cow;
use std::collections::HashSet;

use super::anchor_diagnostics;
use super::collector::{DiagnosticCollector, diagnostic};
use super::field_names::NON_ASCII_WHITESPACE;
use super::syntax_recovery::{SyntaxDiagnosis, quoted};
use crate::diagnostics::{Diagnostic, DiagnosticKind, Fix, Label, quote};
use crate::manifest::Parent;
use crate::source::{EncodingError, MAX_BYTES, SourceFile, Span};
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
                if key.starts_with(NON_ASCII_WHITESPACE) {
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
                ParseErrorKind::BadMerge { written }
                    if *written == error.span && aliases < MAX_ANALYZED =>
                {
                    aliases += 1;
                    anchor_diagnostics::find_merge_target(self.source, error.span, &mut diagnostic);
                }
                ParseErrorKind::DuplicateKey { key, first } if starts_new_item(error) => {
                    let help = missing_dash_help(key, self.source.text(), first.range().start);
                    diagnostic.problem =
                        DiagnosticKind::DuplicateKey { key: key.clone(), help }.into();
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
        EncodingError::TooLarge => DiagnosticKind::TooLarge {
            message: format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            help: "split it into several manifests; `-f` accepts a directory",
        },
        error => DiagnosticKind::Encoding { error },
    };
    diagnostic(problem, span, 1, String::new())
}

/// Returns the keys of mappings that are in the place of a list of instances.
fn keys_without_dashes(parsed: &Parsed<'_>) -> HashSet<Span> {
    let lists = parsed.documents().filter_map(|(_, root)| root.get("instances"));
    lists.flat_map(Node::pairs).map(|pair| pair.key_span).collect()
}

/// Checks whether a duplicate key is the first field of an instance, a mount or a port.
fn starts_new_item(error: &ParseError) -> bool {
    matches!(&error.kind, ParseErrorKind::DuplicateKey { key, .. } if Parent::of_first_field(key).is_some())
}

/// Returns the help for a duplicate key.
fn duplicate_key_help(key: &str) -> &'static str {
    match key {
        "instances" => {
            "put all instances in one list, under the first `instances:`; or start a second \
             document with a line `---`"
        }
        "<<" => "merge both with one key: `<<: [*a, *b]`",
        _ => "remove one of the two: programs disagree on which one counts",
    }
}

/// Returns the help for a duplicate key that may begin another instance, mount or port, based on
/// the position of the first one.
fn missing_dash_help(key: &str, text: &str, first: usize) -> Cow<'static, str> {
    let what = match Parent::of_first_field(key) {
        Some(Parent::Mount) => "mount",
        Some(Parent::Port) => "port",
        _ => "instance",
    };
    let line = text[..first].trim_end_matches(' ');
    let how = if line.trim_end().ends_with(['{', ',']) {
        "close the one before it with `}, ` and open it with `{`"
    } else if line.len() == first && !line.ends_with('-') {
        "put a line `---` above it"
    } else {
        "put `- ` before it"
    };
    format!("if this starts another {what}, {how}; otherwise remove one of the two").into()
}

/// Detects a template that was not rendered: YAML reads `{{ name }}` as a mapping in a mapping.
fn unrendered_template(error: &ParseError, source: &SourceFile) -> Option<(DiagnosticKind, Span)> {
    let inner = error.span.range();
    let outer = inner.start.checked_sub(1)?..inner.end + 1;
    let text = source.text().get(outer.clone())?;
    let complete = text.starts_with("{{") && text.ends_with("}}");
    (complete && error.kind == ParseErrorKind::ComplexKey).then(|| {
        let problem = DiagnosticKind::WrongType {
            subject: "this value".to_owned(),
            expected: "text or a number".to_owned(),
            found: "an unrendered template".to_owned(),
            help: "write the value, or render the template before `validate`; to keep it as text, \
                   put it in quotes"
                .to_owned(),
        };
        (problem, Span::new(outer))
    })
}

/// Returns the diagnostic for the syntax error at which parsing stopped.
pub(super) fn syntax_diagnostic(syntax: &SyntaxDiagnosis, parsed: &Parsed<'_>) -> Diagnostic {
    let SyntaxDiagnosis { span, message, help, fix, opener } = syntax;
    let opened = |span| Label { message: "opened here".to_owned(), span };
    let mut labels: Vec<Label> = opener.map(opened).into_iter().collect();
    let away = fix.iter().filter(|fix| fix.span.end < span.start);
    labels.extend(
        away.map(|fix| Label { message: format!("write `{}` here", fix.text), span: fix.span }),
    );
    let problem = DiagnosticKind::YamlSyntax { message: message.to_string(), help: help.clone() };
    let fix = fix.clone();
    let document = parsed.documents().find(|(_, root)| span.start < root.span().end);
    let document = document.map_or(parsed.complete_documents() + 1, |(at, _)| at + 1);
    Diagnostic { labels, fix, ..diagnostic(problem, *span, document, String::new()) }
}

/// Returns the diagnostic for one parse error.
fn parse_diagnostic(error: &ParseError, text: &str, document: usize) -> Diagnostic {
    let (mut labels, mut fix) = (Vec::new(), None);
    let problem = match &error.kind {
        ParseErrorKind::TooDeep => DiagnosticKind::TooDeep { limit: yaml::MAX_DEPTH },
        ParseErrorKind::UndefinedAlias { name, .. } => anchor_diagnostics::undefined_alias(name),
        ParseErrorKind::AmbiguousAnchor { name, quotable } => {
            let quoted = quoted(text, error.span.range().start).filter(|_| *quotable);
            fix = quoted.map(|(range, text)| Fix { span: Span::new(range), text });
            anchor_diagnostics::ambiguous_anchor(name, fix.as_ref())
        }
        ParseErrorKind::RecursiveAlias => DiagnosticKind::Alias {
            message: "this alias is inside the value that it refers to".to_owned(),
            help: "remove it, or move it out of the value of its anchor".to_owned(),
        },
        ParseErrorKind::AliasBudget => DiagnosticKind::Alias {
            message: "the aliases expand to more values than a file of this size may contain"
                .to_owned(),
            help: "write the values out, or use `defaults`".to_owned(),
        },
        ParseErrorKind::DuplicateKey { key, first } => {
            labels.push(Label { message: "first here".to_owned(), span: *first });
            DiagnosticKind::DuplicateKey { key: key.clone(), help: duplicate_key_help(key).into() }
        }
        ParseErrorKind::ComplexKey => DiagnosticKind::WrongType {
            subject: "a key".to_owned(),
            expected: "the name of a field".to_owned(),
            found: "a list or fields".to_owned(),
            help: "write `key: value`; render a template (`{{ name }}`) first".to_owned(),
        },
        ParseErrorKind::BadMerge { written } => {
            if *written != error.span {
                labels.push(Label { message: "merged here".to_owned(), span: *written });
            }
            DiagnosticKind::WrongType {
                subject: "`<<`".to_owned(),
                expected: "fields (`key: value`) to merge".to_owned(),
                found: "something else".to_owned(),
                help: "merge fields with an anchor that is defined further up: `<<: *base` for \
                       those below `x-base: &base`"
                    .to_owned(),
            }
        }
        ParseErrorKind::Tag { tag } => DiagnosticKind::WrongType {
            subject: quote(tag).to_string(),
            expected: "a value".to_owned(),
            found: "a tag (`!`) that is unknown or does not fit its value".to_owned(),
            help: "if it is text, put the whole value in quotes; otherwise remove the tag"
                .to_owned(),
        },
    };
    Diagnostic { labels, fix, ..diagnostic(problem, error.span, document, String::new()) }
}
