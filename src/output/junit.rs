//! `JUnit` XML: one suite per file, with one failed case per error, or one passed case.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;

use super::validation_report::{ValidationReport, one_line};
use crate::diagnostics::{Diagnostic, Severity};
use crate::language::Language;
use crate::output::file_report::FileReport;

/// Writes every file. Warnings and notes do not fail; they are the output of the suite.
pub(super) fn validation(
    to: &mut dyn Write,
    findings: ValidationReport<'_>,
    words: Language,
) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *to, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let (tests, failures) = findings.files().map(|(_, file)| counts(file)).fold(
        (0, 0),
        |(tests, failures), (more_tests, more_failures)| {
            (tests + more_tests, failures + more_failures)
        },
    );
    let (tests, failures) = (tests.to_string(), failures.to_string());
    let suites = xml.create_element("testsuites").with_attributes([
        ("name", "instancectl validate"),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
        ("time", "0"),
    ]);
    suites.write_inner_content(|xml| {
        findings.files().try_for_each(|(path, file)| {
            Suite { path: &xml_safe(&path.to_string_lossy()), file, words }.write(xml)
        })
    })?;
    writeln!(to)
}

/// Returns the number of cases of a file, and how many of them failed.
fn counts(file: &FileReport) -> (usize, usize) {
    let errors = file.checked.count(Severity::Error);
    (errors.max(1), errors)
}

/// The suite of one file.
struct Suite<'a> {
    path: &'a str,
    file: &'a FileReport,
    words: Language,
}

impl Suite<'_> {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        let (tests, failures) = counts(self.file);
        let element = xml.create_element("testsuite").with_attributes([
            ("name", self.path),
            ("tests", &tests.to_string()),
            ("failures", &failures.to_string()),
            ("errors", "0"),
            ("skipped", "0"),
            ("time", "0"),
        ]);
        let found = self.file.checked.diagnostics.iter();
        let (errors, rest): (Vec<_>, Vec<_>) =
            found.partition(|found| found.severity == Severity::Error);
        element.write_inner_content(|xml| {
            if errors.is_empty() {
                self.case(xml, self.words.fixed().valid_case).write_empty()?;
            }
            for error in errors {
                self.failed_case(xml, error)?;
            }
            if !rest.is_empty() {
                let text: String = rest.iter().map(|found| self.line(found)).collect();
                xml.create_element("system-out")
                    .write_text_content(BytesText::new(&xml_safe(&text)))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn case<'x, W: Write>(&self, xml: &'x mut Writer<W>, name: &str) -> ElementWriter<'x, W> {
        let attributes = [("classname", self.path), ("name", name), ("time", "0")];
        xml.create_element("testcase").with_attributes(attributes)
    }

    fn failed_case<W: Write>(&self, xml: &mut Writer<W>, error: &Diagnostic) -> io::Result<()> {
        let code = error.problem.code();
        let location = self.file.source.position(error.span.range().start).to_string();
        let message = xml_safe(&self.words.diagnostic(&error.problem));
        let name = self.words.failed_case(code, &location, &message);
        self.case(xml, &name).write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attributes([("type", code), ("message", &message)])
                .write_text_content(BytesText::new(&xml_safe(&self.line(error))))?;
            Ok(())
        })?;
        Ok(())
    }

    /// Returns a line `path:line:column: severity: what; help [code]`.
    fn line(&self, found: &Diagnostic) -> String {
        let location = self.file.source.position(found.span.range().start);
        let (words, code) = (self.words, found.problem.code());
        let text = words.labelled(words.severity(found.severity), &one_line(found, words));
        words.labelled(&format!("{}:{location}", self.path), &format!("{text} [{code}]\n"))
    }
}

/// Replaces characters that XML 1.0 cannot represent, not even escaped.
fn xml_safe(text: &str) -> String {
    let is_legal = |char: char| {
        matches!(char, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..) && char != '\u{7f}'
    };
    text.chars()
        .map(|char| if is_legal(char) { char } else { char::REPLACEMENT_CHARACTER })
        .collect()
}
