//! `validate --fix` and `--diff`: writes or shows the safe fixes.

use std::path::PathBuf;

use super::{check, paths_in_repository, report};
use crate::cli::{OutputTarget, Validate};
use crate::commands::atomic_write;
use crate::commands::error::{CommandError, Exit};
use crate::commands::inputs::Input;
use crate::output::{CommandProblem, Console, FileReport, PathProblem, ValidationReport};
use crate::source::SourceFile;
use crate::validate::{self, LintLevels, TextEdit};

/// A checked file: its old text, its edits, and the remaining problems.
struct FixedFile {
    path: Option<PathBuf>,
    old: String,
    edits: Vec<TextEdit>,
    report: FileReport,
}

pub(crate) fn run(
    args: &Validate,
    inputs: Vec<Input>,
    levels: &LintLevels,
    console: &mut Console,
) -> Result<Exit, CommandError> {
    let stdin = inputs.iter().any(|input| input.path.is_none());
    let targets = &args.reports;
    let paths = paths_in_repository(&inputs);
    let reported = *targets != [OutputTarget::default()];
    if stdin && (inputs.len() > 1 || reported) {
        return Err(CommandProblem::FixOfStdinHasOtherOutput.into());
    }
    let mut fixed: Vec<FixedFile> =
        inputs.into_iter().map(|input| fix_file(input, levels)).collect();
    let valid = fixed.iter().all(|file| file.report.checked.is_valid());
    let exit = |done: bool| if done { Exit::Done } else { Exit::Invalid };
    if args.diff {
        for file in fixed.iter().filter(|file| !file.edits.is_empty()) {
            console.print_diff(file.report.source.name(), &file.old, file.report.source.text())?;
        }
        let edits = fixed.iter().map(|file| file.edits.len()).sum();
        let reports: Vec<FileReport> = fixed.into_iter().map(|file| file.report).collect();
        console.would_fix(edits, &reports)?;
        return Ok(exit(valid && edits == 0));
    }
    let mut failed = Vec::new();
    for file in &mut fixed {
        match write(file, levels) {
            Ok(()) if file.path.is_none() => console.result(file.report.source.text())?,
            Ok(()) => {}
            // The other files are fixed nevertheless.
            Err(failure) => failed.push(failure),
        }
        console.edits(file.report.source.name(), &file.edits)?;
    }
    let reports: Vec<FileReport> = fixed.into_iter().map(|file| file.report).collect();
    if stdin {
        console.remaining_problems(&reports)?;
    } else {
        let failure = failed.last().map(|error| error.report(console.words()));
        let findings =
            ValidationReport { files: &reports, paths: &paths, failure: failure.as_ref() };
        report(targets, findings, console)?;
    }
    let Some(last) = failed.pop() else { return Ok(exit(valid)) };
    for failure in failed {
        failure.print(console);
    }
    Err(last)
}

/// Writes the edits to a file. If that fails, the file and its report stay as they were.
fn write(file: &mut FixedFile, levels: &LintLevels) -> Result<(), CommandError> {
    let Some(path) = file.path.as_ref().filter(|_| !file.edits.is_empty()) else { return Ok(()) };
    atomic_write::replace_unchanged(path, &file.old, file.report.source.text()).map_err(|error| {
        let source = SourceFile::new(file.report.source.name(), &*file.old);
        file.edits.clear();
        file.report = check(Input { path: Some(path.clone()), source, unreadable: None }, levels);
        CommandError::path(path, PathProblem::FixUnwritable(error))
    })
}

fn fix_file(input: Input, levels: &LintLevels) -> FixedFile {
    let Input { path, source, unreadable } = input;
    let old = source.text().to_owned();
    if unreadable.is_some() {
        let report = check(Input { path: path.clone(), source, unreadable }, levels);
        return FixedFile { path, old, edits: Vec::new(), report };
    }
    let fixed = validate::fix(source, levels);
    let report = FileReport { source: fixed.source.into(), checked: fixed.checked };
    FixedFile { path, old, edits: fixed.edits, report }
}
