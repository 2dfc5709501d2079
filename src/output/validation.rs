//! Writes validation results in their formats.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::console::{Console, open};
use super::file_report::FileReport;
use super::style::Style;
use super::text::diagnostics::{self, SnippetWriter};
use super::validation_report::ValidationReport;
use super::{diff, github, gitlab, json, junit, sarif};
use crate::cli::ReportFormat;
use crate::diagnostics::{Severity, escaped};
use crate::language::Language;
use crate::validate::TextEdit;

impl Console {
    /// Prints validation results, as the command's result.
    pub fn findings(
        &mut self,
        findings: ValidationReport<'_>,
        format: ReportFormat,
    ) -> io::Result<()> {
        let (quiet, style, words) = (self.quiet, self.style, self.words);
        let people = format == ReportFormat::Human;
        self.has_result.store(true, Ordering::SeqCst);
        self.write_result(people, |out| Report { findings, format, words }.write(out, style, quiet))
    }

    /// Prints a one-line summary of the validation, if all its reports went to files.
    pub fn print_validation_summary(&mut self, files: &[FileReport]) -> io::Result<()> {
        self.info(&self.words.validation_summary(files))
    }

    /// Prints the problems of manifests that a command could not use: to standard error as human-readable
    /// text, or as JSON in place of the result.
    pub fn invalid(&mut self, files: Vec<FileReport>) -> io::Result<()> {
        if self.is_json() {
            self.files = files;
            let exit = json::invalid_exit(&self.files, self.words);
            return self.print_failure(exit);
        }
        self.remaining_problems(&files)
    }

    /// Prints the problems of manifests to standard error, as human-readable text.
    pub fn remaining_problems(&mut self, files: &[FileReport]) -> io::Result<()> {
        open(diagnostics::validation(&mut self.err, files, self.style, false, self.words))
    }

    /// Prints no warnings of manifests that are used nevertheless: they were printed when it was applied.
    pub fn omit_warnings(&mut self) {
        self.warns = false;
    }

    /// Prints the warnings of a manifest that is used nevertheless.
    pub fn warnings(&mut self, file: &FileReport) -> io::Result<()> {
        if self.warns { self.written_warnings(file) } else { Ok(()) }
    }

    /// Prints the findings of the online check in a manifest, notes included: each is about what is
    /// created now.
    fn online_notes(&mut self, file: &FileReport) -> io::Result<()> {
        if self.warns { self.snippets(file, Severity::Note) } else { Ok(()) }
    }

    /// Prints the warnings of a manifest that was written.
    pub fn written_warnings(&mut self, file: &FileReport) -> io::Result<()> {
        self.snippets(file, Severity::Warning)
    }

    fn snippets(&mut self, file: &FileReport, least: Severity) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let (style, words) = (self.style, self.words);
        let snippets = SnippetWriter { style, least, words };
        open(snippets.write(&mut self.err, file))
    }

    /// Prints what the online check found in manifests, and keeps it for the object. Returns whether some
    /// of it is denied; it is then the result.
    pub fn online_findings(&mut self, found: Vec<FileReport>) -> io::Result<bool> {
        let denied = found.iter().any(|file| file.checked.count(Severity::Error) > 0);
        if denied && !self.is_json() {
            self.remaining_problems(&found)?;
        } else if !denied {
            found.iter().try_for_each(|file| self.online_notes(file))?;
        }
        if self.is_json() {
            for FileReport { source, checked } in found {
                let mut files = self.files.iter_mut();
                if let Some(file) = files.find(|file| Arc::ptr_eq(&file.source, &source)) {
                    file.merge(checked);
                }
            }
        }
        if denied {
            self.print_failure(json::invalid_exit(&self.files, self.words))?;
        }
        Ok(denied)
    }

    /// Prints a diff of the edits in a file, as the command's result.
    pub fn print_diff(&mut self, name: &str, old: &str, new: &str) -> io::Result<()> {
        let style = self.style;
        self.print(|out| diff::print(out, name, old, new, style))
    }

    /// Prints a summary of the fixes of a diff and the remaining problems.
    pub fn would_fix(&mut self, edits: usize, files: &[FileReport]) -> io::Result<()> {
        self.info(&self.words.would_fix(edits, files))
    }

    /// Prints the edits made to a file.
    pub fn edits(&mut self, name: &str, edits: &[TextEdit]) -> io::Result<()> {
        let name = escaped(name).to_string();
        edits.iter().try_for_each(|edit| {
            let place = format!("{name}:{}", edit.location);
            self.info(&self.words.labelled(&place, &self.words.applied_fix(edit)))
        })
    }
}

/// Validation results in one format.
struct Report<'a> {
    findings: ValidationReport<'a>,
    format: ReportFormat,
    words: Language,
}

impl Report<'_> {
    fn write(&self, to: &mut dyn Write, style: Style, quiet: bool) -> io::Result<()> {
        let Self { findings, words, .. } = *self;
        match self.format {
            ReportFormat::Human => diagnostics::validation(to, findings.files, style, quiet, words),
            ReportFormat::Json => json::validation(to, findings, words),
            ReportFormat::Github => github::validation(to, findings, words),
            ReportFormat::Gitlab => gitlab::validation(to, findings, words),
            ReportFormat::Sarif => sarif::validation(to, findings, words),
            ReportFormat::Junit => junit::validation(to, findings, words),
        }
    }
}

/// Writes validation results to a destination other than the terminal: plain text, 100 columns wide.
pub fn write_findings(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    format: ReportFormat,
    words: Language,
) -> io::Result<()> {
    let style = Style { color: false, width: 100 };
    Report { findings, format, words }.write(to, style, false)
}
