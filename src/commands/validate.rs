//! `validate`: checks manifests offline.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::inputs::{self, Input};
use super::{Exit, Failure, mend};
use crate::cli::{Deny, Strictness, Validate};
use crate::report::{Console, FileReport};
use crate::validate::{self, Policy};

pub(super) fn run(args: &Validate, console: &mut Console) -> Result<Exit, Failure> {
    let mut names = [args.paths.as_slice(), args.files.as_slice()].concat();
    if let Some(list) = &args.files_from {
        names.extend(inputs::read_list(list)?);
    } else if names.is_empty() {
        return Err(Failure::usage("no manifest is named: `instancectl validate instances.yaml`"));
    }
    let policy = policy(&args.strictness)?;
    let inputs = inputs::read(&names, args.recursive)?;
    if args.fix || args.diff {
        return mend::run(args, inputs, &policy, console);
    }
    let files = check_all(inputs, &policy);
    console.validation(&files, args.format)?;
    let valid = files.iter().all(|file| file.checked.manifest.is_some());
    Ok(if valid { Exit::Done } else { Exit::Invalid })
}

/// Checks many manifests on all cores; the reports come in the order of the manifests.
fn check_all(inputs: Vec<Input>, policy: &Policy) -> Vec<FileReport> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    if threads <= 1 {
        return inputs.into_iter().map(|input| check(input, policy)).collect();
    }
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Vec<(usize, FileReport)> {
        std::iter::from_fn(next).map(|(at, input)| (at, check(input, policy))).collect()
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

/// What the command line says of warnings and notes.
pub(super) fn policy(args: &Strictness) -> Result<Policy, Failure> {
    Policy::new(args.deny == Some(Deny::Warnings), &args.allow)
        .map_err(|error| Failure::usage(error.to_string()))
}

/// Checks one manifest.
pub(super) fn check(input: Input, policy: &Policy) -> FileReport {
    let mut checked = validate::validate(&input.source, input.unreadable);
    checked.judge(policy);
    FileReport { source: input.source, checked }
}
