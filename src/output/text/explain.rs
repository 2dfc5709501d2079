//! Explanations, formatted for the terminal.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;
use textwrap::{Options, wrap};
use unicode_width::UnicodeWidthStr;

use crate::language::Language;
use crate::output::console::Console;
use crate::output::diff;
use crate::output::json::{CommandFields, ExitReport};
use crate::output::style::{HEADING, Style};
use crate::text::options;

/// Part of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", content = "content", rename_all = "camelCase")]
#[schemars(rename = "explainBlock")]
pub enum ExplainBlock {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Prose(String),
    /// Names and their meanings.
    Table(Vec<ExplainRow>),
    /// Preformatted lines.
    Lines(String),
    /// A wrong text and its correction, shown as one with the lines that differ marked.
    Correction {
        /// The text with the mistake.
        wrong: &'static str,
        /// The text without it.
        right: &'static str,
    },
}

/// A name and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "explainRow", extend("additionalProperties" = false))]
pub struct ExplainRow {
    /// The name.
    pub name: String,
    /// Its meaning.
    pub text: String,
}

/// Indentation of everything but headings.
const INDENT: &str = "  ";

/// Maximum width of the first column of a table, in a terminal of 80 columns.
const NAMES: usize = 36;

impl Console {
    /// Prints an explanation as the command's result.
    pub fn explanation(&mut self, blocks: &[ExplainBlock]) -> io::Result<()> {
        if self.is_json() {
            let fields = CommandFields { explanation: Some(blocks), ..CommandFields::default() };
            return self.print_rows(ExitReport::default(), &|_| {}, fields);
        }
        let (style, words) = (self.style, self.words);
        self.print(|out| print(out, blocks, style, words))
    }
}

fn print(
    to: &mut dyn Write,
    blocks: &[ExplainBlock],
    style: Style,
    words: Language,
) -> io::Result<()> {
    let prose = options(style.width, words).initial_indent(INDENT).subsequent_indent(INDENT);
    for (at, block) in blocks.iter().enumerate() {
        let is_heading = |block: &ExplainBlock| matches!(block, ExplainBlock::Heading(_));
        if at > 0 && (is_heading(block) || !is_heading(&blocks[at - 1])) {
            writeln!(to)?;
        }
        match block {
            ExplainBlock::Heading(text) => writeln!(to, "{}", style.paint(HEADING, text))?,
            ExplainBlock::Prose(text) => wrapped(to, text, prose.clone())?,
            ExplainBlock::Table(rows) => table(to, rows, style, words)?,
            ExplainBlock::Correction { wrong, right } => {
                // An example of which one text has no last line end does not differ in its last line.
                let whole = |text: &str| text.trim_end().to_owned() + "\n";
                let (wrong, right) = (whole(wrong), whole(right));
                let diff = TextDiff::from_lines(&wrong, &right);
                for change in diff.iter_all_changes() {
                    let line = format!("{} {}", change.tag(), change.value());
                    writeln!(to, "{INDENT}{}", style.paint(diff::paint(&line), line.trim_end()))?;
                }
            }
            ExplainBlock::Lines(text) => {
                for line in text.lines() {
                    writeln!(to, "{INDENT}{INDENT}{line}")?;
                }
            }
        }
    }
    Ok(())
}

fn table(to: &mut dyn Write, rows: &[ExplainRow], style: Style, words: Language) -> io::Result<()> {
    let longest = rows.iter().map(|row| row.name.width()).max().unwrap_or_default();
    let column = longest.min(NAMES).min(style.width / 2);
    let rest = format!("{INDENT}{:column$}  ", "");
    let options = options(style.width, words).subsequent_indent(&rest);
    for ExplainRow { name, text } in rows {
        if name.width() > column {
            writeln!(to, "{INDENT}{name}")?;
            wrapped(to, text, options.clone().initial_indent(&rest))?;
        } else {
            let pad = " ".repeat(column - name.width());
            let first = format!("{INDENT}{name}{pad}  ");
            wrapped(to, text, options.clone().initial_indent(&first))?;
        }
    }
    Ok(())
}

/// Writes text in lines that fit the terminal; words that do not fit are not broken.
fn wrapped(to: &mut dyn Write, text: &str, options: Options<'_>) -> io::Result<()> {
    wrap(text, options).iter().try_for_each(|line| writeln!(to, "{}", line.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::{ExplainBlock, ExplainRow, print};
    use crate::language::Language;
    use crate::output::style::Style;

    #[test]
    fn prose_and_tables_are_wrapped_but_literal_lines_are_not() {
        let prose = "A text of `several words` that is longer than a narrow terminal is wide.";
        let rows = vec![ExplainRow { name: "name".to_owned(), text: prose.to_owned() }];
        let lines = "a: b\n  c: a line that is longer than a narrow terminal is wide".to_owned();
        let blocks = [
            ExplainBlock::Heading("title".to_owned()),
            ExplainBlock::Prose(prose.to_owned()),
            ExplainBlock::Table(rows),
            ExplainBlock::Lines(lines.clone()),
        ];
        let displayed = |width, color| {
            let mut to = Vec::new();
            print(&mut to, &blocks, Style { color, width }, Language::English)
                .expect("memory takes all");
            String::from_utf8(to).expect("the text is UTF-8")
        };
        for width in [40, 60] {
            let text = displayed(width, false);
            let (laid_out, as_it_is) = text.split_at(text.find("    a: b").expect("it is there"));
            assert!(laid_out.lines().all(|line| line.len() <= width), "{text}");
            assert_eq!(as_it_is.replace("    ", ""), format!("{lines}\n").replace("    ", ""));
            assert!(!text.contains('\x1b'));
        }
        assert!(displayed(60, true).starts_with("\x1b[1mtitle\x1b[0m\n"));
    }
}
