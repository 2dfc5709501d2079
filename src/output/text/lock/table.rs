//! Contents of a lock, as a table that fits the terminal.

use super::{LockSummary, line, plan};
use crate::diagnostics::escaped;
use crate::ids::{InstanceName, TaskId, listed};
use crate::lockfile::{Entry, IdSource};
use crate::output::table::{Column, Table};

const TITLES: [&str; 6] = ["NAME", "STATE", "TASK ID", "REGION", "ENDPOINT", "SUBMITTED"];
/// The column that is omitted if no entry has a value for it.
const REGION: usize = 3;
/// Number of spaces before each line.
const INDENT: usize = 2;

/// Returns the contents of one lock: a table if it fits, otherwise a few lines per entry.
pub(super) fn table(lock: &LockSummary, width: Option<usize>) -> String {
    let mut text = String::new();
    line(&mut text, &lock.lock.display().to_string());
    let entries = &lock.observed.lock.instances;
    if entries.is_empty() {
        let nothing = match (lock.observed.exists, lock.observed.readable) {
            (true, true) => "no instances",
            (true, false) => "not readable",
            (false, _) => "no lock yet",
        };
        line(&mut text, &format!("  {nothing}"));
        return text;
    }
    let regions = entries.values().any(|entry| entry.region.is_some());
    let displayed = |column: &usize| regions || *column != REGION;
    let columns: Vec<usize> = (0..TITLES.len()).filter(displayed).collect();
    let titles = columns.iter().map(|&column| Column::text(TITLES[column]));
    let mut table = Table::new(titles.collect());
    for (name, entry) in entries {
        let cells = cells(name, entry);
        table.row(columns.iter().map(|&column| &cells[column]));
        for remark in remarks(lock, name, entry) {
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
            let title = TITLES[column].to_lowercase();
            line(&mut text, &format!("      {title}: {}", cells[column]));
        }
        for remark in remarks(lock, name, entry) {
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

fn remarks(lock: &LockSummary, name: &InstanceName, entry: &Entry) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(why) = &entry.why {
        remarks.push(format!("why: {}", escaped(why)));
    }
    match entry.how {
        Some(IdSource::Listed) => remarks.push("found in the platform's list".to_owned()),
        Some(IdSource::Manual) => remarks.push("set manually".to_owned()),
        None => {}
    }
    if !entry.candidates.is_empty() {
        remarks.push(format!("candidates: {}", listed(&entry.candidates)));
    }
    if lock.observed.pending.contains(name) {
        remarks.push("from an interrupted run; not in the lock yet".to_owned());
    }
    remarks
}
