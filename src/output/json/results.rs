//! JSON output: one object with `"version": 1`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::apply::{InstanceReport, Outcome};
use crate::diagnostics::{Diagnostic, Severity};
use crate::exit_status::{ExitClass, ExitClasses};
use crate::output::FileReport;
use crate::output::text::plan::message;
use crate::output::words::Words;
use crate::plan::{FieldChange, PlanAction, PlanItem};
use crate::source::{SourceFile, Span};

/// Writes validation results. Lines and columns count from 1 in characters, bytes from 0; ends are
/// exclusive; documents count from 1.
pub(crate) fn validation(to: &mut dyn Write, files: &[FileReport]) -> io::Result<()> {
    let diagnostics = || {
        files.iter().flat_map(|file| {
            file.checked.diagnostics.iter().map(|found| diagnostic(found, &file.source))
        })
    };
    let instances: usize = files.iter().map(|file| file.checked.instances).sum();
    let count = |severity| files.iter().map(|file| file.checked.count(severity)).sum::<usize>();
    let summary = json!({
        "files": files.len(),
        "instances": instances,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
    });
    print(to, &Validation { version: 1, summary, diagnostics: SerializeWith(diagnostics) })
}

#[derive(Serialize)]
struct Validation<L> {
    version: u32,
    summary: Value,
    diagnostics: L,
}

/// A list whose items are created while it is written: created all at once, the values of a report
/// would take a hundred times the space of the manifest.
pub(crate) struct SerializeWith<F>(pub(crate) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for SerializeWith<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0())
    }
}

fn diagnostic(found: &Diagnostic, source: &SourceFile) -> Value {
    let position = |byte: u32| {
        let location = source.position(byte as usize);
        json!({ "line": location.line, "column": location.column, "byte": location.byte })
    };
    let placed = |mut object: Value, span: Span| {
        object["start"] = position(span.start);
        object["end"] = position(span.end);
        object
    };
    let labels: Vec<Value> = found
        .labels
        .iter()
        .map(|label| placed(json!({ "message": label.message }), label.span))
        .collect();
    let object = json!({
        "code": found.problem.code(),
        "severity": found.severity.as_str(),
        "message": found.problem.to_string(),
        "help": found.problem.help(),
        "file": source.name(),
        "document": found.document,
        "pointer": found.pointer,
    });
    let mut object = placed(object, found.span);
    object["labels"] = labels.into();
    object["fix"] = match &found.fix {
        Some(fix) => placed(json!({ "text": fix.text }), fix.span),
        None => Value::Null,
    };
    object
}

/// Writes planned actions or their results.
pub(crate) fn instances(
    to: &mut dyn Write,
    rows: &[Value],
    code: u8,
    classes: &ExitClasses,
) -> io::Result<()> {
    print(to, &object(rows, (code, classes)))
}

/// Writes the error of a run that ended before it had a result.
pub(crate) fn failed(
    to: &mut dyn Write,
    exit: (u8, &ExitClasses),
    message: &str,
) -> io::Result<()> {
    let mut object = object(&[], exit);
    object["error"] = json!(message);
    print(to, &object)
}

fn object(rows: &[Value], (code, classes): (u8, &ExitClasses)) -> Value {
    let classes: Vec<u8> = classes.iter().map(ExitClass::code).collect();
    json!({
        "version": 1,
        "instances": rows,
        "exit": { "code": code, "classes": classes },
    })
}

/// Returns one item of a plan, with the request body if requested.
pub(crate) fn item(file: &str, item: &PlanItem, with_request: bool, words: &dyn Words) -> Value {
    let mut row = json!({
        "file": file,
        "name": item.name,
        "action": item.action.as_str(),
        "outcome": null,
        "taskId": item.task_id,
        "code": null,
        "message": message(item, words),
        "changes": changes(&item.changes),
    });
    if with_request {
        let task = item
            .request
            .as_ref()
            .filter(|_| matches!(item.action, PlanAction::Create | PlanAction::Replace));
        row["request"] = json!(task.map(|request| &request.task));
    }
    row
}

/// Returns the result of one instance.
pub(crate) fn outcome(file: &str, instance: &InstanceReport, words: &dyn Words) -> Value {
    let note = instance.note.as_ref().map(|note| words.instance_note(note).into_owned());
    let step = instance.next_step.as_ref().map(|step| words.next_step(step));
    let message = [note, step].into_iter().flatten().collect::<Vec<_>>().join("; ");
    json!({
        "file": file,
        "name": instance.name,
        "action": instance.action.as_str(),
        "outcome": instance.outcome.map(Outcome::as_str),
        "taskId": instance.task_id,
        "code": instance.code,
        "message": if message.is_empty() { None } else { Some(message) },
        "changes": changes(&instance.changes),
    })
}

fn changes(changes: &[FieldChange]) -> Vec<Value> {
    let change = |change: &FieldChange| json!({ "field": change.field, "old": change.old, "new": change.new });
    changes.iter().map(change).collect()
}

/// Prints one object with a trailing newline.
pub(crate) fn print(to: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, value)?;
    writeln!(to)
}
