//! Writes validation results in their formats.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use super::console::{Console, open};
use super::file_report::FileReport;
use super::style::Style;
use super::text::diagnostics;
use super::validation_report::ValidationReport;
use super::{diff, github, gitlab, json, junit, sarif};
use crate::cli::ReportFormat;
use crate::diagnostics::Severity;
use crate::validate::TextEdit;

impl Console {
    /// Prints validation results, as the command's result.
    pub fn findings(
        &mut self,
        findings: ValidationReport<'_>,
        format: ReportFormat,
    ) -> io::Result<()> {
        let (quiet, style) = (self.quiet, self.style);
        let people = format == ReportFormat::Human;
        self.has_result.store(true, Ordering::SeqCst);
        self.write_result(people, |out| write(findings, out, format, style, quiet))
    }

    /// Prints a one-line summary of the validation, if all its reports went to files.
    pub fn print_validation_summary(&mut self, files: &[FileReport]) -> io::Result<()> {
        self.info(&diagnostics::summary(files))
    }

    /// Prints the problems of manifests that a command could not use: to standard error as human-readable
    /// text, or as JSON in place of the result.
    pub fn invalid(&mut self, files: Vec<FileReport>) -> io::Result<()> {
        if self.is_json() {
            self.files = files;
            let exit = json::invalid_exit(&self.files);
            return self.print_failure(exit);
        }
        self.remaining_problems(&files)
    }

    /// Prints the problems of manifests to standard error, as human-readable text.
    pub fn remaining_problems(&mut self, files: &[FileReport]) -> io::Result<()> {
        open(diagnostics::validation(&mut self.err, files, self.style, false))
    }

    /// Prints the warnings of a manifest that is used nevertheless.
    pub fn warnings(&mut self, file: &FileReport) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        open(diagnostics::render_snippets(&mut self.err, file, self.style, Severity::Warning))
    }

    /// Prints a diff of the edits in a file, as the command's result.
    pub fn print_diff(&mut self, name: &str, old: &str, new: &str) -> io::Result<()> {
        let style = self.style;
        self.print(|out| diff::print(out, name, old, new, style))
    }

    /// Prints a summary of the fixes of a diff and the remaining problems.
    pub fn would_fix(&mut self, edits: usize, files: &[FileReport]) -> io::Result<()> {
        self.info(&diagnostics::fix_summary(edits, files))
    }

    /// Prints the edits made to a file.
    pub fn edits(&mut self, name: &str, edits: &[TextEdit]) -> io::Result<()> {
        edits.iter().try_for_each(|edit| self.info(&diagnostics::edit(name, edit)))
    }
}

/// Writes validation results in one format.
pub(super) fn write(
    findings: ValidationReport<'_>,
    to: &mut dyn Write,
    format: ReportFormat,
    style: Style,
    quiet: bool,
) -> io::Result<()> {
    match format {
        ReportFormat::Human => diagnostics::validation(to, findings.files, style, quiet),
        ReportFormat::Json => json::validation(to, findings.files, findings.failure),
        ReportFormat::Github => github::validation(to, findings),
        ReportFormat::Gitlab => gitlab::validation(to, findings),
        ReportFormat::Sarif => sarif::validation(to, findings),
        ReportFormat::Junit => junit::validation(to, findings),
    }
}

/// Writes validation results to a destination other than the terminal: plain text, 100 columns wide.
pub fn write_findings(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    format: ReportFormat,
) -> io::Result<()> {
    write(findings, to, format, Style { color: false, width: 100 }, false)
}
