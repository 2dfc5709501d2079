//! The next step after an unknown or a missing field.

use crate::diagnostics::{
    FieldAdvice, FieldForm, ForeignField, MissingFieldAdvice, Program, escaped,
};
use crate::manifest::Parent;
use crate::output::words::en::phrases::listed;
use crate::output::words::shared::{item_example, value_example};

/// Returns the next step after an unknown field.
pub(super) fn unknown(advice: &FieldAdvice) -> String {
    match advice {
        FieldAdvice::DidYouMean(field) => format!("did you mean `{field}`?"),
        FieldAdvice::AlreadyPresent(field) => {
            format!("did you mean `{field}`? It is already there")
        }
        FieldAdvice::DidYouMeanWith(field, form) => {
            format!("did you mean `{field}`? {}", field_form(field, form))
        }
        FieldAdvice::BelongsIn(parent) => belongs_in(*parent, false),
        FieldAdvice::BelongsInNext(parent) => belongs_in(*parent, true),
        FieldAdvice::BelongsToInstance => {
            "it belongs to the instance: move it to the left margin".to_owned()
        }
        FieldAdvice::BelongsToListForm => {
            "only a document with a list has it: write the instance as an item of `instances`, or \
             remove it"
                .to_owned()
        }
        FieldAdvice::BelowDefaults => "indent it below `defaults:`".to_owned(),
        FieldAdvice::BelowInstances => {
            "indent it below `instances:`, with `- ` before the first field of each instance"
                .to_owned()
        }
        FieldAdvice::NameOfOneInstance => {
            "a name belongs to one instance: move it into an item of `instances`".to_owned()
        }
        FieldAdvice::PlainSpaces => "indent it with plain spaces".to_owned(),
        FieldAdvice::Unwrap(key) => {
            format!("remove `{}:`, and put its fields in its place", escaped(key))
        }
        FieldAdvice::UnwrapManifest(key) => format!(
            "the fields of a manifest start at the left margin: keep what is below `{}`, without \
             its indentation, and remove the rest",
            escaped(key)
        ),
        FieldAdvice::Comment => super::COMMENT.to_owned(),
        FieldAdvice::Other(field) => foreign(*field).to_owned(),
        FieldAdvice::ExtensionBelongsAtTop => {
            "keys that begin with `x-` are only allowed at the left margin: move it there, or \
             remove it"
                .to_owned()
        }
        FieldAdvice::Remove(
            parent @ (Parent::Mount | Parent::Port | Parent::Limits | Parent::Document),
        ) => {
            let fields: Vec<&str> = parent.fields().map(|field| field.name).collect();
            format!("the fields here are {}", listed(&fields, "and"))
        }
        FieldAdvice::Remove(Parent::Instance) => {
            "remove it; `instancectl explain` lists the fields of an instance".to_owned()
        }
        FieldAdvice::LinePrefixes => {
            "remove the prefixes of the lines: the `+` of a diff, or line numbers".to_owned()
        }
        FieldAdvice::EscapedJson => {
            "remove the backslashes: this is JSON inside a quoted string".to_owned()
        }
    }
}

fn field_form(field: &str, form: &FieldForm) -> String {
    match form {
        FieldForm::Unit(value) => {
            format!("Write its unit after the number: `{field}: {}`", escaped(value))
        }
        FieldForm::Items(item) => format!("Write each of its items as `{item}`"),
        FieldForm::Dashes => "Below it, start each instance with `- `".to_owned(),
        FieldForm::Explained => format!("`instancectl explain {field}` documents it"),
    }
}

fn belongs_in(parent: Parent, exists: bool) -> String {
    match (parent, item_example(parent)) {
        (_, Some((list, _))) if exists => {
            format!("it belongs inside an item of `{list}`: indent it like the fields there")
        }
        (_, Some((list, example))) => {
            format!("it belongs inside an item of `{list}`, such as `{example}`")
        }
        (Parent::Limits, None) => {
            "it belongs in the `limits` of the document, such as `limits: {cards: 16}`".to_owned()
        }
        (Parent::Document, None) => {
            "it belongs at the left margin, outside of instances and `defaults`".to_owned()
        }
        (_, None) => {
            "it belongs inside an item of `instances`; or under `defaults`, to apply to all of them"
                .to_owned()
        }
    }
}

fn foreign(field: ForeignField) -> &'static str {
    match field {
        ForeignField::Environment => {
            "set variables in the script: `export NAME=value` in `startScriptContent`"
        }
        ForeignField::Resources => "use `cpuNumber`, `gpuNumber` and `ramSize` instead",
        // They may count machines, and `taskNumber` multiplies the cost.
        ForeignField::Nodes => {
            "write `taskNumber` for containers, each with all the cards, or remove it"
        }
        ForeignField::Command => "write the whole command in `startScriptContent`",
        ForeignField::Kubernetes => "remove it: only Kubernetes manifests have it",
    }
}

/// Returns the next step after fields that are missing in one mapping.
pub(super) fn missing(fields: &[&str], advice: &MissingFieldAdvice) -> String {
    let location = match advice {
        MissingFieldAdvice::Add => "",
        MissingFieldAdvice::AddHereOrToDefaults => ", here or under `defaults`",
        MissingFieldAdvice::DefaultsOfOtherDocument => {
            ": `defaults` apply only to instances in the same document"
        }
        MissingFieldAdvice::InstancesOfOtherDocument => {
            return "`defaults` apply only to `instances` in the same document: move the instances here"
                .to_owned();
        }
        MissingFieldAdvice::JoinItems(key) => {
            return format!("remove the `- `: `{}` belongs to the item above", escaped(key));
        }
        MissingFieldAdvice::OtherProgram(program) => return other_program(*program).to_owned(),
    };
    let examples: Vec<String> = fields.iter().map(|field| example(field)).collect();
    format!("add {}{location}", examples.join(", "))
}

fn example(field: &str) -> String {
    match field {
        "instances" => "`instances:`, and below it each instance, starting with `- \
                        instanceServiceName: train-a`"
            .to_owned(),
        "imagePath" => "`imagePath: REGISTRY/PATH/NAME:TAG`".to_owned(),
        "timeoutLimit" => "`timeoutLimit: \"04:00:00\"` or `timeoutLimit: unlimited`".to_owned(),
        _ => format!("`{field}: {}`", value_example(field)),
    }
}

fn other_program(program: Option<Program>) -> &'static str {
    match program {
        Some(Program::Kubernetes) => {
            "this is a Kubernetes manifest: write the fields of an instance instead; `instancectl \
             init` creates a starter file"
        }
        Some(Program::Compose) => {
            "this is a Docker Compose file: write each service as an item of `instances`; \
             `instancectl init` creates a starter file"
        }
        None => {
            "list instances under `instances:`, or write the fields of one, such as \
             `instanceServiceName` and `imagePath`"
        }
    }
}
