//! The next step after each problem.

use crate::diagnostics::{CatalogEntry, DiagnosticKind, SuppressionFault, escaped};
use crate::output::words::en::phrases::listed;
use crate::source::EncodingError;

/// Returns the next step.
pub(super) fn help(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { help, .. } | DiagnosticKind::DuplicateKey { help, .. } => {
            help.clone().into_owned()
        }
        DiagnosticKind::TooLarge { help, .. } => (*help).to_owned(),
        DiagnosticKind::Encoding { error } => encoding_help(error).to_owned(),
        DiagnosticKind::TooDeep { .. } => {
            "a manifest needs five levels: look for unclosed brackets or too many dashes".to_owned()
        }
        DiagnosticKind::UnknownField { help, .. }
        | DiagnosticKind::Alias { help, .. }
        | DiagnosticKind::MissingField { help, .. }
        | DiagnosticKind::WrongType { help, .. }
        | DiagnosticKind::UnknownValue { help, .. }
        | DiagnosticKind::BadFormat { help, .. }
        | DiagnosticKind::OutOfRange { help, .. }
        | DiagnosticKind::RelativeMount { help, .. } => help.clone(),
        DiagnosticKind::DuplicateName { name } => {
            format!(
                "use a different name, such as `{}-2`: names identify instances in the lock",
                escaped(name)
            )
        }
        DiagnosticKind::DuplicatePort { .. } => {
            "remove one of the two, or change its port".to_owned()
        }
        DiagnosticKind::DuplicateMount { .. } => {
            "give each mount a different `targetPath`".to_owned()
        }
        DiagnosticKind::CardsOnCpu { .. } => {
            "write `gpuNumber: 0`, or the accelerator type, such as `acceleratorType: dcu`"
                .to_owned()
        }
        DiagnosticKind::ScriptMissing => {
            "write the script under `startScriptContent: |`, or remove `useStartScript`".to_owned()
        }
        DiagnosticKind::RamLooksLikeGib { found } => {
            format!(
                "a bare number is MB; write `{found}GiB` for {found} GiB, or `{found}MB` for \
                     {found} MB"
            )
        }
        DiagnosticKind::EmptyFile => {
            "add an instance; `instancectl init` creates a starter file".to_owned()
        }
        DiagnosticKind::NoCards { .. } => {
            "write the number of cards, such as `gpuNumber: 1`, or `acceleratorType: cpu` for \
                 none"
                .to_owned()
        }
        DiagnosticKind::VersionDiffers { .. } => {
            "remove `version`: it follows from `imagePath`".to_owned()
        }
        DiagnosticKind::ScriptOff => {
            "remove `useStartScript` to run the script, or remove the script".to_owned()
        }
        DiagnosticKind::Yaml11Value { written, is_text: true, .. } => {
            format!("put it in quotes: `\"{}\"`", escaped(written))
        }
        DiagnosticKind::Yaml11Value { .. } => "write the integer without leading zeros".to_owned(),
        DiagnosticKind::SecretInScript { .. } => {
            "the script is stored by the platform and in the lock: read the secret from a \
                 private file on the mounted storage instead"
                .to_owned()
        }
        DiagnosticKind::Unlimited => {
            "write a limit, such as `timeoutLimit: \"04:00:00\"`; if it is intended, add the \
                 comment `# instancectl: allow(unlimited)`"
                .to_owned()
        }
        DiagnosticKind::UnpinnedImage { .. } => {
            "use a version tag, such as `pytorch:2.3.0`, so that the next create runs the \
                 same image"
                .to_owned()
        }
        DiagnosticKind::UnusedAllow { fault, .. } => suppression(fault),
        DiagnosticKind::EmptyList => "add an instance: this document creates nothing".to_owned(),
    }
}

/// Returns the next step after a code that is not suppressed.
pub(super) fn suppression(fault: &SuppressionFault) -> String {
    match fault {
        SuppressionFault::OfError => "errors cannot be suppressed; fix the manifest".to_owned(),
        SuppressionFault::Unused => {
            "remove the comment: no diagnostic on its line or the next has that code".to_owned()
        }
        SuppressionFault::Unknown { near: Some(code) } => format!("did you mean `{code}`?"),
        SuppressionFault::Unknown { near: None } => {
            let codes: Vec<&str> = CatalogEntry::suppressible().collect();
            format!("the codes are {}", listed(&codes, "and"))
        }
    }
}

fn encoding_help(error: &EncodingError) -> &'static str {
    match error {
        EncodingError::TooLarge => "split it into several manifests",
        EncodingError::Other("GBK") => {
            "save it as UTF-8 in the editor, or with `iconv -f GBK -t UTF-8 OLD > NEW`"
        }
        EncodingError::Other("UTF-32") => {
            "save it as UTF-8 in the editor, or with `iconv -f UTF-32 -t UTF-8 OLD > NEW`"
        }
        EncodingError::Other(_) => {
            "save it as UTF-8 in the editor, or with `iconv -f UTF-16 -t UTF-8 OLD > NEW`"
        }
        EncodingError::NotUtf8(_) => {
            "open it in the editor that wrote it, and save it with the encoding UTF-8"
        }
        EncodingError::CutOff(_) => "check whether the end is missing; copy or download it again",
        EncodingError::Control(_) => "remove it, or write it as an escape in double quotes",
    }
}
