//! Validation results and the parts that their formats share.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::FileReport;
use super::json::ExitReport;
use crate::diagnostics::Diagnostic;
use crate::language::Language;
use crate::text::hex;

/// Validation results of some files.
#[derive(Debug, Clone, Copy)]
pub struct ValidationReport<'a> {
    /// The files, in output order.
    pub files: &'a [FileReport],
    /// Path of each file for services that show reports next to the code: relative to the root of the
    /// repository, or absolute. (Human-readable output and `json` use the path as given.)
    pub paths: &'a [PathBuf],
    /// Exit status of a run that failed for another reason than an invalid manifest.
    pub failure: Option<&'a ExitReport>,
}

/// One diagnostic and its location.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileDiagnostic<'a> {
    pub(super) path: &'a Path,
    pub(super) file: &'a FileReport,
    pub(super) diagnostic: &'a Diagnostic,
}

impl<'a> ValidationReport<'a> {
    /// Returns every file with its path.
    pub(super) fn files(self) -> impl Iterator<Item = (&'a Path, &'a FileReport)> {
        self.paths.iter().map(PathBuf::as_path).zip(self.files)
    }

    /// Returns every diagnostic, in the order of the files and of their text.
    pub(super) fn all(self) -> impl Iterator<Item = FileDiagnostic<'a>> {
        self.files().flat_map(|(path, file)| {
            file.checked.diagnostics.iter().map(move |diagnostic| FileDiagnostic {
                path,
                file,
                diagnostic,
            })
        })
    }
}

/// Returns the problem and the next step, in one line.
pub(super) fn one_line(diagnostic: &Diagnostic, words: Language) -> String {
    let problem = &diagnostic.problem;
    words.problem_and_help(&words.diagnostic(problem), &words.diagnostic_help(problem))
}

/// Names diagnostics so that a service recognizes each of them after lines have moved.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(HashMap<String, u32>);

impl Fingerprints {
    /// Returns the name of the next diagnostic: 32 hexadecimal digits, unique within a run. It depends
    /// neither on lines nor on list indices; equal problems of a file are numbered.
    pub(super) fn next_fingerprint(&mut self, found: FileDiagnostic<'_>) -> String {
        let Diagnostic { problem, pointer, span, .. } = found.diagnostic;
        // A secret is not hashed: a short one could be guessed from the hash.
        let redacted = problem.redacts_source();
        let text = if redacted { "" } else { found.file.source.slice(*span) };
        let is_index = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let location: Vec<&str> =
            pointer.split('/').map(|part| if is_index(&part) { "" } else { part }).collect();
        let path = found.path.to_string_lossy();
        let key = [&path, problem.code(), problem.field(), &location.join("/"), text].join("\0");
        let equal = self.0.entry(key.clone()).or_default();
        *equal += 1;
        hex(&Sha256::digest(format!("{key}\0{equal}"))[..16])
    }
}
