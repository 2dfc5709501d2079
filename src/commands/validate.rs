//! `validate`: checks manifests offline.

use super::inputs::{self, Input};
use super::{Exit, Failure};
use crate::cli::Validate;
use crate::report::{Console, FileReport};
use crate::validate;

pub(super) fn run(args: &Validate, console: &mut Console) -> Result<Exit, Failure> {
    let mut names = [args.paths.as_slice(), args.files.as_slice()].concat();
    if let Some(list) = &args.files_from {
        names.extend(inputs::read_list(list)?);
    } else if names.is_empty() {
        return Err(Failure::usage("no manifest is named: `instancectl validate instances.yaml`"));
    }
    let files: Vec<FileReport> =
        inputs::read(&names, args.recursive)?.into_iter().map(check).collect();
    console.validation(&files, args.format)?;
    let valid = files.iter().all(|file| file.checked.manifest.is_some());
    Ok(if valid { Exit::Done } else { Exit::Invalid })
}

/// Checks one manifest.
pub(super) fn check(input: Input) -> FileReport {
    let checked = validate::validate(&input.source, input.unreadable);
    FileReport { source: input.source, checked }
}
