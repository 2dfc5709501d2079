//! Tables that fit their terminal: columns are aligned by display width, so that Chinese characters
//! take two cells. Without a terminal nothing is truncated.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostics::is_terminal_control;

/// Cells between two columns.
const GAP: usize = 2;
/// Minimum width of a column that may be truncated.
const MIN_COLUMN_WIDTH: usize = 12;

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) title: String,
    /// Whether it contains numbers, which are right-aligned.
    pub(super) number: bool,
    /// Whether it may be truncated if there is not enough space.
    pub(super) cut: bool,
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
    /// Colour of a cell: its index and an escape sequence.
    color: Option<(usize, &'static str)>,
    /// Separate lines below the row, never truncated, so that they can be copied.
    notes: Vec<String>,
}

impl Column {
    pub(super) fn text(title: &str) -> Self {
        Self { title: title.to_owned(), number: false, cut: false }
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
    pub(super) fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> &mut Self {
        let cells = cells.into_iter().map(|cell| escape_cell(cell.as_ref())).collect();
        self.rows.push(Row { cells, color: None, notes: Vec::new() });
        self
    }

    /// Colours a cell of the last row.
    pub(super) fn color(&mut self, cell: usize, color: Option<&'static str>) -> &mut Self {
        let row = self.rows.last_mut().expect("a row was added");
        row.color = color.map(|color| (cell, color));
        self
    }

    /// Adds a line below the last row.
    pub(super) fn add_note(&mut self, text: &str) -> &mut Self {
        self.rows.last_mut().expect("a row was added").notes.push(escape_cell(text));
        self
    }

    /// Returns the lines, each indented by `indent` spaces. In a terminal of `width` cells, columns are
    /// truncated, and then omitted from the last one on, until a line fits.
    pub(super) fn text(&self, indent: usize, width: Option<usize>) -> String {
        let widths = self.fit(width.map(|width| width.saturating_sub(indent)));
        let head = Row {
            cells: self.columns.iter().map(|column| column.title.clone()).collect(),
            color: None,
            notes: Vec::new(),
        };
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&self.rows) {
            let mut line = " ".repeat(indent);
            for (at, (cell, width)) in row.cells.iter().zip(&widths).enumerate() {
                let cell = truncate(cell, *width);
                let fill = " ".repeat(width - cell.width());
                if at > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                let (before, after) = match row.color {
                    Some((location, color)) if location == at => (color, "\x1b[0m"),
                    _ => ("", ""),
                };
                if self.columns[at].number {
                    line.extend([&fill, before, &cell, after]);
                } else {
                    line.extend([before, &cell, after, &fill]);
                }
            }
            text.extend([line.trim_end(), "\n"]);
            for note in &row.notes {
                text.extend([&" ".repeat(indent + GAP), note.as_str(), "\n"]);
            }
        }
        text
    }

    /// Checks whether a terminal of `width` cells fits all columns without truncation.
    pub(super) fn fits_width(&self, indent: usize, width: Option<usize>) -> bool {
        width.is_none_or(|width| {
            let widths = self.fit(None);
            indent + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) <= width
        })
    }

    /// Returns the widths of as many columns as fit; the first is always included.
    fn fit(&self, room: Option<usize>) -> Vec<usize> {
        let widest = |at: usize| {
            let cells = self.rows.iter().map(|row| row.cells[at].width());
            cells.chain([self.columns[at].title.width()]).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(widest).collect();
        let Some(room) = room else { return widths };
        loop {
            let total: usize = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
            let Some(mut missing) = total.checked_sub(room).filter(|missing| *missing > 0) else {
                return widths;
            };
            for (width, column) in widths.iter_mut().zip(&self.columns) {
                if column.cut {
                    let less = width.saturating_sub(MIN_COLUMN_WIDTH).min(missing);
                    *width -= less;
                    missing -= less;
                }
            }
            if missing == 0 {
                return widths;
            }
            if widths.len() == 1 {
                return vec![room.max(1)];
            }
            // The remaining columns get their full width again: there is more space now.
            widths = (0..widths.len() - 1).map(widest).collect();
        }
    }
}

/// Truncates text to at most `width` cells, and marks the cut.
pub(super) fn truncate(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or_default();
        if used > width {
            break;
        }
        short.push(character);
    }
    if width > 0 {
        short.push('…');
    }
    short
}

/// Escapes control characters and those that change text direction.
pub(super) fn escape_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_terminal_control(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
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
        table
            .row(["a-name-that-is-rather-long", "Waiting", "1", "x\u{1b}[2J"])
            .add_note("https://h/a");
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
