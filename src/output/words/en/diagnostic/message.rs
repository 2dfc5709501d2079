//! Descriptions of problems.

use super::{rules, syntax};
use crate::diagnostics::{
    AliasFault, Bound, DiagnosticKind, Excess, Found, Subject, ValueAdvice, escaped, quote,
};
use crate::manifest::{FieldKind, MAX_COUNT};
use crate::output::words::en::phrases::listed;
use crate::output::words::shared::sized;
use crate::source::{EncodingError, MAX_BYTES};
use crate::text::plural::count;

/// Describes a problem.
// One arm for each kind.
#[allow(clippy::too_many_lines)]
pub(super) fn message(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { mistake, .. } => syntax::words(mistake, None).0.into_owned(),
        DiagnosticKind::Encoding { error } => encoding(error),
        DiagnosticKind::TooLarge(excess) => too_large(*excess),
        DiagnosticKind::TooDeep { limit } => format!("values nest deeper than {limit} levels"),
        DiagnosticKind::Alias(fault) => alias(fault),
        DiagnosticKind::DuplicateKey { key, .. } => format!("duplicate key {}", quote(key)),
        DiagnosticKind::UnknownField { field, .. } => format!("unknown field {}", quote(field)),
        DiagnosticKind::MissingField { field, owner, .. } => {
            format!("{} has no `{field}`", subject(owner))
        }
        DiagnosticKind::WrongType { subject: at, found, .. } => {
            let expected = expected_for(at);
            format!("{}: expected {expected}, found {}", subject(at), value(at, found))
        }
        DiagnosticKind::UnknownValue { field, found, .. } => {
            format!("`{field}`: expected {}, found {}", expected_value(field), quote(found))
        }
        DiagnosticKind::OutOfRange { field, found, bound } => {
            format!(
                "`{field}`: {} is out of range, expected {}",
                quote(found),
                range(field, *bound)
            )
        }
        DiagnosticKind::BadFormat { field, found, advice } => {
            let expected = match (FieldKind::of(field), advice) {
                (_, Some(ValueAdvice::StraightQuotes(_))) => "straight quotes, or none".to_owned(),
                (Some(FieldKind::Text), _) if !found.is_empty() => {
                    "a path that ends with the name of an image".to_owned()
                }
                _ => expected_value(field),
            };
            format!("`{field}`: expected {expected}, found {}", quoted_or_empty(found))
        }
        DiagnosticKind::DuplicateName { name } => {
            format!("duplicate instance name {}", quote(name))
        }
        DiagnosticKind::DuplicatePort { port } => {
            format!("port {port} is listed twice in one instance")
        }
        DiagnosticKind::DuplicateMount { target } => {
            format!("two directories are mounted at {} in one instance", quote(target))
        }
        DiagnosticKind::RelativeMount { field, found } => {
            format!("`{field}`: {} is not an absolute path", quote(found))
        }
        DiagnosticKind::CardsOnCpu { cards } => {
            format!("`gpuNumber` is {cards}, but `acceleratorType` is `cpu`")
        }
        DiagnosticKind::ScriptMissing => {
            "`useStartScript` is true, but there is no `startScriptContent`".to_owned()
        }
        DiagnosticKind::RamLooksLikeGib { found } => {
            format!("`ramSize` is {found} MB, less than 1 GiB")
        }
        DiagnosticKind::EmptyFile => "the file contains no manifest".to_owned(),
        DiagnosticKind::NoCards { kind } => {
            format!("`gpuNumber` is 0, but `acceleratorType` is `{kind}`")
        }
        DiagnosticKind::VersionDiffers { version, image } => {
            format!("`version` is {}, but the image tag is {}", quote(version), quote(image))
        }
        DiagnosticKind::ScriptOff => {
            "`useStartScript` is false, so `startScriptContent` does not run".to_owned()
        }
        DiagnosticKind::Yaml11Value { written, reading, .. } => rules::reading(written, *reading),
        DiagnosticKind::SecretInScript { what } => rules::secret(what),
        DiagnosticKind::FoldedScript { line } => rules::folded_line(*line).to_owned(),
        DiagnosticKind::SwallowedField { field } => {
            format!("this line of the script is the field `{field}` of the instance")
        }
        DiagnosticKind::UnfilledPlaceholder { field, placeholder } => {
            format!("`{field}` contains the placeholder {}", quote(placeholder))
        }
        DiagnosticKind::OddImage { image, fault } => rules::image_fault(image, fault),
        DiagnosticKind::OddText { field, oddity } => {
            format!("`{field}` {}", rules::oddity(*oddity))
        }
        DiagnosticKind::GroupNotOffered { group, .. } => {
            format!("the region has no resource group {}", quote(group))
        }
        DiagnosticKind::ImageNotOffered { image, .. } => {
            format!("the region does not list the image {}", quote(image))
        }
        DiagnosticKind::OverNodeLimit { field, requested, limit, group } => {
            let (requested, limit) = (sized(field, *requested), sized(field, *limit));
            format!("`{field}` is {requested}, but a node of {} has {limit}", quote(group))
        }
        DiagnosticKind::NoFreeCards { instances: 1, requested, free, group, .. } => format!(
            "the instance needs {}, but {} has {free} free: it will wait",
            count(*requested, "card"),
            quote(group)
        ),
        DiagnosticKind::NoFreeCards { instance, instances, requested, free, group } => format!(
            "{instances} instances need {}, but {} has {free} free: {} is the first that will wait",
            count(*requested, "card"),
            quote(group),
            quote(instance)
        ),
        DiagnosticKind::MountNotAllowed { path, .. } => {
            format!("the region does not allow to mount {}", quote(path))
        }
        DiagnosticKind::Unlimited => {
            "the instance runs, and is billed, until it is stopped".to_owned()
        }
        DiagnosticKind::UnpinnedImage { image } => {
            format!("the image {} has no version: its content may change", quote(image))
        }
        DiagnosticKind::EmptyList => "`instances` is empty".to_owned(),
        DiagnosticKind::UnusedAllow { code, .. } => {
            format!("`allow({})` suppresses nothing", escaped(code))
        }
    }
}

/// Names the part that a problem is about.
pub(super) fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Document => "the document".to_owned(),
        Subject::Instance(Some(name)) => format!("the instance {}", quote(name)),
        Subject::Instance(None) => "this instance".to_owned(),
        Subject::Mount => "this mount".to_owned(),
        Subject::Port => "this port".to_owned(),
        Subject::Field(field) => format!("`{field}`"),
        Subject::ItemOf(list) => format!("an item of `{list}`"),
        Subject::Key => "a key".to_owned(),
        Subject::Merge => "`<<`".to_owned(),
        Subject::Tag(tag) => quote(tag).to_string(),
        Subject::Template => "this value".to_owned(),
    }
}

/// Term for a mapping in messages about found and expected types.
const FIELDS: &str = "fields (`key: value`)";

fn expected_for(subject: &Subject) -> String {
    match subject {
        Subject::Document => "`instances`, or the fields of an instance".to_owned(),
        Subject::Field(field) => expected_value(field),
        Subject::Key => "the name of a field".to_owned(),
        Subject::Merge => format!("{FIELDS} to merge"),
        Subject::Tag(_) => "a value".to_owned(),
        Subject::Template => "text or a number".to_owned(),
        Subject::Instance(_) | Subject::Mount | Subject::Port | Subject::ItemOf(_) => {
            FIELDS.to_owned()
        }
    }
}

/// Describes the values of a field.
pub(super) fn expected_value(field: &str) -> String {
    match FieldKind::of(field) {
        Some(FieldKind::Choice(choices)) => listed(choices, "or"),
        Some(FieldKind::Flag) => "`true` or `false`".to_owned(),
        Some(FieldKind::Count { min }) => format!("an integer, {min} or more"),
        Some(FieldKind::RamSize) => "an integer of MB, or a size such as `27GiB`".to_owned(),
        Some(FieldKind::TimeLimit) => "`\"HH:MM:SS\"` or `unlimited`".to_owned(),
        Some(FieldKind::PortNumber) => "a port from 1 to 65535".to_owned(),
        Some(FieldKind::Region) => "a region as text or an integer, such as `\"11250\"`".to_owned(),
        Some(FieldKind::List) if field == "instances" => "a list of instances".to_owned(),
        Some(FieldKind::List) => "a list".to_owned(),
        Some(FieldKind::Fields) => FIELDS.to_owned(),
        Some(FieldKind::Text | FieldKind::Path) | None => "text".to_owned(),
    }
}

fn value(subject: &Subject, found: &Found) -> String {
    match found {
        Found::Nothing => "nothing".to_owned(),
        Found::Null => "`null`".to_owned(),
        Found::Bool(text) => quote(text).to_string(),
        Found::Integer(text) => format!("integer {}", quote(text)),
        Found::Number(text) => format!("number {}", quote(text)),
        Found::Text(text) => format!("string {}", quote(text)),
        Found::List => "a list".to_owned(),
        Found::Fields => FIELDS.to_owned(),
        Found::Lock => "a lock".to_owned(),
        Found::Other => match subject {
            Subject::Key => "a list or fields",
            Subject::Tag(_) => "a tag (`!`) that is unknown or does not fit its value",
            Subject::Template => "an unrendered template",
            _ => "something else",
        }
        .to_owned(),
    }
}

fn quoted_or_empty(found: &str) -> String {
    if found.is_empty() { "empty text".to_owned() } else { quote(found).to_string() }
}

fn range(field: &str, bound: Bound) -> String {
    let kind = FieldKind::of(field);
    let unit = if kind == Some(FieldKind::RamSize) { " MB" } else { "" };
    match (kind, bound) {
        (Some(FieldKind::PortNumber), _) => "1 to 65535".to_owned(),
        (Some(FieldKind::TimeLimit), _) => "a limit above zero, or `unlimited`".to_owned(),
        (Some(FieldKind::Region), Bound::Max) => {
            "at most 9007199254740991, or text in quotes".to_owned()
        }
        (_, Bound::Max) => format!("at most {MAX_COUNT}{unit}"),
        (_, Bound::Min) => format!("{}{unit} or more", kind.map_or(1, FieldKind::minimum)),
    }
}

fn too_large(excess: Excess) -> String {
    match excess {
        Excess::File => format!("the file is larger than {} MiB", MAX_BYTES >> 20),
        Excess::Expanded(mib) => format!(
            "with `defaults` and aliases expanded, the instances up to this one are larger than \
             {mib} MiB"
        ),
        Excess::List(field, limit) => format!("`{field}` has more than {limit} items"),
        Excess::Problems(limit) => format!("the file has more than {limit} problems"),
        Excess::SyntaxErrors => {
            "the text after this syntax error was not read: it is too large to read again for each \
             error"
                .to_owned()
        }
    }
}

fn alias(fault: &AliasFault) -> String {
    match fault {
        AliasFault::Undefined(name, _) => {
            let (alias, anchor) = (format!("*{name}"), format!("&{name}"));
            format!(
                "{} refers to nothing: no {} precedes it in this document",
                quote(&alias),
                quote(&anchor)
            )
        }
        AliasFault::Unused(name, _) => {
            format!("{} is read as an anchor, and no alias uses it", quote(&format!("&{name}")))
        }
        AliasFault::Recursive => "this alias is inside the value that it refers to".to_owned(),
        AliasFault::TooMany => {
            "the aliases expand to more values than a file of this size may contain".to_owned()
        }
    }
}

fn encoding(error: &EncodingError) -> String {
    match error {
        EncodingError::TooLarge => too_large(Excess::File),
        EncodingError::Other(name) => format!("the file is {name} text, expected UTF-8"),
        EncodingError::NotUtf8(byte) => format!(
            "the byte 0x{byte:02x} is not UTF-8: the file has another encoding or is damaged"
        ),
        EncodingError::CutOff(byte) => {
            format!(
                "the file ends in the middle of a character that begins with the byte \
                     0x{byte:02x}"
            )
        }
        EncodingError::Control(char) => {
            format!("the control character U+{:04X} is not allowed in YAML", u32::from(*char))
        }
    }
}
