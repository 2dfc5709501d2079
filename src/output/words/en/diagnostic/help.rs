//! The next step after each problem.

use super::{field, rules, syntax, value};
use crate::diagnostics::{
    AliasFault, AnchorAdvice, CatalogEntry, DiagnosticKind, Excess, ItemStart, NewItem,
    SuppressionFault, escaped, quote,
};
use crate::manifest::Parent;
use crate::output::words::en::phrases::listed;
use crate::output::words::shared::MAX_OFFERS;
use crate::source::EncodingError;

/// Returns the next step.
// One arm for each kind.
#[allow(clippy::too_many_lines)]
pub(super) fn help(problem: &DiagnosticKind) -> String {
    match problem {
        DiagnosticKind::YamlSyntax { mistake, corrected } => {
            syntax::words(mistake, corrected.as_deref()).1.into_owned()
        }
        DiagnosticKind::Encoding { error } => encoding_help(error).to_owned(),
        DiagnosticKind::TooLarge(excess) => too_large(*excess).to_owned(),
        DiagnosticKind::TooDeep { .. } => {
            "a manifest needs five levels: look for unclosed brackets or too many dashes".to_owned()
        }
        DiagnosticKind::Alias(fault) => alias(fault),
        DiagnosticKind::DuplicateKey { key, new_item } => duplicate_key(key, *new_item),
        DiagnosticKind::UnknownField { advice, .. } => field::unknown(advice),
        DiagnosticKind::MissingField { field, advice, .. } => field::missing(&[*field], advice),
        DiagnosticKind::WrongType { subject, found, advice: None } => {
            value::wrong_type(subject, found)
        }
        DiagnosticKind::UnknownValue { field, advice: None, .. } => {
            format!("`instancectl explain {field}` documents its values")
        }
        DiagnosticKind::BadFormat { field, found, advice: None } => {
            value::bad_format(field, found.is_empty())
        }
        DiagnosticKind::WrongType { advice: Some(advice), .. }
        | DiagnosticKind::UnknownValue { advice: Some(advice), .. }
        | DiagnosticKind::BadFormat { advice: Some(advice), .. } => value::advice(advice),
        DiagnosticKind::OutOfRange { field, found, bound } => {
            value::out_of_range(field, found, *bound)
        }
        DiagnosticKind::RelativeMount { field, found } => value::absolute_path(field, found),
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
            "give each mount a different `targetPath`, or remove one of the two".to_owned()
        }
        DiagnosticKind::CardsOnCpu { .. } => {
            "write `gpuNumber: 0`, or the accelerator type, such as `acceleratorType: dcu`"
                .to_owned()
        }
        DiagnosticKind::ScriptMissing => {
            "write the script under `startScriptContent: |`, or remove `useStartScript`".to_owned()
        }
        DiagnosticKind::RamLooksLikeGib { found } => {
            format!("a bare number is MB; {}", value::with_unit(&found.to_string()))
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
        DiagnosticKind::Yaml11Value { written, value: None, .. } => {
            format!("put it in quotes: `\"{}\"`", escaped(written))
        }
        DiagnosticKind::Yaml11Value { value: Some(value), .. } => format!("write `{value}`"),
        DiagnosticKind::SecretInScript { .. } => {
            "the script is stored by the platform and in the lock: read the secret from a \
                 private file on the mounted storage instead"
                .to_owned()
        }
        DiagnosticKind::FoldedScript { .. } => {
            "write `startScriptContent: |`, and each line of the script below it, indented"
                .to_owned()
        }
        DiagnosticKind::SwallowedField { field } => format!(
            "if it is a field, begin it in the column of `startScriptContent`: as written, \
             `{field}` is not set"
        ),
        DiagnosticKind::UnfilledPlaceholder { .. } => {
            "variables and templates are not filled in: write the value itself".to_owned()
        }
        DiagnosticKind::OddImage { fault, .. } => rules::image_help(fault),
        DiagnosticKind::OddText { oddity, .. } => rules::oddity_help(*oddity).to_owned(),
        DiagnosticKind::GroupNotOffered { offered, .. } => named_offers(offered, "groups"),
        DiagnosticKind::ImageNotOffered { similar, .. } if similar.is_empty() => {
            "`instancectl catalog images` lists the images of the region".to_owned()
        }
        DiagnosticKind::ImageNotOffered { similar, .. } => {
            let name = |image: &String| image.rsplit('/').next().unwrap_or_default().to_owned();
            named_offers(&similar.iter().map(name).collect::<Vec<_>>(), "images")
        }
        DiagnosticKind::OverNodeLimit { .. } => {
            "request what one node has, or choose another group: the instance may never start"
                .to_owned()
        }
        DiagnosticKind::NoFreeCards { .. } => {
            "it starts when others free their cards; `instancectl catalog free` lists the groups"
                .to_owned()
        }
        DiagnosticKind::MountNotAllowed { allowed, .. } => {
            format!("what may be mounted is in {}", listed_quoted(allowed))
        }
        DiagnosticKind::Unlimited => {
            "write a limit, such as `timeoutLimit: \"04:00:00\"`; if it is intended, add the \
                 comment `# instancectl: allow(unlimited)`, or use `--allow unlimited`"
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

/// Names what a region offers, or the command that lists it if that is too much.
fn named_offers(offered: &[String], part: &str) -> String {
    if offered.len() > MAX_OFFERS {
        return format!("`instancectl catalog {part}` lists the {part} of the region");
    }
    format!("the region has {}", listed_quoted(offered))
}

fn listed_quoted(texts: &[String]) -> String {
    let named = texts.iter().take(MAX_OFFERS).map(|text| quote(text).to_string());
    let more = texts.len().saturating_sub(MAX_OFFERS);
    let more = (more > 0).then(|| format!("{more} more"));
    named.chain(more).collect::<Vec<_>>().join(", ")
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

fn too_large(excess: Excess) -> &'static str {
    match excess {
        Excess::File => "split it into several manifests; `-f` accepts a directory",
        Excess::Expanded(_) => {
            "keep long scripts in files that the instances can read, or split the manifest"
        }
        Excess::List(..) => "an instance cannot have that many: look for repetitions",
        Excess::Problems(_) | Excess::SyntaxErrors => {
            "fix the reported problems, then run `validate` again"
        }
    }
}

fn alias(fault: &AliasFault) -> String {
    match fault {
        AliasFault::Undefined(name, advice) => {
            let name = escaped(name);
            match advice {
                AnchorAdvice::Define => format!(
                    "write `&{name}` before the value that it refers to, further up; or write the \
                     value here"
                ),
                AnchorAdvice::DefineOrQuote => format!(
                    "write `&{name}` before the value that it refers to, further up; or, if it is \
                     text, put it in quotes: `\"*{name}\"`"
                ),
                AnchorAdvice::Quote => format!("if it is text, put it in quotes: `\"*{name}\"`"),
                AnchorAdvice::OtherDocument => {
                    format!("`&{name}` is in another document: write its value here again")
                }
                AnchorAdvice::MoveUp => format!("move `&{name}` and its value above this line"),
                AnchorAdvice::DidYouMean(near) => format!("did you mean `*{}`?", escaped(near)),
            }
        }
        AliasFault::Unused(_, Some(text)) => {
            format!("put the whole value in quotes: {}", quote(text))
        }
        AliasFault::Unused(_, None) => {
            "if it is text, put it in quotes: `&` starts an anchor".to_owned()
        }
        AliasFault::Recursive => "remove it, or move it out of the value of its anchor".to_owned(),
        AliasFault::TooMany => "write the values out, or use `defaults`".to_owned(),
    }
}

fn duplicate_key(key: &str, new_item: Option<NewItem>) -> String {
    let Some(NewItem { parent, start }) = new_item else {
        return match key {
            "instances" => {
                "put all instances in one list, under the first `instances:`; or start a second \
                 document with a line `---`"
            }
            "defaults" => {
                "if another file starts here, put a line `---` above it; otherwise write all shared \
                 fields under the first `defaults:`"
            }
            "<<" => "merge both with one key: `<<: [*a, *b]`",
            _ => "remove one of the two: programs disagree on which one counts",
        }
        .to_owned();
    };
    let what = match parent {
        Parent::Mount => "mount",
        Parent::Port => "port",
        Parent::Document | Parent::Limits | Parent::Instance => "instance",
    };
    let how = match start {
        ItemStart::Brace => "close the one before it with `}, ` and open it with `{`",
        ItemStart::DashAndBrace => {
            "close the one before it with `}` and start it on the next line with `- {`"
        }
        ItemStart::Document => "put a line `---` above it",
        ItemStart::Dash => "start it with `- `, in the column of the item above",
    };
    format!("if this starts another {what}, {how}; otherwise remove one of the two")
}

fn encoding_help(error: &EncodingError) -> &'static str {
    match error {
        EncodingError::TooLarge => too_large(Excess::File),
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
