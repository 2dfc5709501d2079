//! From an objection of the schema to a diagnostic in the words of the manifest.

use std::collections::HashSet;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Json;

use super::meant::{self, Meant};
use super::suggest::{listed, nearest};
use super::{Findings, diagnostic};
use crate::diagnostic::{Diagnostic, Fix, Label, Problem, quote};
use crate::document::{Document, Place, head, join};
use crate::manifest::{INSTANCE_FIELDS, LIST_KEYS, MOUNT_FIELDS, PORT_FIELDS};
use crate::source::{SourceFile, Span};
use crate::yaml::{Node, Pair, Value};

/// Adds the diagnostic for one objection, unless enough was said of its place.
pub(super) fn report(
    error: &ValidationError<'_>,
    document: Document<'_>,
    found: &mut Findings<'_>,
) {
    let pointer = error.instance_path().as_str();
    let Some(place) = document.place(pointer) else { return };
    let at = At { place, pointer, document };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
            let pairs = place.node.pairs().filter(|pair| unexpected.contains(pair.key));
            let mut misplaced: Vec<(&str, usize)> = Vec::new();
            for pair in pairs {
                at.unknown_field(pair, &mut misplaced, found);
            }
        }
        ValidationErrorKind::Required { property } => {
            at.missing_field(property.as_str().unwrap_or_default(), found);
        }
        // A field of few words is told with them, by the objection that knows them.
        ValidationErrorKind::Type { .. } if WORDS.contains(&at.field().as_str()) => {}
        kind => {
            // A value is told once: of the wrong type, it fails its other keywords too.
            let span = at.value_span();
            // A key that is a collection was told as such: `{{ name }}` is one mistake.
            if !found.told.insert(place.node.span()) || meant::is_template(place.node) {
                return;
            }
            let (problem, fix) = at.bad_value(kind, found);
            // A value of many lines is pointed at by its first.
            let whole = span;
            let span = first_line(span, found.source);
            let fix = fix.map(|text| match problem {
                // A word keeps its quotes; of a value of the wrong type they are what is wrong.
                Problem::UnknownValue { .. } => Fix::word(whole, found.source.slice(span), &text),
                _ => Fix { span: whole, text },
            });
            let diagnostic = diagnostic(problem, span, document.number, pointer.to_owned());
            found.diagnostics.push(Diagnostic { fix, ..diagnostic });
        }
    }
}

/// What to do about a comment as other languages write it.
const COMMENT: &str = "a comment begins with `#`, and ends with its line";

/// Keys with which the manifests of Kubernetes begin.
const KUBERNETES: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Fields that take one of a few words.
const WORDS: [&str; 5] =
    ["taskType", "acceleratorType", "startScriptActionScope", "type", "protocolType"];

/// Whether an objection is to keys that mean nothing where they stand.
pub(super) fn is_unknown_field(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::AdditionalProperties { .. })
}

/// Whether a document is a mapping for something else: no key of it is one of a manifest's.
pub(super) fn is_foreign(document: Document<'_>) -> bool {
    let known = |key: &str| LIST_KEYS.contains(&key) || INSTANCE_FIELDS.contains(&key);
    let root = document.root;
    root.is_map() && !root.pairs().any(|pair| known(pair.key))
}

/// Says once what such a document lacks: it is one mistake, not one for each of its keys.
pub(super) fn report_foreign(document: Document<'_>, found: &mut Findings<'_>) {
    if let Some(wrapper) = document.root.pairs().find(|pair| wraps(pair.value)) {
        let help = format!(
            "the fields of a manifest begin at the left margin: keep what stands below `{}`, \
             without its indentation, and remove the rest",
            wrapper.key
        );
        let problem = Problem::UnknownField { field: wrapper.key.to_owned(), help };
        let pointer = join("", wrapper.key);
        found.push(problem, wrapper.key_span, document.number, pointer);
        return;
    }
    if let Some(comment) = document.root.pairs().find(|pair| pair.key.starts_with("//")) {
        let problem =
            Problem::UnknownField { field: comment.key.to_owned(), help: COMMENT.to_owned() };
        let span = first_line(comment.key_span, found.source);
        found.push(problem, span, document.number, join("", comment.key));
        return;
    }
    let problem = Problem::MissingField {
        field: "instances".to_owned(),
        owner: "the document".to_owned(),
        help: "list instances under `instances:`, or write the fields of one, such as \
               `instanceServiceName` and `imagePath`"
            .to_owned(),
    };
    let span = head(document.root, found.source);
    found.push(problem, span, document.number, String::new());
}

/// Whether a mapping holds a manifest, one level too deep: `spec:` around the fields of an instance.
fn wraps(value: Node<'_>) -> bool {
    let known = |key: &str| LIST_KEYS[1..].contains(&key) || INSTANCE_FIELDS.contains(&key);
    value.pairs().any(|pair| known(pair.key))
}

/// Where a field of ours belongs, in one word and in a sentence.
fn home(key: &str) -> Option<(&'static str, &'static str)> {
    let homes: [(&[&str], &str, &str); 5] = [
        (&PORT_FIELDS, "port", "it belongs inside an item of `containerPortInfoList`"),
        (&MOUNT_FIELDS, "mount", "it belongs inside an item of `mountInfoList`"),
        (
            &INSTANCE_FIELDS,
            "instance",
            "it belongs inside an item of `instances`, or under `defaults`",
        ),
        (&LIST_KEYS, "document", "it belongs at the top level of the document"),
        (&KUBERNETES, "kubernetes", "remove it: only manifests of Kubernetes begin so"),
    ];
    let found = homes.into_iter().find(|(fields, ..)| fields.contains(&key));
    found.map(|(_, home, help)| (home, help))
}

struct At<'a> {
    place: Place<'a>,
    pointer: &'a str,
    document: Document<'a>,
}

type Judged = (Problem, Option<String>);

impl At<'_> {
    /// The name of the field at fault; of an item, its list.
    fn field(&self) -> String {
        let named = self.pointer.rsplit('/').find(|part| part.parse::<usize>().is_err());
        named.unwrap_or_default().to_owned()
    }

    /// The value; where nothing is written, its key.
    fn value_span(&self) -> Span {
        let span = self.place.node.span();
        match self.place.key {
            Some((_, key)) if span.is_empty() => key,
            _ => span,
        }
    }

    /// What the node at fault is, in words.
    fn owner(&self, root: &str) -> String {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        match parts[..] {
            [] => root.to_owned(),
            [.., "mountInfoList", _] => "this mount".to_owned(),
            [.., "containerPortInfoList", _] => "this port".to_owned(),
            ["instances", _] => {
                match self.place.node.get("instanceServiceName").and_then(Node::as_str) {
                    Some(name) => format!("the instance {}", quote(name)),
                    None => "this instance".to_owned(),
                }
            }
            _ => format!("`{}`", self.field()),
        }
    }

    /// Tells of a key that means nothing here. Keys that belong in one other place are one mistake:
    /// the first is told, and the others are labels of it.
    fn unknown_field<'k>(
        &self,
        pair: Pair<'k>,
        misplaced: &mut Vec<(&'k str, usize)>,
        found: &mut Findings<'_>,
    ) {
        let key = pair.key;
        if found.told.contains(&pair.key_span) {
            return;
        }
        let help = self.where_it_belongs(key);
        let home = home(key).map(|(home, _)| home);
        if let Some(home) = home {
            found.misplaced.insert((self.document.number, key.to_owned()));
            if let Some((_, first)) = misplaced.iter().find(|(other, _)| *other == home) {
                let label = Label { message: "and this".to_owned(), span: pair.key_span };
                found.diagnostics[*first].labels.push(label);
                return;
            }
        }
        let problem = Problem::UnknownField { field: key.to_owned(), help };
        let pointer = join(self.pointer, key);
        let at = found.diagnostics.len();
        found.push_with(diagnostic(problem, pair.key_span, self.document.number, pointer));
        // What an alias brings again was told before.
        if at < found.diagnostics.len() {
            misplaced.extend(home.map(|home| (home, at)));
        }
    }

    fn where_it_belongs(&self, key: &str) -> String {
        let parts: Vec<&str> = self.pointer.split('/').skip(1).collect();
        let here: Vec<&str> = match parts[..] {
            [] if self.document.is_list_form => LIST_KEYS.to_vec(),
            [] => INSTANCE_FIELDS.into_iter().chain(["region"]).collect(),
            ["defaults"] => INSTANCE_FIELDS[1..].to_vec(),
            [.., "mountInfoList", _] => MOUNT_FIELDS.to_vec(),
            [.., "containerPortInfoList", _] => PORT_FIELDS.to_vec(),
            _ => INSTANCE_FIELDS.to_vec(),
        };
        if key == "instanceServiceName" && parts[..] == ["defaults"] {
            return "a name belongs to one instance: move it into an item of `instances`"
                .to_owned();
        }
        if key.starts_with("//") {
            return COMMENT.to_owned();
        }
        match home(key) {
            Some((_, help)) => help.to_owned(),
            None => match nearest(key, &here) {
                Some(name) => format!("did you mean `{name}`? It is already there"),
                None if here.len() > 8 => {
                    "remove it; `instancectl explain` lists the fields of an instance".to_owned()
                }
                None => format!("the fields here are {}", listed(&here, "and")),
            },
        }
    }

    fn missing_field(&self, field: &str, found: &mut Findings<'_>) {
        let misplaced = found.misplaced.contains(&(self.document.number, field.to_owned()));
        if misplaced || found.told.contains(&self.place.node.span()) {
            return;
        }
        let span = head(self.place.node, found.source);
        let owner = self.owner(if field == "instances" { "the document" } else { "the instance" });
        let problem =
            Problem::MissingField { field: field.to_owned(), owner, help: self.how_to_add(field) };
        let diagnostic = diagnostic(problem, span, self.document.number, self.pointer.to_owned());
        found.push_with(diagnostic);
    }

    fn how_to_add(&self, field: &str) -> String {
        let example = match field {
            "instances" => return "list the instances under `instances:`".to_owned(),
            "instanceServiceName" => "instanceServiceName: train-a",
            "taskType" => "taskType: jupyter",
            "acceleratorType" => "acceleratorType: dcu",
            "resourceGroup" => "resourceGroup: kshdnormal",
            "imagePath" => "imagePath: REGISTRY/PATH/NAME:TAG",
            "timeoutLimit" => "timeoutLimit: \"04:00:00\"` or `timeoutLimit: unlimited",
            "cpuNumber" => "cpuNumber: 8",
            "ramSize" => "ramSize: 27GiB",
            "gpuNumber" => "gpuNumber: 1",
            "sourcePath" => "sourcePath: /public/home/alice/data",
            "targetPath" => "targetPath: /mnt/data",
            "type" => "type: path",
            "containerPort" => "containerPort: 8888",
            "protocolType" => "protocolType: HTTP",
            _ => field,
        };
        let shared = self.document.is_list_form && INSTANCE_FIELDS[1..].contains(&field);
        let place = if shared { ", here or under `defaults`" } else { "" };
        format!("add `{example}`{place}")
    }

    fn bad_value(&self, kind: &ValidationErrorKind, found: &Findings<'_>) -> Judged {
        let field = self.field();
        let node = self.place.node;
        let text = node.as_str().unwrap_or_default();
        match kind {
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
                let options: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
                if node.as_str().is_none() {
                    return self.wrong_type(&format!("one of {}", listed(&options, "or")), None);
                }
                let word = meant::bare(text);
                let meant = meant::word(&field, word).or_else(|| nearest(word, &options));
                let meant = meant.map(str::to_owned);
                let help = match &meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("use {}", listed(&options, "or")),
                };
                (Problem::UnknownValue { field, found: text.to_owned(), help }, meant)
            }
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                let expected = range(&field).to_owned();
                let found = found.source.slice(node.span()).to_owned();
                (Problem::OutOfRange { field, found: quote(&found).to_string(), expected }, None)
            }
            ValidationErrorKind::Pattern { .. }
                if matches!(&*field, "sourcePath" | "targetPath") =>
            {
                (Problem::RelativeMount { field, found: text.to_owned() }, None)
            }
            ValidationErrorKind::Pattern { .. } if field == "containerPort" && is_decimal(text) => {
                let expected = range(&field).to_owned();
                (Problem::OutOfRange { field, found: quote(text).to_string(), expected }, None)
            }
            ValidationErrorKind::Pattern { .. } => Self::bad_format(field, text),
            ValidationErrorKind::MinLength { .. } => {
                let found = "empty text".to_owned();
                let help = format!("write the value of `{field}`");
                (Problem::BadFormat { field, expected: "text".to_owned(), found, help }, None)
            }
            ValidationErrorKind::Type { kind } => {
                let quoted = self.requoted(kind, found);
                self.wrong_type(&self.expected(kind), quoted)
            }
            _ => self.wrong_type("another value", None),
        }
    }

    fn bad_format(field: String, text: &str) -> Judged {
        let meant = meant::value(&field, text);
        let (expected, help) = match &*field {
            "ramSize" => (
                "MB as an integer, or text such as `27GiB`",
                "units are M, MB, MiB, G, GB, GiB, T, TB and TiB; 1024 MB are 1 GiB",
            ),
            "timeoutLimit" => (
                "`HH:MM:SS` or `unlimited`",
                "write hours with two digits or more, in quotes: \"04:00:00\"",
            ),
            "containerPort" => ("a port from 1 to 65535", "write the port as an integer: 8888"),
            "imagePath" => (
                "a path that ends in an image's name",
                "write the whole path: REGISTRY/PATH/NAME:TAG",
            ),
            _ => ("another form", "see the field's description in the schema"),
        };
        let (help, fix) = match meant {
            Some(Meant::Surely(value)) => (format!("write `{value}`"), Some(value)),
            Some(Meant::Perhaps(help)) => (help, None),
            None => (help.to_owned(), None),
        };
        let found = quote(text).to_string();
        (Problem::BadFormat { field, expected: expected.into(), found, help }, fix)
    }

    fn expected(&self, kind: &TypeKind) -> String {
        let field = self.field();
        if self.place.key.is_none() && !self.pointer.is_empty() {
            return "a mapping with fields".to_owned();
        }
        match (&*field, kind) {
            ("", _) => "a mapping: the fields of an instance, or `instances`".to_owned(),
            ("ramSize", _) => "MB as an integer, or text such as `27GiB`".to_owned(),
            ("containerPort", _) => "a port from 1 to 65535".to_owned(),
            ("region", _) => "a region, such as `\"11250\"`".to_owned(),
            ("timeoutLimit", _) => "`\"HH:MM:SS\"` or `unlimited`".to_owned(),
            ("instances", _) => "a list of instances".to_owned(),
            (_, TypeKind::Single(JsonType::Integer)) => format!("an integer, {}", range(&field)),
            (_, TypeKind::Single(JsonType::String)) => "text".to_owned(),
            (_, TypeKind::Single(JsonType::Boolean)) => "`true` or `false`".to_owned(),
            (_, TypeKind::Single(JsonType::Array)) => "a list".to_owned(),
            (_, TypeKind::Single(JsonType::Object)) => "a mapping with fields".to_owned(),
            _ => "another value".to_owned(),
        }
    }

    /// The value as the type that was expected, where only its quotes are wrong.
    fn requoted(&self, kind: &TypeKind, found: &Findings<'_>) -> Option<String> {
        let node = self.place.node;
        let TypeKind::Single(expected) = kind else { return None };
        match (expected, node.value()) {
            (JsonType::Integer, Value::Text(text)) => meant::integer(text),
            (JsonType::Boolean, Value::Text(text)) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some("true".to_owned()),
                "false" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            },
            // A number in quotes is no time and no path.
            (JsonType::String, Value::Int(_) | Value::Float(_) | Value::Bool(_))
                if !matches!(&*self.field(), "timeoutLimit" | "sourcePath" | "targetPath") =>
            {
                Some(format!("\"{}\"", found.source.slice(node.span())))
            }
            _ => None,
        }
    }

    fn wrong_type(&self, expected: &str, fix: Option<String>) -> Judged {
        let field = self.field();
        let (found, null) = match self.place.node.value() {
            Value::Null if self.place.node.span().is_empty() => ("nothing".to_owned(), true),
            Value::Null => ("`null`".to_owned(), true),
            Value::Bool(value) => (format!("`{value}`"), false),
            Value::Int(value) => (format!("the integer {value}"), false),
            Value::Float(value) => (format!("the number {value}"), false),
            Value::Text(text) => (format!("the text {}", quote(text)), false),
            Value::Seq => ("a list".to_owned(), false),
            Value::Map => ("a mapping".to_owned(), false),
        };
        let help = match &fix {
            Some(text) => format!("write `{text}`"),
            None if null && self.place.key.is_none() => {
                "write the item's fields behind its `- `, or remove the `- `".to_owned()
            }
            None if null => {
                "give it a value, or remove the key: `null` is never a value".to_owned()
            }
            None => meant::other_type(&field, self.place)
                .unwrap_or_else(|| format!("give it {expected}")),
        };
        let subject = match self.place.key {
            Some(_) => format!("`{field}`"),
            None if self.pointer.is_empty() => "the document".to_owned(),
            None => format!("an item of `{field}`"),
        };
        (Problem::WrongType { subject, expected: expected.to_owned(), found, help }, fix)
    }
}

/// The part of a span on its first line.
fn first_line(span: Span, source: &SourceFile) -> Span {
    let length = source.slice(span).split(['\n', '\r']).next().map_or(0, str::len);
    Span::new(span.range().start..span.range().start + length)
}

/// Whether a text is an integer as everyone writes it: no sign and no leading zero.
fn is_decimal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}

fn range(field: &str) -> &'static str {
    match field {
        "containerPort" => "1 to 65535",
        "gpuNumber" => "0 to 2147483647",
        "ramSize" => "1 to 2147483647 MB",
        "region" => "0 to 9007199254740991, or text in quotes",
        _ => "1 to 2147483647",
    }
}
