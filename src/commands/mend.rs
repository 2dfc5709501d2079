//! `validate --fix` and `--diff`: writes, or shows, the sure edits.

use std::path::PathBuf;

use super::inputs::Input;
use super::validate::{check, paths_in_repository, tell};
use super::{Exit, Failure, shown, whole_file};
use crate::cli::{Format, Reports, Validate};
use crate::report::{Console, FileReport, Findings};
use crate::source::SourceFile;
use crate::validate::{self, LintLevels, TextEdit};

/// A file that was looked through: as it is, as it is to be, and what remains wrong.
struct Mended {
    path: Option<PathBuf>,
    name: String,
    old: String,
    edits: Vec<TextEdit>,
    report: FileReport,
}

pub(super) fn run(
    args: &Validate,
    inputs: Vec<Input>,
    policy: &LintLevels,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let stdin = inputs.iter().any(|input| input.path.is_none());
    let targets = &args.reports.0;
    let paths = paths_in_repository(&inputs);
    let reported = *targets != Reports::default().0;
    if stdin && (inputs.len() > 1 || reported) {
        return Err(Failure::usage(
            "the edited text of standard input goes to standard output, and nothing else",
        ));
    }
    let mut mended: Vec<Mended> = inputs.into_iter().map(|input| mend(input, policy)).collect();
    let valid = mended.iter().all(|file| file.report.checked.manifest.is_some());
    let exit = |done: bool| if done { Exit::Done } else { Exit::Invalid };
    if args.diff {
        for file in mended.iter().filter(|file| !file.edits.is_empty()) {
            console.difference(&file.name, &file.old, file.report.source.text())?;
        }
        let edits = mended.iter().map(|file| file.edits.len()).sum();
        let reports: Vec<FileReport> = mended.into_iter().map(|file| file.report).collect();
        console.would_fix(edits, &reports)?;
        return Ok(exit(valid && edits == 0));
    }
    let mut failed = Vec::new();
    for file in &mut mended {
        match write(file, policy) {
            Ok(()) if file.path.is_none() => console.result(file.report.source.text())?,
            Ok(()) => {}
            // The others are mended all the same.
            Err(failure) => failed.push(failure),
        }
        console.edits(&file.name, &file.edits)?;
    }
    let reports: Vec<FileReport> = mended.into_iter().map(|file| file.report).collect();
    if stdin {
        console.invalid(&reports, Format::Human)?;
    } else {
        tell(targets, Findings { files: &reports, paths: &paths }, console)?;
    }
    let Some(last) = failed.pop() else { return Ok(exit(valid)) };
    for failure in failed {
        failure.tell(console);
    }
    Err(last)
}

/// Writes the edits into a file. One that cannot be written is as it was, and so is its report.
fn write(file: &mut Mended, policy: &LintLevels) -> Result<(), Failure> {
    let Some(path) = file.path.as_ref().filter(|_| !file.edits.is_empty()) else { return Ok(()) };
    whole_file::rewrite(path, &file.old, file.report.source.text()).map_err(|error| {
        let failure = Failure::usage(format!("cannot write {}: {error}", shown(path)))
            .with_help("nothing of it was changed");
        let source = SourceFile::new(&*file.name, &*file.old);
        file.edits.clear();
        file.report = check(Input { path: Some(path.clone()), source, unreadable: None }, policy);
        failure
    })
}

fn mend(input: Input, policy: &LintLevels) -> Mended {
    let Input { path, source, unreadable } = input;
    let (name, old) = (source.name().to_owned(), source.text().to_owned());
    if unreadable.is_some() {
        let report = check(Input { path: path.clone(), source, unreadable }, policy);
        return Mended { path, name, old, edits: Vec::new(), report };
    }
    let fixed = validate::fix(source, policy);
    let report = FileReport { source: fixed.source, checked: fixed.checked };
    Mended { path, name, old, edits: fixed.edits, report }
}
