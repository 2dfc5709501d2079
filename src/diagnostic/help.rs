//! The next step for each problem.

use super::{Problem, quote};
use crate::source::EncodingFault;

impl Problem {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::YamlSyntax { help, .. } | Self::TooLarge { help, .. } => (*help).to_owned(),
            Self::Encoding { fault } => encoding_help(fault).to_owned(),
            Self::TooDeep { .. } => {
                "a manifest needs five levels: look for brackets that are never closed".to_owned()
            }
            Self::DuplicateKey { begins: true, .. } => {
                "begin the second one with `- ` (in a list), or with a line `---`; else keep one of \
                 the two"
                    .to_owned()
            }
            Self::DuplicateKey { key, .. } if key == "instances" => {
                "put all instances in one list, under the first `instances:`; or begin a second \
                 document with a line `---`"
                    .to_owned()
            }
            Self::DuplicateKey { .. } => {
                "keep one of the two: readers disagree on which one counts".to_owned()
            }
            Self::UnknownField { help, .. }
            | Self::MissingField { help, .. }
            | Self::WrongType { help, .. }
            | Self::UnknownValue { help, .. }
            | Self::UnusedAllow { help, .. }
            | Self::Alias { help, .. }
            | Self::BadFormat { help, .. } => help.clone(),
            Self::OutOfRange { field, .. } => format!("give `{field}` a value in that range"),
            Self::DuplicateName { .. } => {
                "give it a name of its own: the name is its identity in the lock".to_owned()
            }
            Self::DuplicatePort { .. } => "remove one of the two, or change its port".to_owned(),
            Self::DuplicateMount { .. } => "give each mount a `targetPath` of its own".to_owned(),
            Self::RelativeMount { .. } => {
                "begin it with `/`, such as `/public/home/alice/data`".to_owned()
            }
            Self::CardsOnCpu { .. } => {
                "set `gpuNumber` to 0, or `acceleratorType` to the cards you want".to_owned()
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
                "ask for cards with `gpuNumber`, or set `acceleratorType: cpu`".to_owned()
            }
            Self::VersionDiffers { .. } => {
                "leave `version` out: it follows from `imagePath`".to_owned()
            }
            Self::ScriptOff => {
                "remove `useStartScript` to run the script, or remove the script".to_owned()
            }
            Self::Yaml11Value { written, is_text: true, .. } => {
                format!("write it in quotes: \"{}\"", quote(written).to_string().trim_matches('`'))
            }
            Self::Yaml11Value { .. } => {
                "write the integer in decimal, without leading zeros".to_owned()
            }
            Self::SecretInScript { .. } => {
                "the platform and the lock store the script: read the secret from a private file \
                 on the mounted storage instead"
                    .to_owned()
            }
            Self::Unlimited => {
                "give `timeoutLimit: \"HH:MM:SS\"`, or allow it with `# instancectl: \
                 allow(unlimited)`"
                    .to_owned()
            }
            Self::UnpinnedImage { .. } => {
                "give the tag of one version, so that the next create runs the same".to_owned()
            }
            Self::EmptyList => "add an instance: nothing is created from this document".to_owned(),
        }
    }
}

fn encoding_help(fault: &EncodingFault) -> &'static str {
    match fault {
        EncodingFault::TooLarge => "split it into several manifests",
        EncodingFault::Other("GBK") => "save it as UTF-8: `iconv -f GBK -t UTF-8 OLD > NEW`",
        EncodingFault::Other("UTF-32") => "save it as UTF-8: `iconv -f UTF-32 -t UTF-8 OLD > NEW`",
        EncodingFault::Other(_) => "save it as UTF-8: `iconv -f UTF-16 -t UTF-8 OLD > NEW`",
        EncodingFault::NotUtf8(_) => "save the file as UTF-8",
        EncodingFault::Control(_) => "remove it, or write it as an escape in double quotes",
    }
}
