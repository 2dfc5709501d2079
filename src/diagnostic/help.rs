//! Help text for each problem.

use super::{DiagnosticKind, escaped};
use crate::source::EncodingError;

impl DiagnosticKind {
    /// Returns the next step.
    pub fn help(&self) -> String {
        match self {
            Self::YamlSyntax { help, .. } | Self::DuplicateKey { help, .. } => {
                help.clone().into_owned()
            }
            Self::TooLarge { help, .. } => (*help).to_owned(),
            Self::Encoding { fault } => encoding_help(fault).to_owned(),
            Self::TooDeep { .. } => {
                "a manifest needs five levels: look for brackets that are never closed, or too many dashes".to_owned()
            }
            Self::UnknownField { help, .. }
            | Self::Alias { help, .. }
            | Self::MissingField { help, .. }
            | Self::WrongType { help, .. }
            | Self::UnknownValue { help, .. }
            | Self::UnusedAllow { help, .. }
            | Self::BadFormat { help, .. }
            | Self::OutOfRange { help, .. }
            | Self::RelativeMount { help, .. } => help.clone(),
            Self::DuplicateName { name } => {
                format!(
                    "give it a name of its own, such as `{}-2`: the lock tells instances apart by it",
                    escaped(name)
                )
            }
            Self::DuplicatePort { .. } => "remove one of the two, or change its port".to_owned(),
            Self::DuplicateMount { .. } => "give each mount a `targetPath` of its own".to_owned(),
            Self::CardsOnCpu { .. } => {
                "write `gpuNumber: 0`, or the kind of cards you want, such as `acceleratorType: dcu`"
                    .to_owned()
            }
            Self::ScriptMissing => {
                "write the script under `startScriptContent: |`, or remove `useStartScript`"
                    .to_owned()
            }
            Self::RamLooksLikeGib { found } => {
                format!(
                    "a bare number is MB; write `{found}GiB` for {found} GiB, or `{found}MB` if that is meant"
                )
            }
            Self::EmptyFile => "write an instance; `instancectl init` makes a starter".to_owned(),
            Self::NoCards { .. } => {
                "write how many cards you want, such as `gpuNumber: 1`, or `acceleratorType: cpu` for \
                 none".to_owned()
            }
            Self::VersionDiffers { .. } => {
                "leave `version` out: it follows from `imagePath`".to_owned()
            }
            Self::ScriptOff => {
                "remove `useStartScript` to run the script, or remove the script".to_owned()
            }
            Self::Yaml11Value { written, is_text: true, .. } => {
                format!("put it in quotes: `\"{}\"`", escaped(written))
            }
            Self::Yaml11Value { .. } => "write the integer without leading zeros".to_owned(),
            Self::SecretInScript { .. } => {
                "the platform and the lock store the script: read the secret from a private file \
                 on the mounted storage instead"
                    .to_owned()
            }
            Self::Unlimited => {
                "write a limit, such as `timeoutLimit: \"04:00:00\"`; or, if it is meant, say so with a \
                 comment: `# instancectl: allow(unlimited)`"
                    .to_owned()
            }
            Self::UnpinnedImage { .. } => {
                "name one version with a tag, such as `pytorch:2.3.0`, so that the next create runs \
                 the same"
                    .to_owned()
            }
            Self::EmptyList => "add an instance: nothing is created from this document".to_owned(),
        }
    }
}

fn encoding_help(fault: &EncodingError) -> &'static str {
    match fault {
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
        EncodingError::CutOff(_) => "look whether its end is missing; copy or download it again",
        EncodingError::Control(_) => "remove it, or write it as an escape in double quotes",
    }
}
