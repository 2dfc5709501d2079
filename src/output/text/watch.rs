//! Output of `status --watch`: redrawn on a terminal, changed lines elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::iter;
use std::time::{Duration, SystemTime};

use unicode_width::UnicodeWidthChar;

use super::plan::escape;
use super::status::{StatusTable, table};
use crate::ids::InstanceName;
use crate::output::Message;
use crate::output::console::Console;
use crate::output::progress_line;
use crate::output::table::escape_cell;

/// Clears the terminal from the cursor to its end.
const CLEAR_BELOW: &str = "\x1b[J";

/// Output of a watch so far.
#[derive(Debug, Default)]
pub struct WatchDisplay {
    /// The text on the terminal.
    drawn: String,
    /// The last table, redrawn with an error.
    table: String,
    /// The state of each instance, by manifest and name.
    states: BTreeMap<(usize, InstanceName), String>,
    /// The error that was printed last.
    trouble: Option<Message>,
}

impl Console {
    /// Shows the state of a watch: as a whole on a terminal, elsewhere one line per change. Returns
    /// whether an instance changed.
    pub fn print_watched(
        &mut self,
        display: &mut WatchDisplay,
        rows: &StatusTable<'_>,
        pause: Duration,
    ) -> io::Result<bool> {
        let words = self.words();
        display.trouble = None;
        let states = self.states(rows);
        let changed = states != display.states;
        if self.redraws() {
            display.table = table(rows, self.out_width(), self.style.color, words);
            let footer = words.watch_footer(&clock(), pause);
            self.redraw(display, &footer)?;
        } else {
            let now = humantime::format_rfc3339_seconds(SystemTime::now());
            let mut lines = String::new();
            for (key, state) in &states {
                if display.states.get(key) != Some(state) {
                    let state = words.labelled(&escape(key.1.as_str()), state);
                    let _ = writeln!(lines, "{now} {state}");
                }
            }
            for key in display.states.keys().filter(|key| !states.contains_key(*key)) {
                let removed = words.labelled(&escape(key.1.as_str()), words.fixed().entry_removed);
                let _ = writeln!(lines, "{now} {removed}");
            }
            self.result(&lines)?;
        }
        display.states = states;
        Ok(changed)
    }

    /// Shows an error of a watch that goes on: once, however often it occurs.
    pub fn print_watch_trouble(
        &mut self,
        display: &mut WatchDisplay,
        trouble: Message,
        pause: Duration,
    ) -> io::Result<()> {
        let text = self.words().watch_retry(&trouble, pause);
        if self.redraws() {
            return self.redraw(display, &text);
        }
        if display.trouble.as_ref() != Some(&trouble) {
            self.info(&text)?;
            display.trouble = Some(trouble);
        }
        Ok(())
    }

    /// Moves the cursor to an empty line.
    pub fn end_watch(&mut self) -> io::Result<()> {
        if self.redraws() { self.result("\n") } else { Ok(()) }
    }

    /// Checks whether a watch is redrawn.
    fn redraws(&self) -> bool {
        self.screen.out && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// Returns the state of each instance as one line.
    fn states(&self, rows: &StatusTable<'_>) -> BTreeMap<(usize, InstanceName), String> {
        let words = self.words();
        let locked = rows.found.instances.iter().map(|observed| {
            let notes = observed.notes();
            let notes = notes.iter().map(|note| words.status_note(note).into_owned());
            let state = iter::once(words.live_state(&observed.live)).chain(notes);
            let state = words.clauses(&state.collect::<Vec<_>>());
            ((observed.locked.job, observed.locked.name.clone()), escape_cell(&state))
        });
        let unrecorded = rows.found.unrecorded.iter().map(|one| {
            ((one.job, one.name.clone()), escape_cell(&words.unrecorded(one).replace('\n', " ")))
        });
        locked.chain(unrecorded).collect()
    }

    /// Draws the table and a last line over what was drawn before. What does not fit the height of the
    /// terminal is omitted, because it could not be cleared again.
    fn redraw(&mut self, display: &mut WatchDisplay, footer: &str) -> io::Result<()> {
        let (width, height) = progress_line::size().unwrap_or((80, 24));
        // The terminal may have changed its width: it wraps the old lines again.
        let above = rows_of(&display.drawn, width);
        let room = height.saturating_sub(1 + rows_of(footer, width)).max(1);
        let omitted = |lines| self.words().watch_omitted(lines);
        let text = fitting(&display.table, width, room, omitted) + footer + "\n";
        let up = if above > 0 { format!("\x1b[{above}A") } else { String::new() };
        self.result(&format!("{up}\r{CLEAR_BELOW}{text}"))?;
        display.drawn = text;
        Ok(())
    }
}

/// Returns as much of a table as fits a terminal of this size: its first lines, and always its totals, which are
/// its last line with the indented ones after it. `omitted` describes a number of lines.
fn fitting(table: &str, width: usize, height: usize, omitted: impl Fn(usize) -> String) -> String {
    if rows_of(table, width) <= height {
        return table.to_owned();
    }
    let lines: Vec<&str> = table.split_inclusive('\n').collect();
    let totals = lines.iter().rposition(|line| !line.starts_with(' ')).unwrap_or(0);
    let end = lines[totals..].concat();
    let room = height.saturating_sub(1 + rows_of(&end, width));
    let mut used = 0;
    let fits = |line: &&&str| {
        used += rows_of(line, width);
        used <= room
    };
    let shown = lines[..totals].iter().take_while(fits).count();
    format!("{}{}\n{end}", lines[..shown].concat(), omitted(totals - shown))
}

/// Returns the number of rows that whole lines take in a terminal of this width.
fn rows_of(text: &str, width: usize) -> usize {
    text.lines().map(|line| cells(line).div_ceil(width.max(1)).max(1)).sum()
}

/// Returns the width of a line in cells, without its escape sequences for colours.
fn cells(line: &str) -> usize {
    let mut escape = false;
    let mut width = |character: char| match character {
        '\x1b' => {
            escape = true;
            0
        }
        _ if escape => {
            escape = character != 'm';
            0
        }
        shown => shown.width().unwrap_or_default(),
    };
    line.chars().map(&mut width).sum()
}

/// Returns the time of day in UTC.
fn clock() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    now.split_once('T').map(|(_, time)| time.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{fitting, rows_of};

    #[test]
    fn totals_stay_if_the_table_is_too_long() {
        let omitted = |lines| format!("{lines} more");
        let table = "head\n  a\n  b\n  c\n3 Running;\n  exit 4\n";
        assert_eq!(fitting(table, 80, 6, omitted), table);
        assert_eq!(fitting(table, 80, 5, omitted), "head\n  a\n2 more\n3 Running;\n  exit 4\n");
        assert_eq!(fitting(table, 80, 1, omitted), "4 more\n3 Running;\n  exit 4\n");
    }

    #[test]
    fn wrapped_lines_take_several_rows() {
        assert_eq!(rows_of("", 10), 0);
        assert_eq!(rows_of("a\n\nb\n", 10), 3);
        assert_eq!(rows_of("0123456789\n0123456789a\n", 10), 3);
        assert_eq!(rows_of("\u{1b}[32m训练\u{1b}[0m\n", 4), 1);
        assert_eq!(rows_of("\u{1b}[32m训练x\u{1b}[0m\n", 4), 2);
    }
}
