//! Standard output and standard error of a run.

use std::io;
use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use encoding_rs::GBK;

use crate::cli::{Color, Format};
use crate::language::Language;
use crate::output::file_report::FileReport;
use crate::output::progress_line::{CLEAR_TO_END, ProgressLine};
use crate::output::style::{ERROR, Style};
use crate::output::text::plan::with_bold_numbers;
use crate::output::{Message, github_log, progress_line};
use crate::text::{CommandLine, with_end, wrapped};

/// Standard output and standard error, with their output settings.
pub struct Console {
    pub(super) out: Box<dyn Write>,
    pub(super) err: Box<dyn Write>,
    pub(super) style: Style,
    pub(super) quiet: bool,
    pub(super) verbose: bool,
    /// Whether to print the warnings of manifests without errors.
    pub(super) warns: bool,
    pub(super) screen: ProgressLine,
    pub(super) words: Language,
    /// Name of the command, for its object.
    pub(super) command: String,
    /// Format of the result.
    pub(super) format: Format,
    /// The manifests that were checked, with their diagnostics, for the object.
    pub(super) files: Vec<FileReport>,
    /// The last error that was printed: the reason of a failure without another one.
    pub(super) last_error: Option<Message>,
    /// Whether the object was printed, completely or not.
    pub(super) has_result: Arc<AtomicBool>,
}

impl Console {
    /// Returns the console of this process.
    pub fn of_process(words: Language, color: Color, quiet: bool, verbose: bool) -> Self {
        let out = io::stdout();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                out.is_terminal() && io::stderr().is_terminal() && !forbidden
            }
        };
        let width = progress_line::width().unwrap_or(100);
        let screen = ProgressLine::of_process();
        Self {
            out: Box::new(io::BufWriter::with_capacity(1 << 16, out)),
            err: if github_log::reads_commands() {
                Box::new(github_log::WorkflowCommandEscaper::new(io::stderr()))
            } else {
                Box::new(io::stderr())
            },
            style: Style { color, width: width.clamp(40, 120) },
            quiet,
            verbose,
            warns: true,
            screen,
            words,
            command: String::new(),
            format: Format::Human,
            files: Vec::new(),
            last_error: None,
            has_result: Arc::default(),
        }
    }

    /// Returns the texts of the language of this console.
    pub(crate) fn words(&self) -> Language {
        self.words
    }

    /// Prints a text as the command's result.
    pub fn result(&mut self, text: &str) -> io::Result<()> {
        self.print(|out| out.write_all(text.as_bytes()))
    }

    /// Asks for confirmation.
    pub fn confirm(&mut self, question: &str) -> io::Result<bool> {
        let [question, request] = self.words.prompt(question);
        let width = self.style.width;
        let lines = with_end(wrapped(&question, "", "", width), &request, "", width);
        write!(self.err, "{} ", with_bold_numbers(&lines.join("\n"), self.style))?;
        self.err.flush()?;
        let mut answer = Vec::new();
        io::stdin().lock().read_until(b'\n', &mut answer)?;
        Ok(is_yes(&answer))
    }

    /// Returns the style of paragraphs: without a terminal, their lines have 80 cells.
    pub(super) fn prose(&self) -> Style {
        Style { width: progress_line::width().map_or(80, |_| self.style.width), ..self.style }
    }

    /// Prints an informational message, unless `--quiet` is set.
    pub fn info(&mut self, text: &str) -> io::Result<()> {
        if self.quiet { Ok(()) } else { self.caution(text) }
    }

    /// Prints a message that `--quiet` does not hide, because it is about a failure to come.
    pub fn caution(&mut self, text: &str) -> io::Result<()> {
        self.clear()?;
        open(writeln!(self.err, "{text}"))
    }

    /// Names the commands that usually follow, on a terminal.
    pub fn next_commands(&mut self, commands: &[CommandLine]) -> io::Result<()> {
        if self.screen.err && self.is_human() && !commands.is_empty() {
            self.info(&self.words.next_commands(commands))?;
        }
        Ok(())
    }

    /// Prints a sentence, unless `--quiet` is set; on a terminal its lines are broken between words.
    pub fn sentence(&mut self, text: &str) -> io::Result<()> {
        if !self.screen.err {
            return self.info(text);
        }
        let lines = wrapped(text, "", "", self.style.width);
        self.info(&lines.join("\n"))
    }

    /// Prints an informational message if `--verbose` is set.
    pub fn verbose(&mut self, text: &str) -> io::Result<()> {
        if self.verbose { self.info(text) } else { Ok(()) }
    }

    /// Prints an error that ends a run.
    pub fn error(&mut self, message: impl Into<Message>) -> io::Result<()> {
        let message = message.into();
        self.clear()?;
        let Message { text, help } = &message;
        let help = help.as_ref().map(|help| format!("  {}\n", self.words.labelled_help(help)));
        let help = help.unwrap_or_default();
        let label = self.style.paint(ERROR, self.words.fixed().error_label);
        let text = self.words.labelled(&label, text);
        let written = open(write!(self.err, "{text}\n{help}"));
        self.last_error = Some(message);
        written
    }

    /// Prints a result; in human-readable output, commands for a CI runner are neutralized.
    pub(super) fn write_result(
        &mut self,
        people: bool,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if people && github_log::reads_commands() {
            return self.print(|out| write(&mut github_log::WorkflowCommandEscaper::new(out)));
        }
        self.print(write)
    }

    pub(super) fn print(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        self.clear()?;
        open(write(&mut self.out).and_then(|()| self.out.flush()))
    }

    /// Returns the width of standard output in cells, if it is a terminal.
    pub(super) fn out_width(&self) -> Option<usize> {
        if self.screen.out { progress_line::width() } else { None }
    }

    /// Clears the progress line.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.screen.drawn) {
            return Ok(());
        }
        open(write!(self.err, "\r{CLEAR_TO_END}").and_then(|()| self.err.flush()))
    }
}

/// Checks whether an answer means yes, in English or in Chinese; an input method may have typed full-width
/// characters, and an old terminal has GBK.
fn is_yes(answer: &[u8]) -> bool {
    let (gbk, _, _) = GBK.decode(answer);
    let answer = str::from_utf8(answer).unwrap_or(&gbk);
    let half_width = |char: char| match char {
        '！'..='～' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        char => char,
    };
    let answer = answer.trim().chars().map(half_width).collect::<String>().to_lowercase();
    matches!(answer.trim_end_matches(['.', '。', '!']), "y" | "yes" | "是" | "是的")
}

/// A closed output is not an error: its reader has read enough.
pub(super) fn open(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn yes_is_accepted_in_both_languages_and_in_full_width() {
        for answer in "y Y yes YES. ｙ Ｙ ＹＥＳ 是 是的 是的。 是！".split(' ') {
            assert!(is_yes(answer.as_bytes()), "{answer}");
            assert!(is_yes(format!(" {answer} \r\n").as_bytes()), "{answer}");
        }
        for answer in ["", "\n", "n", "no", "yess", "y y", "。", "不是", "否", "是否", "ｎ", "yes?"]
        {
            assert!(!is_yes(answer.as_bytes()), "{answer:?}");
        }
        assert!(is_yes(b"\xca\xc7\n") && !is_yes(b"\xb7\xf1\n") && !is_yes(b"\xff\n"));
    }
}
