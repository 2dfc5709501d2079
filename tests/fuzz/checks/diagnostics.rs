//! From bytes to diagnostics, to their pictures and to JSON: what must hold for any bytes at all.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use instancectl::cli::Format;
use instancectl::diagnostic::Severity;
use instancectl::report::{Console, FileReport};
use instancectl::request;
use instancectl::source::{SourceFile, Span};
use instancectl::validate::{Policy, validate};

/// Reads `bytes` as a manifest, tells what is wrong in every form, and checks the telling.
pub fn check(bytes: &[u8]) {
    let (source, unreadable) = SourceFile::from_bytes("fuzz.yaml", bytes.to_vec());
    let mut checked = validate(&source, unreadable);
    for found in &checked.diagnostics {
        fits(&source, found.span);
        found.labels.iter().for_each(|label| fits(&source, label.span));
        if let Some(fix) = &found.fix {
            fits(&source, fix.span);
            assert_ne!(source.slice(fix.span), fix.text, "a fix that changes nothing");
        }
        assert!(!found.problem.to_string().is_empty() && !found.problem.help().is_empty());
        assert!(found.document >= 1, "documents count from 1");
    }
    assert!(checked.diagnostics.is_sorted_by_key(|found| found.span), "not in the file's order");
    let errors = checked.count(Severity::Error);
    assert_eq!(checked.manifest.is_some(), errors == 0, "a manifest where there is no error");
    if let Some(manifest) = checked.manifest.take() {
        assert_eq!(request::requests(manifest.clone()).len(), checked.instances);
        checked.manifest = Some(manifest);
    }
    checked.judge(&Policy::default());
    rendered(FileReport { source, checked });
}

/// A span lies in the text, ends where characters end, and has a place that people can look up.
fn fits(source: &SourceFile, span: Span) {
    let range = span.range();
    assert!(source.text().get(range.clone()).is_some(), "{range:?} is no part of the text");
    for byte in [range.start, range.end] {
        let place = source.position(byte);
        assert!(place.line >= 1 && place.column >= 1, "{place}");
        assert!(place.line <= source.line_count(), "{place} is past the last line");
    }
}

/// Pictures are safe to print, and JSON has every diagnostic.
fn rendered(report: FileReport) {
    let count = report.checked.diagnostics.len();
    let files = [report];
    let plain = written(&files, Format::Human, false);
    let unsafe_to_print = |c: &char| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(plain.chars().find(unsafe_to_print), None, "{plain:?}");
    written(&files, Format::Human, true);
    let json: serde_json::Value =
        serde_json::from_str(&written(&files, Format::Json, false)).expect("it is JSON");
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(count));
}

fn written(files: &[FileReport], format: Format, color: bool) -> String {
    let out = Shared::default();
    let mut console = Console::of_writers(Box::new(out.clone()), Box::new(io::sink()), color);
    console.validation(files, format).expect("memory takes all");
    drop(console);
    String::from_utf8(out.0.take()).expect("what is printed is UTF-8")
}

/// A writer whose bytes can still be read when it was given away.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
