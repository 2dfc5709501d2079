//! What a lock holds, as a table that fits the terminal.

use unicode_width::UnicodeWidthStr;

use super::words::ids_in;
use super::{SeenLock, line, plan};
use crate::diagnostic::quote;
use crate::ids::{InstanceName, TaskId};
use crate::lockfile::{Entry, How};

/// What one lock holds: a table where that fits, else a few lines an entry.
pub(super) fn table(lock: &SeenLock, width: Option<usize>) -> String {
    let mut text = String::new();
    line(&mut text, &lock.lock.display().to_string());
    let entries = &lock.seen.lock.instances;
    if entries.is_empty() {
        let nothing = match (lock.seen.exists, lock.seen.readable) {
            (true, true) => "no instances",
            (true, false) => "not readable",
            (false, _) => "no lock yet",
        };
        line(&mut text, &format!("  {nothing}"));
        return text;
    }
    let mut rows =
        vec![["NAME", "STATE", "TASK ID", "REGION", "ENDPOINT", "SUBMITTED"].map(String::from)];
    rows.extend(entries.iter().map(|(name, entry)| cells(name, entry)));
    let regions = entries.values().any(|entry| entry.region.is_some());
    let columns: Vec<usize> = (0..6).filter(|column| regions || *column != 3).collect();
    let widest = |column: &usize| rows.iter().map(|row| row[*column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(widest).collect();
    let fits =
        width.is_none_or(|width| widths.iter().map(|width| width + 2).sum::<usize>() <= width);
    let more = entries.iter().map(|(name, entry)| remarks(lock, name, entry));
    let more: Vec<Vec<String>> = std::iter::once(Vec::new()).chain(more).collect();
    for (row, remarks) in rows.iter().zip(more).skip(usize::from(!fits)) {
        if fits {
            let cells = columns.iter().zip(&widths).map(|(column, width)| {
                let cell = &row[*column];
                format!("  {cell}{}", " ".repeat(width - cell.width()))
            });
            line(&mut text, cells.collect::<String>().trim_end());
        } else {
            line(&mut text, &format!("  {}", row[0]));
            for column in columns.iter().skip(1).filter(|column| row[**column] != "-") {
                let head = rows[0][*column].to_lowercase();
                line(&mut text, &format!("      {head}: {}", row[*column]));
            }
        }
        for remark in remarks {
            line(&mut text, &format!("      {remark}"));
        }
    }
    text
}

fn cells(name: &InstanceName, entry: &Entry) -> [String; 6] {
    let or_dash = |text: Option<&str>| text.map_or_else(|| "-".to_owned(), plan::shown);
    [
        plan::shown(name.as_str()),
        entry.state.as_str().to_owned(),
        or_dash(entry.task_id.as_ref().map(TaskId::as_str)),
        or_dash(entry.region.as_ref().map(AsRef::as_ref)),
        plan::shown(entry.endpoint.as_str()),
        or_dash(entry.submitted_at.as_deref()),
    ]
}

fn remarks(lock: &SeenLock, name: &InstanceName, entry: &Entry) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(why) = &entry.why {
        remarks.push(format!("why: {}", quote(why).to_string().trim_matches('`')));
    }
    match entry.how {
        Some(How::List) => remarks.push("found in the platform's list".to_owned()),
        Some(How::Told) => remarks.push("told by a person".to_owned()),
        None => {}
    }
    if !entry.candidates.is_empty() {
        remarks.push(format!("candidates: {}", ids_in(&entry.candidates)));
    }
    if lock.seen.pending.contains(name) {
        remarks.push("left by an interrupted run; not in the lock yet".to_owned());
    }
    remarks
}
