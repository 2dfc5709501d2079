//! What validation found, in each of its formats.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{FileReport, Style, github, gitlab, human, json, junit, sarif};
use crate::cli::ReportFormat;
use crate::diagnostic::{Diagnostic, DiagnosticKind};

/// What validation found in some files.
#[derive(Debug, Clone, Copy)]
pub struct ValidationReport<'a> {
    /// The files, in the order they are told in.
    pub files: &'a [FileReport],
    /// Where each lies, for services that show reports beside the code: from the root of the
    /// repository, or absolute. (People and `json` get the path as it was given.)
    pub paths: &'a [PathBuf],
}

/// One diagnostic and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileDiagnostic<'a> {
    pub(super) path: &'a Path,
    pub(super) file: &'a FileReport,
    pub(super) diagnostic: &'a Diagnostic,
}

impl<'a> ValidationReport<'a> {
    /// Every file with its path.
    pub(super) fn files(self) -> impl Iterator<Item = (&'a Path, &'a FileReport)> {
        self.paths.iter().map(PathBuf::as_path).zip(self.files)
    }

    /// Every diagnostic, in the order of the files and of their text.
    pub(super) fn all(self) -> impl Iterator<Item = FileDiagnostic<'a>> {
        self.files().flat_map(|(path, file)| {
            file.checked.diagnostics.iter().map(move |diagnostic| FileDiagnostic {
                path,
                file,
                diagnostic,
            })
        })
    }

    /// Writes them in one format.
    pub(super) fn write(
        self,
        to: &mut dyn Write,
        format: ReportFormat,
        style: Style,
        quiet: bool,
    ) -> io::Result<()> {
        match format {
            ReportFormat::Human => human::validation(to, self.files, style, quiet),
            ReportFormat::Json => json::validation(to, self.files),
            ReportFormat::Github => github::validation(to, self),
            ReportFormat::Gitlab => gitlab::validation(to, self),
            ReportFormat::Sarif => sarif::validation(to, self),
            ReportFormat::Junit => junit::validation(to, self),
        }
    }
}

/// Writes what validation found to something else than the terminal: plain text, 100 columns wide.
pub fn write_findings(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    format: ReportFormat,
) -> io::Result<()> {
    findings.write(to, format, Style { color: false, width: 100 }, false)
}

/// What is wrong and the next step, in one line.
pub(super) fn one_line(diagnostic: &Diagnostic) -> String {
    format!("{}; {}", diagnostic.problem, diagnostic.problem.help())
}

/// Names diagnostics so that a service knows each again after lines have moved.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(HashMap<String, u32>);

impl Fingerprints {
    /// The name of the next diagnostic: 32 hexadecimal digits, of one run no two alike. What it is
    /// made of holds no line and no place in a list; equal faults of a file are numbered.
    pub(super) fn next_fingerprint(&mut self, found: FileDiagnostic<'_>) -> String {
        let Diagnostic { problem, pointer, .. } = found.diagnostic;
        let what = match &**problem {
            // Its message counts the lines of the script.
            DiagnosticKind::SecretInScript { what, .. } => what.clone(),
            problem => problem.to_string(),
        };
        let is_index = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let place: Vec<&str> =
            pointer.split('/').map(|part| if is_index(&part) { "" } else { part }).collect();
        let path = found.path.to_string_lossy();
        let key = [&path, problem.code(), &place.join("/"), &what].join("\0");
        let equal = self.0.entry(key.clone()).or_default();
        *equal += 1;
        let digest = Sha256::digest(format!("{key}\0{equal}"));
        digest.iter().take(16).fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes text");
            text
        })
    }
}
