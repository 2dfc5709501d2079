//! Tables that fit their terminal: columns are aligned by display width, so that Chinese characters
//! take two cells. Without a terminal nothing is truncated.

use std::fmt::Write as _;
use std::iter;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostics::is_terminal_control;
use crate::text::wrapped;

/// Cells between two columns.
const GAP: usize = 2;
/// Minimum width of a column that may be truncated.
const MIN_COLUMN_WIDTH: usize = 12;

/// A column.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    title: String,
    /// Whether it contains numbers, which are right-aligned.
    number: bool,
    /// Whether it may be truncated if there is not enough space.
    cut: bool,
}

/// Columns and rows.
#[derive(Debug, Clone)]
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    cells: Vec<String>,
    /// Style of a cell, and its index.
    style: (usize, Style),
    /// Separate lines below the row, never truncated, so that they can be copied.
    notes: Vec<String>,
}

impl Column {
    pub(super) fn text(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    pub(super) fn number(title: &str) -> Self {
        Self { number: true, ..Self::text(title) }
    }

    pub(super) fn truncate_cell(self) -> Self {
        Self { cut: true, ..self }
    }
}

impl Table {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row, with one cell per column. Control characters are escaped.
    pub(super) fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| escape_cell(cell.as_ref())).collect();
        self.rows.push(Row { cells, style: (0, Style::new()), notes: Vec::new() });
    }

    /// Colours a cell of the last row.
    pub(super) fn color(&mut self, cell: usize, style: Style) {
        self.rows.last_mut().expect("a row was added").style = (cell, style);
    }

    /// Adds a line below the last row.
    pub(super) fn add_note(&mut self, text: &str) {
        self.rows.last_mut().expect("a row was added").notes.push(escape_cell(text));
    }

    /// Returns the lines, each indented by `indent` spaces. In a terminal of `width` cells, columns are
    /// truncated, and then omitted from the last one on, until a line fits.
    pub(super) fn text(&self, indent: usize, width: Option<usize>) -> String {
        let widths = self.fit(width.map(|width| width.saturating_sub(indent)));
        let titles = self.columns.iter().map(|column| column.title.clone()).collect();
        let head = Row { cells: titles, style: (0, Style::new()), notes: Vec::new() };
        let mut text = String::new();
        for row in iter::once(&head).chain(&self.rows) {
            let mut line = " ".repeat(indent);
            for (at, (cell, width)) in row.cells.iter().zip(&widths).enumerate() {
                let cell = truncate(cell, *width);
                let fill = " ".repeat(width - cell.width());
                let style = if row.style.0 == at { row.style.1 } else { Style::new() };
                let gap = if at > 0 { GAP } else { 0 };
                let (left, right) = if self.columns[at].number {
                    (fill, String::new())
                } else {
                    (String::new(), fill)
                };
                let _ = write!(line, "{:gap$}{left}{style}{cell}{style:#}{right}", "");
            }
            let _ = writeln!(text, "{}", line.trim_end());
            let below = " ".repeat(indent + GAP);
            for note in &row.notes {
                for line in wrapped(note, &below, &below, width.unwrap_or(80)) {
                    let _ = writeln!(text, "{line}");
                }
            }
        }
        text
    }

    /// Checks whether a terminal of `width` cells fits all columns without truncation.
    pub(super) fn fits_width(&self, indent: usize, width: Option<usize>) -> bool {
        width.is_none_or(|width| indent + total(&self.fit(None)) <= width)
    }

    /// Returns the widths of as many columns as fit; the first is always included.
    fn fit(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |(at, column): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| row.cells[at].width());
            cells.chain([column.title.width()]).max().unwrap_or_default()
        };
        let full: Vec<usize> = self.columns.iter().enumerate().map(widest).collect();
        let Some(room) = room else { return full };
        // The fewer columns there are, the less the remaining ones are truncated.
        for count in (1..=full.len()).rev() {
            let mut widths = full[..count].to_vec();
            let mut missing = total(&widths).saturating_sub(room);
            for (width, _) in widths.iter_mut().zip(&self.columns).filter(|it| it.1.cut) {
                let less = width.saturating_sub(MIN_COLUMN_WIDTH).min(missing);
                *width -= less;
                missing -= less;
            }
            if missing == 0 {
                return widths;
            }
        }
        vec![room.max(1)]
    }
}

/// Returns the width of a line.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Truncates text to at most `width` cells, and marks the cut.
pub(super) fn truncate(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |character: &char| {
        used += character.width().unwrap_or_default();
        used <= width
    };
    text.chars().take_while(fits).chain((width > 0).then_some('…')).collect()
}

/// Escapes control characters and those that change text direction.
pub(super) fn escape_cell(text: &str) -> String {
    let escape = |out: String, character: char| match character {
        acts if is_terminal_control(acts) => out + &acts.escape_unicode().to_string(),
        plain => out + plain.encode_utf8(&mut [0; 4]),
    };
    text.chars().fold(String::with_capacity(text.len()), escape)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{Column, Table, truncate};

    fn table() -> Table {
        let columns = vec![
            Column::text("NAME").truncate_cell(),
            Column::text("STATUS"),
            Column::number("CARDS"),
            Column::text("ID"),
        ];
        let mut table = Table::new(columns);
        table.row(["训练-a", "Running", "12", "530491fa7c8e47348f01de73e627a6a7"]);
        table.row(["a-name-that-is-rather-long", "Waiting", "1", "x\u{1b}[2J"]);
        table.add_note("https://h/a");
        table
    }

    #[test]
    fn columns_are_aligned_by_display_width() {
        let expected = "\
NAME                        STATUS   CARDS  ID
训练-a                      Running     12  530491fa7c8e47348f01de73e627a6a7
a-name-that-is-rather-long  Waiting      1  x\\u{1b}[2J
  https://h/a
";
        assert_eq!(table().text(0, None), expected);
    }

    #[test]
    fn only_notes_exceed_the_terminal_width() {
        for width in 1..100 {
            let text = table().text(2, Some(width));
            for line in text.lines().filter(|line| !line.contains("https")) {
                assert!(line.width() <= width.max(3), "{width}: {line:?}");
            }
        }
        let narrow = table().text(2, Some(40));
        assert!(narrow.contains("  训练-a") && narrow.contains("CARDS"), "{narrow}");
        assert!(!narrow.contains("530491"), "{narrow}");
    }

    #[test]
    fn truncation_is_marked_and_never_splits_a_character() {
        assert_eq!(truncate("训练任务", 8), "训练任务");
        assert_eq!(truncate("训练任务", 6), "训练…");
        assert_eq!(truncate("训练任务", 5), "训练…");
        assert_eq!(truncate("abc", 0), "");
    }
}
