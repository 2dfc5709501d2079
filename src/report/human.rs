//! Words and pictures for people.

use std::collections::HashMap;
use std::io::{self, Write};

use super::{FileReport, Style, picture};
use crate::diagnostic::{Problem, Severity};

/// Equal faults of one file that are drawn; the rest is counted.
const DRAWN: usize = 20;

/// What validation found: a picture of each fault, then one line that sums up.
pub(super) fn validation(
    to: &mut dyn Write,
    files: &[FileReport],
    style: Style,
    quiet: bool,
) -> io::Result<()> {
    for file in files {
        pictures(to, file, style, Severity::Note)?;
    }
    if !quiet {
        writeln!(to, "{}", summary(files))?;
    }
    Ok(())
}

/// A picture of everything in one file that is as bad as `least` or worse.
pub(super) fn pictures(
    to: &mut dyn Write,
    file: &FileReport,
    style: Style,
    least: Severity,
) -> io::Result<()> {
    let lines = picture::Lines::of(&file.source, style);
    let mut text = String::new();
    let mut equal: HashMap<(&str, &str), usize> = HashMap::new();
    for diagnostic in file.checked.diagnostics.iter().filter(|found| found.severity <= least) {
        let count = equal.entry(kind(&diagnostic.problem)).or_default();
        *count += 1;
        if *count > DRAWN {
            continue;
        }
        text.clear();
        if picture::draw(&mut text, diagnostic, &lines, style).is_err() {
            // Words alone, where the picture cannot be drawn.
            text = format!("  x {}\n", diagnostic.problem);
        }
        if file.source.text().is_empty() || diagnostic.problem.hides_source() {
            let place = file.source.position(diagnostic.span.range().start);
            writeln!(to, "{}:{place}", lines.name())?;
        }
        writeln!(to, "{}\n", text.trim_end())?;
    }
    let mut more: Vec<_> = equal.into_iter().filter(|(_, count)| *count > DRAWN).collect();
    more.sort_unstable();
    for ((code, field), count) in more {
        let of = if field.is_empty() { String::new() } else { format!(" of `{field}`") };
        let (name, rest) = (lines.name(), count - DRAWN);
        writeln!(to, "{name}: {rest} more times `{code}`{of} (--format json has them all)\n")?;
    }
    Ok(())
}

/// What makes two faults equal: the code, and the field of ours that it is about.
fn kind(problem: &Problem) -> (&'static str, &str) {
    let field = match problem {
        Problem::MissingField { field, .. }
        | Problem::UnknownValue { field, .. }
        | Problem::OutOfRange { field, .. }
        | Problem::BadFormat { field, .. }
        | Problem::RelativeMount { field, .. } => field,
        Problem::WrongType { subject, .. } => subject.trim_matches('`'),
        _ => "",
    };
    (problem.code(), field)
}

pub(super) fn summary(files: &[FileReport]) -> String {
    let count = |one: &str, number: usize| {
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {one}{plural}")
    };
    let instances = files.iter().map(|file| file.checked.instances).sum();
    let of = |severity| files.iter().map(|file| file.checked.count(severity)).sum::<usize>();
    let found: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| count(severity.as_str(), of(severity)))
        .collect();
    let checked =
        format!("checked {}, {}", count("file", files.len()), count("instance", instances));
    if found.is_empty() {
        format!("{checked}: no problems")
    } else {
        format!("{checked}: {}", found.join(", "))
    }
}

/// Why a run cannot go on, and the next step.
pub(super) fn error(
    to: &mut dyn Write,
    message: &str,
    help: Option<&str>,
    style: Style,
) -> io::Result<()> {
    let (red, plain) = if style.color { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    writeln!(to, "{red}error{plain}: {message}")?;
    match help {
        Some(help) => writeln!(to, "  help: {help}"),
        None => Ok(()),
    }
}
