//! Live state of the instances in the locks, as human-readable text and as JSON.

mod result;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::plan::escape;
use crate::api::endpoints::detail::{Detail, Status};
use crate::lifecycle::{LiveState, ObservedInstance, WaitProgress, classes};
use crate::output::table::{Column, Table, escape_cell};
use crate::output::words::Words;
use crate::text::{format_hms, parse_hms};
use result::cards;

pub(crate) use result::with_live_counts;

/// Result of `status`.
#[derive(Debug, Clone, Copy)]
pub struct StatusTable<'a> {
    /// The manifests, by job index.
    pub files: &'a [&'a str],
    /// The queried entries.
    pub observed: &'a [ObservedInstance],
    /// Number of instances of the manifests that are in no lock.
    pub missing: usize,
}

/// Returns one table per manifest, then a summary line.
fn table(rows: &StatusTable<'_>, width: Option<usize>, color: bool, words: &dyn Words) -> String {
    let [name, status, cards, age, left, id] = words.status_columns();
    let mut text = String::new();
    for (job, file) in rows.files.iter().enumerate() {
        let own: Vec<&ObservedInstance> =
            rows.observed.iter().filter(|observed| observed.locked.job == job).collect();
        if own.is_empty() {
            continue;
        }
        writeln!(text, "{}", escape_cell(file)).expect("a string takes text");
        let mut table = Table::new(vec![
            Column::text(name).truncate_cell(),
            Column::text(status),
            Column::number(cards),
            Column::number(age),
            Column::text(left),
            Column::text(id),
        ]);
        for observed in own {
            row(&mut table, observed, color, words);
        }
        text.push_str(&table.text(2, width));
    }
    writeln!(text, "{}", summary(rows, words)).expect("a string takes text");
    text
}

fn row(table: &mut Table, observed: &ObservedInstance, color: bool, words: &dyn Words) {
    let dash = || "-".to_owned();
    let left = match &observed.live {
        LiveState::Present(detail) => remaining_time(detail, words.no_end()).unwrap_or_else(dash),
        _ => dash(),
    };
    table.row([
        escape(observed.locked.name.as_str()),
        words.live_state(&observed.live),
        observed.cards().map_or_else(dash, |cards| cards.to_string()),
        observed.age.map_or_else(dash, format_duration),
        left,
        observed.locked.entry.task_id.as_ref().map_or_else(dash, ToString::to_string),
    ]);
    table.color(1, if color { paint(observed) } else { None });
    if let LiveState::Present(detail) = &observed.live {
        for address in detail.addresses().unwrap_or_default() {
            let (port, protocol) = (&address.port, &address.protocol);
            table.add_note(&format!("{port} {protocol}  {}", address.url.expose()));
        }
    }
    for note in observed.notes() {
        table.add_note(&words.status_note(&note));
    }
}

fn paint(observed: &ObservedInstance) -> Option<&'static str> {
    match observed.status() {
        Some(Status::Running) => Some("\x1b[32m"),
        Some(Status::Waiting | Status::Deploying) => Some("\x1b[33m"),
        Some(Status::Failed) => Some("\x1b[31m"),
        None => Some("\x1b[35m"),
        _ => None,
    }
}

/// Returns the remaining run time of an instance: from the platform, otherwise computed from its
/// limit; `no_end` if it has none.
pub(crate) fn remaining_time(detail: &Detail, no_end: &str) -> Option<String> {
    if detail.status().is_none_or(|status| status.has_ended()) {
        return None;
    }
    if let Some(left) = detail.remaining_time() {
        return Some(left.to_owned());
    }
    let limit = detail.timeout_limit()?;
    if limit == "unlimited" {
        return Some(no_end.to_owned());
    }
    let left = parse_hms(limit)?.checked_sub(parse_hms(detail.duration()?)?)?;
    Some(format_hms(left))
}

/// Formats a duration in its two largest units: `35s`, `2m10s`, `3h05m`, `4d02h`.
pub(crate) fn format_duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
        _ => format!("{}d{:02}h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// Counts the instances of each status: `2 Running, 1 Waiting`.
pub(crate) fn counts<'a>(
    observed: impl IntoIterator<Item = &'a ObservedInstance>,
    words: &dyn Words,
) -> String {
    let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
    for observed in observed {
        let order = match observed.status() {
            Some(Status::Running) => 0,
            Some(Status::Deploying) => 1,
            Some(Status::Waiting) => 2,
            _ => 3,
        };
        *counts.entry((order, escape_cell(&words.live_state(&observed.live)))).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|((_, word), count)| format!("{count} {word}")).collect();
    counts.join(", ")
}

fn summary(rows: &StatusTable<'_>, words: &dyn Words) -> String {
    let mut text = if rows.observed.is_empty() {
        words.no_instances().to_owned()
    } else {
        let (used, queued) = cards(rows.observed.iter());
        words.status_summary(&counts(rows.observed, words), used, queued)
    };
    if rows.missing > 0 {
        write!(text, "; {}", words.not_created(rows.missing)).expect("a string takes text");
    }
    words.with_exit(text, &classes(rows.observed))
}

/// Returns the line for an instance whose wait is over.
pub(crate) fn wait_line(
    observed: &ObservedInstance,
    verdict: &WaitProgress,
    since: Duration,
    words: &dyn Words,
) -> String {
    let name = escape(observed.locked.name.as_str());
    let state = escape_cell(&words.live_state(&observed.live));
    match verdict {
        WaitProgress::Reached => format!("{name}: {state}"),
        WaitProgress::Failed(why) => format!("{name}: {state}: {}", words.wait_failure(why)),
        WaitProgress::LeftAlone(why) => format!("{name}: {state}: {}", words.skip_reason(why)),
        WaitProgress::Pending => {
            let queued = observed.age.filter(|_| observed.status() == Some(Status::Waiting));
            format!("{name}: {}", words.still_pending(&state, queued, since))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::format_duration;

    #[test]
    fn duration_shows_its_two_largest_units() {
        for (seconds, text) in
            [(0, "0s"), (35, "35s"), (130, "2m10s"), (11_100, "3h05m"), (353_000, "4d02h")]
        {
            assert_eq!(format_duration(Duration::from_secs(seconds)), text);
        }
    }
}
