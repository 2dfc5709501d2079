//! Words and pictures for people.

use std::collections::HashMap;
use std::io::{self, Write};

use super::{FileReport, Style, picture};
use crate::diagnostic::Problem;

/// Equal faults of one file that are drawn; the rest is counted.
const DRAWN: usize = 20;

/// What validation found: a picture of each fault, then one line that sums up.
pub(super) fn validation(
    to: &mut dyn Write,
    files: &[FileReport],
    style: Style,
    quiet: bool,
) -> io::Result<()> {
    let mut text = String::new();
    for file in files {
        let lines = picture::Lines::of(&file.source, style);
        let mut equal: HashMap<(&str, &str), usize> = HashMap::new();
        for diagnostic in &file.checked.diagnostics {
            let count = equal.entry(kind(&diagnostic.problem)).or_default();
            *count += 1;
            if *count <= DRAWN {
                text.clear();
                if picture::draw(&mut text, diagnostic, &lines, style).is_err() {
                    // Words alone, where the picture cannot be drawn.
                    text = format!("  x {}\n", diagnostic.problem);
                }
                if file.source.text().is_empty() {
                    writeln!(to, "{}:1:1", lines.name())?;
                }
                writeln!(to, "{}", text.trim_end())?;
                writeln!(to)?;
            }
        }
        let mut more: Vec<_> = equal.into_iter().filter(|(_, count)| *count > DRAWN).collect();
        more.sort_unstable();
        for ((code, field), count) in more {
            let of = if field.is_empty() { String::new() } else { format!(" of `{field}`") };
            let rest = count - DRAWN;
            writeln!(
                to,
                "{}: {rest} more times `{code}`{of} (--format json has them all)\n",
                lines.name()
            )?;
        }
    }
    if !quiet {
        writeln!(to, "{}", summary(files))?;
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

fn summary(files: &[FileReport]) -> String {
    let count = |one: &str, number: usize| {
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {one}{plural}")
    };
    let instances = files.iter().map(|file| file.checked.instances).sum();
    let errors: usize = files.iter().map(|file| file.checked.diagnostics.len()).sum();
    let checked =
        format!("checked {}, {}", count("file", files.len()), count("instance", instances));
    if errors == 0 {
        format!("{checked}: no problems")
    } else {
        format!("{checked}: {}", count("error", errors))
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
