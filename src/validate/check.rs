//! Checks what was parsed: schema, rules, decoding.

use crate::diagnostics::DiagnosticKind;
use crate::manifest::document::Document;
use crate::manifest::{
    FieldSpec, FileLimits, InstanceSpec, Limit, Limits, Manifest, ManifestDocument, RegionId,
    schema,
};
use crate::source::{SourceFile, Span};
use crate::validate::chunk::Chunk;
use crate::validate::collector::DiagnosticCollector;
use crate::validate::result::ValidationResult;
use crate::validate::schema_view::{SchemaNode, TreeJson};
use crate::validate::syntax_recovery::SyntaxDiagnosis;
use crate::validate::{
    field_names, quick_schema, rules, schema_diagnostics, size_limit, split_items, suppressions,
    syntax_recovery, usage_count,
};
use crate::yaml;
use crate::yaml::{Node, Parsed, WithDefaults};
use jsonschema::Validator;
use std::sync::OnceLock;

/// A parsed text, and its syntax error if parsing stopped at one.
pub(super) struct ParsedText<'s> {
    pub(super) parsed: Parsed<'s>,
    pub(super) syntax: Option<SyntaxDiagnosis>,
    /// Whether it has no syntax error and fits the schema.
    valid: bool,
}

impl<'s> ParsedText<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let mut parsed = yaml::parse(text);
        let mut syntax = syntax_recovery::diagnose(&mut parsed, text);
        let valid = syntax.is_none() && documents(&parsed).into_iter().all(fits_schema);
        if syntax.is_none() && !valid {
            syntax = syntax_recovery::read_as_key(&mut parsed, text);
        }
        Self { parsed, syntax, valid }
    }

    /// Reads a text up to its first syntax error, which has no fix then.
    pub(super) fn without_fix(text: &'s str) -> Self {
        let mut text = Self::new(text);
        if let Some(syntax) = &mut text.syntax {
            syntax.fix = None;
        }
        text
    }
}

/// Checks the parsed part of a text, without decoding it.
pub(super) fn check(source: &SourceFile, text: &mut ParsedText<'_>) -> ValidationResult {
    let ParsedText { parsed, syntax, valid } = text;
    let mut found = DiagnosticCollector::new(source, parsed.reported.clone());
    found.parse_diagnostics(parsed, syntax.as_ref());
    if !*valid {
        check_schema(parsed, &mut found);
    }
    let documents = documents(parsed);
    if documents.is_empty() && found.diagnostics.is_empty() {
        found.push(DiagnosticKind::EmptyFile, Span::new(0..0), 1, String::new());
    }
    let instances = check_rules(&documents, &mut found);
    usage_count::label_shared_values(&documents, parsed.may_have_anchors, &mut found);
    suppressions::apply(parsed, &documents, &mut found);
    let mut diagnostics = found.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    ValidationResult { manifest: None, diagnostics, instances }
}

/// Reports schema errors, after misspelled keys are reported and renamed.
fn check_schema(parsed: &mut Parsed<'_>, found: &mut DiagnosticCollector<'_>) {
    let renames = field_names::correct_field_names(&documents(parsed), found);
    parsed.tree.rename_keys(&renames);
    let shared = documents(parsed).into_iter().filter_map(|document| document.root.get("defaults"));
    let shared = shared.flat_map(Node::pairs).filter_map(|pair| FieldSpec::find(pair.key));
    found.shared_fields.extend(shared.map(|field| field.name));
    let stray = |document: &Document<'_>| {
        document.root.get("defaults").is_some() && document.root.get("instances").is_none()
    };
    found.stray_defaults = documents(parsed).iter().any(stray)
        && documents(parsed).iter().any(|document| document.instances().next().is_some());
    for document in documents(parsed) {
        if schema_diagnostics::is_foreign(document) {
            schema_diagnostics::report_foreign(document, found);
            continue;
        }
        split_items::report_split_items(document, found);
        let suspects: Vec<usize> = quick_schema::suspects(document).collect();
        for part in Chunk::chunks(document, &suspects, found) {
            if found.limit_reached() {
                return;
            }
            // Misplaced fields are reported first, so that they are not reported as missing in the
            // right place.
            let (unknown, others): (Vec<_>, Vec<_>) = validator()
                .iter_errors(SchemaNode::Part(part))
                .partition(schema_diagnostics::is_unknown_field);
            for error in unknown.into_iter().chain(others) {
                schema_diagnostics::diagnose_schema_error(&error, part, document, found);
            }
        }
    }
}

/// Reports rule violations, and returns the number of instances.
fn check_rules(documents: &[Document<'_>], found: &mut DiagnosticCollector<'_>) -> usize {
    let mut instances = 0;
    let mut weight = size_limit::ExpandedSize::default();
    let mut bounded = true;
    for document in documents.iter().filter(|document| !schema_diagnostics::is_foreign(**document))
    {
        for instance in document.instances() {
            instances += 1;
            bounded = bounded && weight.add(&instance, found);
            if bounded {
                rules::check(&instance, found);
            }
        }
        rules::check_document(*document, found);
    }
    instances
}

pub(super) fn documents<'a>(parsed: &'a Parsed<'_>) -> Vec<Document<'a>> {
    parsed.documents().map(|(at, root)| Document::new(at + 1, root)).collect()
}

/// Checks a document against the schema, which reads only what does not certainly fit.
fn fits_schema(document: Document<'_>) -> bool {
    let fits = |visible: &[usize]| {
        validator().is_valid(SchemaNode::Part(Chunk::new(document.root, visible)))
    };
    quick_schema::certainly_fits(document) || {
        let mut suspects = quick_schema::suspects(document);
        // Most often the first one is in fact wrong.
        let first = Vec::from_iter(suspects.next());
        fits(&first) && fits(&first.into_iter().chain(suspects).collect::<Vec<_>>())
    }
}

pub(super) fn validator() -> &'static Validator<TreeJson> {
    static VALIDATOR: OnceLock<Validator<TreeJson>> = OnceLock::new();
    VALIDATOR.get_or_init(schema::validator)
}

/// Decodes checked limits.
fn limits(own: Node<'_>) -> FileLimits {
    let limits = yaml::decode::<Limits>(WithDefaults { own, defaults: None });
    let Limits { cards, card_hours } = limits.expect("the schema accepts only integers");
    let limit =
        |key, value: Option<u32>| Some(Limit { value: value?.into(), span: own.get(key)?.span() });
    FileLimits { cards: limit("cards", cards), card_hours: limit("cardHours", card_hours) }
}

/// Decodes the documents of a text that was checked and is valid.
pub(super) fn decode(text: &ParsedText<'_>) -> Manifest {
    let instance = |fields: WithDefaults<'_>| {
        yaml::decode::<InstanceSpec>(fields)
            .expect("the schema and the rules accepted it, so it decodes")
    };
    let document = |document: &Document<'_>| ManifestDocument {
        region: document.root.get("region").map(|own| {
            let region = yaml::decode::<RegionId>(WithDefaults { own, defaults: None });
            region.expect("the schema accepts only text and integers").0
        }),
        limits: document.root.get("limits").map(limits).unwrap_or_default(),
        instances: document.instances().map(|found| instance(found.fields)).collect(),
    };
    Manifest { documents: documents(&text.parsed).iter().map(document).collect() }
}
