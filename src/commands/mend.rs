//! `validate --fix` and `--diff`: writes, or shows, the sure edits.

use std::path::PathBuf;

use super::inputs::Input;
use super::validate::{check, paths_in_repository, tell};
use super::{Exit, Failure, whole_file};
use crate::cli::{Format, Reports, Validate};
use crate::report::{Console, FileReport, Findings};
use crate::validate::{self, Edit, Policy};

/// A file that was looked through: as it is, as it is to be, and what remains wrong.
struct Mended {
    path: Option<PathBuf>,
    name: String,
    old: String,
    edits: Vec<Edit>,
    report: FileReport,
}

pub(super) fn run(
    args: &Validate,
    inputs: Vec<Input>,
    policy: &Policy,
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
    let mended: Vec<Mended> = inputs.into_iter().map(|input| mend(input, policy)).collect();
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
    for file in &mended {
        match &file.path {
            Some(path) if !file.edits.is_empty() => {
                whole_file::rewrite(path, &file.old, file.report.source.text()).map_err(
                    |error| {
                        let shown = path.display();
                        Failure::usage(format!("cannot write {shown}: {error}"))
                            .with_help("nothing of it was changed")
                    },
                )?;
            }
            Some(_) => {}
            None => console.result(file.report.source.text())?,
        }
        console.edits(&file.name, &file.edits)?;
    }
    let reports: Vec<FileReport> = mended.into_iter().map(|file| file.report).collect();
    if stdin {
        console.invalid(&reports, Format::Human)?;
    } else {
        tell(targets, Findings { files: &reports, paths: &paths }, console)?;
    }
    Ok(exit(valid))
}

fn mend(input: Input, policy: &Policy) -> Mended {
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
