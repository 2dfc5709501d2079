//! Contents of a lock, as a table that fits the terminal.

use super::{LockSummary, line, plan};
use crate::ids::{InstanceName, TaskId};
use crate::language::Language;
use crate::lockfile::Entry;
use crate::output::table::{Column, Table};

/// The column that is omitted if no entry has a value for it.
const REGION: usize = 3;
/// Number of spaces before each line.
const INDENT: usize = 2;

/// Returns the contents of one lock: a table if it fits, otherwise a few lines per entry.
pub(super) fn table(lock: &LockSummary, words: Language, width: Option<usize>) -> String {
    let mut text = String::new();
    line(&mut text, &lock.lock.display().to_string());
    let entries = &lock.result.lock.instances;
    if entries.is_empty() {
        line(&mut text, &format!("  {}", words.empty_lock(&lock.result)));
        return text;
    }
    let titles = words.fixed().lock_columns;
    let remarks = |name: &InstanceName, entry: &Entry| {
        words.entry_remarks(entry, lock.result.pending.contains(name))
    };
    let regions = entries.values().any(|entry| entry.region.is_some());
    let displayed = |column: &usize| regions || *column != REGION;
    let columns: Vec<usize> = (0..titles.len()).filter(displayed).collect();
    let headers = columns.iter().map(|&column| Column::text(titles[column]));
    let mut table = Table::new(headers.collect());
    for (name, entry) in entries {
        let cells = cells(name, entry);
        table.row(columns.iter().map(|&column| &cells[column]));
        for remark in remarks(name, entry) {
            table.add_note(&format!("  {remark}"));
        }
    }
    if table.fits_width(INDENT, width) {
        return text + &table.text(INDENT, None);
    }
    for (name, entry) in entries {
        let cells = cells(name, entry);
        line(&mut text, &format!("  {}", cells[0]));
        for &column in columns.iter().skip(1).filter(|column| cells[**column] != "-") {
            let title = words.either(titles[column].to_lowercase(), titles[column].to_owned());
            let cell = words.labelled(&title, &cells[column]);
            line(&mut text, &format!("      {cell}"));
        }
        for remark in remarks(name, entry) {
            line(&mut text, &format!("      {remark}"));
        }
    }
    text
}

fn cells(name: &InstanceName, entry: &Entry) -> [String; 6] {
    let or_dash = |text: Option<&str>| text.map_or_else(|| "-".to_owned(), plan::escape);
    [
        plan::escape(name.as_str()),
        entry.state.as_str().to_owned(),
        or_dash(entry.task_id.as_ref().map(TaskId::as_str)),
        or_dash(entry.region.as_ref().map(AsRef::as_ref)),
        plan::escape(entry.endpoint.as_str()),
        or_dash(entry.submitted_at.as_deref()),
    ]
}
