//! A unified diff, as `patch -p1` and `git apply` take it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use similar::TextDiff;

use super::Style;

/// Lines around a change.
const CONTEXT: usize = 3;

pub(super) fn print(
    to: &mut dyn Write,
    name: &str,
    old: &str,
    new: &str,
    style: Style,
) -> io::Result<()> {
    // A line ends with LF to `patch`, whatever YAML says.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().diff_slices(&old, &new);
    let mut text = format!("--- {}\n+++ {}\n", header("a", name), header("b", name));
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(text, "{}", hunk.header()).expect("a String takes all");
        for change in hunk.iter_changes() {
            // The library takes a lone CR for a line end too, and would leave out the last line.
            let line = change.value();
            let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
            write!(text, "{}{line}{end}", change.tag()).expect("a String takes all");
        }
    }
    if !style.color {
        return to.write_all(text.as_bytes());
    }
    for line in text.split_inclusive('\n') {
        let paint = match line.as_bytes().first() {
            Some(b'-') => "\x1b[31m",
            Some(b'+') => "\x1b[32m",
            Some(b'@') => "\x1b[36m",
            _ => "",
        };
        let plain = if paint.is_empty() { "" } else { "\x1b[0m" };
        writeln!(to, "{paint}{}{plain}", line.trim_end_matches('\n'))?;
    }
    Ok(())
}

/// A file's name in the head of a diff: from here, with one folder before it that `-p1` takes away;
/// in quotes as git writes it where it holds what ends a name.
fn header(folder: &str, name: &str) -> String {
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let path = format!("{folder}/{name}");
    if path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        return escaped(&path);
    }
    // Without a tab after it a name ends at its first blank to some readers.
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
        write!(text, "{part}").expect("a String takes all");
    }
    text + "\""
}
