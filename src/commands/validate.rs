//! `validate`: checks manifests offline.

pub(crate) mod fix;

use std::collections::HashSet;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, thread};

use super::atomic_write;
use super::check::{check, diagnose, lint_levels};
use super::error::{CommandError, Exit};
use super::inputs::{self, Input};
use super::online;
use crate::cli::{OutputTarget, ReportFormat, Validate};
use crate::language::Language;
use crate::output::{self, Console, FileReport, PathProblem, ValidationReport};
use crate::text::ManifestArgs;

pub(super) fn run(args: &Validate, console: &mut Console) -> Result<Exit, CommandError> {
    let mut names = [args.paths.as_slice(), args.files.as_slice()].concat();
    if let Some(list) = &args.files_from {
        names.extend(inputs::read_list(list)?);
    }
    let is_default = args.files_from.is_none() && names.is_empty();
    if is_default {
        names.push(inputs::default_manifest(&[])?);
    }
    let levels = lint_levels(&args.lint)?;
    let inputs = inputs::read(&names, args.recursive)?;
    let targets = &args.reports;
    refuse_overwriting(targets, &inputs)?;
    if args.fix || args.diff {
        return fix::run(args, inputs, &levels, console);
    }
    let paths = paths_in_repository(&inputs);
    let manifest = match &inputs[..] {
        [Input { path: Some(_), .. }] if is_default => Some(ManifestArgs::default_manifest()),
        [Input { path: Some(path), .. }] => Some(ManifestArgs::new(path.display().to_string())),
        _ => None,
    };
    let check = if args.online { check } else { diagnose };
    let mut files = check_all(inputs, |input| check(input, &levels));
    let shows_text = targets.iter().any(|to| to.file.is_none() && to.format == ReportFormat::Human);
    let is_valid = |files: &[FileReport]| files.iter().all(|file| file.checked.is_valid());
    // An invalid manifest ends the run before the platform is queried.
    let online = if args.online && is_valid(&files) {
        online::check_files(args.connection, &mut files, &levels, console)
    } else {
        Ok(())
    };
    let failure = online.as_ref().err().map(|error| error.report(console.words()));
    let findings = ValidationReport { files: &files, paths: &paths, failure: failure.as_ref() };
    report(targets, findings, console)?;
    online?;
    if let Some(manifest) = manifest.filter(|_| is_valid(&files) && shows_text) {
        console.next_commands(&[manifest.command("plan")])?;
    }
    Ok(if is_valid(&files) { Exit::Done } else { Exit::Invalid })
}

/// Refuses a report that would overwrite a manifest, a lock, or another report.
fn refuse_overwriting(targets: &[OutputTarget], inputs: &[Input]) -> Result<(), CommandError> {
    let manifests = inputs.iter().filter_map(|input| input.path.as_deref());
    let manifests: HashSet<_> = manifests.map(|path| fs::canonicalize(path).ok()).collect();
    let mut reports = HashSet::new();
    for file in targets.iter().filter_map(|target| target.file.as_deref()) {
        let real = fs::canonicalize(file).ok().or_else(|| inputs::absolute_path(file));
        if real.is_some() && manifests.contains(&real) {
            return Err(CommandError::path(file, PathProblem::ReportOverwritesManifest));
        }
        if file.extension().is_some_and(|end| end == "lock") && file.exists() {
            return Err(CommandError::path(file, PathProblem::ReportOverwritesLock));
        }
        let is_regular = !fs::metadata(file).is_ok_and(|there| !there.is_file());
        if is_regular && real.is_some() && !reports.insert(real) {
            return Err(CommandError::path(file, PathProblem::ReportsCollide));
        }
    }
    Ok(())
}

/// Returns the path of each manifest relative to the repository around the working directory (the
/// nearest directory with a `.git`), otherwise to the working directory; absolute if it is outside. For a
/// link, the location of the link counts, not its target.
pub(super) fn paths_in_repository(inputs: &[Input]) -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let root = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here);
    let path = |input: &Input| {
        let Some(path) = &input.path else { return PathBuf::from(input.source.name()) };
        let path = inputs::absolute_path(path).unwrap_or_else(|| path.clone());
        path.strip_prefix(root).map(Path::to_owned).unwrap_or(path)
    };
    inputs.iter().map(path).collect()
}

/// Writes the reports: the one for standard output also if a file fails, with that failure.
pub(super) fn report(
    targets: &[OutputTarget],
    findings: ValidationReport<'_>,
    console: &mut Console,
) -> Result<(), CommandError> {
    let written = write_files(targets, findings, console.words());
    let failure = written.as_ref().err().map(|error| error.report(console.words()));
    let findings = ValidationReport { failure: failure.as_ref().or(findings.failure), ..findings };
    match targets.iter().find(|target| target.file.is_none()) {
        Some(target) => console.findings(findings, target.format)?,
        None => console.print_validation_summary(findings.files)?,
    }
    written
}

fn write_files(
    targets: &[OutputTarget],
    findings: ValidationReport<'_>,
    words: Language,
) -> Result<(), CommandError> {
    for target in targets {
        let Some(file) = &target.file else { continue };
        let write = |to: &mut dyn Write| output::write_findings(to, findings, target.format, words);
        atomic_write::write_atomic(file, write)
            .map_err(|error| CommandError::path(file, PathProblem::Unwritable(error)))?;
    }
    Ok(())
}

/// Checks many manifests on all cores; the reports are in the order of the manifests.
fn check_all(inputs: Vec<Input>, check: impl Fn(Input) -> FileReport + Sync) -> Vec<FileReport> {
    // To count the cores takes a tenth of the start-up time: it reads the limits of the control group.
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if inputs.len() > 1 { cores().min(inputs.len()) } else { 1 };
    if threads <= 1 {
        return inputs.into_iter().map(check).collect();
    }
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Vec<(usize, FileReport)> {
        std::iter::from_fn(next).map(|(at, input)| (at, check(input))).collect()
    };
    let mut reports = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect::<Vec<_>>()
    });
    reports.sort_unstable_by_key(|(at, _)| *at);
    reports.into_iter().map(|(_, report)| report).collect()
}
