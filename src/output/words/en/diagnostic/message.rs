//! Descriptions of problems.

use crate::diagnostics::{DiagnosticKind, escaped, quote};
use crate::source::{EncodingError, MAX_BYTES};

/// Describes a problem.
pub(super) fn message(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { message, .. }
        | DiagnosticKind::TooLarge { message, .. }
        | DiagnosticKind::Alias { message, .. } => message.clone(),
        DiagnosticKind::Encoding { error } => encoding(error),
        DiagnosticKind::TooDeep { limit } => format!("values nest deeper than {limit} levels"),
        DiagnosticKind::DuplicateKey { key, .. } => format!("duplicate key {}", quote(key)),
        DiagnosticKind::UnknownField { field, .. } => format!("unknown field {}", quote(field)),
        DiagnosticKind::MissingField { field, owner, .. } => format!("{owner} has no `{field}`"),
        DiagnosticKind::WrongType { subject, expected, found, .. } => {
            format!("{subject}: expected {expected}, found {found}")
        }
        DiagnosticKind::OutOfRange { field, found, expected, .. } => {
            format!("`{field}`: {found} is out of range, expected {expected}")
        }
        DiagnosticKind::UnknownValue { field, expected, found, .. }
        | DiagnosticKind::BadFormat { field, expected, found, .. } => {
            format!("`{field}`: expected {expected}, found {found}")
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
        DiagnosticKind::RelativeMount { field, found, .. } => {
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
        DiagnosticKind::Yaml11Value { written, other, .. } => {
            format!("{} unquoted is {other} to readers of YAML 1.1", quote(written))
        }
        DiagnosticKind::SecretInScript { line, what } => {
            format!("line {line} of the script contains {what}")
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

fn encoding(error: &EncodingError) -> String {
    match error {
        EncodingError::TooLarge => format!("the file is larger than {} MiB", MAX_BYTES >> 20),
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
