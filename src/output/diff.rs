//! Unified diff, as accepted by `patch -p1` and `git apply`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::AnsiColor;
use similar::TextDiff;

use crate::output::style::Style;

/// Number of context lines around a change.
const CONTEXT: usize = 3;

pub(super) fn print(
    to: &mut dyn Write,
    name: &str,
    old: &str,
    new: &str,
    style: Style,
) -> io::Result<()> {
    // For `patch`, lines end with LF, regardless of YAML.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().diff_slices(&old, &new);
    let mut text = format!("--- {}\n+++ {}\n", header("a", name), header("b", name));
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            // The library treats a lone CR as a line end too, and would omit the last line.
            let line = change.value();
            let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
            let _ = write!(text, "{}{line}{end}", change.tag());
        }
    }
    for line in text.split_inclusive('\n') {
        let line = line.trim_end_matches('\n');
        writeln!(to, "{}", style.paint(paint(line), line))?;
    }
    Ok(())
}

/// Returns the colour of a line of a diff.
pub(super) fn paint(line: &str) -> anstyle::Style {
    match line.as_bytes().first() {
        Some(b'-') => AnsiColor::Red.on_default(),
        Some(b'+') => AnsiColor::Green.on_default(),
        Some(b'@') => AnsiColor::Cyan.on_default(),
        _ => anstyle::Style::new(),
    }
}

/// Returns a file's name for the head of a diff: relative, with one directory before it that `-p1`
/// strips; quoted as git does if it contains characters that would end the name.
fn header(folder: &str, name: &str) -> String {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let path = format!("{folder}/{name}");
    if path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return escaped(&path);
    }
    // Without a tab after it, some readers end a name at its first space.
    let end = if path.contains(' ') { "\t" } else { "" };
    path + end
}

fn escaped(path: &str) -> String {
    let mut text = String::from("\"");
    for char in path.chars() {
        let part: Cow<'_, str> = match char {
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\n' => "\\n".into(),
            '\t' => "\\t".into(),
            char if char.is_ascii_control() => format!("\\{:03o}", u32::from(char)).into(),
            char => char.to_string().into(),
        };
        let _ = write!(text, "{part}");
    }
    text + "\""
}
