//! `JUnit` XML: one suite per file, with one failed case per error, or one passed case.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::validation_report::{ValidationReport, one_line};
use crate::diagnostics::{Diagnostic, Severity};
use crate::output::file_report::FileReport;

/// Writes every file. Warnings and notes do not fail; they are the output of the suite.
pub(super) fn validation(to: &mut dyn Write, findings: ValidationReport<'_>) -> io::Result<()> {
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
        findings.files().try_for_each(|(path, file)| suite(xml, path, file))
    })?;
    writeln!(to)
}

/// Returns the number of cases of a file, and how many of them failed.
fn counts(file: &FileReport) -> (usize, usize) {
    let errors = file.checked.count(Severity::Error);
    (errors.max(1), errors)
}

fn suite<W: Write>(xml: &mut Writer<W>, path: &Path, file: &FileReport) -> io::Result<()> {
    let path = xml_safe(&path.to_string_lossy());
    let (tests, failures) = counts(file);
    let element = xml.create_element("testsuite").with_attributes([
        ("name", path.as_str()),
        ("tests", &tests.to_string()),
        ("failures", &failures.to_string()),
        ("errors", "0"),
        ("skipped", "0"),
        ("time", "0"),
    ]);
    element.write_inner_content(|xml| {
        let (errors, rest): (Vec<_>, Vec<_>) =
            file.checked.diagnostics.iter().partition(|found| found.severity == Severity::Error);
        if errors.is_empty() {
            case(xml, &path, "valid").write_empty()?;
        }
        for error in errors {
            let location = file.source.position(error.span.range().start);
            let name = format!("{} at {location}: {}", error.problem.code(), error.problem);
            case(xml, &path, &xml_safe(&name))
                .write_inner_content(|xml| failure(xml, &path, file, error))?;
        }
        if !rest.is_empty() {
            let mut text = String::new();
            for found in rest {
                line(&mut text, &path, file, found);
            }
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&xml_safe(&text)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case<'a, W: Write>(
    xml: &'a mut Writer<W>,
    path: &str,
    name: &str,
) -> quick_xml::writer::ElementWriter<'a, W> {
    let attributes = [("classname", path), ("name", name), ("time", "0")];
    xml.create_element("testcase").with_attributes(attributes)
}

fn failure<W: Write>(
    xml: &mut Writer<W>,
    path: &str,
    file: &FileReport,
    error: &Diagnostic,
) -> io::Result<()> {
    let mut text = String::new();
    line(&mut text, path, file, error);
    let message = xml_safe(&error.problem.to_string());
    xml.create_element("failure")
        .with_attributes([("type", error.problem.code()), ("message", &message)])
        .write_text_content(BytesText::new(&xml_safe(&text)))?;
    Ok(())
}

/// Appends a line `path:line:column: severity: what; help [code]`.
fn line(text: &mut String, path: &str, file: &FileReport, found: &Diagnostic) {
    let location = file.source.position(found.span.range().start);
    let (severity, code) = (found.severity.as_str(), found.problem.code());
    writeln!(text, "{path}:{location}: {severity}: {} [{code}]", one_line(found))
        .expect("a string takes text");
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
