//! Neutralizes text that a CI runner would treat as a command.
//!
//! The runner of GitHub Actions reads its commands from the output of a step: a line that begins with
//! `::`, and `##[` anywhere in a line. Snippets quote manifests, and a manifest of a pull request must
//! not annotate, mask or end anything in the log of the run that checks it.

use std::io::{self, Write};

/// A writer that neutralizes commands: it writes `::` as `: :` and `##[` as `##(`.
#[derive(Debug)]
pub(super) struct WorkflowCommandEscaper<W> {
    to: W,
    /// True while the current line holds only whitespace and at most one colon.
    begins: bool,
    /// True if the colon at the start of the line was written.
    colon: bool,
    /// Number of `#` written immediately before.
    hashes: usize,
}

impl<W: Write> WorkflowCommandEscaper<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, begins: true, colon: false, hashes: 0 }
    }
}

/// Checks whether this process runs in a step of GitHub Actions.
pub(super) fn reads_commands() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

impl<W: Write> Write for WorkflowCommandEscaper<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut safe = Vec::with_capacity(bytes.len() + 8);
        for &byte in bytes {
            match byte {
                b':' if self.begins && self.colon => safe.extend(b" :"),
                b'[' if self.hashes >= 2 => safe.push(b'('),
                byte => safe.push(byte),
            }
            self.hashes = if byte == b'#' { self.hashes + 1 } else { 0 };
            self.begins = match byte {
                b'\n' | b'\r' => true,
                b':' => self.begins && !self.colon,
                byte => self.begins && byte.is_ascii_whitespace() && !self.colon,
            };
            self.colon = self.begins && byte == b':';
        }
        self.to.write_all(&safe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{WorkflowCommandEscaper, Write};

    #[test]
    fn runner_commands_are_neutralized_across_any_chunking() {
        let text = "::error::a\n  ::add-mask::b: c::d\n x ##[group]e ###[f\r::stop::g\n:h\n#[i";
        let safe = ": :error::a\n  : :add-mask::b: c::d\n x ##(group]e ###(f\r: :stop::g\n:h\n#[i";
        for size in [1, 2, 3, 7, text.len()] {
            let mut writer = WorkflowCommandEscaper::new(Vec::new());
            for piece in text.as_bytes().chunks(size) {
                writer.write_all(piece).unwrap();
            }
            assert_eq!(String::from_utf8(writer.to).unwrap(), safe);
        }
    }
}
